"""Which receipt a resident's browser may show, and how much of it: a short, signed cookie for /t/ only.

LINK (QR code, or the typed code with the last digits of the phone) opens everything a resident may read; CODE
opens status, dates, category, promise and the rating (SAFETY TR-3).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from tickets import receipts
from tickets.models import Receipt, Reporter, Ticket

LINK, CODE = "link", "code"
LIFETIME = timedelta(minutes=30)
MARK = "receipt"  # what the forms of a receipt's page say of whose they are
_SALT = "tickets.holding"


@dataclass(frozen=True)
class Held:
    """A valid receipt in a browser."""

    receipt: Receipt
    level: str

    @property
    def shows_words(self) -> bool:
        return self.level == LINK

    @property
    def mark(self) -> str:
        """Tells its forms from those of another receipt, and opens nothing."""
        return salted_hmac(f"{_SALT}.{MARK}", str(self.receipt.uid)).hexdigest()[:16]

    def is_meant_by(self, request: HttpRequest) -> bool:
        """Whether what is sent stood on this receipt's page: another may have been opened since."""
        return constant_time_compare(request.POST.get(MARK, self.mark), self.mark)

    @property
    def reporter(self) -> Reporter:
        return self.receipt.reporter

    @property
    def ticket(self) -> Ticket:
        """What is worked on for this reporter: after a merge the other ticket."""
        return self.receipt.reporter.matter


def held(request: HttpRequest, *, now) -> Held | None:
    """What this browser was let into within the last half hour, if that receipt still opens."""
    try:
        uid, level = signing.loads(
            request.COOKIES.get(settings.RECEIPT_COOKIE_NAME, ""), salt=_SALT, max_age=LIFETIME
        )
    except signing.BadSignature:
        return None
    receipt = receipts.by_uid(uid, now=now)
    return Held(receipt, level) if receipt else None


def remember(response: HttpResponse, receipt: Receipt, level: str) -> HttpResponse:
    """Let the browser in, or let it stay for another half hour."""
    response.set_cookie(
        settings.RECEIPT_COOKIE_NAME,
        signing.dumps([str(receipt.uid), level], salt=_SALT),
        max_age=LIFETIME,
        path=settings.RECEIPT_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def renew(response: HttpResponse, held: Held) -> HttpResponse:
    """Another half hour, unless the page has just decided otherwise."""
    return (
        response
        if settings.RECEIPT_COOKIE_NAME in response.cookies
        else remember(response, held.receipt, held.level)
    )


def forget(response: HttpResponse) -> HttpResponse:
    """For a shared phone or desk. Only the cache is cleared: the volunteer at this desk stays signed in."""
    response.delete_cookie(settings.RECEIPT_COOKIE_NAME, path=settings.RECEIPT_COOKIE_PATH, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
