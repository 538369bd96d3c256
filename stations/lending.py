"""借用: lending takes from the stock and counts a visit, taking back gives it back; a mistake is undone at once.

Who may do it, and who sees the borrower, is decided by the pages that call this.
"""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NoReturn

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from stations import stock, visiting, workdays
from stations.models import Loan, OpeningHours, Supply, SupplyChange, Visit
from stations.refusals import Conflict, Refused

Kind = SupplyChange.Kind
LONGEST = timedelta(days=90)
UNDOABLE = timedelta(minutes=5)
USUALLY_CLOSES = time(20)
NOT_DONE = "没有办成，请再点一次。"
NOT_LENT = "这样东西现在不外借，请另选一样"
USED_FORM = (
    "这张表已经登记过一次借出，改动没有记上。要再借一样，再按一次“借出”；"
    "是刚才那次填错了，先到“借用”里把它点“已还”，再登记一次。"
)
TODAY, NEXT = "today", "next"  # until the station closes on that day
UNDO_TOO_LATE = "只能撤回五分钟以内点的“已还”。"
UNDONE_BEFORE = "{what}的“已还”已由{who} {moment:%H:%M} 撤回，现在还是借出未还。"
GONE_AGAIN = "还回来的{supply}已经又借给别人或用掉了，撤不回来。"


def lend(
    supply: Supply,
    *,
    by: AbstractBaseUser,
    submission_id: uuid.UUID,
    due_at: datetime,
    quantity: int = 1,
    borrower: str = "",
    phone: str = "",
    until: str = "",
    tap: uuid.UUID | None = None,
    now: datetime | None = None,
) -> Loan:
    """Lend it, and count the visit that `tap` has not counted yet; the same form repeated returns the first loan.

    `until` is TODAY or NEXT where `due_at` was said in these words, which mean another moment on another day.
    """
    now = now or timezone.now()
    loan = Loan(  # type: ignore[misc]  # `by` is whatever AUTH_USER_MODEL names
        submission_id=submission_id, station_id=supply.station_id, supply=supply, quantity=quantity,
        borrower=borrower, phone=phone, lent_at=now, due_at=due_at, lent_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            _check(loan)
            return _hand_out(loan, tap, by=by)
    except IntegrityError:
        return _first(loan, until) or _refuse(Conflict(NOT_DONE))
    except Refused as refusal:
        # Of two presses on the last one, the second finds none left, though the first was its own.
        return _first(loan, until) or _refuse(refusal)


@transaction.atomic
def take_back(loan: Loan, *, by: AbstractBaseUser, now: datetime | None = None) -> None:
    """已还: give it back to the stock."""
    now = now or timezone.now()
    if Loan.objects.out().filter(pk=loan.pk).update(returned_at=now, returned_by=by) != 1:
        raise Conflict(_who_took_it(loan))
    stock.move(loan.supply, Kind.RETURNED, loan.quantity, by=by, now=now, loan=loan)


@transaction.atomic
def undo_take_back(loan: Loan, *, by: AbstractBaseUser, now: datetime | None = None) -> None:
    """The wrong row was pressed: it is out again as before, unless it has gone to somebody else."""
    now = now or timezone.now()
    just_back = Loan.objects.returned().filter(pk=loan.pk, returned_at__gte=now - UNDOABLE)
    if just_back.update(returned_at=None, returned_by=None) != 1:
        raise Conflict(_who_undid_it(loan) or UNDO_TOO_LATE)
    try:
        stock.move(loan.supply, Kind.RETURN_UNDONE, -loan.quantity, by=by, now=now, loan=loan)
    except Conflict:
        raise Conflict(GONE_AGAIN.format(supply=loan.supply)) from None


def closings(hours: Iterable[OpeningHours], *, now: datetime) -> tuple[datetime | None, datetime]:
    """When the station closes today (None when it is closed now for good) and on its next open day."""
    closes = _closes(hours)
    today = timezone.localdate(now)
    coming = [day for n in range(8) if (day := today + timedelta(days=n)).weekday() in closes]
    moments = [workdays.at(day, closes[day.weekday()]) for day in coming]
    later = next(moment for moment in moments if timezone.localdate(moment) > today)
    return (moments[0] if coming[0] == today and moments[0] > now else None), later


def closing_time(hours: Iterable[OpeningHours], day: date) -> time:
    """When the station closes on that day, or usually does."""
    return _closes(hours).get(day.weekday(), USUALLY_CLOSES)


def _closes(hours: Iterable[OpeningHours]) -> dict[int, time]:
    return {day.weekday: day.closes_at for day in hours} or dict.fromkeys(range(7), USUALLY_CLOSES)


def _hand_out(loan: Loan, tap: uuid.UUID | None, *, by: AbstractBaseUser) -> Loan:
    supply, now = loan.supply, loan.lent_at
    stock.shift(supply, -loan.quantity)
    if not (supply.is_lendable and supply.is_active):
        raise Refused(NOT_LENT, "supply")
    loan.visit = _tapped(loan, tap, by) or visiting.tap(
        supply.station, Visit.Kind.BORROW, key=loan.submission_id, by=by, now=now
    )
    loan.save(force_insert=True)
    stock.write_down(supply, Kind.LENT, -loan.quantity, by=by, now=now, loan=loan)
    return loan


def _tapped(loan: Loan, tap: uuid.UUID | None, by: AbstractBaseUser) -> Visit | None:
    """The visit counted when 借物 was tapped, if it is this person's, of here and today, and of no loan yet."""
    if tap is None:
        return None
    mine = Visit.objects.kept().without_loan().at_station(loan.station_id).filter(key=tap, by=by)
    today = timezone.localdate(loan.lent_at)
    return mine.between(today, today).filter(kind=Visit.Kind.BORROW).select_for_update(of=("self",)).first()


def _check(loan: Loan) -> None:
    if loan.quantity < 1:
        raise Refused("数量至少是1", "quantity")
    if loan.due_at <= loan.lent_at:
        raise Refused("归还时间要晚于现在", "due_at")
    if loan.due_at > loan.lent_at + LONGEST:
        raise Refused(f"最长借{LONGEST.days}天，请选近一些的时间", "due_at")


def _first(repeated: Loan, until: str) -> Loan | None:
    """The loan this form got the first time; a form changed since then is not taken for it."""
    first = Loan.objects.filter(submission_id=repeated.submission_id).with_all().first()
    if first and (_told(first) != _told(repeated) or not _is_until(first, repeated.due_at, until)):
        raise Conflict(USED_FORM) from None
    return first


def _is_until(first: Loan, due_at: datetime, until: str) -> bool:
    """Whether the same was said about the time: by the words, as they were meant when the first was lent."""
    if until in (TODAY, NEXT):
        today, later = closings(first.station.opening_hours.all(), now=first.lent_at)
        return first.due_at == (today if until == TODAY else later)
    return first.due_at == due_at


def _refuse(refusal: Refused) -> NoReturn:
    raise refusal from None


def _told(loan: Loan) -> tuple[object, ...]:
    """What was written, to tell a repeated form from a changed one, and one's own from another's."""
    return (loan.lent_by_id, loan.supply_id, loan.quantity, loan.borrower, loan.phone)


def _who_undid_it(loan: Loan) -> str:
    """Empty while it is back, and for what was never taken back."""
    current = Loan.objects.with_all().get(pk=loan.pk)
    undone = None if current.returned_at else current.changes.undoing_returns().first()
    if undone is None:
        return ""
    moment = timezone.localtime(undone.at)
    return UNDONE_BEFORE.format(what=current.what, who=undone.by.name, moment=moment)


def _who_took_it(loan: Loan) -> str:
    current = Loan.objects.with_all().get(pk=loan.pk)
    if current.returned_at is None:
        return NOT_DONE
    return (
        f"{current.what}已由{current.returned_by.name} {timezone.localtime(current.returned_at):%H:%M} 收回"
    )
