"""The wall for everybody, its display, the pages behind it, the book."""

import pytest
import time_machine
from django.urls import reverse

from stations.models import Station
from tests.access.walled import published, written
from tests.factories import House, StationFactory
from tests.keeping import Kept
from tests.tickets.loop import MONDAY, TUESDAY, ticket_in
from tickets.models import Rating, Ticket, WallEntry
from tickets.states import Status
from tickets.wall import book as books
from tickets.wall import editing, showing

TEXT = {"title": "楼道灯不亮", "words": "换了声控灯", "seen": 0}


def furnished():
    house = House()
    house.building.group = "21–24栋"
    house.building.save()
    tickets = [ticket_in(Status.CLOSED, house) for _ in range(5)]
    published(tickets[0], house)
    written(tickets[1], house, title="门锁转不动", words="换了锁芯")
    return house, tickets, [ticket_in(Status.CLAIMED, house), ticket_in(Status.WAITING, house)]


STAGE = Kept(furnished)


@pytest.fixture
def stage(db):
    with time_machine.travel(TUESDAY, tick=False):
        yield STAGE.stand()


@pytest.fixture
def house(stage):
    return stage[0]


@pytest.fixture
def tickets(stage):
    return stage[1]


def of_area(name, house):
    return reverse(f"tickets:{name}", args=[house.area.pk])


def of(name, ticket):
    return reverse(f"tickets:{name}", args=[ticket.number])


@pytest.mark.parametrize("name", ["wall", "wall_screen"])
def test_wall_shows_what_was_approved_and_nothing_of_the_ticket(client, house, tickets, name):
    answer = client.get(of_area(name, house))
    page = answer.content.decode()

    assert all(
        words in page
        for words in ("21–24栋一带", "厨房水管漏水", "试水两小时不漏", "11月", "安居物业", "满意")
    )
    for hidden in (tickets[0].number, "24栋<", "门锁", "燃气灶", "何敏", "周建华", "11月23日"):
        assert hidden not in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize("name", ["wall", "wall_screen"])
def test_what_is_taken_down_is_gone_with_the_next_look(client, client_of, house, tickets, name):
    client_of(house.secretary).post(of("wall_withdraw", tickets[0]))

    assert "厨房水管漏水" not in client.get(of_area(name, house)).content.decode()


def test_figures_and_what_is_worked_on_are_counted(client, house):
    month, [row] = showing.month(house.area, now=TUESDAY), showing.working(house.area, now=TUESDAY)

    assert (month.received, month.solved, month.content.good, month.content.n) == (7, 5, 5, 5)
    assert (row.category, row.count, row.week, row.waiting) == (house.category.name, 2, 1, 1)
    assert row.first_due == "11月30日（周一）前"
    page = client.get(of_area("wall", house)).content.decode()
    assert "5/5" in page and "11月30日（周一）前办好" in page


def test_too_few_give_no_rate(client, house):
    Rating.objects.filter(pk=Rating.objects.first().pk).delete()

    assert "样本少于5，不计率" in client.get(of_area("wall", house)).content.decode()


def test_worst_of_several_ratings_is_shown(house, tickets):
    given = Rating.objects.get(ticket=tickets[0])
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
def test_wall_asks_as_much_for_three_as_for_one(client, house, tickets, name, django_assert_num_queries):
    for ticket in tickets[2:4]:
        published(ticket, house)

    with django_assert_num_queries(5):
        client.get(of_area(name, house))


def test_text_is_sent_and_approved_on_pages(client, client_of, house, tickets):
    client_of(house.dispatcher).post(of("wall_write", tickets[2]), {**TEXT, "do": "propose"})
    page = client_of(house.secretary).get(of("wall_judge", tickets[2])).content.decode()
    assert "同意上墙" in page and "换了声控灯" in page

    client_of(house.secretary).post(of("wall_judge", tickets[2]), {"verdict": "approve", "seen": 1})

    assert "换了声控灯" in client.get(of_area("wall", house)).content.decode()


BAD = {
    "nothing": ({"title": "", "words": ""}, "写一写办成了什么样"),
    "too long": ({"words": "换" * 61}, "最多60字"),
    "phone": ({"words": "打一三八零零一三八零零零"}, "像电话号码：13800138000"),
    "name": ({"title": "王秀兰家的灯"}, "像姓名：王秀兰"),
    "room": ({"words": "５０２修好了"}, "像房号：502"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_may_not_stand_there_is_said_at_its_field(client_of, house, tickets, case):
    changes, sentence = BAD[case]
    tickets[2].reporters.update(name="王秀兰")

    answer = client_of(house.dispatcher).post(
        of("wall_write", tickets[2]), {**TEXT, "do": "propose", **changes}
    )

    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    assert all(str(value) in page for value in changes.values())
    assert not WallEntry.objects.filter(ticket=tickets[2]).exists()


def test_somebody_was_faster_and_nothing_typed_is_lost(client_of, house, tickets):
    body = {**TEXT, "words": "我写的另一稿", "do": "propose"}

    answer = client_of(house.dispatcher).post(of("wall_write", tickets[1]), body)

    assert answer.status_code == 409
    assert "刚刚被别人改过" in answer.content.decode() and "我写的另一稿" in answer.content.decode()


def test_own_text_shows_why_it_is_not_ours_to_approve(client_of, house, tickets):
    page = client_of(house.dispatcher).get(of("wall_judge", tickets[1])).content.decode()

    assert "要由另一位" in page and "同意上墙" not in page


def test_refusal_without_a_reason_is_asked_for_it(client_of, house, tickets):
    answer = client_of(house.secretary).post(of("wall_judge", tickets[1]), {"verdict": "refuse", "seen": 1})

    assert answer.status_code == 422
    assert editing.NO_REASON in answer.content.decode()


def test_parts_of_the_desk_hold_what_they_say(client_of, house, tickets):
    dispatcher = client_of(house.dispatcher)
    address = reverse("tickets:wall_desk")

    shown = {
        part: dispatcher.get(address, {"show": part}).context["rows"] for part in ("todo", "waiting", "wall")
    }

    assert {row["ticket"].pk for row in shown["todo"]} == {t.pk for t in tickets[2:]}
    assert [row["ticket"] for row in shown["waiting"]] == [tickets[1]]
    assert [row["ticket"] for row in shown["wall"]] == [tickets[0]]


def test_secretary_reads_no_drafts_and_nothing_to_write(client_of, house, tickets):
    editing.save(tickets[2], by=house.dispatcher, **{**TEXT, "title": "还没写完"}, propose=False, now=MONDAY)

    for part in ("todo", "back"):
        answer = client_of(house.secretary).get(reverse("tickets:wall_desk"), {"show": part})
        assert answer.context["part"] == "waiting"
        assert "还没写完" not in answer.content.decode()


def test_book_tells_what_is_on_the_wall_and_leaves_the_rest_to_be_written(client_of, house, tickets):
    book = books.of_station(house.station, MONDAY.date().replace(day=1), now=TUESDAY)

    assert [line.title for line in book.lines] == ["厨房水管漏水", *[""] * 6]
    assert {line.group for line in book.lines} == {"21–24栋"}
    assert (book.received, book.solved, book.content.n, book.left_out) == (7, 5, 5, 0)
    assert (book.lines[0].result, book.lines[0].rated, book.lines[5].result) == ("已解决", "满意", "办理中")
    page = client_of(house.lead).get(reverse("tickets:wall_book", args=[house.station.code])).content.decode()
    assert "厨房水管漏水" in page and tickets[0].number not in page and "燃气灶" not in page


def test_book_hides_the_place_among_fewer_than_five_and_leaves_out_withdrawn(house, tickets):
    Ticket.objects.filter(pk__in=[t.pk for t in tickets[2:]]).update(status="withdrawn")

    book = books.of_station(house.station, MONDAY.date().replace(day=1), now=TUESDAY)

    assert {line.group for line in book.lines} == {""}
    assert (len(book.lines), book.left_out) == (4, 3)


def test_book_of_another_month_is_empty_and_says_so(client_of, house):
    page = client_of(house.lead).get(
        reverse("tickets:wall_book", args=[house.station.code]), {"month": "2026-08"}
    )

    assert "这个月还没有接单" in page.content.decode()
