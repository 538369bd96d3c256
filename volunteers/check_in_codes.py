"""签到码: the address behind the QR on a station's wall. A new version makes the old paper worthless.

The address is an HMAC of station and version under a key of its own derived from SECRET_KEY; nothing of it is stored.
Whoever has it can do no more than sign in and check in to a shift of their own.
"""

import base64
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import audit
from accounts.models import User
from stations.models import Station
from stations.qr import QrCode, qr_code
from volunteers.models import CheckInCode

FIRST = 1
_SALT = "volunteers.check_in_codes"
_FAR = 10**9


def token(station: Station) -> str:
    """What stands in the address now: the station's key and 120 bits."""
    return _token(station.pk, version_of(station.pk))


def link(station: Station) -> str:
    """The absolute address behind the QR code."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("volunteers:check_in", args=[token(station)])


def drawn(station: Station) -> QrCode:
    return qr_code(link(station))


def station_of(text: str) -> Station | None:
    """The station whose code this is now; None for another version and for what is no code at all."""
    number = text.partition("-")[0]
    if not (number.isascii() and number.isdecimal()) or int(number) > _FAR:
        return None
    if not constant_time_compare(text, _token(int(number), version_of(int(number)))):
        return None
    return Station.objects.active().select_related("area").filter(pk=number).first()


def version_of(station: int) -> int:
    """The first one until somebody renews it: a row is written only then."""
    code = CheckInCode.objects.filter(station=station).first()
    return code.version if code else FIRST


@transaction.atomic
def renew(station: Station, *, by: User, now: datetime | None = None) -> None:
    """From now on the paper on the wall is worthless, wherever a picture of it went."""
    CheckInCode.objects.get_or_create(station=station)
    CheckInCode.objects.filter(station=station).update(
        version=F("version") + 1, changed_at=now or timezone.now()
    )
    audit.record(audit.Action.CONFIGURED, actor=by, area=station.area, detail=f"{station}换签到码", now=now)


def _token(station: int, version: int) -> str:
    mac = salted_hmac(_SALT, f"{station}:{version}", algorithm="sha256").digest()[:15]
    return f"{station}-{base64.urlsafe_b64encode(mac).decode()}"
