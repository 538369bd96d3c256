"""Requests need PostgreSQL only: without a broker, or with one that never answers, the desk works as ever."""

import socket
import uuid

import pytest
from celery.signals import before_task_publish
from django.urls import reverse

from servicedesk.celery import app
from tickets import tasks
from tickets.models import Ticket

pytestmark = pytest.mark.crash


@pytest.fixture(params=["refuses", "never answers"])
def broker_down(request):
    """Redis as the broker, behind a port that is closed, or open and silent."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        if request.param == "never answers":
            listener.listen()
        before = app.conf.broker_url
        app.conf.broker_url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        yield
        app.conf.broker_url = before


@pytest.fixture
def published():
    """Names of the messages somebody tried to send."""
    names = []

    def note(sender, **kwargs):
        names.append(sender)

    before_task_publish.connect(note)
    yield names
    before_task_publish.disconnect(note)


def press(client, name, *args, **fields):
    return client.post(reverse(f"tickets:{name}", args=args), fields)


def test_loop_runs_from_desk_to_done(house, client_of, broker_down, published):
    form = {"words": "楼道灯不亮", "submission_id": uuid.uuid4(), "desk": house.station.code}

    answers = [press(client_of(house.volunteer), "receive", **form)]
    number = Ticket.objects.get().number
    answers += [
        press(client_of(house.dispatcher), "dispatch", number, unit=house.unit.pk),
        press(client_of(house.staff), "claim", number),
        press(client_of(house.staff), "reply", number, solvable="no", words="没有配件", told="slip"),
        press(client_of(house.staff), "resolve", number, outcome="solved", words="换好了"),
    ]

    assert [answer.status_code for answer in answers] == [302] * 5
    assert Ticket.objects.get().status == "resolved"
    assert published == []


def test_message_would_have_been_noticed(published):
    """Negative control: what publishes is seen by the fixture."""
    with app.connection_for_write("memory://") as broker:
        tasks.flag_overdue.apply_async(connection=broker)

    assert published == ["tickets.flag_overdue"]
