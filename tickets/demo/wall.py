"""What stands on the echo walls of the demo: written by one dispatcher, approved by another or by a secretary.

The words are written for the wall (texts/wall.py): of the work, not of who asked for it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import Post, User
from tickets.demo.moments import OFFICE, local
from tickets.demo.places import Community
from tickets.demo.texts.wall import TOLD
from tickets.models import Ticket, WallEntry
from tickets.wall import editing

ON_WALL, ON_OTHER_WALLS = 16, 5
SINCE = timedelta(days=365)
APPROVED_AFTER = 90  # minutes of office time
TOO_SHORT = "再写一句修好以后怎么样"
ASKED_DOWN = "有邻居不愿意贴出来"


def fill(home: Community, now: datetime, *, many: bool) -> None:
    """The latest ones stand on the wall; in the estate one each waits, is a draft, was given back, was taken down."""
    writer, judge = home.dispatchers[0].user, _judge(home)
    worth = _worth(home, now)
    for ticket, title, words in _first(worth, ON_WALL if many else ON_OTHER_WALLS):
        _approve(_write(ticket, writer, title, words), judge)
    if many:
        _unfinished(worth, writer, judge)


def _unfinished(worth: Iterator, writer: User, judge: User) -> None:
    for state in ("draft", "proposed", "proposed", "refused", "withdrawn"):
        for ticket, title, words in _first(worth, 1):
            entry = _write(ticket, writer, title, words, propose=state != "draft")
            if state == "refused":
                at = _later(entry)
                editing.refuse(entry, by=judge, seen=entry.version, reason=TOO_SHORT, now=at)
            if state == "withdrawn":
                at = _approve(entry, judge) + timedelta(minutes=30)
                editing.withdraw(entry, by=judge, reason=ASKED_DOWN, now=at)


def _worth(home: Community, now: datetime) -> Iterator[tuple[Ticket, str, str]]:
    """The latest closed ones whose words may stand there, each matter once."""
    told: set[str] = set()
    tickets = Ticket.objects.worth_telling([home.area], since=now - SINCE).with_logger()
    for ticket in tickets:
        title, words = TOLD.get(ticket.title, ("", ""))
        is_new = words and title not in told and ticket.rated
        if is_new and _later_than(ticket.closed_at) < now and not editing.faults(ticket, title, words):
            told.add(title)
            yield ticket, title, words


def _first(worth: Iterator, count: int) -> list:
    return [found for _, found in zip(range(count), worth, strict=False)]


def _write(ticket: Ticket, writer: User, title: str, words: str, *, propose: bool = True) -> WallEntry:
    at = OFFICE.later(local(ticket.closed_at), APPROVED_AFTER)
    return editing.save(ticket, by=writer, title=title, words=words, seen=0, propose=propose, now=at)


def _approve(entry: WallEntry, judge: User) -> datetime:
    at = _later(entry)
    editing.approve(entry, by=judge, seen=entry.version, now=at)
    return at


def _later(entry: WallEntry) -> datetime:
    return OFFICE.later(local(entry.written_at), APPROVED_AFTER)


def _later_than(closed_at: datetime) -> datetime:
    """When both could have looked at it."""
    return OFFICE.later(local(closed_at), 3 * APPROVED_AFTER)


def _judge(home: Community) -> User:
    """The community's or the street's secretary, who is not the one who writes."""
    return Post.objects.overseeing(home.area).select_related("user").order_by("area__kind", "pk")[0].user
