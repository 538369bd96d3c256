"""企业微信 group robots: a JSON POST to the address of the group, and what the number in its answer means.

Only hosts that are allow-listed are spoken to, redirects are not followed (http.client follows none), proxies and
netrc of the environment are not read. https://developer.work.weixin.qq.com/document/path/91770
"""

import http.client
import json
import ssl
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from notices import wording
from notices.channels import alarm
from notices.channels.trouble import Permanent, Transient
from notices.models import Delivery

TIMEOUT = 5.0  # seconds, for connecting and for each answer of the socket
ANSWER_BYTES = 4096
MINUTE = timedelta(minutes=1)
BUSY, RATE_LIMITED, TOO_MANY_AT_ONCE = -1, 45009, 45033
NO_SUCH_ROBOT = 93000


def origins() -> list[str]:
    """Scheme and host of each place a robot may be at; the first one is the usual one."""
    return list(settings.ROBOT_ORIGINS)


def is_allowed(address: str) -> bool:
    """An address of one of settings.ROBOT_ORIGINS with a key, and nothing else in it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and " " not in address
    whole = parts.path == "/cgi-bin/webhook/send" and parts.query.startswith("key=") and not parts.fragment
    return plain and whole and f"{parts.scheme}://{parts.netloc}" in origins()


class RobotLine:
    channel = Delivery.Channel.ROBOT

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Each message is a conversation of its own."""

    def send(self, address: str, deliveries: list[Delivery]) -> None:
        """One message for all of them; raises Transient or Permanent."""
        if not is_allowed(address):
            raise Permanent("群机器人的地址不在允许的范围内", stops=True)
        said = {"msgtype": "text", "text": {"content": wording.group_text_of(deliveries)}}
        status, answer = _post(urlsplit(address), json.dumps(said, ensure_ascii=False).encode())
        _judge_status(status)
        _judge(answer)


def _post(parts: SplitResult, body: bytes) -> tuple[int, bytes]:
    connection = _connection(parts)
    try:
        with alarm.hang_up_after(alarm.SECONDS, lambda: connection.sock):
            headers = {"Content-Type": "application/json; charset=utf-8", "Connection": "close"}
            connection.request("POST", f"{parts.path}?{parts.query}", body, headers)
            response = connection.getresponse()
            return response.status, response.read(ANSWER_BYTES)
    except ssl.SSLCertVerificationError as error:
        raise Transient("企业微信服务器的证书不可信", everywhere=True) from error
    except (OSError, http.client.HTTPException) as error:
        raise Transient("企业微信连不上或没有回应", everywhere=True) from error
    finally:
        connection.close()


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        trusted = ssl.create_default_context()
        return http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=trusted)
    return http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT)


def _judge_status(status: int) -> None:
    if status == 200:
        return
    if status >= 500 or status in (408, 429):
        raise Transient(f"企业微信暂时出错（HTTP {status}）", wait=MINUTE if status == 429 else timedelta(0))
    raise Permanent(f"企业微信拒绝了（HTTP {status}），请检查群机器人的地址")


def _judge(answer: bytes) -> None:
    """HTTP 200 says only that it was heard; errcode says whether it was said."""
    code = _errcode(answer)
    if code == 0:
        return
    if code is None:
        raise Transient("企业微信的回答看不懂")
    if code in (BUSY, RATE_LIMITED, TOO_MANY_AT_ONCE):
        raise Transient(f"企业微信说太忙或太频繁，稍后再试（{code}）", wait=MINUTE)
    if code == NO_SUCH_ROBOT:
        raise Permanent(f"群机器人已被移出群，或地址不对（{code}）", stops=True)
    raise Permanent(f"企业微信不收这条消息（{code}）")


def _errcode(answer: bytes) -> Any:
    try:
        code = json.loads(answer).get("errcode")
    except (ValueError, AttributeError):
        return None
    return code if isinstance(code, int) else None
