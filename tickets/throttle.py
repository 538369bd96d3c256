"""How often a receipt may be looked for in vain, before whoever asks has to wait (SAFETY TR-4).

Ten failures per address in ten minutes, six hundred for the whole site in an hour, ten wrong phone digits per
receipt in a day. Success is never counted: a whole estate may stand behind one address. Failures past an address's
or a receipt's own limit do not count for the site, or one stranger could make everybody wait.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from accounts.models import User
from tickets.models import LookupFailure, Receipt


@dataclass(frozen=True)
class Limit:
    """So many failures within a window that starts with the first of them."""

    name: str
    most: int
    window: timedelta

    def key(self, value: str) -> str:
        return salted_hmac(f"tickets.throttle.{self.name}", value, algorithm="sha256").hexdigest()


ADDRESS = Limit("address", 10, timedelta(minutes=10))
RECEIPT = Limit("receipt", 10, timedelta(days=1))
SITE = Limit("site", 600, timedelta(hours=1))
PHOTOS = Limit("photos", 60, timedelta(hours=1))
HINTS = Limit("hints", 300, timedelta(minutes=10))

# One statement for all keys, always in the same order, so that two requests never wait for each other.
_COUNT = """
INSERT INTO tickets_lookupfailure AS f (key, failures, until)
SELECT key, 1, until FROM unnest(%(keys)s::text[], %(untils)s::timestamptz[]) AS new (key, until)
ON CONFLICT (key) DO UPDATE SET
    failures = CASE WHEN f.until <= %(now)s THEN 1 ELSE f.failures + 1 END,
    until = CASE WHEN f.until <= %(now)s THEN excluded.until ELSE f.until END
RETURNING key, failures
"""


def must_wait(address: str, *, receipt: Receipt | None = None, now: datetime) -> bool:
    """Whether one of the limits is used up; then nothing is looked up."""
    limits = _limits(address, receipt)
    counted = LookupFailure.objects.counting(list(limits), now)
    return any(failures >= limits[key].most for key, failures in counted.items())


def fail(address: str, *, receipt: Receipt | None = None, now: datetime) -> bool:
    """Count a failed look-up; True when it was one too many, however many came at the same moment."""
    is_too_many = _count(_own_limits(address, receipt), now) or _count(_site_limit(), now)
    LookupFailure.objects.forget_old(now)
    return is_too_many


def forgive(address: str, *, receipt: Receipt, now: datetime) -> None:
    """Take back a failure that was counted before the answer was known, and was none."""
    LookupFailure.objects.running(list(_limits(address, receipt)), now).take_one_back()


def may_send_photo(user: User, *, now: datetime) -> bool:
    """Count a photo that a person sends, good or bad: each costs a decoder's time (SAFETY UP-2)."""
    return not _count({PHOTOS.key(str(user.pk)): PHOTOS}, now)


def may_see_hints(user: User, *, now: datetime) -> bool:
    """Count a look for what is alike: nobody types so fast, and guesses would read what others said."""
    return not _count({HINTS.key(str(user.pk)): HINTS}, now)


def _count(limits: dict[str, Limit], now) -> bool:
    untils = [now + limit.window for limit in limits.values()]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"keys": list(limits), "untils": untils, "now": now})
        counted = cursor.fetchall()
    return any(failures > limits[key].most for key, failures in counted)


def _limits(address, receipt) -> dict[str, Limit]:
    return {**_own_limits(address, receipt), **_site_limit()}


def _site_limit() -> dict[str, Limit]:
    return {SITE.key(""): SITE}


def _own_limits(address, receipt) -> dict[str, Limit]:
    limits = {ADDRESS.key(_network(address)): ADDRESS}
    if receipt is not None:
        limits[RECEIPT.key(str(receipt.uid))] = RECEIPT
    return limits


def _network(address: str) -> str:
    """One household owns a whole IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
