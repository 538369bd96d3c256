"""The wall for the walk: a text that waits for another's eyes, one up, one taken down, a ticket nobody wrote about."""

from django.urls import reverse

from tests.tickets.loop import MONDAY, TUESDAY, ticket_in
from tickets.models import WallEntry
from tickets.states import Status
from tickets.wall import editing

OF = {
    "wall_write": "told_of_nothing",
    "wall_judge": "proposed",
    "wall_withdraw": "up",
    "wall_put_back": "down",
}
ROUTES = ("wall", "wall_screen", *OF)
TEXT = {"title": "楼道灯不亮", "words": "换了声控灯，同单元都试过", "do": "propose", "seen": 0}
BODIES = {
    "tickets:wall_write": lambda h, s, r: TEXT,
    "tickets:wall_judge": lambda h, s, r: {"verdict": "approve", "seen": 1},
    "tickets:wall_withdraw": lambda h, s, r: {"reason": "有邻居不愿意"},
    "tickets:wall_put_back": lambda h, s, r: {"taken_down": TUESDAY.isoformat()},
}


class Wall:
    """The house's dispatcher writes, its secretary approves."""

    def __init__(self, house):
        self.area = house.area
        # Five, so that the time and the category may be said.
        self.told_of_nothing, self.proposed, self.up, self.down, _ = (
            ticket_in(Status.CLOSED, house) for _ in range(5)
        )
        written(self.proposed, house)
        published(self.up, house)
        editing.withdraw(published(self.down, house, title="门锁转不动"), by=house.secretary, now=TUESDAY)

    def address(self, route, name):
        return reverse(route, args=[self.area.pk if name not in OF else getattr(self, OF[name]).number])


def written(
    ticket, house, *, title="厨房水管漏水", words="换了接头，试水两小时不漏", now=MONDAY
) -> WallEntry:
    return editing.save(ticket, by=house.dispatcher, title=title, words=words, seen=0, propose=True, now=now)


def published(ticket, house, *, now=TUESDAY, **text) -> WallEntry:
    entry = written(ticket, house, **text)
    return editing.approve(entry, by=house.secretary, seen=entry.version, now=now)


def address(route, walls, which):
    """Of one that is ours, of a foreign one, of none."""
    name = route.partition(":")[2]
    there = {"ours": walls[0], "foreign": walls[1]}.get(which)
    if there:
        return there.address(route, name)
    return reverse(route, args=["XX99-20200101-001" if name in OF else 10**9])
