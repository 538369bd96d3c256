"""不重: which open tickets of a community are likely the matter that somebody is typing. A person decides.

Place and category first, then words by the character pairs they share. Digits are no likeness: two telephone
numbers are not two leaks. What is shown of another desk's ticket says nothing of a person.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from stations import saying
from stations.composed import Composed
from stations.models import Area, Building
from tickets import search
from tickets.models import Apart, Category, Reporter, Ticket
from tickets.states import Status

SHOWN = 5
LOOKED_AT = 50
RECENT = timedelta(days=60)
ASKED_WITHIN = timedelta(days=7)
OPENING = 20
HIDDEN_DIGIT = "＊"
HIDDEN_NAME = HIDDEN_DIGIT * 2
_WIDE = {
    sign: sign - 0xFEE0 for sign in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_SPELLED = re.compile(r"(?:[零〇一二三四五六七八九幺]\s?){5,}")  # a number in words
BUILDING = "\ue000"  # stands for its name while the rest is hidden; nobody types it
COMPARED = (
    300  # characters typed; a text of a thousand guesses would find out letter by letter what others said
)
FEWEST = 2  # pairs that must be shared, whatever part of the words they are
ALIKE, ALIKE_ELSEWHERE, ALIKE_HERE = 0.4, 0.6, 0.25
ENDS = 7  # of so many terms of a ticket one is no pair: the last character of a run, a number, a Latin word
VERY_ALIKE, MANY = 0.6, 4
Judge = Callable[["Near", "Typed", list[str], datetime], bool]
Near = Any  # just enough of an open ticket to be compared, a row of _candidates: most filings show none


class _Open(NamedTuple):
    building_id: int | None
    category_id: int | None
    received_at: datetime
    shared: int
    terms: int


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
    return [_hint(ticket, now) for ticket in _found(area, typed, (_may_be_same,), now)]


def doubts(area: Area, typed: Typed, *, now: datetime) -> list[Hint]:
    """Those that are so likely the same that the desk is asked before it files another one."""
    return [_hint(ticket, now) for ticket in _found(area, typed, (_must_ask,), now)]


def is_shown(area: Area, typed: Typed, number: str, *, now: datetime) -> bool:
    """Whether whoever types this is shown the ticket with this number; only such a one can be joined."""
    return number in [ticket.number for ticket in _found(area, typed, (_may_be_same, _must_ask), now)]


def candidates(ticket: Ticket, *, now: datetime) -> list[Ticket]:
    """The open tickets into which this one may be merged, the likeliest first; none that was judged another matter."""
    typed = Typed(ticket.words, ticket.category, ticket.building)
    pairs = _pairs(ticket.words)
    apart = {ticket.pk} | Apart.objects.from_ticket(ticket)
    others = [near for near in _near(ticket.area, typed, pairs, now) if near.pk not in apart]
    likely = _likeliest([near for near in others if _may_be_same(near, typed, pairs, now)], typed, pairs)
    shown = _read(likely)
    return [shown[pk] for pk in likely]


def open_one(area: Area, number: str) -> Ticket | None:
    """The open ticket of the community with this number."""
    return Ticket.objects.in_community(area).open().filter(number=number).first()


def opening(words: str, name: str = "", room: str = "", *, building: str = "") -> str:
    """The first twenty characters, on one line, without a digit and without what names the person.

    The building stays readable where the words name it as it is shown beside them, in the room too; never within the
    name.
    """
    said, room = _as_a_name(_plain(building)), _plain(room)
    line = " ".join(_plain(words).split()).replace(BUILDING, "")
    line = re.sub(said, BUILDING, _without(line, [_plain(name)]))
    if len(room) > 1:
        marked = re.sub(said, BUILDING, room)
        line = line.replace(marked, re.sub(f"[^{BUILDING}]+", HIDDEN_NAME, marked))
    text = re.sub(r"\d", HIDDEN_DIGIT, _SPELLED.sub(HIDDEN_NAME, line)).replace(BUILDING, building)
    return text if len(text) <= OPENING else text[:OPENING] + "…"


def _as_a_name(building: str) -> str:
    """A pattern for a building's name that is no part of a longer number; for '' one that nothing matches."""
    before = r"(?<!\d)" if building[:1].isdigit() else ""
    after = r"(?!\d)" if building[-1:].isdigit() else ""
    return f"{before}{re.escape(building)}{after}" if building else "(?!)"


def likeness(shared: int, pairs: int, terms: int) -> float:
    """Which part of the shorter of two texts both have, by the pairs of the one and the terms of the other."""
    return shared / max(1, min(pairs, terms - math.ceil(terms / ENDS)))


def _plain(text: str) -> str:
    """Full-width letters as plain ones, and nothing that is not seen: neither disguises a name."""
    return "".join(sign for sign in text.translate(_WIDE) if unicodedata.category(sign) != "Cf")


def _without(words: str, private: Iterable[str]) -> str:
    """A name also where somebody put spaces into it."""
    for said in ("".join(one.split()) for one in private):
        spread = r"\s*".join(map(re.escape, said))
        words = re.sub(spread, HIDDEN_NAME, words) if len(said) > 1 else words
    return words


def _pairs(words: str) -> list[str]:
    return search.telling_pairs(words[:COMPARED])


def _near(area: Area, typed: Typed, pairs: list[str], now: datetime) -> list[Near]:
    asked = (area.pk, now - RECENT, pairs)
    if typed.building and typed.category:
        return _near_place(*asked, typed.building.pk, typed.category.pk)
    return _near_words(*asked)


def _candidates(area, since, pairs, building=None, category=None) -> QuerySet:
    near = Ticket.objects.in_community(area).open().received_since(since).sharing(pairs)
    here = near.of_place(building, category, or_sharing=FEWEST)
    columns = ("pk", "building_id", "category_id", "received_at", "shared", "terms")
    return here.values_list(*columns, named=True)[:LOOKED_AT]


def _with_names(pks) -> QuerySet:
    first = Reporter.objects.filter(ticket=OuterRef("pk")).order_by("pk")
    names = {"said_by": Subquery(first.values("name")[:1]), "said_in": Subquery(first.values("room")[:1])}
    return Ticket.objects.filter(pk__any_of=pks).annotate(**names).select_related("category", "building")


# Every filing asks it.
_MARKS = (8_000_000_001, datetime(2000, 1, 1, tzinfo=UTC), ["example"])
_near_words = Composed(_candidates, *_MARKS)
_near_place = Composed(_candidates, *_MARKS, 8_000_000_002, 8_000_000_003)
_shown = Composed(_with_names, [1, 2])


def _found(area: Area, typed: Typed, judges: Iterable[Judge], now: datetime) -> list[Ticket]:
    """By each judge up to five, the likeliest first.

    Judged once more by what nobody hides, so that guesses find out neither a name nor what joiners said elsewhere.
    """
    pairs = _pairs(typed.words)
    near = list(_near(area, typed, pairs, now))
    by_judge = {
        judge: _likeliest([one for one in near if judge(one, typed, pairs, now)], typed, pairs)
        for judge in judges
    }
    shown = _read(chain(*by_judge.values()))
    return [
        shown[pk]
        for judge, pks in by_judge.items()
        for pk in pks
        if judge(_in_the_open(shown[pk], pairs), typed, pairs, now)
    ]


def _likeliest(found: list[Near], typed: Typed, pairs: list[str]) -> list[int]:
    """The ids of up to five of those, the likeliest first."""
    ranked = sorted(found, key=lambda near: _rank(near, typed, pairs), reverse=True)
    return [near.pk for near in ranked[:SHOWN]]


def _read(pks: Iterable[int]) -> dict[int, Ticket]:
    """What is shown of them, by id."""
    wanted = list(set(pks))
    return {ticket.pk: ticket for ticket in _shown(wanted)} if wanted else {}


def _is_same_place(near: Near, typed: Typed) -> bool:
    """The same building and the same category, both known."""
    if typed.building is None or typed.category is None:
        return False
    return (near.building_id, near.category_id) == (typed.building.pk, typed.category.pk)


def _is_elsewhere(near: Near, typed: Typed) -> bool:
    return bool(near.building_id and typed.building) and near.building_id != typed.building.pk


def _score(near: Near, pairs: list[str]) -> float:
    return likeness(near.shared or 0, len(pairs), near.terms or 0)


def _may_be_same(near: Near, typed: Typed, pairs: list[str], now: datetime) -> bool:
    if _is_same_place(near, typed):
        return True
    is_here = typed.building is not None and near.building_id == typed.building.pk
    least = ALIKE_ELSEWHERE if _is_elsewhere(near, typed) else ALIKE_HERE if is_here else ALIKE
    return (near.shared or 0) >= FEWEST and _score(near, pairs) >= least


def _must_ask(near: Near, typed: Typed, pairs: list[str], now: datetime) -> bool:
    if _is_same_place(near, typed) and near.received_at >= now - ASKED_WITHIN:
        return True
    is_alike = (near.shared or 0) >= MANY and _score(near, pairs) >= VERY_ALIKE
    return is_alike and not _is_elsewhere(near, typed)


def _rank(near: Near, typed: Typed, pairs: list[str]) -> tuple:
    return (
        _is_same_place(near, typed),
        not _is_elsewhere(near, typed),
        round(_score(near, pairs), 2),
        near.received_at,
    )


def _in_the_open(ticket: Ticket, pairs: list[str]) -> _Open:
    """A ticket as it was told by its first reporter, without what names them."""
    building, category = ticket.building, ticket.category
    names = filter(None, (building and building.name, category and category.name))
    terms = set(
        search.terms(" ".join([_without(_plain(ticket.words), _private(ticket)), ticket.place, *names]))
    )
    return _Open(
        ticket.building_id, ticket.category_id, ticket.received_at, len(terms & set(pairs)), len(terms)
    )


def _private(ticket: Ticket) -> list[str]:
    return [_plain(said) for said in (ticket.said_by, ticket.said_in) if said]


def _hint(ticket: Ticket, now: datetime) -> Hint:
    building = ticket.building.name if ticket.building else ""
    return Hint(
        number=ticket.number,
        category=ticket.category.name if ticket.category else "",
        building=building,
        age=f"{saying.moment(ticket.received_at, now=now)} 接单",
        status=ticket.status,
        status_label=Status(ticket.status).label,
        opening=opening(ticket.words, ticket.said_by or "", ticket.said_in or "", building=building),
    )
