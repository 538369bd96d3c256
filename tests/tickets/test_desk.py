"""The volunteer's desk: filing a request, what is refused, what stands beside the form."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Post
from tests.factories import BuildingFactory, CategoryFactory, PostFactory, RuleFactory, StationFactory, person
from tickets import workflow
from tickets.models import Ticket

DESK = reverse("tickets:desk")
RECEIVE = reverse("tickets:receive")


@pytest.fixture
def volunteer(house, client_of):
    return client_of(house.volunteer)


def form(**fields):
    return {"words": "厨房燃气灶打不着火", "submission_id": str(uuid.uuid4()), **fields}


def text(answer):
    return answer.content.decode()


def test_desk_shows_the_form_of_the_station(house, volunteer):
    house.receive()

    page = volunteer.get(DESK)

    assert page.context["form"].station == house.station
    assert page.context["next_of_today"] == 2
    assert house.station.name in text(page) and "接单并打印回执" in text(page)


@pytest.mark.parametrize("who", ["staff", "unit_lead", "secretary", "admin"])
@pytest.mark.parametrize("address", [DESK, RECEIVE])
def test_desk_is_refused_to_others(house, client_of, who, address):
    answer = client_of(getattr(house, who)).post(address, form())

    assert answer.status_code == 403
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("address", [DESK, RECEIVE])
def test_desk_refuses_strangers_and_wrong_methods(house, client, volunteer, address):
    assert client.get(address).status_code == 302
    assert volunteer.put(address).status_code == volunteer.delete(address).status_code == 405


def test_receiving_page_asked_for_by_get_leads_to_the_desk(volunteer):
    assert volunteer.get(RECEIVE).url == DESK


@pytest.mark.parametrize("who", ["volunteer", "lead", "dispatcher"])
def test_receive_needs_only_the_words_and_goes_on_to_the_slip(house, client_of, who):
    answer = client_of(getattr(house, who)).post(RECEIVE, form())

    ticket = Ticket.objects.get()
    assert answer.url == reverse("tickets:slip", args=[ticket.number]) + "?print=1"
    assert (ticket.station, ticket.logged_by, ticket.status) == (
        house.station,
        getattr(house, who),
        "received",
    )


def test_receive_keeps_everything_that_was_told(house, volunteer):
    facts = {"category": house.category.pk, "building": "２４栋 3单元", "room": "502", "name": "吴阿姨"}
    volunteer.post(RECEIVE, form(words="  一行\r\n二行 <b>&", phone="138 0013-8000", **facts))

    ticket = Ticket.objects.get()
    reporter = ticket.reporters.get()
    assert ticket.words == "  一行\n二行 <b>&"
    assert (ticket.category, ticket.building, ticket.place) == (house.category, house.building, "3单元")
    assert (reporter.room, reporter.name, reporter.phone) == ("502", "吴阿姨", "13800138000")


def test_signs_that_turn_letters_around_are_left_out(house, volunteer):
    """Beside them 13912345678 would read 87654321931."""
    turned = {"name": "王\u202e", "room": "\u206612\u202e", "words": "水管\u202d漏水\n三楼"}

    volunteer.post(RECEIVE, form(**turned))

    ticket = Ticket.objects.get()
    reporter = ticket.reporters.get()
    assert (reporter.name, reporter.room, ticket.words) == ("王", "12", "水管漏水\n三楼")


def test_unknown_building_stays_as_place(house, volunteer):
    BuildingFactory(name="9栋")

    volunteer.post(RECEIVE, form(building="9栋旁的车棚"))

    ticket = Ticket.objects.get()
    assert (ticket.building, ticket.place) == (None, "9栋旁的车棚")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": " \r\n "}, "填写发生了什么"),
        ({"words": "漏" * 4001}, "最多4000字"),
        ({"phone": "1380013800"}, "手机号是11位"),
        ({"category": "0"}, "这个类别已停用"),
        ({"category": "x"}, "这个类别已停用"),
        ({"building": "3" * 61}, "最多60字"),
        ({"room": "5\n02"}, "不要换行"),
        ({"name": "吴" * 31}, "最多30字"),
    ],
)
def test_wrong_fields_are_named_and_what_was_typed_is_kept(house, volunteer, fields, sentence):
    typed = form(name="吴阿姨") | fields

    answer = volunteer.post(RECEIVE, typed)

    assert answer.status_code == 422
    assert text(answer).count(sentence) >= 2 and "提交的内容有问题" in text(answer)
    assert typed["submission_id"] in text(answer) and typed["name"] in text(answer)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "1" * 200])
def test_form_without_its_number_is_asked_for_again(volunteer, number):
    answer = volunteer.post(RECEIVE, form(submission_id=number))

    assert answer.status_code == 422
    assert "再按一次" in text(answer)
    assert answer.context["form"].submission.version == 4


def test_pressing_twice_files_once(volunteer):
    sent = form(phone="12345")

    answers = [volunteer.post(RECEIVE, sent).url for _ in range(4)]

    assert len(set(answers)) == 1
    assert Ticket.objects.count() == 1


def test_changed_form_under_a_used_number_is_not_lost(volunteer):
    sent = form()
    volunteer.post(RECEIVE, sent)

    answer = volunteer.post(RECEIVE, sent | {"words": "另一件事"})

    fresh = str(answer.context["form"].submission)
    assert answer.status_code == 409
    assert Ticket.objects.get().number in text(answer) and "另一件事" in text(answer)
    assert volunteer.post(RECEIVE, sent | {"words": "另一件事", "submission_id": fresh}).status_code == 302
    assert Ticket.objects.count() == 2


def test_somebody_elses_number_shows_nothing_of_theirs(house, client_of, volunteer):
    sent = form()
    volunteer.post(RECEIVE, sent)

    answer = client_of(house.outsider).post(RECEIVE, sent)

    assert answer.status_code == 409
    assert Ticket.objects.get().number not in text(answer)


def test_request_is_never_filed_at_a_station_of_others(house, volunteer):
    other = StationFactory(area=house.area)

    answer = volunteer.post(RECEIVE, form(desk=other.code))

    assert answer.status_code == 409
    assert house.station.name in text(answer) and "厨房燃气灶打不着火" in text(answer)
    assert not Ticket.objects.exists()


def test_extra_fields_change_nothing(house, volunteer):
    extra = {
        "station": StationFactory().pk,
        "status": "closed",
        "unit": house.unit.pk,
        "claimant": house.staff.pk,
    }
    extra |= {
        "number": "X",
        "area": 1,
        "logged_by": house.lead.pk,
        "received_at": "2020-01-01",
        "title": "x",
        "by": 1,
    }

    volunteer.post(RECEIVE, form(**extra))

    ticket = Ticket.objects.get()
    assert (ticket.station, ticket.status, ticket.unit, ticket.logged_by) == (
        house.station, "received", None, house.volunteer,
    )  # fmt: skip


def test_open_tickets_stand_beside_overdue_first(house, volunteer):
    today = house.receive("楼道灯不亮")
    late = house.receive("墙皮脱落", now=timezone.now() - timedelta(days=20))

    page = volunteer.get(DESK)

    assert [ticket for ticket, _ in page.context["rows"]] == [late, today]
    assert page.context["open_count"] == 2
    assert text(page).count("is-over") == 1


def test_tickets_of_other_stations_do_not_show(house, volunteer, client_of):
    client_of(house.outsider).post(RECEIVE, form(words="别处的事"))

    assert "别处的事" not in text(volunteer.get(DESK))


def test_slips_are_reprinted_by_the_logger_and_the_lead(house, client_of, volunteer):
    house.receive(by=house.lead)
    mine = house.receive()

    printable = {t.number: may for t, _, may in volunteer.get(DESK).context["today"]}
    of_lead = [may for *_, may in client_of(house.lead).get(DESK).context["today"]]

    assert [number for number, may in printable.items() if may] == [mine.number]
    assert of_lead == [True, True]


def test_withdrawn_ticket_of_today_says_so_instead_of_offering_its_slip(house, volunteer):
    ticket = house.receive("登记了两次")
    workflow.withdraw(ticket, by=house.volunteer, reason="mistake")

    page = text(volunteer.get(DESK))

    assert "已撤单" in page and "补打回执" not in page


def test_due_time_stands_there_before_anything_is_sent(house, volunteer):
    slow = CategoryFactory()
    RuleFactory(category=slow, area=house.area, reply_days=5)

    page = volunteer.get(DESK)

    due, others = page.context["due"], dict(page.context["other_dues"])
    assert due in text(page) and "前" in due
    assert list(others) == [slow.pk] and others[slow.pk] != due


def test_person_with_several_stations_says_where_once(house, client_of):
    other = PostFactory(
        user=house.volunteer, role="volunteer", station=StationFactory(area=house.area)
    ).station
    client = client_of(house.volunteer)

    asked = text(client.get(DESK))
    client.post(DESK, {"desk": other.code})

    assert "您现在在哪个站点" in asked and house.station.name in asked
    assert client.get(DESK).context["form"].station == other
    assert client.post(RECEIVE, form()).status_code == 302
    assert Ticket.objects.get().station == other


def test_unknown_station_cannot_be_chosen(house, volunteer):
    answer = volunteer.post(DESK, {"desk": StationFactory().code})

    assert answer.status_code == 422
    assert volunteer.get(DESK).context["form"].station == house.station


@pytest.mark.parametrize("method", ["get", "post"])
def test_person_without_an_active_station_is_told_what_to_do(house, volunteer, method):
    type(house.station).objects.update(is_active=False)

    answer = getattr(volunteer, method)(DESK if method == "get" else RECEIVE, form())

    assert answer.status_code == (200 if method == "get" else 409)
    assert "请联系站长或社区派单员" in text(answer)


def test_ended_post_closes_the_desk_at_once(house, volunteer):
    Post.objects.filter(user=house.volunteer).update(ended_at=timezone.now())

    assert volunteer.post(RECEIVE, form()).status_code == 403


@pytest.mark.parametrize("who", ["volunteer", "dispatcher"])
def test_desk_asks_the_same_few_questions_for_3_and_30(house, client_of, django_assert_max_num_queries, who):
    asked = []
    for count in (3, 27):
        for _ in range(count):
            house.receive(building=BuildingFactory(area=house.area))
        client = client_of(getattr(house, who))
        with django_assert_max_num_queries(12) as statements:
            client.get(DESK)
        asked.append(len(statements))

    assert asked[0] == asked[1]


def test_desk_is_kept_by_nobody(volunteer):
    page = volunteer.get(DESK)

    assert page["Cache-Control"] == "no-store"
    assert 'autocomplete="off"' in text(page)


def test_dispatcher_of_two_communities_is_offered_both(house, client_of):
    far = StationFactory()
    PostFactory(user=house.dispatcher, role="dispatcher", area=far.area)
    person("volunteer", station=far)

    page = text(client_of(house.dispatcher).get(DESK))

    assert house.station.code in page and far.code in page
