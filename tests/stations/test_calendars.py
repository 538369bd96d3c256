"""Which calendar answers: a community's own days, the years loaded, what is shipped; and when it is read at all.

Examples of 2027 hold while chinesecalendar ends with 2026; an upgrade asks to move them on.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from stations import announcement, calendars, shipped, stamps, workdays
from stations.calendars import Rows, YearDays, calendar_of
from stations.models import Area, CalendarDay, CalendarYear, LocalDay
from tests.factories import AreaFactory, UserFactory, at
from tests.stations.invented import this_year

DAY = timedelta(days=1)
NOW = at("2026-12-01 10:00")
NEXT = 2027
WEDNESDAY, SATURDAY = date(2026, 12, 2), date(2026, 12, 5)
# As a notice of 2027 could read: 元旦 with a worked Sunday, 春节 as in the statutory table.
NOTICE = YearDays(
    NEXT,
    {
        date(2026, 12, 31): "元旦",
        date(2027, 1, 1): "元旦",
        date(2027, 1, 2): "元旦",
        date(2027, 2, 8): "春节",
    },
    {date(2027, 1, 3), date(2026, 12, 27)},
)


def stored(days=NOTICE):
    """The rows as they lie in the database, with every area stamped."""
    year = CalendarYear.objects.create(year=days.year, source=days.source, loaded_at=NOW)
    CalendarDay.objects.bulk_create(
        CalendarDay(year=year, date=day.date, works=day.is_working, name=day.name)
        for day in days.days().values()
    )
    stamps.stamp(now=NOW)


def local_day(area, day=WEDNESDAY, *, works=False):
    row = LocalDay.objects.create(
        area=area, date=day, works=works, reason="换届选举", set_at=NOW, set_by=UserFactory()
    )
    stamps.stamp(now=NOW)
    return row


def fresh(area) -> Area:
    return Area.objects.get(pk=area.pk)


def dates(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


# The order, without a database ----------------------------------------------------------------------


def test_no_rows_are_the_shipped_calendar():
    assert calendar_of(Rows()) is shipped.SHIPPED


@pytest.mark.parametrize(
    ("text", "working", "name", "source", "provisional"),
    [
        pytest.param(
            "2026-12-31", False, "元旦", "notice", False, id="the notice reaches into the year before"
        ),
        pytest.param("2026-12-27", True, "调休上班", "notice", False, id="weekend worked in the year before"),
        pytest.param("2026-12-30", True, "", "chinesecalendar", False, id="no longer to be moved"),
        pytest.param("2026-12-26", False, "周末", "chinesecalendar", False, id="another year's day"),
        pytest.param("2027-01-03", True, "调休上班", "notice", False, id="weekend worked"),
        pytest.param("2027-02-05", True, "", "notice", False, id="not named in the notice, so worked"),
        pytest.param("2027-02-13", False, "周末", "notice", False, id="weekend"),
        pytest.param("2027-12-28", True, "", "notice", False, id="the last day that is final"),
        pytest.param("2027-12-29", True, "", "notice", True, id="the next notice may move it"),
        pytest.param("2028-01-04", True, "", "statutory", True, id="not announced"),
    ],
)
def test_year_loaded_answers_before_what_is_shipped(text, working, name, source, provisional):
    day = calendar_of(Rows().with_year(NOTICE)).day(date.fromisoformat(text))

    assert (day.is_working, day.name, day.source, day.provisional) == (working, name, source, provisional)


@pytest.mark.parametrize(
    ("day", "works", "name"), [(WEDNESDAY, False, "本社区不办公"), (SATURDAY, True, "本社区加开")]
)
def test_own_day_comes_over_everything_and_is_certain(day, works, name):
    rows = Rows().with_year(NOTICE).with_local(day, works)

    found = calendar_of(rows).day(day)

    assert (found.is_working, found.name, found.source, found.provisional) == (works, name, "local", False)
    assert calendar_of(rows.with_local(day, None)) is calendar_of(Rows().with_year(NOTICE))


def test_later_notice_holds_where_two_name_a_day():
    this_year = YearDays(2026, {date(2026, 1, 1): "元旦"}, {date(2026, 12, 31)})

    assert not calendar_of(Rows().with_year(this_year).with_year(NOTICE)).day(date(2026, 12, 31)).is_working
    assert calendar_of(Rows().with_year(this_year)).day(date(2026, 12, 31)).is_working


def test_rows_of_a_year_come_over_the_package_too():
    """As in 2019 and 2020, when the year's days were changed in the year."""
    rows = Rows().with_year(this_year(off={WEDNESDAY: "纪念日"}))

    assert not calendar_of(rows).day(WEDNESDAY).is_working
    assert [d for d in dates(date(2026, 1, 1), date(2026, 12, 28)) if _differs(calendar_of(rows), d)] == [
        WEDNESDAY
    ]


def test_calendar_refuses_a_datetime_whose_zone_it_would_have_to_guess():
    with pytest.raises(TypeError):
        calendar_of(Rows().with_year(NOTICE)).day(datetime(2027, 1, 1))


@pytest.mark.parametrize("year", range(2018, 2027))
def test_year_loaded_from_the_package_says_what_the_package_says(year):
    rows = Rows().with_year(calendars.package_year(year))

    days = dates(date(year, 1, 1), date(year, 12, 31))
    assert [d for d in days if _differs(calendar_of(rows), d, shipped.announced_day)] == []


def test_package_has_no_year_that_is_not_announced():
    assert calendars.package_year(shipped.LAST_ANNOUNCED_YEAR + 1) is None


def test_pasted_notice_of_2026_gives_exactly_the_days_of_the_package():
    text = Path(__file__).with_name("announcements") / "2026.txt"
    read = announcement.read(text.read_text(encoding="utf-8"))

    calendar = calendar_of(Rows().with_year(YearDays(read.year, read.days_off, read.worked)))

    assert [
        d for d in dates(date(2026, 1, 1), date(2026, 12, 31)) if _differs(calendar, d, shipped.announced_day)
    ] == []


def _differs(calendar, day, other=shipped.SHIPPED.day):
    one, two = calendar.day(day), other(day)
    return (one.is_working, one.name) != (two.is_working, two.name)


# Versions -------------------------------------------------------------------------------------------


def test_version_changes_with_every_change_and_comes_back_with_the_content():
    rows = Rows().with_year(NOTICE)
    others = [
        Rows(),
        rows.with_local(WEDNESDAY, False),
        rows.with_local(SATURDAY, True),
        rows.with_local(WEDNESDAY, True),
        rows.with_year(YearDays(NEXT, {**NOTICE.days_off, date(2027, 2, 9): "春节"}, NOTICE.worked)),
        rows.with_year(YearDays(NEXT, {**NOTICE.days_off, date(2027, 2, 8): "除夕"}, NOTICE.worked)),
        rows.with_year(YearDays(NEXT, NOTICE.days_off, ())),
        rows.with_year(YearDays(NEXT, NOTICE.days_off, NOTICE.worked, calendars.PACKAGE)),
    ]

    versions = [calendar_of(each).version for each in [rows, *others]]

    assert len(set(versions)) == len(versions)
    assert calendar_of(others[1].with_local(WEDNESDAY, None)).version == versions[0]
    assert all(len(version) <= 80 and version.startswith(shipped.SHIPPED.version) for version in versions)


@pytest.mark.django_db
def test_stamp_writes_only_what_has_changed():
    area, other = AreaFactory(), AreaFactory()
    stamps.stamp(now=NOW)
    Area.objects.update(recount_since=None)

    local_day(area)

    assert fresh(area).calendar_version != fresh(other).calendar_version == shipped.SHIPPED.version
    assert (fresh(area).recount_since, fresh(other).recount_since) == (NOW, None)
    assert stamps.stamp(now=NOW) == 0


@pytest.mark.django_db
def test_clocks_wait_since_the_first_of_several_changes():
    area = AreaFactory()
    local_day(area)

    LocalDay.objects.update(works=True)
    stamps.stamp(now=NOW + DAY)

    assert fresh(area).recount_since == NOW


# Reading --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_area_is_asked_in_the_order_own_days_years_shipped():
    area, other = AreaFactory(), AreaFactory()
    stored()
    local_day(area)

    mine, theirs = fresh(area).calendar, fresh(other).calendar

    assert [mine.day(WEDNESDAY).source, theirs.day(WEDNESDAY).source] == ["local", "chinesecalendar"]
    assert mine.day(date(2027, 1, 3)) == theirs.day(date(2027, 1, 3)) == workdays.day(date(2027, 1, 3))
    assert theirs.day(date(2028, 1, 3)).source == "statutory"


@pytest.mark.django_db
def test_withdrawn_day_counts_no_more():
    area = AreaFactory()
    LocalDay.objects.filter(pk=local_day(area).pk).update(withdrawn_at=NOW)
    stamps.stamp(now=NOW)

    assert fresh(area).calendar is shipped.SHIPPED


@pytest.mark.django_db
def test_limit_counts_by_the_communitys_days():
    area = AreaFactory()
    local_day(area)
    local_day(area, SATURDAY, works=True)

    due = [workdays.due_at(at("2026-12-01 10:00"), n, area=fresh(area)) for n in (1, 3)]

    assert due == [at("2026-12-03 10:00"), at("2026-12-05 10:00")]
    assert workdays.explain(NOW, due[1], area=fresh(area)) == (
        "12月2日（周三）本社区不办公，12月5日（周六）本社区加开。"
    )


@pytest.mark.django_db
def test_calendar_is_read_once_per_version(django_assert_num_queries):
    area = AreaFactory()
    local_day(area, date(2026, 12, 9))
    calendars.forget()
    held = fresh(area)

    with django_assert_num_queries(2):
        for _ in range(3):
            workdays.due_at(NOW, 5, area=held)
    with django_assert_num_queries(0):
        workdays.due_at(NOW, 5, area=Area(pk=area.pk, calendar_version=held.calendar_version))


@pytest.mark.django_db
def test_area_without_rows_asks_the_database_nothing(django_assert_num_queries):
    area = AreaFactory()

    with django_assert_num_queries(0):
        workdays.due_at(NOW, 5, area=area)


@pytest.mark.django_db
def test_what_was_read_is_kept_under_what_it_says():
    """A version whose change was rolled back, or that another change has overtaken, keeps nothing wrong."""
    area = AreaFactory()
    local_day(area)
    of_old = fresh(area)
    LocalDay.objects.update(date=WEDNESDAY + DAY)
    calendars.forget()

    read = of_old.calendar

    assert read.day(WEDNESDAY).is_working and read.version != of_old.calendar_version
    LocalDay.objects.update(date=WEDNESDAY)
    assert not of_old.calendar.day(WEDNESDAY).is_working


# Never an exception ---------------------------------------------------------------------------------


def test_no_database_at_all_is_answered_by_the_shipped_calendar():
    """These lines run without one: pytest refuses every connection."""
    assert workdays.day(date(2027, 1, 3)) == shipped.SHIPPED.day(date(2027, 1, 3))
    assert calendars.of(7, "something|never.seen") is shipped.SHIPPED


@pytest.mark.django_db
@pytest.mark.parametrize("when", ["read", "no area"])
def test_failing_database_is_answered_by_the_shipped_calendar(when):
    area = AreaFactory()
    local_day(area)
    held = fresh(area)
    calendars.forget()

    def fail(execute, sql, params, many, context):
        raise DatabaseError("server closed the connection unexpectedly")

    with connection.execute_wrapper(fail):
        calendar = held.calendar if when == "read" else workdays.calendar()

    assert calendar is shipped.SHIPPED
    assert not held.calendar.day(WEDNESDAY).is_working


@pytest.mark.django_db
def test_missing_rows_leave_the_shipped_answer():
    """A year without a single row is taken for unknown: not one holiday in it cannot be."""
    area = AreaFactory()
    stored()
    CalendarDay.objects.all().delete()
    stamps.stamp(now=NOW)

    assert fresh(area).calendar.day(date(2027, 1, 1)) == shipped.SHIPPED.day(date(2027, 1, 1))


@pytest.mark.django_db
def test_every_day_from_1990_to_2100_has_an_answer_beside_rows():
    area = AreaFactory()
    stored()
    local_day(area)

    calendar = fresh(area).calendar

    days = [calendar.day(day) for day in dates(date(1990, 1, 1), date(2100, 12, 31))]
    assert all(day.provisional or 2004 <= day.date.year <= NEXT for day in days)
