"""What the tests of the wall begin with: five closed tickets, as many as hide each other; on the wall or not yet."""

from dataclasses import dataclass, field

from django.urls import reverse

from tests.access.walled import published, written
from tests.factories import House
from tests.tickets.loop import MONDAY, ticket_in
from tickets.models import Ticket, WallEntry
from tickets.states import Status
from tickets.wall import editing

TEXT = {"title": "楼道灯不亮", "words": "换了声控灯"}


@dataclass
class Stage:
    """`closed`: five tickets; `at_work`: one in hand, one that waits for the resident."""

    house: House
    closed: list[Ticket]
    at_work: list[Ticket] = field(default_factory=list)


def told_of_nothing():
    house = House()
    return Stage(house, [ticket_in(Status.CLOSED, house) for _ in range(5)])


def one_up():
    """The first of the five stands on the wall."""
    house = House()
    house.building.group = "21–24栋"
    house.building.save()
    closed = [ticket_in(Status.CLOSED, house) for _ in range(5)]
    published(closed[0], house)
    return Stage(house, closed, [ticket_in(Status.CLAIMED, house), ticket_in(Status.WAITING, house)])


def one_up_one_waiting():
    """And a text about the second waits for approval."""
    stage = one_up()
    written(stage.closed[1], stage.house, title="门锁转不动", words="换了锁芯")
    return stage


def save(ticket, by, **changes):
    return editing.save(ticket, by=by, **{**TEXT, "seen": 0, "propose": True, "now": MONDAY, **changes})


def on_wall():
    return list(WallEntry.objects.on_wall())


def of(name, ticket):
    return reverse(f"tickets:{name}", args=[ticket.number])
