"""A row of an old ledger as one case, or what is wrong with it. Writes nothing.

A row is refused only for what nobody but its writer can mend: no moment of receipt, a time that cannot be read, an
answer before the question. What is merely unknown here (a unit of another name, a building that is gone) stays with
the case as the ledger said it, and the preview counts such rows.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from stations.models import Building, Unit
from stations.refusals import Refused
from stations.workdays import SHANGHAI
from tickets.importing import columns, values
from tickets.importing.columns import HEAD_WITHIN, Column, Head
from tickets.importing.headings import LABELS, plain
from tickets.importing.known import Known
from tickets.importing.values import Unreadable
from tickets.models import Category
from volunteers.importing.sheet import Row

EMPTY = "表头下面没有内容。"
MOMENTS = ("received_at", "dispatched_at", "replied_at", "resolved_at", "closed_at", "rated_at")
KEPT = (
    "name", "room", "logger", "handler", "reply", "promised_on", "told", "solvable", "result", "satisfied", "opinion",
)  # fmt: skip
GENERATED = "~"  # begins the key of a row that has none of its own
RATED, MOST_WORDS = "satisfied", 200  # words counted, of a column that is none of ratings
SHOWN_CELLS = 200  # characters of a cell that a list of faults keeps
AT_THE_DESK = "{}年{}月{}日起这里已用服务台登记，那以后收到的不从台账导入，请在接单台登记"


class Fate(StrEnum):
    """What the ledger says became of a case."""

    OPEN = "open"
    ANSWERED = "answered"  # the answer is the last that is written of it
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Case:
    """One row, understood. Moments are aware. `said` is what the ledger calls a unit or category unknown here."""

    line: int
    key: str
    received_at: datetime
    title: str
    words: str
    station_id: int
    name: str = ""
    phone: str = ""
    room: str = ""
    place: str = ""
    building: Building | None = None
    category: Category | None = None
    unit: Unit | None = None
    logger: str = ""
    handler: str = ""
    dispatched_at: datetime | None = None
    replied_at: datetime | None = None
    reply: str = ""
    solvable: str = ""
    promised_on: date | None = None
    told: str = ""
    resolved_at: datetime | None = None
    outcome: str = ""
    result: str = ""
    closed_at: datetime | None = None
    satisfied: str = ""
    rated_at: datetime | None = None
    opinion: str = ""
    withdraw_reason: str = ""
    fate: Fate = Fate.OPEN
    said: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def is_unrated(self) -> bool:
        """Done with, so that it could have been rated, and was not."""
        return self.fate in (Fate.DONE, Fate.ANSWERED) and not self.satisfied


@dataclass(frozen=True)
class Fault:
    """A row that cannot be taken, with every reason, and its cells so that it can be mended and sent again.

    `cells`: what stands in it, by the place of the column.
    """

    line: int
    reasons: list[str]
    cells: dict[str, str]


class Reading:
    """Goes through the rows once; `head` is known after the first, `notes` and `words` after the last.

    `words`: those for satisfaction that nobody listed, whatever they count as now, with how many rows have them.
    """

    def __init__(self, found: Iterator[Row], known: Known):
        self.found, self.known = found, known
        self.head = Head(0, ())
        self.notes: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self._keys: dict[bytes, int] = {}

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.head.columns

    def __iter__(self) -> Iterator[Case | Fault]:
        above = list(islice(self.found, HEAD_WITHIN))
        self.head = columns.find(above, self.known.by_hand, self.known.layouts)
        below = [row for row in above if row[0] > self.head.line]
        number = 0
        for number, cells in self._rest(below):  # noqa: B007
            yield self._one(number, cells)
        if not number:
            raise Refused(EMPTY, "file")

    def _rest(self, below: list[Row]) -> Iterator[Row]:
        yield from below
        yield from self.found

    def _one(self, line: int, cells: tuple[Any, ...]) -> Case | Fault:
        given = {c.field: _at(cells, c.place) for c in self.columns if c.field}
        self._hear(given)
        found = _read(line, given, self.known)
        reasons = found if isinstance(found, list) else self._again(found)
        if self._is_shifted(cells):
            reasons = [*reasons, "这一行的格子比表头多，可能是内容里的逗号没有加引号"]
        if reasons:
            shown = {str(c.place): values.text(_at(cells, c.place))[:SHOWN_CELLS] for c in self.columns}
            return Fault(line, reasons, {place: text for place, text in shown.items() if text})
        assert isinstance(found, Case)
        self.notes.update(found.notes)
        return found

    def _hear(self, given: dict[str, Any]) -> None:
        word = values.unknown_rating(given.get(RATED))
        if word:
            if word in self.words or len(self.words) < MOST_WORDS:
                self.words[word] += 1
            given[RATED] = self.known.ratings.get(plain(word), word)

    def _again(self, case: Case) -> list[str]:
        """The key of an earlier row; only a digest is kept of each, and the line it came first in."""
        digest = hashlib.blake2b(case.key.encode(), digest_size=10).digest()
        first = self._keys.setdefault(digest, case.line)
        if first == case.line:
            return []
        same = "内容和" if case.key.startswith(GENERATED) else f"{LABELS['external_id']}和"
        return [f"{same}第{first}行一样，只导入第{first}行"]

    def _is_shifted(self, cells: tuple[Any, ...]) -> bool:
        last = max(column.place for column in self.columns)
        return any(values.text(value) for value in cells[last + 1 :])


def _at(cells: tuple[Any, ...], place: int) -> Any:
    return cells[place] if place < len(cells) else None


def _read(line: int, given: dict[str, Any], known: Known) -> Case | list[str]:
    """Every reader has its say, so that all that is wrong with a row is told at once."""
    found: dict[str, Any] = {}
    reasons: list[str] = []
    for key, reader in values.READERS.items():
        try:
            found[key] = reader(given.get(key))
        except Unreadable as wrong:
            reasons.append(f"{LABELS[key]}{wrong}")
    if reasons:
        return reasons
    try:
        return _case(line, found, known)
    except Unreadable as wrong:
        return [str(wrong)]


def _case(line: int, found: dict[str, Any], known: Known) -> Case:
    moments, notes = _moments(found, known.now)
    since = known.desk_since
    if since and moments["received_at"].date() >= since:
        raise Unreadable(AT_THE_DESK.format(since.year, since.month, since.day))
    title, words = values.title_and_words(found["title"], found["words"])
    said: dict[str, str] = {}
    case = Case(
        line=line,
        key="",
        received_at=moments.pop("received_at"),
        title=title,
        words=words,
        station_id=_station(found["station"], known),
        unit=_listed("unit", found, known.units, said, notes),
        category=_listed("category", found, known.categories, said, notes),
        building=known.buildings.get(plain(found["building"])),
        said=said,
        notes=notes,
        **{key: found[key] for key in KEPT},
        **moments,
    )
    case.place = _place(found, case)
    case.phone = _phone(found["phone"], notes)
    _outcome(found["outcome"], case)
    _settle(case, found["state"], known)
    _promise(case)
    _leave(case)
    case.key = found["external_id"] or _made_key(case)
    return case


def _moments(found: dict[str, Any], now: datetime) -> tuple[dict[str, Any], list[str]]:
    """Aware, in an order that can be. A day without a time is noon, but never before the receipt of that day."""
    received = found["received_at"]
    if received is None:
        raise Unreadable(f"没有写{LABELS['received_at']}")
    moments: dict[str, Any] = {}
    notes = []
    for key in MOMENTS:
        moment = found[key]
        if moment is None:
            moments[key] = None
            continue
        at = moment.at
        if not moment.has_time:
            notes.append(f"{LABELS[key]}只有日期，按中午12点算")
            if at < received.at and at.date() == received.at.date():
                at = received.at
        moments[key] = at.replace(tzinfo=SHANGHAI)
        _in_order(key, moments, now)
    if found["promised_on"] and found["promised_on"] < received.at.date():
        raise Unreadable(f"{LABELS['promised_on']}早于{LABELS['received_at']}")
    return moments, notes


def _in_order(key: str, moments: dict[str, Any], now: datetime) -> None:
    if moments[key] < moments["received_at"]:
        raise Unreadable(f"{LABELS[key]}早于{LABELS['received_at']}")
    if moments[key] > now + timedelta(minutes=5):
        raise Unreadable(f"{LABELS[key]}还没有到")


def _station(text: str, known: Known) -> int:
    if not text:
        return known.station.pk
    found = known.stations.get(plain(text))
    if found is None:
        raise Unreadable(f"{known.area}没有“{text[:20]}”这个站点")
    return found


def _listed(
    key: str, found: dict[str, Any], there: dict[str, Any], said: dict[str, str], notes: list[str]
) -> Any:
    text = found[key]
    one = there.get(plain(text)) if text else None
    if text and one is None:
        said[key] = text
        notes.append(f"{LABELS[key]}“{text[:20]}”这里没有，原话记在办理经过里")
    return one


def _place(found: dict[str, Any], case: Case) -> str:
    """With the building that is not in our list in front."""
    building = "" if case.building else found["building"]
    place = "·".join(filter(None, (building, found["place"])))
    if len(place) > values.MOST_PLACE:
        case.words += f"\n地点：{place}"
        place = place[: values.MOST_PLACE - 1] + "…"
    return place


def _phone(text: str, notes: list[str]) -> str:
    phone, is_first = values.phone(text)
    if is_first:
        notes.append("电话写了几个，只留第一个")
    return phone


def _outcome(found: tuple[str, str], case: Case) -> None:
    """A sentence in the column of results is no result that can be counted, but it is kept."""
    case.outcome, sentence = found
    if sentence:
        case.result = "\n".join(filter(None, (sentence, case.result)))
        case.notes.append(f"{LABELS['outcome']}是一句话，记在办结说明里")


def _settle(case: Case, state: str, known: Known) -> None:
    """What became of it: the ledger's own word where it has one, else what times and results are there."""
    fate, case.withdraw_reason = values.fate(state, case)
    case.fate = Fate(fate)
    if case.fate == Fate.ANSWERED and not known.answered_ends:
        case.fate = Fate.OPEN
    if case.fate == Fate.OPEN and case.resolved_at:
        raise Unreadable(f"{LABELS['state']}是“{state[:10]}”，却写了{LABELS['resolved_at']}")
    if case.fate == Fate.WITHDRAWN:
        case.closed_at = case.closed_at or case.resolved_at or case.replied_at or case.received_at
    if case.fate == Fate.ANSWERED:
        case.closed_at = case.closed_at or case.replied_at
    if case.fate == Fate.DONE:
        _settle_done(case)
    if case.satisfied and case.fate != Fate.DONE:
        raise Unreadable(f"没有办结，却写了{LABELS['satisfied']}")
    _settle_unit(case, known)


def _settle_unit(case: Case, known: Known) -> None:
    """An open case lies with somebody who can act on it: a unit without people gives it back to the dispatchers."""
    if case.fate == Fate.OPEN and case.unit and case.unit.pk not in known.staffed:
        case.said["unit"] = case.unit.name
        case.notes.append(f"{LABELS['unit']}“{case.unit.name}”没有人，没办完的进派单台")
        case.unit = None
    ends = [case.resolved_at, case.closed_at, case.replied_at if case.fate == Fate.ANSWERED else None]
    if case.dispatched_at and any(end and case.dispatched_at > end for end in ends):
        raise Unreadable(f"{LABELS['dispatched_at']}晚于办结或结案")


def _settle_done(case: Case) -> None:
    if not case.resolved_at:
        case.resolved_at = case.closed_at or case.replied_at
        if not case.resolved_at:
            raise Unreadable(f"已经办结，却没有{LABELS['resolved_at']}")
        case.notes.append("写了已办结、没写办结时间，按结案或答复时间算")
    if not case.outcome:
        case.notes.append("写了办结、没写结果，不算“已解决”；要算，加一列“办理结果”")
    if case.satisfied:
        case.rated_at = case.rated_at or case.closed_at or case.resolved_at
    ends = [("closed_at", case.closed_at), ("rated_at", case.rated_at)]
    for key, moment in ends:
        if moment and moment < case.resolved_at:
            raise Unreadable(f"{LABELS[key]}早于{LABELS['resolved_at']}")


def _promise(case: Case) -> None:
    """A promise needs its answer and its day; what is only half of one stays in the words."""
    if case.promised_on and case.solvable == "no":
        raise Unreadable(f"写了不能解决，却有{LABELS['promised_on']}")
    if case.promised_on and not case.solvable:
        case.solvable = "yes"
    if not case.replied_at:
        case.solvable, case.promised_on = "", None
    elif case.solvable in ("yes", "partly") and not case.promised_on:
        case.solvable = ""
        case.notes.append("写了能解决、没写承诺日期，不算承诺")


def _leave(case: Case) -> None:
    """Words for which the ledger has no moment stay with the receipt."""
    if case.reply and not case.replied_at:
        case.said["reply"] = case.reply
        case.notes.append("有答复、没写答复时间，算没有答复，原话记在办理经过里")
    if case.result and case.fate != Fate.DONE:
        case.said["result"] = case.result


def _made_key(case: Case) -> str:
    """The same row gives the same one, so that a file without numbers can be sent again too."""
    received = case.received_at.isoformat(
        timespec="minutes"
    )  # a spreadsheet shows no seconds where it saves as text
    facts = (received, case.title, case.words, case.name, case.phone, case.room, case.place)
    return GENERATED + hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:32]
