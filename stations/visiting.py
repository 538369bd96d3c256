"""来访 with one tap: counted once however often the button was pressed, taken back within a few minutes.

Who stands at which station is decided by the pages that call this.
"""

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from stations.models import Station, Visit
from stations.refusals import Conflict

UNDOABLE = timedelta(minutes=5)
USED_KEY = "这一下已经记过了，请再点一次。"
TOO_LATE = "只能撤回自己五分钟以内点的。"
HAS_LOAN = "这次借物已经登记了借出，东西还回来时点“已还”就行。"


def tap(
    station: Station, kind: str, *, key: uuid.UUID, by: AbstractBaseUser, now: datetime | None = None
) -> Visit:
    """Count one visitor; the same press repeated returns the first visit."""
    now = now or timezone.now()
    fields = {"station": station, "kind": kind, "by": by}
    told = {**fields, "at": now, "day": timezone.localdate(now), "device": getattr(by, "device", "")}
    visit, _ = Visit.objects.get_or_create(key=key, defaults=told)
    if any(getattr(visit, name) != value for name, value in fields.items()):
        raise Conflict(USED_KEY)
    return visit


@transaction.atomic
def undo(visit: Visit, *, by: AbstractBaseUser, now: datetime | None = None) -> None:
    """Take a tap back; taking it back twice changes nothing more."""
    now = now or timezone.now()
    current = _hold(visit)
    if current.undone_at:
        return
    mine = Visit.objects.tapped_by(by, now - UNDOABLE).kept()
    if mine.without_loan().filter(pk=visit.pk).update(undone_at=now, undone_by=by) != 1:
        raise Conflict(HAS_LOAN if hasattr(current, "loan") else TOO_LATE)


def _hold(visit: Visit) -> Visit:
    """The tap as it is now, until the transaction ends: a loan just being written about it is there or comes later."""
    return Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
