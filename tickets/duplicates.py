"""不重: which open tickets of a community are likely the matter that somebody is typing. A person decides.

Place and category first, then words by the character pairs they share. Digits are no likeness: two telephone
numbers are not two leaks. What is shown of another desk's ticket says nothing of a person.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from stations import saying
from stations.composed import Composed
from stations.models import Area, Building
from tickets import search
from tickets.models import Category, Reporter, Ticket
from tickets.states import Status

SHOWN = 5
LOOKED_AT = 50
RECENT = timedelta(days=60)
ASKED_WITHIN = timedelta(days=7)
OPENING = 20
HIDDEN_DIGIT = "＊"
HIDDEN_NAME = HIDDEN_DIGIT * 2
COMPARED = (
    300  # characters typed; a text of a thousand guesses would find out letter by letter what others said
)
FEWEST = 2  # pairs that must be shared, whatever part of the words they are
ALIKE, ALIKE_ELSEWHERE, ALIKE_HERE = 0.4, 0.6, 0.25
VERY_ALIKE, MANY = 0.6, 4


@dataclass(frozen=True)
class Typed:
    """What is known of a request before it is filed."""

    words: str = ""
    category: Category | None = None
    building: Building | None = None


@dataclass(frozen=True)
class Hint:
    """An open ticket as any desk of its community may see it."""

    number: str
    category: str
    building: str
    age: str
    status: str
    status_label: str
    opening: str


def hints(area: Area, typed: Typed, *, now: datetime) -> list[Hint]:
    """Up to five open tickets that may be the same matter, the likeliest first."""
    pairs = _pairs(typed.words)
    found = [ticket for ticket in _near(area, typed, pairs, now) if _may_be_same(ticket, typed, pairs)]
    ranked = sorted(found, key=lambda ticket: _rank(ticket, typed, pairs), reverse=True)
    return [_hint(ticket, now) for ticket in ranked[:SHOWN]]


def doubts(area: Area, typed: Typed, *, now: datetime) -> list[Hint]:
    """Those of them that are so likely the same that the desk is asked before it files another one."""
    pairs = _pairs(typed.words)
    near = _near(area, typed, pairs, now)
    sure = [ticket for ticket in near if _must_ask(ticket, typed, pairs, now)]
    ranked = sorted(sure, key=lambda ticket: _rank(ticket, typed, pairs), reverse=True)
    return [_hint(ticket, now) for ticket in ranked[:SHOWN]]


def candidates(ticket: Ticket, *, now: datetime) -> list[Ticket]:
    """The open tickets into which this one may be merged, the likeliest first."""
    typed = Typed(ticket.words, ticket.category, ticket.building)
    pairs = _pairs(ticket.words)
    near = [other for other in _near(ticket.area, typed, pairs, now) if other.pk != ticket.pk]
    found = [other for other in near if _may_be_same(other, typed, pairs)]
    return sorted(found, key=lambda other: _rank(other, typed, pairs), reverse=True)[:SHOWN]


def open_one(area: Area, number: str) -> Ticket | None:
    """The open ticket of the community with this number."""
    return Ticket.objects.in_community(area).open().filter(number=number).first()


def opening(words: str, *private: str) -> str:
    """The first twenty characters, on one line, without a digit and without what names the person."""
    text = " ".join(words.split())
    for said in private:
        text = text.replace(said, HIDDEN_NAME) if len(said) > 1 else text
    cut = text if len(text) <= OPENING else text[:OPENING] + "…"
    return re.sub(r"\d", HIDDEN_DIGIT, cut)


def likeness(shared: int, pairs: int, terms: int) -> float:
    """Which part of the shorter of two texts both have; half of a ticket's terms are pairs, half characters."""
    return shared / max(1, min(pairs, terms // 2))


def _pairs(words: str) -> list[str]:
    return search.telling_pairs(words[:COMPARED])


def _near(area: Area, typed: Typed, pairs: list[str], now: datetime) -> list[Ticket]:
    asked = (area.pk, now - RECENT, pairs)
    if typed.building and typed.category:
        return _near_place(*asked, typed.building.pk, typed.category.pk)
    return _near_words(*asked)


def _candidates(area, since, pairs, building=None, category=None) -> QuerySet:
    near = Ticket.objects.in_community(area).open().received_since(since).sharing(pairs)
    first = Reporter.objects.filter(ticket=OuterRef("pk")).order_by("pk")
    names = {"said_by": Subquery(first.values("name")[:1]), "said_in": Subquery(first.values("room")[:1])}
    here = near.of_place(building, category, or_sharing=FEWEST).annotate(**names)
    return here.select_related("category", "building")[:LOOKED_AT]


# Every filing asks it.
_MARKS = (8_000_000_001, datetime(2000, 1, 1, tzinfo=UTC), ["example"])
_near_words = Composed(_candidates, *_MARKS)
_near_place = Composed(_candidates, *_MARKS, 8_000_000_002, 8_000_000_003)


def _is_same_place(ticket: Ticket, typed: Typed) -> bool:
    """The same building and the same category, both known."""
    if typed.building is None or typed.category is None:
        return False
    return (ticket.building_id, ticket.category_id) == (typed.building.pk, typed.category.pk)


def _is_elsewhere(ticket: Ticket, typed: Typed) -> bool:
    return bool(ticket.building_id and typed.building) and ticket.building_id != typed.building.pk


def _score(ticket: Ticket, pairs: list[str]) -> float:
    return likeness(ticket.shared or 0, len(pairs), ticket.terms or 0)


def _may_be_same(ticket: Ticket, typed: Typed, pairs: list[str]) -> bool:
    if _is_same_place(ticket, typed):
        return True
    is_here = typed.building is not None and ticket.building_id == typed.building.pk
    least = ALIKE_ELSEWHERE if _is_elsewhere(ticket, typed) else ALIKE_HERE if is_here else ALIKE
    return (ticket.shared or 0) >= FEWEST and _score(ticket, pairs) >= least


def _must_ask(ticket: Ticket, typed: Typed, pairs: list[str], now: datetime) -> bool:
    if _is_same_place(ticket, typed) and ticket.received_at >= now - ASKED_WITHIN:
        return True
    is_alike = (ticket.shared or 0) >= MANY and _score(ticket, pairs) >= VERY_ALIKE
    return is_alike and not _is_elsewhere(ticket, typed)


def _rank(ticket: Ticket, typed: Typed, pairs: list[str]) -> tuple:
    return (
        _is_same_place(ticket, typed),
        not _is_elsewhere(ticket, typed),
        round(_score(ticket, pairs), 2),
        ticket.received_at,
    )


def _hint(ticket: Ticket, now: datetime) -> Hint:
    return Hint(
        number=ticket.number,
        category=ticket.category.name if ticket.category else "",
        building=ticket.building.name if ticket.building else "",
        age=f"{saying.moment(ticket.received_at, now=now)} 接单",
        status=ticket.status,
        status_label=Status(ticket.status).label,
        opening=opening(ticket.words, *filter(None, (ticket.said_by, ticket.said_in))),
    )
