"""How often a password may be tried: per account and per address, counted before the password is read.

An attempt is booked as a failure first, in one statement, and given back when the password was right. So no
number of parallel guesses gets more passwords read than the limits allow (docs/decisions/0004).
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac

from accounts.models import Attempt

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """After `free` failures within the window the next attempts wait these seconds; the last value stays."""

    free: int
    waits: tuple[int, ...]

    @property
    def steps(self) -> list[int]:
        return [0] * self.free + list(self.waits)


ACCOUNT = Limit(free=4, waits=(15, 30, 60, 120, 240, 900))  # the 5th failure waits, the 10th locks
ADDRESS = Limit(free=29, waits=(900,))

_BOOK = """
INSERT INTO accounts_attempt AS a (key, failures, since, blocked_until)
VALUES (%(key)s, 1, %(now)s, %(now)s + make_interval(secs => (%(steps)s::int[])[1]))
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN a.since <= %(old)s THEN 1 ELSE a.failures + 1 END,
    since = CASE WHEN a.since <= %(old)s THEN %(now)s ELSE a.since END,
    blocked_until = %(now)s + make_interval(secs => (%(steps)s::int[])[
        CASE WHEN a.since <= %(old)s THEN 1 ELSE least(a.failures + 1, cardinality(%(steps)s::int[])) END
    ])
WHERE a.blocked_until <= %(now)s
RETURNING failures
"""


class TooManyAttempts(Exception):
    """No password is read before `until`."""

    def __init__(self, until: datetime):
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Booking:
    """One attempt, booked as failed under both keys until it is given back."""

    account: str
    address: str
    failures: int

    @property
    def wait(self) -> int:
        """Seconds until the next attempt, should this one fail."""
        return ACCOUNT.steps[min(self.failures, len(ACCOUNT.steps)) - 1]

    def give_back(self) -> None:
        """The password was right: the account starts anew, and the address has failed once less."""
        Attempt.objects.filter(key=self.account).delete()
        _give_back_address(self.address)


def book(*, phone: str, address: str, now: datetime) -> Booking:
    """Book an attempt, or raise TooManyAttempts while the account or the address has to wait."""
    account_key, address_key = _key("account", phone), _key("address", _network(address))
    _book(address_key, ADDRESS, now)
    try:
        failures = _book(account_key, ACCOUNT, now)
    except TooManyAttempts:
        _give_back_address(address_key)
        raise
    return Booking(account_key, address_key, failures)


def fail(kind: str, address: str, *, now: datetime) -> bool:
    """Count a look-up in vain of one kind, from an address; True once it has to wait. Success is never counted."""
    try:
        return _book(_key(kind, _network(address)), ADDRESS, now) > ADDRESS.free
    except TooManyAttempts:
        return True


def forget_old(*, now: datetime) -> None:
    """Numbers that nobody has tried for a day need no row."""
    Attempt.objects.filter(blocked_until__lt=now - KEPT).delete()


def client_address(request) -> str:
    """The peer's address, or with TRUSTED_HOPS own proxies the one that the outermost of them saw."""
    hops = settings.TRUSTED_HOPS
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    seen = told[-hops] if 0 < hops <= len(told) else ""
    return seen or request.META.get("REMOTE_ADDR", "")


def _book(key: str, limit: Limit, now: datetime) -> int:
    values = {"key": key, "now": now, "old": now - WINDOW, "steps": limit.steps}
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, values)
        row = cursor.fetchone()
    if row is None:
        raise TooManyAttempts(_blocked_until(key, now))
    return row[0]


def _blocked_until(key: str, now: datetime) -> datetime:
    attempt = Attempt.objects.filter(key=key).first()
    return attempt.blocked_until if attempt else now


def _give_back_address(key: str) -> None:
    """Whoever was let in did not fail; the block that the booking set goes with it."""
    taken = Attempt.objects.filter(key=key, failures__gt=0)
    taken.update(failures=F("failures") - 1, blocked_until=F("since"))


def _network(address: str) -> str:
    """One household owns a whole IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def _key(kind: str, value: str) -> str:
    return salted_hmac(f"accounts.throttle.{kind}", value, algorithm="sha256").hexdigest()
