"""E-mail: one connection for all letters of a run; what each answer of the server means for the letter."""

import smtplib
import socket
import ssl
from contextlib import suppress
from hashlib import sha256
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notices import wording
from notices.channels import alarm
from notices.channels.trouble import Permanent, Transient, Trouble
from notices.models import Delivery

NOT_SENDING = ("django.core.mail.backends.dummy.EmailBackend",)


def is_set_up() -> bool:
    """Whether EMAIL_URL named a way for letters; without one no page offers any."""
    return settings.EMAIL_BACKEND not in NOT_SENDING


class MailLine:
    channel = Delivery.Channel.EMAIL

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, address: str, deliveries: list[Delivery]) -> None:
        """One letter for all of them; raises Transient or Permanent."""
        if not is_set_up():
            raise Transient("还没有接上邮件服务器", everywhere=True)
        letter = _letter(address, deliveries)
        try:
            with alarm.hang_up_after(alarm.SECONDS, self._socket):
                self._dial()
                self._connection.send_messages([letter])
        except (smtplib.SMTPException, OSError) as error:
            # Whatever was said last, the next letter begins with a fresh conversation.
            self._hang_up()
            raise _trouble(error) from error

    def _dial(self) -> None:
        if self._connection is None:
            self._connection = get_connection()
        self._connection.open()

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # The letters have been answered for: what goes wrong now costs none.
            with suppress(smtplib.SMTPException, OSError):
                with alarm.hang_up_after(alarm.SECONDS, lambda: _socket_of(connection)):
                    connection.close()

    def _socket(self) -> socket.socket | None:
        return _socket_of(self._connection)


def _socket_of(connection: Any) -> socket.socket | None:
    """Only a real server's backend has one."""
    return getattr(connection, "socket", None)


def _letter(address: str, deliveries: list[Delivery]) -> EmailMessage:
    """The same deliveries give the same Message-ID: a letter sent twice can be told for one."""
    key = sha256(",".join(str(d.pk) for d in deliveries).encode()).hexdigest()[:32]
    host = urlsplit(settings.PUBLIC_URL).hostname
    return EmailMessage(
        subject=wording.subject_of(deliveries),
        body=wording.body_of(deliveries),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={"Message-ID": f"<{key}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _trouble(error: Exception) -> Trouble:
    """From the most particular to the least; SMTP's 4xx is worth another try, 5xx is not (RFC 5321 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return Permanent(f"邮箱不存在或不收信（{code}）", stops=True) if code >= 500 else _later(code)
    if isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
        return Permanent(f"邮件服务器不收这封信（{code}）") if code >= 500 else _later(code)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Transient("邮件服务器不认EMAIL_URL里的用户名或密码", everywhere=True)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Transient(f"邮件服务器不许用我们的发件地址（{error.smtp_code}）", everywhere=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Transient("邮件服务器不支持加密或登录，请检查EMAIL_URL", everywhere=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Transient("邮件服务器的证书不可信", everywhere=True)
    return Transient("邮件服务器连不上或中途断开", everywhere=True)


def _later(code: int) -> Transient:
    return Transient(f"对方邮件服务器说稍后再试（{code}）")
