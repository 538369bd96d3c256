"""Many at once with photos for one step of one ticket: it gets six."""

import uuid
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import House
from tests.pictures import upload
from tests.racing import all_read, at_once, meeting
from tests.tickets.loop import ticket_in
from tickets import photos
from tickets.models import Ticket
from tickets.states import Status

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SENDERS = 4


@pytest.fixture
def house(transactional_db):
    return House()


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def add_at_once(house, client_of):
    """Each sends four photos for the same step; the statuses, and how many it has."""
    ticket = ticket_in(Status.CLAIMED, house, timezone.now())
    address = reverse("tickets:photos", args=[ticket.number])
    forms = [
        {"key": str(uuid.uuid4()), "stage": "received", "photos": [upload() for _ in range(4)]}
        for _ in range(SENDERS)
    ]
    windows = [client_of(house.volunteer) for _ in range(SENDERS)]
    answers = at_once(*[partial(w.post, address, f) for w, f in zip(windows, forms, strict=True)])
    return sorted(answer.status_code for answer in answers), ticket.photos.count()


def all_see_an_empty_step(monkeypatch):
    """Nobody writes before all have looked how much room the pages found."""
    monkeypatch.setattr("tickets.views.photos.photos.take", all_read(photos.take, meeting(SENDERS)))


def test_step_gets_six_photos_however_many_come_at_once(house, client_of, monkeypatch):
    all_see_an_empty_step(monkeypatch)

    assert add_at_once(house, client_of) == ([302] + [422] * (SENDERS - 1), 4)


def test_race_for_the_room_is_lost_without_holding_the_ticket(house, client_of, monkeypatch):
    """Negative control: look how much room there is, then add."""
    all_see_an_empty_step(monkeypatch)
    looking = all_read(photos.room, meeting(SENDERS))
    monkeypatch.setattr("tickets.workflow.picturing.lock", lambda t: {t.pk: Ticket.objects.get(pk=t.pk)})
    monkeypatch.setattr("tickets.workflow.picturing.room", looking)

    statuses, there = add_at_once(house, client_of)

    assert there > photos.MOST
