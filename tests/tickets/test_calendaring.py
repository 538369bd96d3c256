"""Who changes the working calendar, what is refused with which sentence, and what is written down of it."""

from datetime import date, timedelta

import pytest

from accounts.models import AuditEntry
from notices.models import Notice
from stations import calendars, shipped
from stations.calendars import YearDays
from stations.models import Area, CalendarDay, CalendarYear, LocalDay
from tests.factories import House, at, person
from tests.tickets.closures import NOON, SATURDAY, TUESDAY, close, due, fresh_area, opened
from tickets import calendaring, workflow

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
NOTICE = YearDays(2027, {date(2026, 12, 31): "元旦", date(2027, 1, 1): "元旦"}, {date(2027, 1, 3)})


def apply(house, days=NOTICE, **how):
    return calendaring.apply_notice(days, by=house.dispatcher, now=NOON, **how)


def entries():
    return list(AuditEntry.objects.filter(action="calendar_changed").order_by("pk"))


def national():
    return calendars.calendar_of(calendars.rows_of(None))


def listed():
    return list(CalendarDay.objects.values_list("year", "date", "works", "name").order_by("date"))


# A year's notice ------------------------------------------------------------------------------------


def test_notice_holds_in_every_community_at_once(house):
    other = House()

    assert apply(house, document="国办发明电〔2026〕9号")

    year = CalendarYear.objects.get()
    assert (year.year, year.source, year.document) == (2027, "notice", "国办发明电〔2026〕9号")
    assert (year.loaded_at, year.loaded_by) == (NOON, house.dispatcher)
    assert listed() == [
        (2027, date(2026, 12, 31), False, "元旦"),
        (2027, date(2027, 1, 1), False, "元旦"),
        (2027, date(2027, 1, 3), True, "调休上班"),
    ]
    for area in (fresh_area(house), fresh_area(other)):
        assert area.calendar.day(date(2027, 1, 3)).is_working
        assert area.recount_since == NOON


def test_loaded_year_is_told_to_every_community(house):
    other = House()

    apply(house)
    apply(house)
    calendaring.withdraw_notice(2027, by=house.dispatcher, now=NOON + DAY)

    told = Notice.objects.filter(effect__startswith="year:2027").order_by("pk")
    loaded, taken_back = told[:3], told[3:]
    assert {n.recipient for n in loaded} == {house.secretary, other.dispatcher, other.secretary}
    assert {n.recipient for n in taken_back} == {n.recipient for n in loaded}
    who = f"{house.dispatcher}（{house.area}派单员）"
    assert f"{who}录入2027年放假安排：放假2天" in loaded[0].text
    assert f"{who}撤回2027年放假安排" in taken_back[0].text


def test_notice_is_written_down_with_who_and_how_many_days(house):
    apply(house)

    [entry] = entries()
    assert (entry.actor, entry.area, entry.at) == (house.dispatcher, house.area, NOON)
    assert entry.detail == "录入2027年放假安排：放假2天，调休上班1天"


def test_same_notice_again_changes_and_writes_nothing(house):
    apply(house)
    Area.objects.update(recount_since=None)

    assert not apply(house)

    assert len(entries()) == 1
    assert not Area.objects.exclude(recount_since=None).exists()


def test_another_notice_of_the_year_takes_the_place_of_the_first(house):
    apply(house)

    apply(house, YearDays(2027, {date(2027, 1, 4): "元旦"}, ()))

    assert listed() == [(2027, date(2027, 1, 4), False, "元旦")]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (YearDays(2027, {}, ()), "没有读到"),
        (YearDays(2027, {date(2028, 1, 1): "元旦"}, ()), "不在2027年"),
        (YearDays(2027, {date(2026, 12, 24): "元旦"}, ()), "不在2027年"),
        (YearDays(2027, {date(2027, 1, 1): "元旦"}, {date(2027, 1, 1)}), "又放假又上班"),
    ],
)
def test_days_that_cannot_be_are_refused(house, days, sentence):
    with pytest.raises(workflow.Invalid, match=sentence):
        apply(house, days)

    assert not CalendarYear.objects.exists() and not entries()


@pytest.mark.parametrize("who", ["volunteer", "lead", "staff", "unit_lead", "secretary"])
def test_notice_is_for_dispatchers_and_the_admin(house, who):
    with pytest.raises(workflow.NotAllowed, match="派单员"):
        calendaring.apply_notice(NOTICE, by=getattr(house, who), now=NOON)

    assert not CalendarYear.objects.exists()
    assert calendaring.apply_notice(NOTICE, by=house.admin, now=NOON)


# A community's own days -----------------------------------------------------------------------------


def test_closure_holds_here_and_nowhere_else(house):
    other = House()

    local = close(house)

    assert not fresh_area(house).calendar.day(TUESDAY).is_working
    assert fresh_area(other).calendar.day(TUESDAY).is_working
    assert (local.reason, local.set_by, local.set_at) == ("停电检修", house.dispatcher, NOON)


@pytest.mark.parametrize(
    ("change", "detail"),
    [(close, "2026-11-24不办公：停电检修"), (opened, "2026-11-28加开一天：年终加班")],
)
def test_own_day_is_written_down_with_its_reason(house, change, detail):
    change(house)

    [entry] = entries()
    assert (entry.actor, entry.area, entry.detail) == (house.dispatcher, house.area, detail)


def test_withdrawing_brings_the_day_back_and_keeps_who_and_when(house):
    local = close(house)

    calendaring.withdraw(local, by=house.dispatcher, now=NOON)
    calendaring.withdraw(local, by=house.dispatcher, now=NOON + DAY)

    local.refresh_from_db()
    assert (local.withdrawn_at, local.withdrawn_by) == (NOON, house.dispatcher)
    assert fresh_area(house).calendar is shipped.SHIPPED
    assert [entry.detail for entry in entries()] == [
        "2026-11-24不办公：停电检修",
        "撤回2026-11-24不办公：停电检修",
    ]
    assert close(house).pk != local.pk


@pytest.mark.parametrize(
    ("change", "day", "sentence"),
    [
        (close, TODAY - 8 * DAY, "日期要在一周前起"),
        (close, TODAY + 401 * DAY, "400天以内"),
        (opened, TODAY, "日期要在明天起"),
        (close, SATURDAY, "本来就不上班"),
        (opened, TUESDAY, "本来就上班"),
    ],
)
def test_day_that_cannot_be_set_is_refused_at_the_date(house, change, day, sentence):
    with pytest.raises(workflow.Invalid, match=sentence) as refusal:
        change(house, day)

    assert refusal.value.field == "date"
    assert not LocalDay.objects.exists() and not entries()


def test_day_set_twice_is_refused(house):
    close(house)

    with pytest.raises(workflow.Invalid, match="先撤回再改"):
        close(house)


@pytest.mark.parametrize("reason", ["", "　 ", "长" * 61])
def test_day_without_a_fitting_reason_is_refused(house, reason):
    with pytest.raises(workflow.Invalid) as refusal:
        calendaring.close_day(house.area, TUESDAY, reason=reason, by=house.dispatcher, now=NOON)

    assert refusal.value.field == "reason"
    assert not LocalDay.objects.exists()


@pytest.mark.parametrize("who", ["volunteer", "staff", "unit_lead", "secretary", "admin", "stranger"])
def test_own_days_are_for_the_communitys_dispatcher(house, who):
    by = House().dispatcher if who == "stranger" else getattr(house, who)
    local = close(house, TUESDAY + DAY)

    for change in (
        lambda: calendaring.close_day(house.area, TUESDAY, reason="停电", by=by, now=NOON),
        lambda: calendaring.open_day(house.area, SATURDAY, reason="加班", by=by, now=NOON),
        lambda: calendaring.withdraw(local, by=by, now=NOON),
    ):
        with pytest.raises(workflow.NotAllowed, match="本社区的派单员"):
            change()

    assert len(entries()) == 1


def test_closure_is_withdrawn_through_its_day(house):
    local = close(house)

    calendaring.withdraw(local, by=house.dispatcher, now=at("2026-11-24 23:59"))

    assert fresh_area(house).calendar.day(TUESDAY).is_working


@pytest.mark.parametrize(("change", "day"), [(close, 25), (opened, 29)])
def test_day_that_is_over_is_not_withdrawn(house, change, day):
    local = change(house)

    with pytest.raises(workflow.Conflict, match="已经过去，不能再撤回"):
        calendaring.withdraw(local, by=house.dispatcher, now=at(f"2026-11-{day} 00:00"))

    assert LocalDay.objects.standing().get() == local and len(entries()) == 1


def test_days_set_in_one_go_are_withdrawn_in_one_go_from_today_on(house):
    span = calendaring.set_days(
        house.area, TODAY, TODAY + 7 * DAY, works=False, reason="停电检修", by=house.dispatcher, now=NOON
    )
    alone = close(house, date(2026, 12, 3), now=NOON + DAY)

    calendaring.withdraw(span[2], by=house.dispatcher, together=True, now=NOON + DAY)

    assert list(LocalDay.objects.standing()) == [span[0], alone]
    assert entries()[-1].detail.startswith("撤回2026-11-24至2026-11-30不办公（5天）：停电检修；")
    assert len(entries()) == 3


def test_only_the_days_that_were_seen_are_withdrawn(house):
    span = calendaring.set_days(
        house.area, TUESDAY, TUESDAY + 2 * DAY, works=False, reason="停电", by=house.dispatcher, now=NOON
    )
    seen = [day.pk for day in span]
    calendaring.withdraw(span[2], by=house.dispatcher, now=NOON)

    with pytest.raises(workflow.Conflict, match="请再看一遍"):
        calendaring.withdraw(span[0], by=house.dispatcher, together=True, seen=seen, now=NOON)

    assert list(LocalDay.objects.standing()) == span[:2]
    assert calendaring.withdraw(span[0], by=house.dispatcher, together=True, seen=seen[:2], now=NOON)


def test_closure_taken_back_on_its_day_is_told_to_the_secretaries(house):
    local = close(house, TODAY)

    calendaring.withdraw(local, by=house.dispatcher, now=NOON)
    calendaring.withdraw(close(house), by=house.dispatcher, now=NOON)

    told = [notice.text for notice in Notice.objects.filter(recipient=house.secretary).order_by("pk")]
    assert len(told) == 2 and "把11月23日（周一）定为不办公" in told[0]
    stays = "不办公期间本来已经到期的，从撤回起最多再给一个工作日"
    back = f"{house.dispatcher.name}撤回了11月23日（周一）的不办公，有的时限因此提前；{stays}，请核对"
    assert back in told[1]
    details = [entry.detail for entry in entries() if "撤回" in entry.detail]
    assert details == [f"撤回2026-11-23不办公：停电检修；{stays}", "撤回2026-11-24不办公：停电检修"]


def test_day_closed_after_it_began_is_told_to_the_secretaries(house):
    above = person("secretary", area=house.area.parent)
    elsewhere = House().secretary

    close(house, TODAY - 3 * DAY)
    close(house, TODAY)
    close(house, TUESDAY)

    told = Notice.objects.filter(effect__startswith="day_gone").order_by("recipient", "pk")
    words = [f"把11月{day}定为不办公（停电检修）" for day in ("20日（周五）", "23日（周一）")]
    assert [notice.recipient for notice in told] == [house.secretary] * 2 + [above] * 2
    assert all(word in notice.text for word, notice in zip(words * 2, told, strict=True))
    assert elsewhere not in {notice.recipient for notice in told}


def test_span_that_has_begun_is_told_once_with_its_ends(house):
    calendaring.set_days(
        house.area, TODAY - 3 * DAY, TUESDAY, works=False, reason="停电检修", by=house.dispatcher, now=NOON
    )

    told = Notice.objects.get(recipient=house.secretary, effect__startswith="day_gone")
    assert "把11月20日（周五）至24日（周二）定为不办公（停电检修）" in told.text


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (TODAY - DAY, "结束的日子不能早于11月23日（周一）"),
        (TODAY + 31 * DAY, "一次最多定31天"),
    ],
)
def test_span_that_cannot_be_is_refused_at_its_end(house, last, sentence):
    with pytest.raises(workflow.Invalid, match=sentence) as refusal:
        calendaring.set_days(
            house.area, TODAY, last, works=False, reason="停电", by=house.dispatcher, now=NOON
        )

    assert refusal.value.field == "until" and not LocalDay.objects.exists()


def test_end_of_a_span_out_of_reach_is_refused(house):
    first = TODAY + 399 * DAY
    with pytest.raises(workflow.Invalid, match="400天以内") as refusal:
        calendaring.set_days(
            house.area, first, first + 2 * DAY, works=False, reason="停电", by=house.dispatcher, now=NOON
        )

    assert refusal.value.field == "until"


def test_opening_taken_back_on_its_day_is_told_to_the_secretaries(house):
    local = opened(house)
    before = Notice.objects.filter(recipient=house.secretary).exists()

    calendaring.withdraw(local, by=house.dispatcher, now=at("2026-11-28 16:00"))

    assert not before
    told = Notice.objects.get(recipient=house.secretary).text
    assert "撤回了11月28日（周六）的加开" in told and "最多再给一个工作日" not in told + entries()[-1].detail


def test_ticket_filed_after_the_closure_counts_it_at_once(house):
    close(house)
    house.station.area.refresh_from_db()

    assert due(house.receive(now=NOON)) == at("2026-11-25 12:00")
