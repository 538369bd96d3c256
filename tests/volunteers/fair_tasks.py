"""Rosters out of thin air for the fair proposal, and slow plain oracles to hold it against."""

from datetime import datetime, timedelta
from itertools import product

from hypothesis import strategies as st

from stations.workdays import SHANGHAI
from volunteers import limits
from volunteers.fair.given import Fixed, Person, Seat, Skill, Task, Window, Wish

MONDAY = datetime(2026, 11, 30, tzinfo=SHANGHAI)
SHIFTS = ((540, 750), (750, 990), (990, 1200), (1200, 1440))  # the last ends at 24:00
ALL_WEEK = tuple(Window(weekday, 0, 1440) for weekday in range(7))


def seat(number, day=0, part=0, **facts):
    starts, ends = SHIFTS[part]
    facts = {"shift": day * 10 + part, **facts}
    at = MONDAY + timedelta(days=day)
    return Seat(number, starts=at + timedelta(minutes=starts), ends=at + timedelta(minutes=ends), **facts)


def person(number, **facts):
    return Person(number, **{"capacity": 960, "windows": ALL_WEEK, **facts})


@st.composite
def people(draw, number):
    absent = [MONDAY.date() + timedelta(days=n) for n in draw(st.lists(st.integers(0, 4), max_size=1))]
    expiring = draw(st.lists(st.sampled_from([None, MONDAY.date() + timedelta(days=1)]), max_size=1))
    return Person(
        number,
        capacity=draw(st.sampled_from([0, 480, 960, 1800])),
        windows=draw(st.one_of(st.just(ALL_WEEK), st.lists(windows(), max_size=5).map(tuple))),
        minutes=draw(st.integers(0, 40)) * 60,
        off_minutes=draw(st.integers(0, 10)) * 60,
        absences=tuple((day, day + timedelta(days=1)) for day in absent),
        skills=tuple(Skill("理发", until) for until in expiring),
        may_lead=draw(st.booleans()),
        weekly=draw(st.sampled_from([240, 480, 1200])),
        wishes=draw(st.lists(st.builds(Wish, st.sampled_from([None, 0, 2])), max_size=1).map(tuple)),
    )


@st.composite
def windows(draw):
    starts = draw(st.integers(0, 20)) * 60
    return Window(draw(st.integers(0, 4)), starts, starts + draw(st.integers(1, 24 - starts // 60)) * 60)


@st.composite
def seats(draw, number):
    facts = {
        "needed": draw(st.booleans()) or draw(st.booleans()),
        "skill": draw(st.sampled_from(["", "", "", "理发"])),
        "is_lead": draw(st.sampled_from([False, False, True])),
    }
    return seat(number, draw(st.integers(0, 2)), draw(st.integers(0, 3)), **facts)


@st.composite
def tasks(draw, most_people=5, most_seats=8):
    crowd = [draw(people(n)) for n in range(1, draw(st.integers(1, most_people)) + 1)]
    places = [draw(seats(n)) for n in range(1, draw(st.integers(1, most_seats)) + 1)]
    fixed = []
    for place in draw(st.lists(st.sampled_from(places), max_size=2, unique=True)):
        who = draw(st.sampled_from(crowd)).id
        if not any(f.person == who and f.starts < place.ends and place.starts < f.ends for f in fixed):
            here = draw(st.booleans())
            fixed.append(Fixed(who, place.starts, place.ends, place.id if here else None))
    ids, shifts = [p.id for p in crowd], [place.shift for place in places]
    return Task(
        people=tuple(crowd),
        seats=tuple(places),
        fixed=tuple(fixed),
        declined=draw(st.frozensets(st.tuples(st.sampled_from(ids), st.sampled_from(shifts)), max_size=3)),
        previous=dict(zip(draw(st.permutations([s.id for s in places])), ids, strict=False)),
    )


# Oracles --------------------------------------------------------------------------------------------


def may_sit(task, who, place, held):
    """By the plain rules, minute by minute where time is concerned; `held` are spans beside this one."""
    span = limits.Span(place.starts, place.ends)
    return bool(
        who.capacity > 0
        and (who.id, place.shift) not in task.declined
        and (who.may_lead or not place.is_lead)
        and _is_able(who, place)
        and all(_has_time(who, minute) for minute in _quarters(place))
        and not limits.why_not(span, held, week_minutes=who.weekly)
    )


def spans_of(task, given, who, *, but=None):
    """All that a person would have to stand."""
    places = {place.id: place for place in task.seats}
    own = [places[g] for g, p in given.items() if p == who and g != but]
    fixed = [f for f in task.fixed if f.person == who]
    return [limits.Span(place.starts, place.ends) for place in (*own, *fixed)]


def best_of_all(task):
    """(open needed seats, shifts without a lead) of the best of all assignments."""
    taken = {f.seat for f in task.fixed}
    places = [place for place in task.seats if place.id not in taken]
    ways = product([None, *task.people], repeat=len(places))
    return min(_score(task, places, way) for way in ways if _is_allowed(task, places, way))


def _score(task, places, way):
    open_needed = sum(place.needed for place, who in zip(places, way, strict=True) if who is None)
    led = {place.shift for place, who in zip(places, way, strict=True) if who and place.is_lead}
    pinned = {f.seat for f in task.fixed}
    led |= {place.shift for place in task.seats if place.is_lead and place.id in pinned}
    asking = {place.shift for place in task.seats if place.is_lead}
    return open_needed, len(asking - led)


def _is_allowed(task, places, way):
    given = {place.id: who.id for place, who in zip(places, way, strict=True) if who}
    return all(
        may_sit(task, who, place, spans_of(task, given, who.id, but=place.id))
        for place, who in zip(places, way, strict=True)
        if who
    )


def _is_able(who, place):
    if not place.skill:
        return True
    on = place.starts.astimezone(SHANGHAI).date()
    return any(s.code == place.skill and (s.until is None or on <= s.until) for s in who.skills)


def _quarters(place):
    count = int((place.ends - place.starts).total_seconds()) // 900
    return [place.starts.astimezone(SHANGHAI) + timedelta(minutes=15 * n) for n in range(count)]


def _has_time(who, moment):
    minute = moment.hour * 60 + moment.minute
    there = any(w.weekday == moment.weekday() and w.starts <= minute < w.ends for w in who.windows)
    return there and not any(a <= moment.date() <= b for a, b in who.absences)
