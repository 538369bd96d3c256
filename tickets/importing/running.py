"""A file of an old ledger from its arrival to its end: looked at, confirmed, written batch by batch.

Looking writes nothing but what was found. Writing can be cut off at any moment and gone on with: a batch and how far
it has come are one transaction, and what is there already is left alone. Small files are done at once, long ones
away from the page (working).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Post, User
from stations import saying
from stations.models import Station
from stations.refusals import Conflict, Refused
from tickets.importing import noting, parts, writing
from tickets.importing.columns import OURS, Head, Unassigned, put_before
from tickets.importing.headings import LABELS
from tickets.importing.known import Known, known_for
from tickets.importing.rows import Case, Fate, Fault, Reading
from tickets.importing.source import Source, weight
from tickets.models import LedgerFault, LedgerImport, Outcome, Rating, Ticket
from tickets.models.old_ledger import HELD

State = LedgerImport.State
BATCH = 1_000
MOST_SENT = 30 * 1024 * 1024  # bytes of a file that comes through a page
AT_ONCE_BYTES, AT_ONCE_ROWS = 256 * 1024, 300  # what a page waits for to be read, to be written
AT_ONCE_PASSED = 5_000  # rows to be read on the way
MOST_FAULTS = 20_000
EXAMPLES = 10
KNOWN_SHOWN = 100
MOST_NOTES, MOST_WORDS = 60, 20
TOO_BIG = "文件超过30 MB。请分成几张表，或请管理员用 import_tickets 命令导入。"
NO_DISPATCHER = "这个社区还没有派单员，导入的工单会没有人管。请先登记派单员。"
TOO_BAD = (
    f"有问题的行超过{MOST_FAULTS // 10_000}万行，多半是哪一列弄错了。请看每一列读成了什么，改好再读一遍。"
)
NOT_SAID = "还有列没有说明是什么，说明了才能导入。"
CHANGED = "列或评价的读法刚刚改过，请再看一遍。"
GONE_ON = "这张台账已经确认过、正在重读，或已过期。"
FATES = {Fate.OPEN: "没办完", Fate.ANSWERED: "已答复", Fate.DONE: "已办结", Fate.WITHDRAWN: "已撤单"}
Tell = Callable[["Look"], None]


@dataclass
class Look:
    """What was found in a file so far."""

    total: int = 0
    ready: int = 0
    known: int = 0
    bad: int = 0
    unrated: int = 0
    columns: list[dict[str, Any]] = field(default_factory=list)
    head: str = ""
    is_by_hand: bool = False
    words: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    examples: list[dict[str, str]] = field(default_factory=list)
    known_rows: list[dict[str, str]] = field(default_factory=list)

    def understand(self, head: Head) -> None:
        self.head, self.is_by_hand = head.signature, head.is_by_hand
        facts = ("heading", "label", "place", "key", "field")
        self.columns = [{name: getattr(column, name) for name in facts} for column in head.columns]

    def count(self, cases: list[Case], faults: list[Fault], there: dict[str, str]) -> None:
        """`there`: the numbers of the tickets that are these cases already."""
        self.total += len(cases) + len(faults)
        self.ready, self.known = self.ready + len(cases) - len(there), self.known + len(there)
        self.bad += len(faults)
        self.unrated += sum(case.is_unrated for case in cases if case.key not in there)
        room = KNOWN_SHOWN - len(self.known_rows)
        if room and there:
            met = [case for case in cases if case.key in there][:room]
            self.known_rows += [_known_row(case, there[case.key]) for case in met]

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("total", "ready", "known", "bad", "unrated")}


def look(
    source: Source,
    known: Known,
    *,
    faults: Callable[[list[Fault]], None],
    tell: Tell = lambda found: None,
) -> Look:
    """Read all of it and write nothing. Refused with the sentence where it is no ledger, Unassigned where somebody
    has to say what its columns are.
    """
    found, reading = Look(), Reading(source.rows(), known)
    for cases, bad in _batches(reading):
        keys = [case.key for case in cases]
        there = Ticket.objects.numbers_imported(known.area, keys) if keys else {}
        found.count(cases, bad, there)
        first = cases[: EXAMPLES - len(found.examples)]
        found.examples += [_example(case, known, there.get(case.key, "")) for case in first]
        try:
            faults(bad)
        except Refused as refusal:  # too many: as likely as not it is a column
            raise Unassigned(str(refusal), reading.head) from None
        tell(found)
    found.understand(reading.head)
    found.words = [{"word": word, "rows": rows} for word, rows in reading.words.most_common(MOST_WORDS)]
    found.notes = dict(reading.notes.most_common(MOST_NOTES))
    return found


def _batches(reading: Iterable[Case | Fault]) -> Iterator[tuple[list[Case], list[Fault]]]:
    cases: list[Case] = []
    faults: list[Fault] = []
    for one in reading:
        (cases if isinstance(one, Case) else faults).append(one)  # type: ignore[arg-type]
        if len(cases) + len(faults) >= BATCH:
            yield cases, faults
            cases, faults = [], []
    yield cases, faults


def _known_row(case: Case, number: str) -> dict[str, str]:
    return {"line": str(case.line), "title": case.title, "number": number}


def _example(case: Case, known: Known, number: str) -> dict[str, str]:
    """A row as it was understood; nothing of who brought it. `number`: of the ticket that it is already."""
    end = case.resolved_at or case.closed_at
    parts = [FATES[case.fate], Outcome(case.outcome).label if case.outcome else ""]
    parts.append(Rating.Satisfied(case.satisfied).label if case.satisfied else "")
    return {
        "line": str(case.line),
        "number": number,
        "received": saying.exact(case.received_at, now=known.now),
        "title": case.title,
        "unit": case.unit.name if case.unit else "",
        "replied": saying.exact(case.replied_at, now=known.now) if case.replied_at else "",
        "ended": saying.exact(end, now=known.now) if end else "",
        "fate": "，".join(filter(None, parts)),
    }


def take(
    chunks: Iterable[bytes],
    *,
    name: str,
    size: int,
    station: Station,
    by: User,
    answered_ends: bool,
    now: datetime,
) -> LedgerImport:
    """Keep a file that was sent; a small one is read at once. Refused with the sentence for the dispatcher."""
    if size > MOST_SENT:
        raise Refused(TOO_BIG, "file")
    # A worker sees it with all its bytes or not at all, and leaves a small one to this process.
    with transaction.atomic():
        ledger = LedgerImport.objects.create(
            area_id=station.area_id, station=station, by=by, made_at=now, file_name=name[-120:], size=size,
            answered_ends=answered_ends, held_until=now + HELD,
            ratings=LedgerImport.objects.ratings_in(station.area_id),
        )  # fmt: skip
        parts.keep(ledger, chunks)
        is_small = weight(parts.opened(ledger), size) <= AT_ONCE_BYTES
        if not is_small:
            LedgerImport.objects.filter(pk=ledger.pk).update(held_until=None)
    if is_small:
        read(ledger, now=now)
        if ledger.state == State.REFUSED:
            sentence = ledger.refusal
            ledger.delete()
            raise Refused(sentence, "file")
    return ledger


def read(ledger: LedgerImport, *, now: datetime) -> None:
    """Look at a kept file; what is found is stored with it, also that it cannot be read."""
    ledger.faults.all().delete()
    source = Source(parts.opened(ledger), ledger.size)
    known = known_for(ledger, now=now)
    was_said = bool(ledger.assigned)  # of a file read again only what somebody changed is by hand
    here = LedgerImport.objects.filter(pk=ledger.pk, state=State.READING)
    try:
        found = look(
            source,
            known,
            faults=lambda bad: _look_at_faults(ledger, bad),
            tell=lambda found: here.update(**found.counts, held_until=timezone.now() + HELD) and None,
        )
    except Unassigned as lack:
        found = Look()
        found.understand(lack.head)
        _keep_read(ledger, found, source.how, was_said=was_said, refusal=str(lack)[:400])
    except Refused as refusal:
        if here.update(state=State.REFUSED, refusal=str(refusal)[:400], held_until=None):
            ledger.parts.all().delete()
    else:
        _keep_read(ledger, found, source.how, was_said=was_said)
    ledger.refresh_from_db()


def _keep_read(ledger: LedgerImport, found: Look, how: str, *, was_said: bool, refusal: str = "") -> None:
    here = LedgerImport.objects.filter(pk=ledger.pk, state=State.READING)
    facts = _noted(found, how) | {"is_by_hand": ledger.is_by_hand if was_said else found.is_by_hand}
    here.update(state=State.READ, held_until=None, tries=0, refusal=refusal, **facts)


def assign(
    ledger: LedgerImport, fields: dict[str, str], ratings: dict[str, str | None], *, by: User, now: datetime
) -> None:
    """Read a file again with what somebody says its columns are and words for satisfaction count as; that is noted.

    `fields`: {key: field, "" for unused}; `ratings` as LedgerImport has them. A small one is read when this returns.
    Conflict where it was confirmed, is being read or gone.
    """
    if not ledger.assigned:
        raise Conflict(GONE_ON)
    columns = [column | _as(fields.get(column["key"], column["field"])) for column in ledger.columns]
    is_small = weight(parts.opened(ledger), ledger.size) <= AT_ONCE_BYTES
    fresh = LedgerImport.objects.filter(pk=ledger.pk, state=State.READ)
    before = ledger.columns, ledger.ratings
    with transaction.atomic():
        if not fresh.update(
            state=State.READING, columns=columns, ratings=ratings, refusal="", tries=0,
            is_by_hand=ledger.is_by_hand or columns != ledger.columns, held_until=now + HELD if is_small else None,
        ):  # fmt: skip
            raise Conflict(GONE_ON)
        ledger.refresh_from_db()
        noting.assigned(ledger, *before, by=by, now=now)
    if is_small:
        read(ledger, now=now)


def _as(meant: str) -> dict[str, str]:
    return {"field": meant, "label": LABELS.get(meant, "")}


def _noted(found: Look, how: str) -> dict[str, Any]:
    names = ("columns", "head", "is_by_hand", "words", "notes", "examples", "known_rows")
    said = {name: getattr(found, name) for name in names}
    return {**found.counts, **said, "how": how}


def _look_at_faults(ledger: LedgerImport, bad: list[Fault]) -> None:
    """Where nearly nothing can be taken, a heading is wrong: no use to keep all of it."""
    _keep_faults(ledger, bad)
    if bad and ledger.faults.count() > MOST_FAULTS:
        ledger.faults.all().delete()
        raise Refused(TOO_BAD, "file")


def _keep_faults(ledger: LedgerImport, bad: list[Fault]) -> None:
    LedgerFault.objects.bulk_create(
        (LedgerFault(ledger=ledger, line=one.line, reasons=one.reasons, cells=one.cells) for one in bad),
        ignore_conflicts=True,
    )


def confirm(ledger: LedgerImport, *, by: User, now: datetime, seen: str = "") -> None:
    """Have it written as it was read, once; a short one is written when this returns.

    `seen`: the stamp of what was looked at. Conflict where it was confirmed, is gone or was read in another way since.
    """
    if ledger.is_asking:
        raise Refused(NOT_SAID)
    if seen and seen != ledger.stamp:
        raise Conflict(CHANGED)
    as_read = {"columns": ledger.columns, "ratings": ledger.ratings, "refusal": ""}
    fresh = LedgerImport.objects.filter(pk=ledger.pk, state=State.READ, **as_read)
    is_short = ledger.ready <= AT_ONCE_ROWS and ledger.total <= AT_ONCE_PASSED
    held_until = now + HELD if is_short else None
    if not fresh.update(state=State.WRITING, confirmed_at=now, by=by, held_until=held_until, unrated=0):
        raise Conflict(GONE_ON)
    noting.imported(ledger, by=by, now=now)
    ledger.refresh_from_db()
    if is_short:
        carry_on(ledger, Source(parts.opened(ledger), ledger.size), now=now)


def begin(found: Look, source: Source, known: Known, *, by: User, name: str) -> LedgerImport:
    """What a command has looked at and is about to write; it reads its own file and keeps none."""
    ledger = LedgerImport(
        area=known.area, station=known.station, by=by, made_at=known.now, file_name=name[-120:], size=source.size,
        answered_ends=known.answered_ends, ratings=dict(known.ratings), is_kept=False, state=State.WRITING,
        confirmed_at=known.now, held_until=timezone.now() + HELD, **_noted(found, source.how) | {"unrated": 0},
    )  # fmt: skip
    ledger.save()
    noting.imported(ledger, by=by, now=known.now)
    return ledger


def carry_on(
    ledger: LedgerImport,
    source: Source,
    *,
    now: datetime,
    tell: Callable[[LedgerImport], None] = lambda ledger: None,
) -> None:
    """Write what is left of a confirmed file.

    A row that was bad when the file was looked at may have become good since, and the other way round.
    No notice goes to anybody. Conflict where somebody else goes on with it at this moment.
    """
    known = known_for(ledger, now=now)
    for cases, bad in _batches(Reading(source.rows(), known)):
        left = [case for case in cases if case.line > ledger.done_line]
        _keep_faults(ledger, [one for one in bad if one.line > ledger.done_line])
        if left:
            ledger.faults.filter(line__in=[case.line for case in left]).delete()
            writing.write(left, ledger, line=left[-1].line, now=now)
            tell(ledger)
    _finish(ledger, now)


def _finish(ledger: LedgerImport, now: datetime) -> None:
    """The rows that could not be taken any more since it was looked at are counted as what they are."""
    bad = ledger.faults.count()
    LedgerImport.objects.filter(pk=ledger.pk).update(
        state=State.DONE, finished_at=now, held_until=None, bad=bad, ready=F("written"),
        known=F("total") - F("written") - bad,
    )  # fmt: skip
    ledger.parts.all().delete()
    ledger.refresh_from_db()


def fault_sheet(ledger: LedgerImport) -> Iterator[list[str]]:
    """The rows that could not be taken: line, reasons, then every cell as it stood.

    What stood there of an earlier such sheet is left out.
    """
    ours = put_before(column["key"] for column in ledger.columns)
    columns = [column for column in ledger.columns if column["key"] not in ours]
    places = [str(column["place"]) for column in columns]
    yield [*OURS, *(column["heading"] for column in columns)]
    for fault in ledger.faults.iterator(chunk_size=BATCH):
        cells = [fault.cells.get(place, "") for place in places]
        yield [str(fault.line), "；".join(fault.reasons), *cells]


def usual_station() -> Station | None:
    """Where a ledger goes that names no station: the first one."""
    return Station.objects.active().select_related("area").order_by("pk").first()


def dispatcher_of(station: Station) -> User | None:
    """Under whose name a command imports."""
    post = Post.objects.dispatching(station.area).select_related("user").order_by("pk").first()
    return post.user if post else None
