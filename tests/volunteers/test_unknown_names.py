"""Whoever was enrolled under another name stays unread by the station: at the desk, on the board, in the answer."""

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from stations.models import Station
from tests.factories import at
from tests.volunteers.rosters import seated, shift, volunteer
from volunteers import attendance
from volunteers.seating import on_duty

NOW = at("2026-11-25 08:50")
NAME, MASKED = "尤雪琴", "尤**"


@pytest.fixture
def place(house):
    person = volunteer(house.station, name=NAME)
    AuditEntry.objects.create(action="enrolled", post=person.user.posts.get(), detail=AuditEntry.OTHER_NAME)
    return seated(shift(house.station).seats.first(), person)


def test_desk_masks_a_name_it_does_not_know(place, house):
    coming = attendance.at_desk(house.station, now=NOW).coming(now=NOW)
    on_duty.check_in(place, by=house.lead, now=NOW)

    there = attendance.at_desk(Station.objects.get(pk=house.station.pk), now=NOW).present()

    assert (MASKED in coming, NAME in coming, MASKED in there, NAME in there) == (True, False, True, False)


def test_duty_pages_mask_a_name_they_do_not_know(place, house, client_of):
    window = client_of(house.lead)
    board = reverse("volunteers:on_duty", args=[house.station.code])
    one = reverse("volunteers:attend", args=[place.pk])

    with time_machine.travel(NOW):
        pages = [window.get(board), window.get(one), window.post(one, {"step": "in"}, follow=True)]

    said = [page.content.decode() for page in pages]
    assert [(MASKED in text, NAME in text) for text in said] == [(True, False)] * 3
