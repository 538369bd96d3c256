"""Makes the shifts of the weeks to come out of the patterns, and lets those in which nobody is yet follow a change.

What is to be done is found first (`plan`) and shown to the lead before a change is saved; `generate` does it. One
shift per pattern and original date, however often and by however many at once it runs. What is left alone: shifts
with somebody in them, asked or waiting; moved, kept or cancelled by a lead; begun.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from stations import locks
from stations.models import Station
from volunteers.models import Assignment, Closure, HandOver, Seat, SeatPattern, Shift, ShiftPattern, Waiting
from volunteers.planned import Left, Plan, asked_of, pattern_of, wanted_span
from volunteers.recurrence import Shut, is_shut, span
from volunteers.seating import standing
from volunteers.states import INVOLVED

WEEKS = 8
PATTERN_CHANGED = "班表改了"


def generate(now: datetime | None = None, weeks: int = WEEKS, station: Station | None = None) -> Plan:
    """Make what is missing and let the rest follow, for one station or all in use; what was done.

    Dates from today's to the last of so many weeks. Runs at the same time wait for each other.
    """
    now = now or timezone.now()
    with transaction.atomic():
        locks.wait_for(locks.Lock.ROSTER)
        found = plan(now, weeks, station)
        if found.touched:  # nobody may take a seat of these from here on: look again, then change
            held = _hold(found.touched)
            found = plan(now, weeks, station).only(held)
        _carry_out(found, now)
    return found


def plan(now: datetime, weeks: int = WEEKS, station: Station | None = None) -> Plan:
    """What `generate` would do now; writes nothing."""
    today = timezone.localdate(now)
    stations = [station] if station else list(Station.objects.active())
    patterns, shut = _patterns(stations), _closures(stations, today)
    there = _shifts(patterns, today)
    found = Plan()
    known = {(shift.pattern_id, shift.original_on) for shift in there}
    last = today + timedelta(weeks=weeks, days=-1)
    for pattern in patterns.values():
        for on in _dates(pattern, today, last, shut):
            if (pattern.pk, on) not in known:
                _add(found, pattern, on, now)
    waited_for = set(Waiting.objects.present().filter(shift__in=there).values_list("shift", flat=True))
    for shift in there:
        if shift.starts_at > now and shift.moved_at is None and shift.kept_at is None:
            is_wanted = bool(_dates(pattern_of(shift), shift.original_on, shift.original_on, shut))
            _follow(found, shift, is_wanted=is_wanted, is_waited_for=shift.pk in waited_for)
    return found


def _dates(pattern: ShiftPattern, first: date, last: date, shut: dict[int, list[Shut]]) -> list[date]:
    """On which the pattern has a shift, closures left out."""
    if not pattern.is_active:
        return []
    closures = shut[pattern.roster.station_id]
    return [on for on in pattern.repeat.dates(first, last) if not is_shut(on, closures)]


def _add(found: Plan, pattern: ShiftPattern, on: date, now: datetime) -> None:
    starts_at, ends_at = span(on, pattern.starts_at, pattern.minutes)
    if starts_at <= now:
        return
    shift = Shift(
        station=pattern.roster.station, pattern=pattern, original_on=on, starts_at=starts_at, ends_at=ends_at
    )
    found.new.append(shift)
    found.new_seats += [_seat(shift, seat, seat.ordinal) for seat in pattern.seats.all() if seat.is_active]


def _seat(shift: Shift, pattern: SeatPattern, ordinal: int) -> Seat:
    return Seat(shift=shift, pattern=pattern, ordinal=ordinal, **asked_of(pattern))


def _follow(found: Plan, shift: Shift, *, is_wanted: bool, is_waited_for: bool) -> None:
    """One that is there already and has not begun, against what the pattern says now."""
    if shift.cancelled_at:
        # Only what a change of the pattern took away comes back by itself, not what a person cancelled.
        if is_wanted and shift.cancelled_by_id is None and shift.closure_id is None:
            found.back.append(shift)
            _follow_seats(found, shift)
        return
    has_people = is_waited_for or any(seat.is_held for seat in shift.seats.all())  # type: ignore[attr-defined]
    is_on_time = is_wanted and (shift.starts_at, shift.ends_at) == wanted_span(shift)
    if not is_on_time and has_people:
        found.left.append(Left(shift, wanted_span(shift) if is_wanted else None))
    elif not is_wanted:
        found.gone.append(shift)
    elif not is_on_time:
        found.moved.append(shift)
    if is_wanted:
        _follow_seats(found, shift)


def _follow_seats(found: Plan, shift: Shift) -> None:
    """Seats added or taken out by the lead have no pattern, or are gone: they stay so."""
    there = list(shift.seats.all())
    known = {seat.pattern_id for seat in there}
    free = max((seat.ordinal for seat in there), default=0) + 1
    missing = [p for p in pattern_of(shift).seats.all() if p.is_active and p.pk not in known]
    found.more_seats += [_seat(shift, pattern, free + n) for n, pattern in enumerate(missing)]
    for seat in there:
        if seat.pattern is None or seat.removed_at or seat.is_held:  # type: ignore[attr-defined]
            continue
        if not seat.pattern.is_active:
            found.gone_seats.append(seat)
        elif asked_of(seat) != asked_of(seat.pattern):
            found.changed_seats.append(seat)


# What is read ---------------------------------------------------------------------------------------


def _patterns(stations: Iterable[Station]) -> dict[int, ShiftPattern]:
    """All that the stations ever had; those not in use any more tell which shifts to clear away."""
    rows = ShiftPattern.objects.filter(roster__station__in=stations).order_by("pk")
    return {row.pk: row for row in rows.select_related("roster__station").prefetch_related("seats")}


def _closures(stations: Iterable[Station], today: date) -> dict[int, list[Shut]]:
    found: dict[int, list[Shut]] = defaultdict(list)
    for closure in Closure.objects.not_over(today).filter(station__in=stations):
        found[closure.station_id].append(Shut(closure.from_on, closure.until_on))
    return found


def _shifts(patterns: dict[int, ShiftPattern], today: date) -> list[Shift]:
    """Made by a pattern for today or later, with who is in their seats; written-about ones are never deleted."""
    noted = HandOver.objects.filter(shift=OuterRef("pk"))
    made = Shift.objects.filter(pattern__in=patterns, original_on__gte=today).order_by("pk")
    rows = made.annotate(is_noted=Exists(noted)).prefetch_related(Prefetch("seats", _seats()))
    shifts: list[Shift] = list(rows)
    for shift in shifts:
        shift.pattern = patterns[shift.pattern_id or 0]
    return shifts


def _seats() -> QuerySet[Seat]:
    taken = Assignment.objects.filter(seat=OuterRef("pk"))
    in_it = taken.filter(status__in=INVOLVED)
    return Seat.objects.select_related("pattern").annotate(is_held=Exists(in_it), is_used=Exists(taken))


# What is written ------------------------------------------------------------------------------------


def _hold(pks: Collection[int]) -> set[int]:
    rows = Shift.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    return set(rows.values_list("pk", flat=True))


def _carry_out(found: Plan, now: datetime) -> None:
    Shift.objects.bulk_create(found.new)
    _clear(found.gone, now)
    Shift.objects.filter(pk__in=[shift.pk for shift in found.back]).update(
        cancelled_at=None, cancel_reason=""
    )
    _move([*found.moved, *found.back])  # the pattern may have changed since they were taken away
    _clear_seats(found.gone_seats, now)
    for seat in found.changed_seats:
        for name, value in asked_of(seat.pattern).items():  # type: ignore[arg-type]
            setattr(seat, name, value)
    Seat.objects.bulk_update(found.changed_seats, ["skill", "is_lead", "is_needed"])
    Seat.objects.bulk_create([*found.new_seats, *found.more_seats])
    back = [seat for shift in found.back for seat in shift.seats.all()]
    standing.fill([*found.new_seats, *found.more_seats, *back], by=None, now=now)


def _clear(shifts: list[Shift], now: datetime) -> None:
    """Deleted where nobody was ever in it; else cancelled, so that who declined and when is kept."""
    kept = [shift.pk for shift in shifts if _has_past(shift)]
    Shift.objects.filter(pk__in=kept).update(cancelled_at=now, cancel_reason=PATTERN_CHANGED)
    Shift.objects.filter(pk__in=[shift.pk for shift in shifts if shift.pk not in set(kept)]).delete()


def _has_past(shift: Shift) -> bool:
    return shift.is_noted or any(seat.is_used for seat in shift.seats.all())  # type: ignore[attr-defined]


def _move(shifts: list[Shift]) -> None:
    for shift in shifts:
        shift.starts_at, shift.ends_at = wanted_span(shift)
    Shift.objects.bulk_update(shifts, ["starts_at", "ends_at"])


def _clear_seats(seats: list[Seat], now: datetime) -> None:
    used = [seat.pk for seat in seats if seat.is_used]  # type: ignore[attr-defined]
    Seat.objects.filter(pk__in=used).update(removed_at=now)
    Seat.objects.filter(pk__in=[seat.pk for seat in seats if seat.pk not in set(used)]).delete()
