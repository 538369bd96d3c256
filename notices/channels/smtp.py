"""Django's SMTP backend, which can be asked for the socket it talks through, even while it still connects."""

import smtplib
import socket
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class _Known:
    """Tells its owner of itself before it connects, so that a server that drips its greeting can be left."""

    owner: "Backend"

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        self.owner.talking = self
        return super().connect(*args, **kwargs)  # type: ignore[misc]


class Backend(EmailBackend):
    """Named by EMAIL_BACKEND where EMAIL_URL names a server."""

    talking: Any = None

    @property
    def connection_class(self) -> Any:
        kind = smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP
        return type(kind.__name__, (_Known, kind), {"owner": self})

    @property
    def socket(self) -> socket.socket | None:
        return getattr(self.talking, "sock", None)
