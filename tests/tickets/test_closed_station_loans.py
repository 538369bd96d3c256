"""What a station lent before it was switched off comes back all the same: by its dispatcher and its lead."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stations.models import Loan, Supply
from tests.factories import House, StationFactory, person
from tests.stations.shelf import lent, supply

LOANS = reverse("tickets:loans")


def url(name, loan):
    return reverse(f"tickets:{name}", args=[loan.pk])


def text(answer):
    return answer.content.decode()


@pytest.fixture
def left_over(house):
    """Still out when its station was switched off; the community has another one."""
    loan = lent(house, supply(house), borrower="李福生")
    StationFactory(area=house.area, name="另一个站")
    switch_off(house.station)
    return loan


def switch_off(station):
    station.is_active = False
    station.save(update_fields=["is_active"])


def test_dispatcher_finds_and_takes_back_what_a_closed_station_lent(house, client_of, left_over):
    client = client_of(house.dispatcher)

    shown = client.get(LOANS)
    answer = client.post(url("take_back", left_over), {"from": "list"}, follow=True)

    assert f"{house.station}（已停用）借出未还" in text(shown) and url("take_back", left_over) in text(shown)
    assert answer.redirect_chain == [(LOANS, 302)] and "充电器还回来了" in text(answer)
    assert "（已停用）借出未还" not in text(answer) and url("undo_take_back", left_over) in text(answer)
    assert not Loan.objects.out().exists() and Supply.objects.get().stock == 3


@pytest.mark.parametrize("who", ["dispatcher", "lead"])
def test_loan_of_a_closed_station_has_its_page_and_goes_out_again_by_mistake(
    house, client_of, left_over, who
):
    client = client_of(getattr(house, who))

    page = client.get(url("loan", left_over))
    client.post(url("take_back", left_over))
    client.post(url("undo_take_back", left_over))

    assert page.status_code == 200 and "李福生" not in text(page)
    assert [*Loan.objects.out()] == [left_over]


@pytest.mark.parametrize("who", ["dispatcher", "lead", "volunteer"])
def test_who_has_no_other_station_is_led_to_what_is_still_out(house, client_of, who):
    loan, client = lent(house, supply(house), borrower="李福生"), client_of(getattr(house, who))
    switch_off(house.station)

    desk, shown = client.get(reverse("tickets:desk")), client.get(LOANS)
    back = client.post(url("take_back", loan), {"from": "list"}, follow=True)

    assert "还有1笔借出没还" in text(desk) and LOANS in text(desk)
    assert f"{house.station}（已停用）借出未还" in text(shown) and "登记借出" not in text(shown)
    assert back.redirect_chain == [(LOANS, 302)] and "借出去的都还回来了" in text(back)
    assert url("undo_take_back", loan) in text(back)
    assert LOANS not in text(client.get(reverse("tickets:desk")))


def test_taken_back_by_somebody_else_it_is_told_beside_the_own_desk(house, client_of, left_over):
    client = client_of(house.dispatcher)
    for _ in range(2):
        answer = client.post(url("take_back", left_over))

    assert answer.status_code == 409
    assert answer.context["station"].name == "另一个站"


def test_others_do_not_find_what_a_closed_station_lent(house, client_of, left_over):
    other = House()
    near = person("volunteer", station=StationFactory(area=house.area))

    for user in (near, other.lead, other.dispatcher):
        client = client_of(user)
        assert client.post(url("take_back", left_over)).status_code == 404
        assert "已停用" not in text(client.get(LOANS))
    assert [*Loan.objects.out()] == [left_over]


def test_closed_stations_cost_one_question_however_many(house, client_of, left_over):
    client, counts = client_of(house.dispatcher), []
    for _ in range(2):
        client.get(LOANS)
        with CaptureQueriesContext(connection) as asked:
            client.get(LOANS)
        counts.append(len(asked))
        desk = SimpleNamespace(**{**vars(house), "station": StationFactory(area=house.area)})
        lent(desk, supply(desk, "雨伞"))
        switch_off(desk.station)

    assert counts[0] == counts[1]
    assert len(client.get(LOANS).context["closed"]) == 3
