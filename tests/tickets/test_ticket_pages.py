"""The list, the search, the page of one ticket and the unit's phone pages."""

from uuid import uuid4

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django.template.loader import render_to_string
from django.test.html import parse_html
from django.urls import reverse

from accounts.models import User
from tests.factories import BuildingFactory, PostFactory, UserFactory
from tests.tickets.closures import NOON, close
from tests.tickets.loop import replied, second_reporter, ticket_in, waiting
from tickets import listing, recounting, workflow
from tickets.due import due_of
from tickets.forms.search import SearchForm
from tickets.models import Ticket

LIST = reverse("tickets:list")


def numbers(page):
    return [row.number for row in page.context["rows"]]


def search(client, text):
    return client.post(reverse("tickets:search"), {"q": text, "filters": ""}, follow=True)


@pytest.mark.parametrize("text", ["燃气", "燃气灶", "王秀兰", "1234", "24栋"])
def test_search_finds_by_words_name_and_phone_end(house, client_of, text):
    ticket = house.receive("厨房燃气灶打不着火", name="王秀兰", phone="13800001234")
    house.receive("楼道灯不亮", building=None, category=None)

    page = search(client_of(house.dispatcher), text)

    assert numbers(page) == [ticket.number]
    assert text not in page.request["QUERY_STRING"]


def test_search_by_number_whole_or_short(house, client_of):
    ticket = house.receive()
    client = client_of(house.dispatcher)

    assert numbers(search(client, ticket.number)) == [ticket.number]
    assert numbers(search(client, ticket.short_number)) == [ticket.number]


def test_search_stays_inside_what_one_may_see(house, client_of):
    house.receive("厨房燃气灶打不着火")

    assert numbers(search(client_of(house.outsider), "燃气灶")) == []


def test_too_long_search_is_refused_and_kept(house, client_of):
    answer = client_of(house.dispatcher).post(reverse("tickets:search"), {"q": "漏" * 101, "filters": ""})

    assert answer.status_code == 422
    assert "漏" * 101 in answer.content.decode()


@pytest.mark.parametrize("filters", ["sort=due&" * 250, "sort=due" + "&" * 1500])
def test_filters_nobody_can_read_are_dropped_with_a_sentence_and_the_words_kept(house, client_of, filters):
    house.receive("楼道灯不亮")
    client = client_of(house.dispatcher)

    answer = client.post(reverse("tickets:search"), {"q": "楼道灯", "filters": filters})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "筛选的条件太长" in page and "再按一次“找”" in page and "确保" not in page
    assert 'value="楼道灯"' in page and "sort=due" not in page
    assert len(numbers(search(client, "楼道灯"))) == 1


@pytest.mark.parametrize(("text", "filters"), [("", ""), ('漏水"&<', "sort=due&stage=dispatch")])
def test_search_box_is_what_its_form_draws(text, filters):
    """Lists draw it without the form; the page of a refused search draws the form."""
    form = SearchForm(initial={"q": text, "filters": filters})

    box = render_to_string("tickets/ticket_search.html", {"text": text, "filters": filters})

    assert parse_html(as_crispy_field(form["q"])) in parse_html(box)
    assert parse_html(str(form["filters"])) in parse_html(box)


def test_search_box_keeps_words_and_filter(house, client_of):
    client = client_of(house.dispatcher)

    page = client.post(reverse("tickets:search"), {"q": "漏<水", "filters": "sort=due"}, follow=True)

    assert (page.context["text"], page.context["filters"]) == ("漏<水", "sort=due")


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", [2, 4, 0]),
        ("燃气灶", [2, 4, 0]),
        ("  楼上  漏气 ", [0, 2, 0]),
        ("灶", [2, 4, 0]),
        ("吴阿姨", [2, 2, 0]),
        ("吴阿", [0, 0, 0]),
        ("6688", [2, 2, 0]),
        ("136 6666 6688", [2, 2, 0]),
        ("燃气灶 x'y\\", [0, 0, 0]),
        ("%s", [0, 0, 0]),
        ("！？", [0, 0, 0]),
    ],
)
def test_newest_are_those_that_one_may_see(house, text, counts):
    """The list of whole areas and its search for words are asked by queries of their own."""
    street, elsewhere = house.area.parent, house.outsider.active_posts[0].station
    above = PostFactory(role="secretary", area=street).user
    dispatcher, secretary = (
        PostFactory(role=role, area=house.area).user for role in ("dispatcher", "secretary")
    )
    both = PostFactory(user=dispatcher, role="secretary", area=elsewhere.area).user
    beside = PostFactory(user=secretary, role="volunteer", station=elsewhere).user
    for _ in range(2):
        house.receive(name="吴阿姨", phone="13666666688")
        place = {"station": elsewhere, "category": None, "building": None}
        workflow.receive(by=house.outsider, words="楼上燃气灶漏气", submission_id=uuid4(), **place)

    everybody = [person for person in vars(house).values() if isinstance(person, User)]
    for user in [*everybody, above, both, beside, UserFactory()]:
        seen = Ticket.objects.visible_to(user).matching(text).newest_first()
        assert listing.newest(user, text) == list(seen.values_list("pk", flat=True))
    assert [len(listing.newest(user, text)) for user in (house.dispatcher, both, house.admin)] == counts


def test_filters_narrow_and_nonsense_is_ignored(house, client_of):
    first = house.receive()
    other = house.receive(building=BuildingFactory(area=house.area))
    client = client_of(house.dispatcher)

    assert numbers(client.get(LIST, {"building": first.building_id})) == [first.number]
    assert numbers(client.get(LIST, {"stage": "receiving", "sort": "old"})) == [first.number, other.number]
    assert len(numbers(client.get(LIST, {"building": "x", "sort": "password", "page": "-3"}))) == 2


def test_mine_shows_what_i_hold_or_logged(house, client_of):
    ticket = house.receive()
    house.receive(by=house.lead)

    assert numbers(client_of(house.volunteer).get(LIST, {"mine": "on"})) == [ticket.number]


@pytest.mark.parametrize("page", [LIST, LIST + "?sort=due", reverse("tickets:unit_to_claim")])
def test_pages_need_the_same_few_statements_for_one_and_many(
    house, client_of, page, django_assert_max_num_queries
):
    workflow.dispatch(house.receive(), by=house.dispatcher, unit=house.unit)
    client = client_of(house.staff)
    with django_assert_max_num_queries(12) as one:
        client.get(page)
    for _ in range(4):
        workflow.dispatch(house.receive(), by=house.dispatcher, unit=house.unit)

    with django_assert_max_num_queries(12) as many:
        client.get(page)

    assert len(one) == len(many)


@pytest.mark.parametrize("status", ["received", "claimed", "waiting", "resolved"])
def test_row_says_the_same_limit_as_the_ticket_read_whole_by_the_days_of_its_community(house, status):
    ticket = ticket_in(status, house)
    close(house)
    recounting.recount(now=NOON)
    whole = Ticket.objects.with_people().with_due().get(pk=ticket.pk)

    [row] = listing.rows([ticket.pk], now=NOON)

    assert row.due == due_of(whole, now=NOON)


def ended_without_a_unit(house):
    answered = house.receive("问路灯归谁管")
    workflow.resolve(answered, by=house.dispatcher, outcome="solved", words="归市政管，已转告")
    withdrawn = house.receive("登记错了")
    workflow.withdraw(withdrawn, by=house.dispatcher, reason="mistake")
    merged = house.receive("楼道灯也不亮")
    workflow.merge(merged, by=house.dispatcher, master=house.receive("楼道灯不亮"))
    return answered, withdrawn, merged


def test_list_says_of_the_unit_what_the_ticket_says(house, client_of):
    ended, waits = ended_without_a_unit(house), house.receive("电梯异响")
    client = client_of(house.dispatcher)

    said = {row.number: row.unit for row in client.get(LIST).context["rows"]}

    assert [said[ticket.number] for ticket in ended] == ["没有派出"] * 3
    assert said[waits.number] == "待派单"
    for ticket in (*ended, waits):
        page = client.get(ticket.get_absolute_url()).content.decode()
        assert f"<dt>责任单位</dt><dd>{said[ticket.number]}</dd>" in page


def test_ticket_page_needs_few_statements(house, client_of, django_assert_max_num_queries):
    ticket = house.receive()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.staff)
    workflow.resolve(ticket, by=house.staff, outcome="solved", words="好了")

    for person in (house.staff, house.dispatcher, house.volunteer, house.secretary):
        client = client_of(person)
        with django_assert_max_num_queries(12):
            client.get(ticket.get_absolute_url())


@pytest.mark.parametrize("steps", [(), (replied,), (waiting,)])
def test_claimants_page_needs_few_statements_whichever_form_it_shows(
    house, client_of, steps, django_assert_max_num_queries
):
    ticket = ticket_in("claimed", house)
    second_reporter(ticket, house)
    for step in steps:
        step(ticket, house)
    client = client_of(house.staff)

    with django_assert_max_num_queries(12):
        page = client.get(ticket.get_absolute_url()).content.decode()

    assert page.count('<form class="card-b"') == 1


def test_claimant_sees_the_phone_and_others_a_mask(house, client_of):
    ticket = house.receive(name="王秀兰", phone="13800001234")
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    workflow.claim(ticket, by=house.staff)

    seen = client_of(house.staff).get(ticket.get_absolute_url()).content.decode()
    masked = client_of(house.colleague).get(ticket.get_absolute_url()).content.decode()

    assert "13800001234" in seen and "王秀兰" in seen
    assert "138****1234" in masked and "13800001234" not in masked and "王秀兰" not in masked


def test_unit_pages_follow_the_ticket(house, client_of):
    ticket = house.receive()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)
    client = client_of(house.staff)
    assert ticket.title in client.get(reverse("tickets:unit_to_claim")).content.decode()

    workflow.claim(ticket, by=house.staff)
    assert ticket.title in client.get(reverse("tickets:unit_mine")).content.decode()

    workflow.resolve(ticket, by=house.staff, outcome="solved", words="好了")
    assert ticket.title in client.get(reverse("tickets:unit_done")).content.decode()


def test_unit_pages_are_for_unit_people(house, client_of):
    answer = client_of(house.volunteer).get(reverse("tickets:unit_mine"))

    assert answer.status_code == 403
    assert "这一页给单位人员、单位负责人用。" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("volunteer", "tickets:desk"),
        ("staff", "tickets:unit_to_claim"),
        ("dispatcher", "tickets:queue"),
        ("secretary", "reports:satisfaction"),
        ("admin", "admin:index"),
    ],
)
def test_home_leads_each_role_to_its_main_job(house, client_of, who, place):
    answer = client_of(getattr(house, who)).get("/")

    assert answer.url == reverse(place)


def test_filter_is_made_only_when_it_is_asked_for(house, client_of):
    house.receive()
    client = client_of(house.dispatcher)

    closed = client.get(LIST).content.decode()
    opened = client.get(LIST, {"choose": "1"}).content.decode()

    assert "<select" not in closed and "?choose=1#filter" in closed
    assert 'name="station"' in opened and "已筛选" not in opened


def test_opening_the_filter_keeps_the_search(house, client_of):
    house.receive("厨房燃气灶打不着火")
    client = client_of(house.dispatcher)

    found = search(client, "燃气灶")
    opened = client.get(LIST + "?" + found.request["QUERY_STRING"] + "&choose=1").content.decode()

    assert f"?{found.request['QUERY_STRING']}&amp;choose=1#filter" in found.content.decode()
    assert 'name="search"' in opened and "厨房燃气灶打不着火" in opened
