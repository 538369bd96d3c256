"""How much of a supply there is: the only code that writes `stock`, each time with a SupplyChange.

Every change is conditional, so that of two people who take the last one only one gets it.
"""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from stations.models import Loan, Station, Supply, SupplyChange
from stations.refusals import Conflict, Refused

Kind = SupplyChange.Kind
MOST = 10_000
COUNTED_MEANWHILE = "刚刚有别人改过，现在有{amount}。请再点一遍数。"
USED_KEY = "这一次已经记过了，请看看现在的数，不对再改一次。"
CHANGED_FORM = (
    "刚才已经记下“{said}”，这次改的没有记上。要另记一笔，再按一次“记下”；是刚才记错了，选“盘点”填现在的数。"
)
CHANGED_SUPPLY = (
    "这张表已经登记成“{supply}”，改动没有记上。要另登记一样，再按一次“登记”；要改那一样，打开它点“改设置”。"
)
SET_MEANWHILE = (
    "打开这一页以后，设置已经改过，这次没有保存。现在存的是：{stored}。要照您填的改，再按一次“保存”。"
)
NAME_TAKEN = "这个站点已经有同名的物品"
FIRST_NOTE = "新登记"
SETTINGS = ("name", "unit_word", "low_mark", "is_lendable", "is_active")
BY_HAND = (Kind.USED, Kind.RESTOCKED, Kind.COUNTED)


def correct(
    supply: Supply,
    kind: str,
    number: int,
    *,
    key: uuid.UUID,
    by: AbstractBaseUser,
    seen: int | None = None,
    note: str = "",
    now: datetime | None = None,
) -> SupplyChange:
    """用掉, 补货 or 盘点 by a person; `seen` is the stock a count was compared with.

    Repeated, it counts once; a form changed since then is refused, or the second change would be lost without a word.
    """
    try:
        with transaction.atomic():
            amount = _amount(supply, kind, number, seen)
            return move(supply, kind, amount, by=by, key=key, note=note, now=now)
    except (IntegrityError, Conflict):
        first = _with_key(key)
        if first is None:
            raise
        if (first.supply, first.by_id) != (supply, by.pk):
            raise Conflict(USED_KEY) from None
        if (first.kind, first.number, first.note) != (kind, number, note):
            raise Conflict(CHANGED_FORM.format(said=first.said)) from None
        return first


def add_supply(
    station: Station, *, name: str, stock: int, key: uuid.UUID, by: AbstractBaseUser, **settings: Any
) -> Supply:
    """A new supply of the station with what is there of it; repeated it returns the first, changed it is refused."""
    supply = Supply(station=station, name=name, stock=stock, **settings)
    try:
        with transaction.atomic():
            supply.save(force_insert=True)
            write_down(supply, Kind.COUNTED, stock, by=by, key=key, note=FIRST_NOTE)
            return supply
    except IntegrityError:
        first = _with_key(key)
        if first is None:
            raise Conflict(NAME_TAKEN, "name") from None
        if (first.supply.station_id, first.by_id) != (station.pk, by.pk):
            raise Conflict(USED_KEY) from None
        told = {"name": name, **settings}
        if first.number != stock or any(getattr(first.supply, word) != said for word, said in told.items()):
            raise Conflict(CHANGED_SUPPLY.format(supply=first.supply)) from None
        return first.supply


def configure(supply: Supply, *, by: AbstractBaseUser, seen: str | None = None, **settings: Any) -> None:
    """Name, unit word, mark, lendable or not, in use or not; what changed is written down.

    Conflict if they are no longer as `seen`; saved twice, they are changed once.
    """
    try:
        with transaction.atomic():
            before = _hold(supply)
            changed = {name: value for name, value in settings.items() if getattr(before, name) != value}
            if not changed:
                return
            if seen is not None and seen != stamp(before):
                raise Conflict(SET_MEANWHILE.format(stored=_listed(before, changed)))
            Supply.objects.filter(pk=supply.pk).update(**changed)
            supply.refresh_from_db()
            write_down(supply, Kind.SETTINGS, 0, by=by, note=_difference(before, changed))
    except IntegrityError:
        raise Conflict(NAME_TAKEN, "name") from None


def stamp(supply: Supply) -> str:
    """What a form of settings was shown for, to notice that somebody else was faster."""
    return json.dumps([getattr(supply, name) for name in SETTINGS], ensure_ascii=False)


def move(supply: Supply, kind: str, amount: int, *, by: AbstractBaseUser, **facts: Any) -> SupplyChange:
    """Change the stock by the amount and write it down; needs a transaction around it."""
    shift(supply, amount)
    return write_down(supply, kind, amount, by=by, **facts)


def shift(supply: Supply, amount: int) -> None:
    """Add to the stock or take from it, if there is enough; whoever calls this writes the change down."""
    enough = Supply.objects.filter(pk=supply.pk, stock__gte=-amount)
    if enough.update(stock=F("stock") + amount) != 1:
        raise Conflict(_too_few(supply), "quantity")
    supply.refresh_from_db()  # as it is now that the row is ours, until the transaction ends


def write_down(
    supply: Supply,
    kind: str,
    amount: int,
    *,
    by: AbstractBaseUser,
    now: datetime | None = None,
    loan: Loan | None = None,
    key: uuid.UUID | None = None,
    note: str = "",
) -> SupplyChange:
    """Append the record of a change that has just been made."""
    return SupplyChange.objects.create(  # type: ignore[misc]  # `by` is whatever AUTH_USER_MODEL names
        supply=supply,
        kind=kind,
        amount=amount,
        stock_after=supply.stock,
        at=now or timezone.now(),
        by=by,
        device=getattr(by, "device", ""),
        note=note,
        loan=loan,
        key=key,
    )


def _with_key(key: uuid.UUID) -> SupplyChange | None:
    """What this form has written down already."""
    return SupplyChange.objects.filter(key=key).select_related("supply").first()


def _amount(supply: Supply, kind: str, number: int, seen: int | None) -> int:
    if kind not in BY_HAND or not 0 <= number <= MOST:
        raise Refused(f"数量填0到{MOST}", "number")
    if kind != Kind.COUNTED:
        return number if kind == Kind.RESTOCKED else -number
    current = _hold(supply)
    if seen is not None and current.stock != seen:
        raise Conflict(COUNTED_MEANWHILE.format(amount=supply.amount(current.stock)), "number")
    return number - current.stock


def _hold(supply: Supply) -> Supply:
    """As it is now, and ours until the transaction ends."""
    return Supply.objects.select_for_update(no_key=True).get(pk=supply.pk)


def _too_few(supply: Supply) -> str:
    left = Supply.objects.get(pk=supply.pk).stock
    return f"{supply}现在只有{supply.amount(left)}" if left else f"{supply}已经没有了"


def _difference(before: Supply, changed: dict[str, Any]) -> str:
    """提醒数 5→10、可以借出 否→是."""
    return "、".join(f"{_stored(before, name)}→{_said(value)}" for name, value in changed.items())


def _listed(supply: Supply, names: Iterable[str]) -> str:
    """提醒数 10、可以借出 是."""
    return "、".join(_stored(supply, name) for name in names)


def _stored(supply: Supply, name: str) -> str:
    """提醒数 10."""
    labels = {field.name: field.verbose_name for field in Supply._meta.fields}
    return f"{labels[name]} {_said(getattr(supply, name))}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "不提醒" if value is None else str(value)
