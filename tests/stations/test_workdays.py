"""Limits and office time against hand-made examples and an oracle that follows the written cases.

Examples at the turn of 2026 hold while chinesecalendar ends with 2026; an upgrade asks to move them on.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stations import statutory, workdays
from stations.workdays import deadline, due_at, explain, office_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
NINE_HOURS = timedelta(hours=9)


@dataclass(frozen=True)
class Area:
    """Stands for stations.models.Area: all that the arithmetic reads of it."""

    office_opens: time
    office_closes: time


DEFAULT = Area(time(9), time(18))
EARLY = Area(time(8, 30), time(17, 30))
SHORT = Area(time(9, 30), time(16))
AREAS = st.sampled_from([DEFAULT, EARLY, SHORT])

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
LIMITS = st.integers(1, 15)

# Nothing on disk: these tests also run where the checkout cannot be written.
many = settings(max_examples=1000, deadline=None, database=None)
some = settings(max_examples=200, deadline=None, database=None)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# --- an oracle that knows no office time: the written cases, one after the other ---


@cache
def offices_work_on(day):
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5 and day not in statutory.DAYS_OFF


def step(day, count):
    """The count-th working day after this one."""
    while count:
        day += timedelta(days=1)
        count -= offices_work_on(day)
    return day


def due_by_the_cases(received_at, n, area=DEFAULT):
    local = received_at.astimezone(SHANGHAI)
    today, clock = local.date(), local.time()
    if offices_work_on(today) and area.office_opens < clock < area.office_closes:
        return datetime.combine(step(today, n), clock, SHANGHAI)
    if offices_work_on(today) and clock <= area.office_opens:
        return datetime.combine(step(today, n - 1), area.office_closes, SHANGHAI)
    return datetime.combine(step(today, n), area.office_closes, SHANGHAI)


def minutes_counted(start, end, area=DEFAULT):
    count, moment = 0, start.astimezone(SHANGHAI)
    while moment < end:
        count += offices_work_on(moment.date()) and area.office_opens <= moment.time() < area.office_closes
        moment += MINUTE
    return count * MINUTE


# --- due_at ---


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-24 10:00", "2026-11-25 10:00"),
        ("2026-11-20 19:30", "2026-11-23 18:00"),
        ("2026-11-21 10:00", "2026-11-23 18:00"),
        ("2026-11-23 07:30", "2026-11-23 18:00"),
        ("2026-11-23 09:00", "2026-11-23 18:00"),
        ("2026-09-30 10:00", "2026-10-08 10:00"),
        ("2026-10-09 10:00", "2026-10-10 10:00"),
        ("2026-10-10 10:00", "2026-10-12 10:00"),
    ],
)
def test_one_working_day_as_defined(received, due):
    assert due_at(at(received), 1) == at(due)


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        pytest.param("2026-11-24 17:59", 1, "2026-11-25 17:59", id="last minute"),
        pytest.param("2026-11-24 18:00", 1, "2026-11-25 18:00", id="at closing"),
        pytest.param("2026-11-24 00:00", 1, "2026-11-24 18:00", id="midnight"),
        pytest.param("2026-11-24 09:01", 1, "2026-11-25 09:01", id="a minute after opening"),
        pytest.param("2026-11-24 10:00", 5, "2026-12-01 10:00", id="five days, one weekend"),
        pytest.param("2026-02-13 10:00", 1, "2026-02-14 10:00", id="Saturday worked before 春节"),
        pytest.param("2026-02-14 10:00", 1, "2026-02-24 10:00", id="over 春节"),
        pytest.param("2026-02-14 19:00", 1, "2026-02-24 18:00", id="after closing before 春节"),
        pytest.param("2026-02-17 08:00", 3, "2026-02-26 18:00", id="on 初一"),
        pytest.param("2026-02-27 15:00", 1, "2026-02-28 15:00", id="Saturday worked after 春节"),
        pytest.param("2026-01-04 10:00", 1, "2026-01-05 10:00", id="Sunday worked after 元旦"),
        pytest.param("2026-09-18 10:00", 2, "2026-09-21 10:00", id="Sunday worked before 国庆"),
        pytest.param("2026-09-24 10:00", 1, "2026-09-28 10:00", id="over 中秋"),
        pytest.param("2026-09-24 10:00", 5, "2026-10-09 10:00", id="over 中秋 and 国庆"),
        pytest.param("2026-10-01 10:00", 3, "2026-10-10 18:00", id="in 国庆, into a worked Saturday"),
        pytest.param("2026-12-28 10:00", 1, "2026-12-29 10:00", id="year end"),
        pytest.param("2026-12-31 10:00", 1, "2027-01-04 10:00", id="over 元旦, not announced"),
        pytest.param("2026-12-31 10:00", 2, "2027-01-05 10:00", id="into a year not announced"),
        pytest.param("2027-02-04 10:00", 1, "2027-02-15 10:00", id="春节 not announced"),
    ],
)
def test_due_moment_by_hand(received, n, due):
    assert due_at(at(received), n) == at(due)


def test_due_moment_is_in_shanghai_whatever_zone_came_in():
    received = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    due = due_at(received, 1)

    assert due.isoformat() == "2026-11-24T18:00:00+08:00"


@many
@given(INSTANTS, LIMITS, AREAS)
@example(at("2026-10-10 17:30"), 2, EARLY)
def test_due_moment_agrees_with_the_written_cases(received, n, area):
    assert due_at(received, n, area=area) == due_by_the_cases(received, n, area)


def test_due_moment_agrees_with_the_written_cases_every_hour_of_2026():
    hours = [at("2026-01-01 00:00") + timedelta(hours=n) for n in range(365 * 24)]

    wrong = [hour for hour in hours if due_at(hour, 1) != due_by_the_cases(hour, 1)]

    assert wrong == []


@some
@given(INSTANTS, LIMITS, AREAS)
def test_due_moment_lies_in_office_hours_after_opening(received, n, area):
    due = due_at(received, n, area=area)

    assert workdays.is_working_day(due.date())
    assert area.office_opens < due.time() <= area.office_closes
    assert due > received


@some
@given(INSTANTS, LIMITS, LIMITS, AREAS)
def test_limits_add_up(received, first, second, area):
    in_two_steps = due_at(due_at(received, first, area=area), second, area=area)

    assert in_two_steps == due_at(received, first + second, area=area)


@some
@given(INSTANTS, INSTANTS, LIMITS)
def test_earlier_received_is_never_due_later(one, other, n):
    earlier, later = sorted([one, other])

    assert due_at(earlier, n) <= due_at(later, n)


@some
@given(INSTANTS, LIMITS)
def test_longer_limit_is_due_later(received, n):
    assert due_at(received, n) < due_at(received, n + 1)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-24 08:30", "2026-11-24 17:30"),
        ("2026-11-24 08:45", "2026-11-25 08:45"),
        ("2026-11-24 17:30", "2026-11-25 17:30"),
        ("2026-11-24 17:45", "2026-11-25 17:30"),
    ],
)
def test_area_has_its_own_office_hours(received, due):
    assert due_at(at(received), 1, area=EARLY) == at(due)


@pytest.mark.parametrize("n", [0, -1])
def test_limit_below_one_day_is_refused(n):
    with pytest.raises(ValueError, match="at least one working day"):
        due_at(at("2026-11-24 10:00"), n)


def test_naive_datetime_is_refused():
    naive, aware = datetime(2026, 11, 24, 10), at("2026-11-24 10:00")

    for call in (
        lambda: due_at(naive, 1),
        lambda: deadline(naive, 1),
        lambda: office_time(naive, aware),
        lambda: office_time(aware, naive),
        lambda: explain(naive, aware),
    ):
        with pytest.raises(ValueError, match="aware"):
            call()


def test_office_that_never_opens_is_refused():
    with pytest.raises(ValueError, match="opens before it closes"):
        due_at(at("2026-11-24 10:00"), 1, area=Area(time(18), time(9)))


# --- deadline ---


def test_deadline_tells_half_time_and_warning():
    clock = deadline(datetime(2026, 9, 30, 2, tzinfo=UTC), 2)

    assert clock.starts_at.isoformat() == "2026-09-30T10:00:00+08:00"
    assert clock.half_at == at("2026-10-08 10:00")
    assert clock.warn_at == at("2026-10-08 15:24")
    assert clock.due_at == at("2026-10-09 10:00")
    assert clock.calendar_version == workdays.calendar_version()


@some
@given(INSTANTS, LIMITS, AREAS)
def test_half_time_and_warning_are_measured_in_office_time(received, n, area):
    clock = deadline(received, n, area=area)
    whole = office_time(clock.starts_at, clock.due_at, area=area)

    assert clock.starts_at < clock.half_at < clock.warn_at < clock.due_at
    assert office_time(clock.starts_at, clock.half_at, area=area) == whole / 2
    assert office_time(clock.starts_at, clock.warn_at, area=area) == whole * 4 / 5


@pytest.mark.parametrize(
    ("received", "provisional"),
    [
        ("2026-12-25 10:00", False),
        ("2026-12-28 08:00", False),
        ("2026-12-28 10:00", True),
        ("2026-12-31 10:00", True),
        ("2027-03-02 10:00", True),
        ("2040-03-02 10:00", True),
    ],
)
def test_deadline_is_provisional_once_an_unannounced_day_decides(received, provisional):
    assert deadline(at(received), 1).provisional is provisional


# --- office time ---


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-24 10:00", "2026-11-24 12:30", 2.5),
        ("2026-11-24 07:00", "2026-11-24 23:00", 9),
        ("2026-11-20 17:00", "2026-11-23 10:00", 2),
        ("2026-11-21 10:00", "2026-11-22 10:00", 0),
        ("2026-09-30 10:00", "2026-10-08 10:00", 9),
        ("2026-10-09 10:00", "2026-10-12 10:00", 18),
        ("2026-11-24 12:00", "2026-11-24 12:00", 0),
        ("2026-11-25 15:00", "2026-11-24 10:00", 0),
        ("2026-11-24 15:00", "2026-11-24 10:00", 0),
    ],
)
def test_office_time_by_hand(start, end, hours):
    assert office_time(at(start), at(end)) == timedelta(hours=hours)


@settings(max_examples=60, deadline=None, database=None)
@given(INSTANTS.map(lambda moment: moment.replace(second=0, microsecond=0)), st.integers(0, 9000), AREAS)
def test_office_time_agrees_with_counting_minutes(start, length, area):
    end = start + length * MINUTE

    assert office_time(start, end, area=area) == minutes_counted(start, end, area)


@some
@given(INSTANTS, LIMITS)
def test_office_time_undoes_the_limit(received, n):
    assert office_time(received, due_at(received, n)) == n * NINE_HOURS


@pytest.mark.slow
def test_office_time_has_an_answer_from_1990_to_2100():
    years = [datetime(year, 1, 1, tzinfo=UTC) for year in range(1990, 2102)]

    spans = [office_time(start, end) for start, end in pairwise(years)]

    assert office_time(years[0], years[-1]) == sum(spans, timedelta(0))
    assert all(235 * NINE_HOURS < span < 262 * NINE_HOURS for span in spans)


# --- explain ---


@pytest.mark.parametrize(
    ("received", "n", "sentence"),
    [
        ("2026-11-24 10:00", 1, ""),
        ("2026-11-24 10:00", 3, ""),
        ("2026-11-23 07:30", 1, "从当天09:00上班算起，当天就算一个工作日。"),
        ("2026-11-23 09:00", 1, "从当天09:00上班算起，当天就算一个工作日。"),
        ("2026-11-24 19:30", 1, "下班后收到，从11月25日（周三）上班算起。"),
        ("2026-11-20 19:30", 1, "下班后收到，从11月23日（周一）上班算起。"),
        ("2026-11-21 10:00", 1, "周末收到，从11月23日（周一）上班算起。"),
        ("2026-11-20 10:00", 1, "周末不算。"),
        ("2026-09-30 10:00", 1, "国庆放假，节后10月8日（周四）上班。"),
        ("2026-09-30 18:00", 1, "下班后收到，国庆放假，从10月8日（周四）上班算起。"),
        ("2026-10-03 10:00", 1, "国庆放假期间收到，从10月8日（周四）上班算起。"),
        ("2026-09-24 10:00", 5, "中秋、国庆放假，节后10月8日（周四）上班。"),
        ("2026-09-24 10:00", 9, "中秋、国庆放假，节后10月8日（周四）上班，10月10日（周六）为调休上班日。"),
        ("2026-10-09 10:00", 1, "10月10日（周六）为调休上班日。"),
        ("2026-10-10 10:00", 1, "10月10日（周六）为调休上班日，周日不算。"),
        ("2026-12-28 10:00", 1, "暂按平常工作日算，待国务院通知。"),
        ("2026-12-31 10:00", 1, "元旦放假，节后1月4日（周一）上班（暂按此算，待国务院通知）。"),
    ],
)
def test_slip_explains_the_limit(received, n, sentence):
    assert explain(at(received), due_at(at(received), n)) == sentence


def test_slip_explains_with_the_hours_of_the_area():
    received = at("2026-11-24 17:45")

    assert explain(received, due_at(received, 1, area=EARLY), area=EARLY).startswith("下班后收到")
    assert explain(received, due_at(received, 1)) == ""


def test_slip_has_nothing_to_explain_when_the_limit_is_past():
    assert explain(at("2026-11-24 10:00"), at("2026-11-24 10:00")) == ""


@some
@given(INSTANTS, LIMITS)
def test_slip_explains_in_one_sentence(received, n):
    sentence = explain(received, due_at(received, n))

    assert sentence.count("。") == bool(sentence)
    assert len(sentence) <= 90


def test_after_goes_on_in_office_time():
    start = at("2026-11-20 17:00")

    assert workdays.after(start, timedelta(hours=2)) == at("2026-11-23 10:00")
    assert workdays.after(start, timedelta(0)) == start


def test_wall_deadline_leaves_out_no_night_and_no_holiday():
    deadline = workdays.wall_deadline(at("2026-10-01 20:00"), 24)

    assert deadline.due_at == at("2026-10-02 20:00")
    assert deadline.half_at == at("2026-10-02 08:00")
    with pytest.raises(ValueError, match="at least one hour"):
        workdays.wall_deadline(at("2026-10-01 20:00"), 0)
