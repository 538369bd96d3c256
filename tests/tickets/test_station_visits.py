"""来访 at the desk: the four buttons, with and without script, and the way back from a wrong press."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from stations.models import Visit
from tests.factories import PostFactory, StationFactory
from tests.stations.shelf import DAY, lent, supply, tapped

DESK, TAP, UNDO = (reverse(f"tickets:{name}") for name in ("desk", "tap", "undo_tap"))
SCRIPT = {"X-Fragment": "taps"}


@pytest.fixture
def volunteer(house, client_of):
    return client_of(house.volunteer)


def press(kind="water", **fields):
    return {"kind": kind, "key": str(uuid.uuid4()), **fields}


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize("kind", ["water", "chat", "advice"])
def test_tap_counts_and_comes_back_to_the_desk(house, volunteer, kind):
    answer = volunteer.post(TAP, press(kind))

    visit = Visit.objects.get()
    assert answer.url == DESK
    assert (visit.kind, visit.station, visit.by) == (kind, house.station, house.volunteer)
    assert {tap.kind: tap.count for tap in volunteer.get(DESK).context["taps"]}[kind] == 1


def test_borrowing_counts_and_goes_on_to_what_is_lent(volunteer):
    sent = press("borrow")

    answer = volunteer.post(TAP, sent)

    assert answer.url == f"{reverse('tickets:lend')}?tap={sent['key']}"
    assert Visit.objects.get().kind == "borrow"


def test_script_gets_the_card_alone(volunteer):
    answer = volunteer.post(TAP, press(), headers=SCRIPT)

    assert answer.status_code == 200
    assert "data-taps" in text(answer) and "<html" not in text(answer)
    assert "刚记接水" in text(answer)


def test_each_button_carries_a_number_of_its_own(volunteer):
    keys = [tap.key for _ in range(2) for tap in volunteer.get(DESK).context["taps"]]

    assert len(set(keys)) == 8


@pytest.mark.parametrize("fields", [{"kind": "sleep"}, {"kind": ""}, {"key": "x"}, {"key": ""}])
@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_broken_press_says_so_and_counts_nothing(volunteer, fields, headers):
    answer = volunteer.post(TAP, press() | fields, headers=headers)

    assert answer.status_code == 422
    assert "没有记上，请再点一次" in text(answer)
    assert not Visit.objects.exists()


def test_used_key_of_another_kind_is_told(volunteer):
    sent = press()
    volunteer.post(TAP, sent)

    answer = volunteer.post(TAP, sent | {"kind": "chat"})

    assert answer.status_code == 409
    assert "再点一次" in text(answer)


def test_extra_fields_change_nothing(house, volunteer):
    extra = {"station": StationFactory().pk, "by": house.lead.pk, "at": "2020-01-01", "day": "2020-01-01"}

    volunteer.post(TAP, press(**extra, undone_at="2020-01-01", device="x"))

    visit = Visit.objects.get()
    assert (visit.station, visit.by, visit.undone_at) == (house.station, house.volunteer, None)
    assert visit.day.year > 2020


def test_tap_counts_at_the_desk_the_page_was_opened_for(house, client_of):
    other = PostFactory(
        user=house.volunteer, role="volunteer", station=StationFactory(area=house.area)
    ).station
    client = client_of(house.volunteer)
    client.post(DESK, {"desk": other.code})

    client.post(TAP, press(desk=house.station.code))
    client.post(TAP, press())

    assert [*Visit.objects.order_by("pk").values_list("station", flat=True)] == [house.station.pk, other.pk]


def test_person_with_several_stations_is_asked_where_first(house, client_of):
    PostFactory(user=house.volunteer, role="volunteer", station=StationFactory(area=house.area))
    client = client_of(house.volunteer)

    assert client.post(TAP, press()).status_code == 409
    assert client.get(reverse("tickets:loans")).url == DESK
    assert not Visit.objects.exists()


def test_wrong_press_is_taken_back(house, volunteer):
    visit = tapped(house)
    assert "刚记接水" in text(volunteer.get(DESK))

    answer = volunteer.post(UNDO, {"visit": visit.pk})

    visit.refresh_from_db()
    assert answer.url == DESK and visit.undone_by == house.volunteer
    assert "点错了撤回" not in text(volunteer.get(DESK))


@pytest.mark.parametrize("wanted", ["", "x", "9" * 40, "-1", "lead's"])
def test_only_ones_own_tap_can_be_named(house, volunteer, wanted):
    visit = tapped(house, by=house.lead)

    answer = volunteer.post(UNDO, {"visit": visit.pk if wanted == "lead's" else wanted})

    assert answer.status_code == 409
    assert "没有找到要撤回的这一次" in text(answer)
    assert Visit.objects.get().undone_at is None


@pytest.mark.parametrize("who", ["staff", "unit_lead", "secretary", "admin"])
@pytest.mark.parametrize("address", [TAP, UNDO])
def test_taps_are_for_those_at_the_desk(house, client_of, who, address):
    assert client_of(getattr(house, who)).post(address, press()).status_code == 403
    assert not Visit.objects.exists()


@pytest.mark.parametrize("address", [TAP, UNDO])
def test_taps_refuse_other_methods(volunteer, address):
    assert volunteer.get(address).status_code == volunteer.put(address).status_code == 405


def test_desk_shows_what_is_out_overdue_first_and_what_runs_low(house, volunteer):
    charger = supply(house)
    supply(house, "口罩", 3, low_mark=10)
    supply(house, "纸杯", 0)
    lent(house, charger, borrower="赵阿姨")
    lent(house, charger, now=timezone.now() - DAY, borrower="李福生")

    page = volunteer.get(DESK)

    assert [(row.what, row.who) for row in page.context["loans"]] == [("充电器", "李**"), ("充电器", "赵**")]
    assert text(page).count("超时") == 1
    assert (page.context["loans_out"], page.context["supplies_low"]) == (2, ["口罩", "纸杯"])
    assert "2样要补" in text(page) and "用完或快用完：口罩、纸杯" in text(page)


@pytest.mark.parametrize(("who", "may"), [("volunteer", False), ("lead", True), ("dispatcher", True)])
def test_desk_leads_to_the_counts_those_who_may_read_them(house, client_of, who, may):
    page = client_of(getattr(house, who)).get(DESK)

    assert (f'href="{reverse("tickets:counts")}">统计' in text(page)) == may
