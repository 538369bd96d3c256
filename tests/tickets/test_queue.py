"""The dispatcher's queue: what waits in which order, what is proposed, where one stands after each step."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AreaFactory,
    BuildingFactory,
    CategoryFactory,
    House,
    PostFactory,
    RuleFactory,
    StationFactory,
    UnitFactory,
    person,
)
from tickets import routing, waiting, workflow
from tickets.models import Rule, Ticket

QUEUE = reverse("tickets:queue")


@pytest.fixture
def dispatcher(house, client_of):
    return client_of(house.dispatcher)


def numbers(page):
    return [row["ticket"].number for row in page.context["rows"]]


def text(answer):
    return answer.content.decode()


def hand_back(house, ticket, reason="这是户内水管，请找维修队"):
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.hand_back(ticket, by=house.staff, reason=reason)
    return ticket


@pytest.mark.parametrize("who", ["volunteer", "lead", "staff", "unit_lead", "secretary", "admin", "outsider"])
def test_queue_is_refused_to_others(house, client_of, who):
    house.receive("厨房燃气灶")

    answer = client_of(getattr(house, who)).get(QUEUE)

    assert answer.status_code == 403
    assert "厨房燃气灶" not in text(answer)


def test_queue_refuses_strangers_and_wrong_methods(dispatcher, client):
    assert client.get(QUEUE).status_code == 302
    assert dispatcher.post(QUEUE).status_code == 405


def test_queue_holds_what_nobody_has_sent_on_overdue_first(house, dispatcher):
    new = house.receive("楼道灯不亮")
    late = house.receive("墙皮脱落", now=timezone.now() - timedelta(days=20))
    workflow.dispatch(house.receive(), by=house.dispatcher, unit=house.unit)

    page = dispatcher.get(QUEUE)

    assert numbers(page) == [late.number, new.number]
    assert page.context["ticket"] == late
    assert not page.context["is_open"]


def test_queue_of_another_community_stays_unseen(house, dispatcher):
    other = House().receive("别处的事")

    page = dispatcher.get(QUEUE, {"ticket": other.number})

    assert "别处的事" not in text(page) and numbers(page) == []


def test_tabs_count_and_sieve(house, dispatcher):
    late = house.receive(now=timezone.now() - timedelta(days=20))
    back = hand_back(house, house.receive())
    bare = house.receive(category=None)

    pages = {tab: numbers(dispatcher.get(QUEUE, {"show": tab})) for tab in waiting.TABS}

    assert pages["overdue"] == [late.number]
    assert pages["returned"] == [back.number]
    assert set(pages["unproposed"]) == {back.number, bare.number}
    counts = [(sieve["label"], sieve["count"]) for sieve in dispatcher.get(QUEUE).context["sieves"]]
    assert counts == [("全部", 3), ("超时", 1), ("退单", 1), ("无建议", 2)]


@pytest.mark.parametrize(
    "query", [{"show": "status"}, {"show": ""}, {"page": "x"}, {"page": "-1"}, {"page": "9" * 30}]
)
def test_nonsense_in_the_address_gives_the_whole_queue(house, dispatcher, query):
    ticket = house.receive()

    assert numbers(dispatcher.get(QUEUE, query)) == [ticket.number]


def test_chosen_ticket_is_shown_with_its_reporter_in_full(house, dispatcher):
    ticket = house.receive(
        "卫生间渗水。已经滴到楼下。", name="王秀兰", phone="13812341234", room="502", place="2单元"
    )
    house.receive()

    page = dispatcher.get(QUEUE, {"ticket": ticket.number})

    assert page.context["ticket"] == ticket and page.context["is_open"]
    for words in ("已经滴到楼下", "王秀兰", "13812341234", "502", "24栋·2单元", house.station.name, "刘桂芳"):
        assert words in text(page)


def test_rule_is_proposed_chosen_and_explained(house, dispatcher):
    house.receive()

    page = dispatcher.get(QUEUE)

    assert [chip["label"] for chip in page.context["units"] if chip["attrs"]["checked"]] == ["安居物业"]
    assert page.context["why"] == f"规则：24栋{house.category}归物业"
    assert text(page).count(" checked") == 1


def test_unit_that_handed_back_is_not_proposed_again(house, dispatcher):
    hand_back(house, house.receive())

    page = dispatcher.get(QUEUE)

    assert page.context["why"] == "安居物业刚退回，请另选"
    assert not any(chip["attrs"]["checked"] for chip in page.context["units"])
    assert "安居物业退单" in text(page) and "请找维修队" in text(page)


def test_what_came_back_otherwise_is_no_hand_back(house, dispatcher):
    ticket = hand_back(house, house.receive())
    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake")
    workflow.restore(ticket, by=house.dispatcher, reason="撤错了")

    page = dispatcher.get(QUEUE)

    assert not page.context["rows"][0]["entry"].handed_back_by
    assert "撤错了" in text(page)


def reasons(house):
    """A category for each way a rule can end, and what the queue says then."""
    closed = UnitFactory(area=house.area, name="旧物业", is_active=False)
    rules = {
        "归房管服务中心": {"unit": house.other_unit},
        "规则里的旧物业已停用": {"unit": closed},
        "定不下是哪一家": {"unit_kind": "other"},
        "没有规则": {},
    }
    for words, fields in rules.items():
        category = CategoryFactory()
        RuleFactory(category=category, area=house.area, **fields)
        yield house.receive(category=category), words


def test_every_outcome_of_a_rule_is_said(house, dispatcher):
    for ticket, words in reasons(house):
        assert words in dispatcher.get(QUEUE, {"ticket": ticket.number}).context["why"]
    bare = house.receive(category=None)
    assert dispatcher.get(QUEUE, {"ticket": bare.number}).context["why"] == "没选类别，请选单位"


def test_queue_and_rule_propose_the_same(house):
    centre = UnitFactory(area=house.area, kind="property_centre")
    own = BuildingFactory(area=house.area)
    own.units.add(centre, UnitFactory(area=house.area))
    for unit in house.area.units.all():
        person("unit_staff", unit=unit)
    places = [house.building, own, BuildingFactory(area=house.area), None]
    kinds = ["property", "property_centre", "housing", "volunteer_team", ""]
    categories = [RuleFactory(area=house.area, unit_kind=kind).category for kind in kinds]
    categories += [RuleFactory(area=house.area, unit=house.other_unit).category, CategoryFactory(), None]
    tickets = [house.receive(category=c, building=b) for c in categories for b in places]

    proposed = {
        entry.number: entry.proposed for entry in waiting.Queue(house.dispatcher, now=timezone.now()).all
    }

    assert proposed == {ticket.number: routing.propose(ticket) for ticket in tickets}
    assert proposed == {ticket.number: _by_rule(ticket) for ticket in tickets}
    assert len(set(proposed.values())) > 3


def _by_rule(ticket):
    rule = Rule.objects.for_ticket(area=ticket.area, category=ticket.category)
    return rule.propose(ticket.building) if rule else None


def test_dispatching_leads_to_the_next_ticket_with_a_message(house, dispatcher):
    first, second = house.receive("一"), house.receive("二")
    first, second = (Ticket.objects.get(number=n) for n in numbers(dispatcher.get(QUEUE)))
    onward = dispatcher.get(QUEUE).context["onward_url"]
    url = reverse("tickets:dispatch", args=[first.number])

    page = dispatcher.post(url, {"unit": house.unit.pk, "next": onward}, follow=True)

    first.refresh_from_db()
    assert first.unit == house.unit
    assert page.context["ticket"] == second and page.context["is_open"]
    assert "已派给安居物业" in text(page) and "今天已派 1 单" in text(page)
    assert page.context["again"] == url


def test_ticket_that_somebody_else_sent_meanwhile_is_not_sent_again(house, dispatcher, client_of):
    ticket, other = house.receive(), UnitFactory(area=house.area)
    person("unit_staff", unit=other)
    page, url = text(dispatcher.get(QUEUE)), reverse("tickets:dispatch", args=[ticket.number])
    first = person("dispatcher", area=house.area, name="何敏")
    client_of(first).post(url, {"unit": house.unit.pk, "seen": "0"})

    answers = [dispatcher.post(url, {"unit": unit.pk, "seen": "0"}) for unit in (house.unit, other)]

    sent = timezone.localtime(ticket.events.get(verb="dispatch").at)
    assert 'name="seen" value="0"' in page
    for answer in answers:
        assert answer.status_code == 409
        assert f"已由何敏在今天 {sent:%H:%M} 派给安居物业" in text(answer)
        assert f'href="{ticket.get_absolute_url()}">看最新情况' in text(answer)
        assert "那里要有人" not in text(answer) and "改派要写原因" not in text(answer)
    assert ticket.events.filter(verb="dispatch").count() == 1


def test_own_second_press_leads_on_and_a_page_that_knows_the_unit_sends_elsewhere(house, dispatcher):
    ticket, other = house.receive(), UnitFactory(area=house.area)
    person("unit_staff", unit=other)
    url = reverse("tickets:dispatch", args=[ticket.number])
    again = [dispatcher.post(url, {"unit": house.unit.pk, "seen": "0", "next": QUEUE}) for _ in range(2)]
    knows = dispatcher.get(url).context["form"]["seen"].value()

    late = dispatcher.post(url, {"unit": other.pk, "seen": "0", "reason": "户内的"})
    sent = dispatcher.post(url, {"unit": other.pk, "seen": knows, "reason": "户内的"})

    assert [answer.status_code for answer in again] == [302, 302]
    assert late.status_code == 409 and "户内的" in text(late)
    assert sent.status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).unit == other


def test_last_dispatch_is_offered_again_only_while_it_is_open(house, dispatcher):
    ticket = house.receive()
    for unit in (house.other_unit, house.unit):
        workflow.dispatch(ticket, by=house.dispatcher, unit=unit, reason="户内的")
    workflow.withdraw(ticket, by=house.dispatcher, reason="mistake")

    page = dispatcher.get(QUEUE)

    assert (page.context["sent_today"], page.context["again"]) == (1, "")


def test_neighbours_follow_the_tab(house, dispatcher):
    for _ in range(3):
        house.receive(category=None)
    house.receive()
    order = numbers(dispatcher.get(QUEUE, {"show": "unproposed"}))

    page = dispatcher.get(QUEUE, {"show": "unproposed", "ticket": order[1]})

    at = f"{QUEUE}?show=unproposed&ticket="
    assert (page.context["previous_url"], page.context["next_url"]) == (at + order[0], at + order[2])
    last = dispatcher.get(QUEUE, {"show": "unproposed", "ticket": order[2]})
    assert (last.context["next_url"], last.context["onward_url"]) == ("", at + order[1])


def test_ticket_that_left_the_queue_is_told(house, dispatcher):
    gone, left = house.receive(), house.receive()
    workflow.dispatch(gone, by=house.dispatcher, unit=house.unit)

    page = dispatcher.get(QUEUE, {"ticket": gone.number})

    assert page.context["ticket"] == left and not page.context["is_open"]
    assert "已经不在这里了" in text(page)


def test_empty_queue_is_good_news_and_an_empty_tab_leads_back(house, dispatcher):
    assert "都派出去了" in text(dispatcher.get(QUEUE))
    house.receive()
    assert "看全部待派" in text(dispatcher.get(QUEUE, {"show": "returned"}))


def test_long_queue_has_pages_of_fifty(house, dispatcher):
    for _ in range(52):
        house.receive()
    order = [entry.number for entry in waiting.Queue(house.dispatcher, now=timezone.now()).all]

    second = dispatcher.get(QUEUE, {"page": 2})

    assert numbers(second) == order[50:] and second.context["ticket"].number == order[50]
    assert numbers(dispatcher.get(QUEUE, {"ticket": order[51]})) == order[50:]
    assert dispatcher.get(QUEUE, {"ticket": order[49]}).context["next_url"].endswith(order[50])


def test_dispatcher_of_two_communities_sees_both_named(house, dispatcher):
    twin = House()
    PostFactory(user=house.dispatcher, role="dispatcher", area=twin.area)
    tickets = {house.receive().number, twin.receive().number}

    page = dispatcher.get(QUEUE)

    assert set(numbers(page)) == tickets
    assert house.area.name in text(page) and twin.area.name in text(page)


def test_community_without_units_can_still_answer(house, client_of):
    post = PostFactory(role="dispatcher", area=AreaFactory())
    station = StationFactory(area=post.area)
    workflow.receive(by=post.user, station=station, words="楼道灯不亮")

    page = text(client_of(post.user).get(QUEUE))

    assert "还没有登记责任单位" in page and "直接答复" in page and "data-dispatch>" not in page


def test_queue_asks_the_same_few_questions_for_3_and_30(house, client_of, django_assert_max_num_queries):
    asked = []
    for count in (3, 27):
        for _ in range(count):
            hand_back(house, house.receive(building=BuildingFactory(area=house.area)))
        client = client_of(house.dispatcher)
        with django_assert_max_num_queries(12) as statements:
            client.get(QUEUE)
        asked.append(len(statements))

    assert asked[0] == asked[1]


def test_asking_for_the_queue_changes_nothing(house, dispatcher):
    ticket = house.receive()

    dispatcher.get(QUEUE, {"ticket": ticket.number, "unit": house.unit.pk})

    ticket.refresh_from_db()
    assert (ticket.status, ticket.events.count()) == ("received", 1)


def test_what_is_answered_says_so_and_can_be_reported_done(house, dispatcher):
    ticket = house.receive()
    assert 'data-key="resolve"' not in text(dispatcher.get(QUEUE))

    workflow.reply(ticket, by=house.dispatcher, solvable="no", words="归环卫管", told="phone")

    page = text(dispatcher.get(QUEUE))
    assert "已答复" in page and "不能解决" in page
    assert f"{reverse('tickets:resolve', args=[ticket.number])}?" in page
