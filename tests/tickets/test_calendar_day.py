"""One date of a community: looked at, closed or opened with a reason after a preview, and taken back."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry
from stations.models import LocalDay
from tests.factories import House, at
from tests.tickets.closures import held_elsewhere
from tickets import calendaring, recounting
from tickets.models import Clock, Event, Ticket

MONTH = reverse("tickets:calendar")
CLOSED = {"wanted": "close", "reason": "社区办公楼停电检修"}


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(at("2026-11-24 10:00"), tick=False):
        yield


@pytest.fixture
def dispatcher(house, client_of):
    return client_of(house.dispatcher)


@pytest.fixture
def impatient():
    """A page waits three seconds for a row, no longer; here a tenth of one."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
        yield
        cursor.execute("RESET lock_timeout")


def url(house, key="2026-11-25"):
    return reverse("tickets:calendar_day", args=[house.area.pk, key])


def text(answer):
    return answer.content.decode()


def reply_due(ticket):
    return Clock.objects.get(ticket=ticket, kind="reply").due_at


def test_day_is_seen_as_everywhere(house, dispatcher):
    page = dispatcher.get(url(house))

    assert page.context["sheet"].words == "上班"
    assert "<h2>本社区不办公</h2>" in text(page) and "会动的时限" not in text(page)


def test_preview_names_what_moves_and_changes_nothing(house, dispatcher):
    ticket, other = house.receive("楼道灯不亮"), House().receive("别处的")

    page = dispatcher.post(url(house), CLOSED)

    moves = page.context["moves"]
    assert [(row.number, row.kind) for row in moves.rows] == [
        (ticket.number, "答复"),
        (ticket.number, "办结"),
    ]
    assert (moves.rows[0].before, moves.rows[0].after) == (
        ("11月25日（周三）", "10:00"),
        ("11月26日（周四）", "10:00"),
    )
    assert (moves.total, moves.later, moves.sooner, moves.elsewhere) == (2, 2, 0, 0)
    assert ticket.get_absolute_url() in text(page) and other.number not in text(page)
    assert 'value="社区办公楼停电检修"' in text(page)
    assert not LocalDay.objects.exists() and reply_due(ticket) == at("2026-11-25 10:00")


def test_confirmed_closure_moves_the_clocks_and_is_written_down(house, dispatcher):
    ticket = house.receive("楼道灯不亮")

    answer = dispatcher.post(url(house), {**CLOSED, "sure": "1"}, follow=True)

    assert answer.redirect_chain == [(f"{MONTH}?area={house.area.pk}&month=2026-11", 302)]
    assert "11月25日（周三）本社区不办公，已经生效，2个时限跟着改了" in text(answer)
    assert reply_due(ticket) == at("2026-11-26 10:00")
    entry = AuditEntry.objects.get(action="calendar_changed")
    assert (entry.actor, entry.area, entry.detail) == (
        house.dispatcher, house.area, "2026-11-25不办公：社区办公楼停电检修",
    )  # fmt: skip


def test_ticket_page_tells_why_its_limit_moved(house, dispatcher):
    ticket = house.receive("楼道灯不亮")
    dispatcher.post(url(house), {**CLOSED, "sure": "1"})

    page = text(dispatcher.get(ticket.get_absolute_url()))

    assert "答复时限由11月25日（周三）10:00改到11月26日（周四）10:00" in page
    assert "11月25日（周三）本社区不办公" in page


def test_weekend_is_opened_and_limits_come_sooner(house, client_of):
    with time_machine.travel(at("2026-11-27 10:00"), tick=False):
        dispatcher, ticket = client_of(house.dispatcher), house.receive("楼道灯不亮")
        form = {"wanted": "open", "reason": "集中办理"}

        preview = dispatcher.post(url(house, "2026-11-28"), form)
        dispatcher.post(url(house, "2026-11-28"), {**form, "sure": "1"})

    assert "<h2>本社区加开</h2>" in text(preview) and preview.context["moves"].sooner == 2
    assert reply_due(ticket) == at("2026-11-28 10:00")


def test_second_press_of_the_button_is_told_that_it_stands(house, dispatcher):
    answers = [dispatcher.post(url(house), {**CLOSED, "sure": "1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert "11月25日（周三）已经有本地安排，先撤回再改" in text(answers[1])


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"wanted": "close", "reason": ""}, "写一句原因，例如：社区办公楼停电检修"),
        ({"wanted": "close", "reason": "x" * 61}, "最多60字，请写短一些"),
        ({"wanted": "close", "reason": "停电\n检修"}, "只写一行，不要换行"),
        ({"wanted": "close", "reason": " \u200b "}, "写明原因，例如：社区换届选举"),
        ({"wanted": "open", "reason": "集中办理"}, "11月25日（周三）本来就上班"),
    ],
)
def test_bad_input_is_told_and_kept(house, dispatcher, form, sentence):
    answer = dispatcher.post(url(house), {**form, "sure": "1"})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert form["reason"].strip().partition("\n")[0] in text(answer)
    assert not LocalDay.objects.exists()


def test_form_without_its_hidden_part_is_refused_whole(house, dispatcher):
    answer = dispatcher.post(url(house), {"reason": "停电", "sure": "1"})

    assert answer.status_code == 422 and not LocalDay.objects.exists()


# From one day to another -----------------------------------------------------------------------------

LONG = {**CLOSED, "until": "2026-12-01"}  # from Wednesday the 25th to Tuesday: five working days
OVER, TODAY_ONLY = "已经过去，定了就不能撤回", "今天的只能在今天撤回"
SEEN = {**LONG, "seen": "2026-12-01", "sure": "1"}


def closed_days():
    return list(LocalDay.objects.standing().order_by("date").values_list("date", flat=True))


def test_span_is_looked_at_before_it_holds(house, dispatcher):
    ticket = house.receive("楼道灯不亮")

    page = dispatcher.post(url(house), LONG)

    rows = page.context["moves"].rows
    assert [(row.number, row.after) for row in rows] == [
        (ticket.number, ("12月2日（周三）", "10:00")),
        (ticket.number, ("12月8日（周二）", "10:00")),
    ]
    assert "不办公5天：11月25日（周三）至27日（周五）、11月30日（周一）至12月1日（周二）" in text(page)
    assert "中间有2天本来就不上班，不用定" in text(page) and 'value="2026-12-01"' in text(page)
    assert not LocalDay.objects.exists()


def test_span_is_closed_with_one_line_in_the_books_and_one_event_a_limit(house, dispatcher):
    ticket = house.receive("楼道灯不亮")

    answer = dispatcher.post(url(house), SEEN, follow=True)

    assert closed_days() == [*(date(2026, 11, n) for n in (25, 26, 27, 30)), date(2026, 12, 1)]
    assert reply_due(ticket) == at("2026-12-02 10:00")
    assert "11月30日（周一）至12月1日（周二）本社区不办公，已经生效，2个时限跟着改了" in text(answer)
    entry = AuditEntry.objects.get(action="calendar_changed")
    assert entry.detail == "2026-11-25至2026-12-01不办公（5天）：社区办公楼停电检修"
    assert Event.objects.filter(ticket=ticket, verb="recount").count() == 2
    assert [entry.day for entry in answer.context["history"]] == [
        "11月25日（周三）至27日（周五）、11月30日（周一）至12月1日（周二）"
    ]


def test_days_off_of_a_span_are_opened(house, dispatcher):
    form = {"wanted": "open", "reason": "集中办理", "until": "2026-12-06", "seen": "2026-12-06", "sure": "1"}

    dispatcher.post(url(house, "2026-11-28"), form)

    opened = [date(2026, 11, 28), date(2026, 11, 29), date(2026, 12, 5), date(2026, 12, 6)]
    assert closed_days() == opened and not LocalDay.objects.filter(works=False).exists()


@pytest.mark.parametrize("seen", ["2026-11-25", "2026-12-02", "", "x"])
def test_span_that_was_not_looked_at_is_shown_again(house, dispatcher, seen):
    answer = dispatcher.post(url(house), {**SEEN, "seen": seen})

    assert answer.status_code == 409 and "请再看一遍" in text(answer)
    assert answer.context["span"].count == 5 and not LocalDay.objects.exists()


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("2026-11-24", "不能早于11月25日（周三）"),
        ("2026-12-26", "一次最多定31天，到12月25日（周五）为止；更长的分几次定"),
        ("9999-12-31", "一次最多定31天"),
        ("2026-02-30", "选一个日期，例如2026-12-01；只定一天就空着"),
        ("明天", "选一个日期，例如2026-12-01；只定一天就空着"),
    ],
)
def test_end_that_cannot_be_is_told_at_its_field_and_kept(house, dispatcher, until, sentence):
    answer = dispatcher.post(url(house), {**SEEN, "until": until, "seen": until})

    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors["until"][0]
    assert f'value="{until}"' in text(answer) and 'value="社区办公楼停电检修"' in text(answer)
    assert not LocalDay.objects.exists()


@pytest.mark.parametrize("sure", [{}, {"sure": "1"}])
def test_span_over_a_day_that_was_set_before_sets_nothing(house, dispatcher, sure):
    for day in (27, 30):
        calendaring.close_day(house.area, date(2026, 11, day), reason="年会", by=house.dispatcher)

    answer = dispatcher.post(url(house), {**LONG, "seen": "2026-12-01", **sure})

    assert answer.status_code == 422
    assert "11月27日（周五）等2天已经有本地安排，先撤回再改" in text(answer)
    assert 'value="2026-12-01"' in text(answer) and 'value="社区办公楼停电检修"' in text(answer)
    assert len(closed_days()) == 2


def test_longest_span_asks_no_more_than_one_day(house, dispatcher, django_assert_max_num_queries):
    house.receive("楼道灯不亮")
    with django_assert_max_num_queries(30) as one:
        dispatcher.post(url(house), CLOSED)

    with django_assert_max_num_queries(30) as many:
        dispatcher.post(url(house), {**CLOSED, "until": "2026-12-25"})

    assert len(many) == len(one)


@pytest.mark.parametrize("key", ["2026-02-30", "x", "2017-01-01", "2036-01-01", "2026-11-25x"])
def test_date_that_does_not_exist_is_not_found(house, dispatcher, key):
    assert dispatcher.get(url(house, key)).status_code == 404


@pytest.mark.parametrize("key", ["2026-11-10", "2028-03-01", "2026-11-22"])
def test_date_out_of_reach_offers_no_form(house, dispatcher, key):
    page = dispatcher.get(url(house, key))

    assert "现在改不了" in text(page) and 'name="reason"' not in text(page)


@pytest.mark.parametrize(
    ("key", "until", "sentences"),
    [
        ("2026-11-19", "2026-11-26", ["11月19日（周四）至20日（周五）、11月23日（周一）" + OVER, TODAY_ONLY]),
        ("2026-11-23", "", ["11月23日（周一）" + OVER]),
        ("2026-11-24", "", [TODAY_ONLY]),
        ("2026-11-25", "2026-11-26", []),
    ],
)
def test_preview_says_which_days_cannot_be_taken_back(house, dispatcher, key, until, sentences):
    page = dispatcher.post(url(house, key), {**CLOSED, "until": until})

    assert page.context["span"].back == "".join(f"{sentence}。" for sentence in sentences)
    assert page.context["span"].back in text(page)


@pytest.mark.parametrize("fields", [{"until": "9999-12-31"}, {"reason": ""}])
def test_what_cannot_be_typed_for_a_day_out_of_reach_is_still_answered(house, dispatcher, fields):
    answer = dispatcher.post(url(house, "2035-12-31"), {**CLOSED, **fields})

    assert answer.status_code == 422
    assert "没有保存" in text(answer) and "2035年12月31日（周一）的安排现在改不了" in text(answer)


def test_end_that_cannot_be_of_a_day_that_is_set_is_still_answered(house, dispatcher):
    dispatcher.post(url(house), {**CLOSED, "sure": "1"})

    answer = dispatcher.post(url(house), {**CLOSED, "until": "9999-12-31"})

    assert answer.status_code == 422 and "已经有本地安排，先撤回再改" in text(answer)


@pytest.mark.parametrize("who", ["volunteer", "lead", "staff", "unit_lead", "secretary", "admin"])
def test_others_than_dispatchers_are_refused(house, client_of, who):
    client = client_of(getattr(house, who))

    assert [client.get(url(house)).status_code, client.post(url(house), CLOSED).status_code] == [403, 403]


def test_other_communities_day_reads_like_a_missing_one(house, dispatcher):
    foreign, missing = url(House()), reverse("tickets:calendar_day", args=[10**9, "2026-11-25"])

    assert [dispatcher.get(address).status_code for address in (foreign, missing)] == [404, 404]
    assert dispatcher.post(foreign, {**CLOSED, "sure": "1"}).status_code == 404
    assert not LocalDay.objects.exists()


def test_number_of_queries_does_not_depend_on_what_moves(house, dispatcher, django_assert_max_num_queries):
    house.receive("楼道灯不亮")
    with django_assert_max_num_queries(30) as one:
        dispatcher.post(url(house), CLOSED)
    house.receive("水管漏水")
    house.receive("电梯停了")

    with django_assert_max_num_queries(30) as three:
        dispatcher.post(url(house), CLOSED)

    assert len(three) == len(one)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_closure_is_said_to_hold_while_somebody_is_at_a_ticket(house, dispatcher, impatient):
    ticket = house.receive("楼道灯不亮")
    due = reply_due(ticket)

    with held_elsewhere(Ticket.objects.filter(pk=ticket.pk)):
        page = dispatcher.post(url(house), {**CLOSED, "sure": "1"}, follow=True)

    assert "已经生效，时限过一两分钟跟着改" in text(page)
    assert LocalDay.objects.standing().count() == 1 and reply_due(ticket) == due
    recounting.recount()
    assert reply_due(ticket) > due
