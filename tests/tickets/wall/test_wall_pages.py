"""The wall for everybody, its display, the pages behind it, the book."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stations.models import Station
from tests.access.walled import published
from tests.factories import House, StationFactory, at
from tests.keeping import Kept
from tests.tickets.loop import BAD, MONDAY, TUESDAY, resolved, ticket_in
from tests.tickets.wall.stages import TEXT, of, one_up_one_waiting
from tickets import workflow
from tickets.models import Clock, Rating, Ticket, WallEntry
from tickets.reports import periods, satisfaction
from tickets.states import Status
from tickets.wall import editing, nightly, showing
from tickets.wall.figures import Working, folded

STAGE = Kept(one_up_one_waiting)
pytestmark = pytest.mark.usefixtures("tuesday")


def of_area(name, house):
    return reverse(f"tickets:{name}", args=[house.area.pk])


@pytest.mark.parametrize("name", ["wall", "wall_screen"])
def test_wall_shows_what_was_approved_and_nothing_of_the_ticket(client, house, five, name):
    answer = client.get(of_area(name, house))
    page = answer.content.decode()

    assert all(
        words in page
        for words in ("21–24栋一带", "厨房水管漏水", "试水两小时不漏", "11月", "安居物业", "满意")
    )
    for hidden in (five[0].number, "24栋<", "门锁", "燃气灶", "何敏", "周建华", "11月23日"):
        assert hidden not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize("name", ["wall", "wall_screen"])
def test_what_is_taken_down_is_gone_with_the_next_look(client, client_of, house, five, name):
    """However often it was looked at before."""
    assert "厨房水管漏水" in client.get(of_area(name, house)).content.decode()

    client_of(house.secretary).post(of("wall_withdraw", five[0]))

    assert "厨房水管漏水" not in client.get(of_area(name, house)).content.decode()


def without_token(answer):
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


@pytest.mark.parametrize("name", ["wall", "wall_screen"])
def test_what_happens_today_is_not_read_off_the_wall(client, house, five, name):
    """Not received, answered, resolved, done again, rated, rated otherwise; counted anew all the same."""
    address = of_area(name, house)
    before = without_token(client.get(address, {"page": 2}))

    for status in (Status.CLAIMED, Status.CLOSED):
        ticket_in(status, house, TUESDAY)
    resolved(Ticket.objects.get(status=Status.CLAIMED, received_at__lt=TUESDAY), house, TUESDAY)
    workflow.reopen(Ticket.objects.get(pk=five[2].pk), by=house.dispatcher, reason="又漏了", now=TUESDAY)
    reporter = five[3].reporters.get()
    workflow.rate(Ticket.objects.get(pk=five[3].pk), by=reporter, round=1, **BAD, now=TUESDAY)

    cache.clear()
    assert without_token(client.get(address, {"page": 2})) == before


def test_figures_of_last_night_are_those_of_the_report(house):
    """Where nothing has happened since, and nothing was imported."""
    period = periods.month_of(MONDAY.date())
    here = Ticket.objects.in_community(house.area)
    [*_, line] = satisfaction.report(here, period, [house.area], now=TUESDAY).trend

    month = showing.month(house.area, now=TUESDAY)

    counted = (month.figures.received, month.figures.solved, month.figures.answered, month.figures.content)
    assert counted == (line.sums["received"], line.sums["solved"], line.rate("reply"), line.rate("content"))
    assert (line.sums["received"], line.sums["solved"], line.sums["good"]) == (7, 5, 5)


def test_what_was_late_last_night_counts_as_late(house):
    Clock.objects.filter(kind="reply", ticket__status=Status.CLAIMED).update(
        due_at=MONDAY, starts_at=MONDAY, met_at=None
    )

    figures = showing.month(house.area, now=TUESDAY).figures

    assert (figures.answered.good, figures.answered.n) == (5, 6)


def test_first_of_a_month_shows_the_month_before(house):
    assert showing.month(house.area, now=at("2026-12-01 08:00")).name == "11月"


def test_what_an_old_ledger_brings_changes_no_figure_and_no_card(house, five):
    """Imported tickets carry their number there; their ratings have a channel of their own."""
    entry = WallEntry.objects.on_wall().for_public().get()
    assert showing.card(entry, today=TUESDAY.date()).rated == "满意"

    Ticket.objects.filter(pk__in=[ticket.pk for ticket in five]).update(external_id=F("number"))
    Rating.objects.update(channel=Rating.Channel.LEDGER)

    figures = showing.month(house.area, now=TUESDAY).figures
    assert (figures.received, figures.solved, figures.answered.n, figures.content.n) == (2, 0, 0, 0)
    entry = WallEntry.objects.on_wall().for_public().get()
    assert showing.card(entry, today=TUESDAY.date()).rated == "未评价"


def test_too_few_give_no_rate_and_no_part_of_it(client, client_of, house, five):
    Ticket.objects.filter(pk=five[4].pk).update(external_id="2026-7")

    for name in ("wall", "wall_screen"):
        page = client.get(of_area(name, house)).content.decode()
        assert "样本少于5" in page and "4/4" not in page
    book = client_of(house.lead).get(reverse("tickets:wall_book", args=[house.station.code]))
    assert "样本少于5" in book.content.decode() and "4/4" not in book.content.decode()


def row(category, count, **parts):
    return Working(category, count, **{"over": 0, "week": count, "later": 0, "waiting": 0, **parts})


def test_few_of_a_category_are_told_with_others():
    rows = [row("水电", 7), row("门禁", 5), row("电梯", 2, over=1, week=1), row("绿化", 1)]

    assert folded(rows) == [row("水电", 7), row("其余类别", 8, over=1, week=7)]
    assert folded([row("水电", 7), row("门禁", 5)]) == [row("水电", 7), row("门禁", 5)]
    assert folded([row("水电", 4), row("门禁", 1)]) == [row("各类合计", 5)]
    assert folded([row("水电", 4)]) == []


def test_what_is_worked_on_is_told_by_category_from_five_on(client, house):
    page = client.get(of_area("wall", house)).content.decode()
    assert "不分类别和日子" in page and "7天内到期" not in page
    for _ in range(3):
        house.receive(now=MONDAY)
    cache.clear()

    [worked] = showing.working(house.area, now=TUESDAY).rows

    assert (worked.category, worked.count, worked.week, worked.waiting) == (house.category.name, 5, 4, 1)
    assert "7天内到期" in client.get(of_area("wall", house)).content.decode()


def test_worst_of_several_ratings_is_shown(house, five):
    given = Rating.objects.get(ticket=five[0])
    Rating.objects.filter(pk=given.pk).update(satisfied="mostly")
    [entry] = WallEntry.objects.on_wall().for_public()

    assert showing.card(entry, today=TUESDAY.date()).rated == "基本满意"


def test_wall_without_a_community_is_the_only_one_or_the_list(client, house):
    Station.objects.exclude(area=house.area).update(is_active=False)
    assert "厨房水管漏水" in client.get(reverse("tickets:wall")).content.decode()

    other = StationFactory().area

    page = client.get(reverse("tickets:wall")).content.decode()
    assert house.area.name in page and other.name in page and "厨房水管" not in page


def test_display_has_its_pages_and_begins_again(client, house):
    first, last = (client.get(of_area("wall_screen", house), {"page": n}) for n in (1, 2))

    assert first.context["page_obj"].paginator.num_pages == 2
    assert (first.context["next"], last.context["next"]) == (2, 1)
    assert "正在办的" in last.content.decode()


@pytest.mark.parametrize("name", ["wall", "wall_screen"])
def test_wall_asks_as_much_for_three_as_for_one(client, house, five, name, django_assert_num_queries):
    for ticket in five[2:4]:
        published(ticket, house)

    with django_assert_num_queries(7):
        client.get(of_area(name, house))


def counting(client, address):
    """How many statements count tickets, ratings or limits in a look at the page."""
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return sum("COUNT(" in query["sql"] or "tickets_event" in query["sql"] for query in asked)


@pytest.mark.parametrize("names", [("wall", "wall_screen"), ("wall_screen", "wall")])
def test_figures_of_last_night_are_counted_once_a_day(client, house, names):
    """By whichever page is looked at first; anew when what was kept is gone, and the next day."""
    first, second = (of_area(name, house) for name in names)
    assert counting(client, first) >= 4

    again = [counting(client, address) for address in (first, second, first)]

    assert max(again) <= 1  # how many pages of cards there are
    cache.clear()
    assert counting(client, second) >= 4
    with time_machine.travel(TUESDAY + timedelta(days=1), tick=False):
        assert counting(client, second) >= 4


def test_figures_of_one_community_are_not_anothers(client, house):
    other = House()
    client.get(of_area("wall", house))

    page = client.get(of_area("wall", other))

    assert page.context["month"].figures.received == 0
    assert client.get(of_area("wall", house)).context["month"].figures.received == 7


def test_nothing_is_kept_while_what_was_begun_before_midnight_may_still_be_written(client, house):
    midnight = at("2026-11-25 00:00")

    for minutes, kept in ((0, False), (1, False), (2, True)):
        nightly.of_community(house.area, now=midnight + timedelta(minutes=minutes))
        assert (cache.get(f"wall:{house.area.pk}:20261125") is not None) == kept


def test_text_is_sent_and_approved_on_pages(client, client_of, house, five):
    client_of(house.dispatcher).post(of("wall_write", five[2]), {**TEXT, "seen": 0, "do": "propose"})
    page = client_of(house.secretary).get(of("wall_judge", five[2])).content.decode()
    assert "同意上墙" in page and "换了声控灯" in page

    client_of(house.secretary).post(of("wall_judge", five[2]), {"verdict": "approve", "seen": 1})

    assert "换了声控灯" in client.get(of_area("wall", house)).content.decode()


UNFIT = {
    "nothing": ({"title": "", "words": ""}, "写一写办成了什么样"),
    "too long": ({"words": "换" * 61}, "最多60字"),
    "phone": ({"words": "打一三八零零一三八零零零"}, "像电话号码：13800138000"),
    "name": ({"title": "王秀兰家的灯"}, "像姓名：王秀兰"),
    "room": ({"words": "５０２修好了"}, "像房号：502"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_may_not_stand_there_is_said_at_its_field(client_of, house, five, case):
    changes, sentence = UNFIT[case]
    five[2].reporters.update(name="王秀兰")

    answer = client_of(house.dispatcher).post(
        of("wall_write", five[2]), {**TEXT, "seen": 0, "do": "propose", **changes}
    )

    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    assert all(str(value) in page for value in changes.values())
    assert not WallEntry.objects.filter(ticket=five[2]).exists()


def test_somebody_was_faster_and_nothing_typed_is_lost(client_of, house, five):
    body = {**TEXT, "seen": 0, "words": "我写的另一稿", "do": "propose"}

    answer = client_of(house.dispatcher).post(of("wall_write", five[1]), body)

    assert answer.status_code == 409
    assert "刚刚被别人改过" in answer.content.decode() and "我写的另一稿" in answer.content.decode()


def test_own_text_shows_why_it_is_not_ours_to_approve(client_of, house, five):
    page = client_of(house.dispatcher).get(of("wall_judge", five[1])).content.decode()

    assert "要由另一位" in page and "同意上墙" not in page


def test_refusal_without_a_reason_is_asked_for_it(client_of, house, five):
    answer = client_of(house.secretary).post(of("wall_judge", five[1]), {"verdict": "refuse", "seen": 1})

    assert answer.status_code == 422
    assert editing.NO_REASON in answer.content.decode()


def test_closed_ticket_leads_those_who_write_to_the_wall(client_of, house, five):
    link = of("wall_write", five[2])
    still_open = Ticket.objects.get(status=Status.CLAIMED)

    assert link in client_of(house.dispatcher).get(of("detail", five[2])).content.decode()
    assert link not in client_of(house.secretary).get(of("detail", five[2])).content.decode()
    page = client_of(house.dispatcher).get(of("detail", still_open)).content.decode()
    assert "写到回音壁" not in page


def test_parts_of_the_desk_hold_what_they_say(client_of, house, five):
    dispatcher = client_of(house.dispatcher)
    address = reverse("tickets:wall_desk")

    shown = {
        part: dispatcher.get(address, {"show": part}).context["rows"]
        for part in ("writable", "waiting", "wall")
    }

    assert {row["ticket"].pk for row in shown["writable"]} == {t.pk for t in five[2:]}
    assert [row["ticket"] for row in shown["waiting"]] == [five[1]]
    assert [row["ticket"] for row in shown["wall"]] == [five[0]]


def test_secretary_reads_no_drafts_and_nothing_to_write(client_of, house, five):
    editing.save(
        five[2], by=house.dispatcher, **{**TEXT, "seen": 0, "title": "还没写完"}, propose=False, now=MONDAY
    )

    for part in ("writable", "back"):
        answer = client_of(house.secretary).get(reverse("tickets:wall_desk"), {"show": part})
        assert answer.context["part"] == "waiting"
        assert "还没写完" not in answer.content.decode()
