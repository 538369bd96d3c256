"""Whether somebody is there: minutes, gaps, what is missing, and how it is said."""

from datetime import date, time

import pytest

from tests.factories import at
from volunteers.coverage import Coverage, Place, Stand, gaps_in, measure, openings, say_gap, say_hours
from volunteers.limits import Span

THURSDAY = date(2026, 11, 26)
HOURS = {day: (time(9), time(20)) for day in range(7)}
DAY = Span(at("2026-11-26 09:00"), at("2026-11-26 20:00"))


def span(text):
    """ "09:00-12:30" on that Thursday."""
    start, end = text.split("-")
    return Span(at(f"2026-11-26 {start}"), at(f"2026-11-26 {end}"))


def stand(text, *statuses, **fields):
    return Stand(span(text), tuple(Place(True, False, status) for status in statuses))


def said(gaps):
    return [f"{gap.starts_at:%H:%M}-{gap.ends_at:%H:%M}" for gap in gaps]


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([], ["09:00-20:00"]),
        (["09:00-20:00"], []),
        (["08:00-21:00"], []),
        (["09:00-12:30", "14:30-20:00"], ["12:30-14:30"]),
        (["14:30-20:00", "09:00-12:30"], ["12:30-14:30"]),
        (["10:00-12:00", "11:00-13:00"], ["09:00-10:00", "13:00-20:00"]),
        (["09:00-19:00", "10:00-11:00"], ["19:00-20:00"]),
        (["07:00-08:00", "20:00-21:00"], ["09:00-20:00"]),
        (["09:00-12:30", "12:30-20:00"], []),
    ],
)
def test_gaps_are_what_nobody_touches(taken, free):
    assert said(gaps_in(DAY, [span(text) for text in taken])) == free


@pytest.mark.parametrize(
    ("status", "is_covered"),
    [
        ("accepted", True),
        ("seeking_standin", True),
        ("checked_in", True),
        ("done", True),
        ("no_show", False),
        ("", False),
    ],
)
def test_shift_covers_while_somebody_answers_for_it(status, is_covered):
    found = measure([DAY], [stand("09:00-20:00", status)])

    assert (found.covered_minutes == 660) is is_covered


def test_what_shifts_lack_is_counted_apart():
    lead = Stand(
        span("12:30-16:30"), (Place(True, True), Place(False, False), Place(True, False, "accepted"))
    )

    found = measure([DAY], [lead, stand("16:30-20:00", "seeking_standin", "no_show")])

    assert (found.missing, found.seeking, found.without_lead) == (1, 1, 1)


@pytest.mark.parametrize(
    ("stands", "gaps"),
    [
        ([stand("20:30-22:00", "")], ["20:30-22:00"]),
        ([stand("19:00-22:00", "")], ["20:00-22:00"]),
        ([stand("20:30-22:00", ""), stand("20:00-21:00", "accepted")], ["21:00-22:00"]),
        ([stand("20:30-22:00", "accepted")], []),
        ([Stand(span("20:30-22:00"), (Place(False, False),))], []),
    ],
)
def test_shift_outside_of_opening_hours_is_a_gap_where_it_needs_somebody(stands, gaps):
    """The share stays that of the opening hours."""
    found = measure([DAY], [stand("09:00-19:00", "accepted"), stand("19:00-20:00", "done"), *stands])

    assert (found.covered_minutes, found.open_minutes) == (660, 660)
    assert said(found.gaps) == gaps


def test_shift_that_begins_while_the_station_is_open_is_one_gap_to_its_end():
    found = measure([DAY], [stand("09:00-19:00", "accepted"), stand("19:00-22:00", "")])

    assert (found.covered_minutes, said(found.gaps)) == (600, ["19:00-22:00"])


def test_shift_of_another_day_covers_and_lacks_nothing_here():
    other = stand("08:00-10:00", "accepted", "")

    found = measure([DAY], [other], counted=[])

    assert (found.covered_minutes, found.missing) == (60, 0)


def test_closed_days_are_not_open():
    days = [THURSDAY, date(2026, 11, 27), date(2026, 11, 28)]

    found = openings(days, {3: HOURS[3], 4: HOURS[4]}, {date(2026, 11, 27)})

    assert found == [DAY]


@pytest.mark.parametrize(
    ("covered", "share", "level", "verdict"),
    [
        (660, "100%", "", "都有人"),
        (659, "99.8%", "", "都有人"),
        (594, "90.0%", "", "都有人"),
        (593, "89.8%", "scarce", "偏少"),
        (495, "75.0%", "scarce", "偏少"),
        (494, "74.8%", "poor", "要紧"),
        (0, "0.0%", "poor", "要紧"),
    ],
)
def test_share_is_judged_by_the_minutes(covered, share, level, verdict):
    found = Coverage(660, covered)

    assert (found.share, found.level, found.verdict) == (share, level, verdict)


def test_share_is_never_rounded_up_to_all():
    assert Coverage(100_000, 99_999).share == "99.9%"


def test_station_that_is_never_open_has_no_share():
    assert (Coverage(0, 0).share, Coverage(0, 0).level) == ("不开放", "")


def test_gap_is_said_with_its_weekday():
    assert say_gap(span("12:30-14:30")) == "周四 12:30–14:30 无人"
    assert say_gap(Span(at("2026-12-31 20:00"), at("2027-01-01 00:00"))) == "周四 20:00–24:00 无人"
    assert say_gap(Span(at("2026-12-31 22:00"), at("2027-01-01 02:00"))) == "周四 22:00–次日02:00 无人"


def test_hours_are_said_to_the_half():
    assert [say_hours(minutes) for minutes in (4620, 4170, 100)] == ["77 小时", "69.5 小时", "1 小时 40 分钟"]
