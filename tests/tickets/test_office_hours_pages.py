"""Office hours in the admin: what the form says before, what it says after, and when it refuses."""

from datetime import time

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags

from stations.models import Area
from tests.factories import at
from tests.tickets.closures import NOON, due, fresh_area, held_elsewhere, impatient
from tests.tickets.loop import MONDAY
from tests.tickets.test_office_hours import (
    CLOSING,
    EARLY,
    HOUR,
    LONGER,
    USUAL,
    change,
    changed,
    entries,
)
from tests.tickets.test_why_late import reckoned
from tickets import calendaring, sweeps
from tickets.models import Clock, Ticket


@pytest.fixture
def window(house, client_of):
    with time_machine.travel(NOON, tick=False):
        yield client_of(house.admin)


def page_of(house):
    return reverse("admin:stations_area_change", args=[house.area.pk])


def form(house, **fields):
    area = fresh_area(house)
    own = {"name": area.name, "kind": area.kind, "parent": area.parent_id}
    return own | {"office_opens": "09:00", "office_closes": "18:00"} | fields


def test_form_says_how_many_limits_are_counted_anew(house, window):
    house.receive(now=MONDAY)

    page = window.get(page_of(house)).content.decode()

    assert "没办完的时限（现在2个）" in page
    street = reverse("admin:stations_area_change", args=[house.area.parent_id])
    assert "不影响下面的社区" in window.get(street).content.decode()


def test_saving_other_hours_moves_limits_and_says_how_many(house, window):
    ticket = house.receive(now=MONDAY)

    answer = window.post(page_of(house), form(house, office_opens="13:00"), follow=True)

    assert "1张工单的2个时限一两分钟内跟着改" in answer.content.decode()
    assert [entry.detail for entry in entries()] == ["办公时间由09:00–18:00改为13:00–18:00"]
    assert sweeps.flag_overdue(now=NOON) == 0
    assert due(ticket) == CLOSING


def test_saving_something_else_moves_and_tells_nothing(house, window):
    answer = window.post(page_of(house), form(house, name="新名字社区"), follow=True)

    assert (fresh_area(house).name, entries()) == ("新名字社区", [])
    assert "办公时间改了" not in answer.content.decode()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_name_is_saved_while_a_change_of_hours_is_still_counted(house, window):
    ticket = house.receive(now=EARLY)
    change(house, LONGER, now=at("2026-11-20 12:00"))
    Clock.objects.filter(kind="reply").update(due_at=NOON - HOUR)
    fields = form(house, name="新名字社区", office_opens="09:00", office_closes="20:00")

    with impatient(), held_elsewhere(Ticket.objects.filter(pk=ticket.pk)):
        answer = window.post(page_of(house), fields)

    area = fresh_area(house)
    assert (answer.status_code, area.name, area.office_closes) == (302, "新名字社区", time(20))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_form_asks_to_wait_while_the_change_before_is_still_counted(house, window):
    ticket = house.receive(now=EARLY)
    change(house, LONGER, now=at("2026-11-20 12:00"))
    Clock.objects.filter(kind="reply").update(due_at=NOON - HOUR)

    with impatient(), held_elsewhere(Ticket.objects.filter(pk=ticket.pk)):
        answer = window.post(page_of(house), form(house, office_opens="13:00", office_closes="19:00"))

    assert calendaring.STILL_COUNTING in answer.content.decode()
    assert (fresh_area(house).office_opens, fresh_area(house).office_closes) == LONGER
    assert len(entries()) == 1


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [
        ("09:00", "08:00", "上班时间要早于下班时间"),
        ("12:00", "12:00:00.000001", "上下班时间填到分钟，不带秒"),
        ("12:00:01", "18:00", "上下班时间填到分钟，不带秒"),
        ("12:00", "12:59", "上班到下班至少要有1小时"),
        ("12:00", "", "这个字段是必填项"),
    ],
)
@pytest.mark.parametrize("is_new", [False, True])
def test_hours_that_cannot_be_are_refused_in_the_form(house, window, is_new, opens, closes, sentence):
    house.receive(now=MONDAY)
    page = reverse("admin:stations_area_add") if is_new else page_of(house)
    name = "新社区" if is_new else house.area.name

    answer = window.post(page, form(house, name=name, office_opens=opens, office_closes=closes))

    assert (answer.status_code, sentence in strip_tags(answer.content.decode())) == (200, True)
    assert (fresh_area(house).office_opens, fresh_area(house).office_closes) == USUAL
    assert not Area.objects.filter(name="新社区").exists()


def test_new_area_is_made_as_before(house, window):
    fields = form(house, name="新社区", office_closes="17:00")

    window.post(reverse("admin:stations_area_add"), fields)

    assert Area.objects.get(name="新社区").office_closes == time(17)


def test_page_of_a_limit_says_that_hours_were_changed(house):
    ticket = house.receive(now=MONDAY)
    changed(house)
    assert reckoned(ticket).moved[0].startswith("11月23日（周一）12:00 办公时间有变动，答复时限由")

    Clock.objects.update(flagged_at=CLOSING)
    change(house, USUAL, CLOSING + HOUR)

    assert reckoned(ticket).calendar == "当时的办公时间是13:00–18:00，后来改过"
