"""Writes cases of an old ledger as tickets with all their rows, past the verbs: importing and loading the demo are the
one exception to the rule that workflow alone writes `status`.

What the verbs would have left behind is left behind here, at the moments that the ledger names: numbers from the same
counters, one receipt a reporter, events from one status to the next, clocks set by the rules and the calendar of the
community and marked late where they were. Nobody is told anything. Every event says in its data which import made it.
"""

import uuid
from collections import Counter as Tally
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from stations import locks
from stations.models import Area, Station
from stations.refusals import Conflict
from tickets import clocks, receipts, search
from tickets.copying import Table, keys
from tickets.importing.rows import Case, Fate
from tickets.models import (
    Category,
    Clock,
    Event,
    LedgerImport,
    Rating,
    Receipt,
    Reply,
    Reporter,
    Rule,
    Telling,
    Ticket,
    WithdrawReason,
)
from tickets.models.event import OLD_LEDGER
from tickets.models.old_ledger import HELD
from tickets.states import TELLABLE, Status, Verb

Kind = Clock.Kind
SOLVED = {"solved": Rating.Solved.YES, "partly": Rating.Solved.PARTLY, "not": Rating.Solved.NO, "": ""}
_TAKE = """
INSERT INTO tickets_counter AS c (station_id, day, last)
SELECT * FROM unnest(%s::bigint[], %s::date[], %s::int[]) AS n (station_id, day, last)
ON CONFLICT (station_id, day) DO UPDATE SET last = c.last + EXCLUDED.last
RETURNING station_id, day, last
"""


@transaction.atomic
def write(cases: Sequence[Case], ledger: LedgerImport, *, line: int, now: datetime) -> int:
    """One batch, and how far the import has come, in one transaction; how many tickets it made.

    What the community has already, be it since a minute ago, is left alone. Two imports into one community take
    turns batch by batch; the unique rule of the database holds against whatever else there may be.
    """
    locks.wait_for_one(locks.Lock.IMPORTING, ledger.area_id)
    there = set(Ticket.objects.imported_as(ledger.area_id, [case.key for case in cases]))
    new = [case for case in cases if case.key not in there]
    if new:
        _Batch(new, ledger, now).write()
    here = LedgerImport.objects.filter(pk=ledger.pk, done_line=ledger.done_line)
    so_far = {"done_line": line, "tries": 0, "held_until": timezone.now() + HELD}
    if here.update(**so_far, **_brought(new)) != 1:
        raise Conflict("这张台账刚刚由别处接着导入了。")
    ledger.done_line = line
    return len(new)


def _brought(new: list[Case]) -> dict[str, Any]:
    """What these add to what the import says of itself."""
    if not new:
        return {}
    days = [_day(case.received_at) for case in new]
    return {
        "written": F("written") + len(new),
        "unrated": F("unrated") + sum(case.is_unrated for case in new),
        "first_on": Least("first_on", min(days)),  # nothing is neither less nor greater
        "last_on": Greatest("last_on", max(days)),
    }


class _Step(NamedTuple):
    """An event to be; sorted by moment, and by the order of the loop where two are of one moment."""

    at: datetime
    order: int
    verb: Verb
    to: str
    who: str
    words: str
    data: dict[str, Any]


class _Batch:
    """The rows of some cases, in the order in which they were received."""

    def __init__(self, cases: Sequence[Case], ledger: LedgerImport, now: datetime):
        self.cases = sorted(cases, key=lambda case: (case.received_at, case.line))
        self.ledger, self.now = ledger, now
        self.area = Area.objects.get(pk=ledger.area_id)  # as its calendar is now
        self.stations = {station.pk: station for station in Station.objects.filter(area=self.area)}
        self.rules: dict[int | None, Rule | None] = {None: None}
        self.tables = {model: Table(model) for model in (Receipt, Clock, Event, Rating, Telling)}
        self.tables |= {model: Table(model, with_pk=True) for model in (Ticket, Reporter, Reply)}
        self.reply_keys = iter(keys(Reply, sum(case.replied_at is not None for case in cases)))

    def write(self) -> None:
        ids = zip(keys(Ticket, len(self.cases)), keys(Reporter, len(self.cases)), strict=True)
        sequences = self._sequences()
        for case, (ticket, reporter) in zip(self.cases, ids, strict=True):
            _Life(
                self, case, ticket, reporter, next(sequences[case.station_id, _day(case.received_at)])
            ).write()
        for model in (Ticket, Reporter, Receipt, Clock, Event, Reply, Rating, Telling):
            self.tables[model].flush()

    def _sequences(self) -> dict[tuple[int, date], Any]:
        """The next numbers of each station and day, without gaps; the desk waits for its own day alone."""
        wanted = Tally((case.station_id, _day(case.received_at)) for case in self.cases)
        order = sorted(wanted)
        stations, days, counts = [s for s, _ in order], [d for _, d in order], [wanted[key] for key in order]
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [stations, days, counts])
            return {
                (s, d): iter(range(last - wanted[s, d] + 1, last + 1)) for s, d, last in cursor.fetchall()
            }

    def rule(self, category: Category | None) -> Rule | None:
        key = category.pk if category else None
        if key not in self.rules:
            self.rules[key] = Rule.objects.for_ticket(area=self.area, category=category)
        return self.rules[key]

    def add(self, model: type, **values: Any) -> None:
        self.tables[model].add(values)


class _Life:
    """One ticket from its receipt to its end, or to now."""

    def __init__(self, batch: _Batch, case: Case, ticket_id: int, reporter_id: int, sequence: int):
        self.batch, self.case, self.now, self.reporter_id = batch, case, batch.now, reporter_id
        self.ticket = self._ticket(ticket_id, sequence)
        self.clocks = clocks.of_round(self.ticket, batch.rule(case.category), case.received_at)
        if case.fate == Fate.DONE:
            resolved_at = case.resolved_at or case.received_at
            self.clocks.append(clocks.prepare(self.ticket, Kind.RATING, clocks.RATING, resolved_at))
            self.ticket.closed_at = self._closed_at()

    def _ticket(self, pk: int, sequence: int) -> Ticket:
        case, day = self.case, _day(self.case.received_at)
        station = self.batch.stations[case.station_id]
        return Ticket(
            pk=pk,
            number=f"{station.code}-{day:%Y%m%d}-{sequence:03d}",
            area=self.batch.area,
            station=station,
            received_on=day,
            sequence=sequence,
            received_at=case.received_at,
            logged_by_id=self.batch.ledger.by_id,
            category=case.category,
            building=case.building,
            unit=case.unit,
            closed_at=case.closed_at if case.fate != Fate.OPEN else None,
            resolved_at=case.resolved_at if case.fate == Fate.DONE else None,
            outcome=case.outcome if case.fate == Fate.DONE else "",
            external_id=case.key,
            **{name: getattr(case, name) for name in ("title", "words", "place", "solvable", "promised_on")},
            withdraw_reason=case.withdraw_reason,
            search=self._search(),
        )

    def _search(self) -> str:
        case = self.case
        names = (case.building.name if case.building else "", case.category.name if case.category else "")
        return search.vector(case.title, case.words, case.place, *names)

    def _closed_at(self) -> datetime | None:
        """As the ledger says; else with the rating, else when the time to rate was over; None while it is not."""
        case, until = self.case, self.clocks[-1].due_at
        if case.closed_at or case.satisfied:
            return case.closed_at or case.rated_at
        return until if until < self.now else None

    def write(self) -> None:
        steps = [*self._steps(), *self._judge()]
        for step in sorted(steps, key=lambda step: (step.at, step.order)):
            self._record(step)
        batch, case = self.batch, self.case
        batch.tables[Ticket].add(vars(self.ticket))
        for clock in self.clocks:
            batch.tables[Clock].add(vars(clock))
        contact = {name: getattr(case, name) for name in ("name", "phone", "room")}
        own = {"id": self.reporter_id, "ticket_id": self.ticket.pk, "logged_by_id": batch.ledger.by_id}
        batch.add(Reporter, **own, **contact, created_at=case.received_at)
        receipt = Receipt(reporter_id=self.reporter_id, uid=uuid.uuid4(), created_at=self.now)
        batch.tables[Receipt].add(vars(receipts.seal(receipt)))
        if case.replied_at:
            self._answer(case.replied_at)
        if case.satisfied:
            self._rate()

    def _steps(self) -> list[_Step]:
        """What the ledger tells, with the status each step led to; `""` leaves it as it is."""
        case = self.case
        steps = [_Step(case.received_at, 0, Verb.RECEIVE, Status.RECEIVED, case.logger, self._said(), {})]
        if case.unit:
            unit = {"unit": ["", case.unit.name], "unit_id": case.unit.pk}
            at = case.dispatched_at or case.received_at
            steps.append(_Step(at, 1, Verb.DISPATCH, Status.DISPATCHED, "", "", unit))
        if case.replied_at:
            to = Status.CLOSED if case.fate == Fate.ANSWERED else ""
            steps.append(_Step(case.replied_at, 2, Verb.REPLY, to, case.handler, case.reply, self._answered))
        if case.fate == Fate.DONE:
            steps += self._ends(case.resolved_at or case.received_at)
        if case.fate == Fate.WITHDRAWN:
            reason = {"reason": WithdrawReason(case.withdraw_reason).label}
            at = case.closed_at or case.received_at
            steps.append(_Step(at, 5, Verb.WITHDRAW, Status.WITHDRAWN, "", case.result, reason))
        return steps

    def _ends(self, resolved_at: datetime) -> list[_Step]:
        case, ticket = self.case, self.ticket
        outcome = {"outcome": case.outcome}
        steps = [_Step(resolved_at, 3, Verb.RESOLVE, Status.RESOLVED, case.handler, case.result, outcome)]
        if case.satisfied:
            at = case.rated_at or resolved_at
            steps.append(_Step(at, 4, Verb.REVIEW, Status.CLOSED, "", "", self._rated))
        elif ticket.closed_at:
            steps.append(_Step(ticket.closed_at, 4, Verb.CLOSE_UNRATED, Status.CLOSED, "", "", {}))
        return steps

    def _said(self) -> str:
        """The ledger's own words for what is not known here."""
        labels = {"unit": "责任单位", "category": "类别", "reply": "答复", "result": "处理结果"}
        return "\n".join(f"台账写的{labels[key]}：{text}" for key, text in self.case.said.items())

    @property
    def _answered(self) -> dict[str, Any]:
        case = self.case
        promised = case.promised_on.isoformat() if case.promised_on else None
        return {"solvable": case.solvable, "promised_on": promised, "told": case.told}

    @cached_property
    def _rated(self) -> dict[str, Any]:
        answers = {"solved": str(SOLVED[self.case.outcome]), "satisfied": self.case.satisfied}
        return {"reporter": self.reporter_id, **answers, "channel": Rating.Channel.LEDGER.value}

    def _judge(self) -> list[_Step]:
        """Each clock ends when the ledger says so, and was marked late where it was: no day is counted anew."""
        case = self.case
        ended = None if case.fate == Fate.OPEN else self.ticket.closed_at
        ends = {Kind.REPLY: case.replied_at or case.resolved_at, Kind.RESOLVE: self.ticket.resolved_at}
        ends[Kind.RATING] = case.rated_at if case.satisfied else None
        steps = []
        for clock in self.clocks:
            clock.met_at = ends[Kind(clock.kind)]
            clock.stopped_at = ended if clock.met_at is None else None
            if not clock.is_of_staff:
                continue
            if clock.is_late(self.now):
                clock.flagged_at = clock.due_at
                steps.append(_Step(clock.due_at, 6, Verb.FLAG, "", "", "", _marked(clock)))
            else:
                self._hush(clock)
        return steps

    def _hush(self, clock: Clock) -> None:
        """What has been is told to nobody; what is still to come will be."""
        clock.told_half_at = clock.half_at if clock.half_at < self.now else None
        clock.told_warn_at = clock.warn_at if clock.warn_at < self.now else None

    def _record(self, step: _Step) -> None:
        ticket = self.ticket
        before = "" if step.verb == Verb.RECEIVE else ticket.status
        ticket.status = step.to or ticket.status
        self.batch.add(
            Event,
            ticket_id=ticket.pk,
            area_id=ticket.area_id,
            verb=step.verb,
            status_from=before,
            status_to=ticket.status,
            round=1,
            at=step.at,
            as_whom=f"{OLD_LEDGER} {step.who}".strip(),
            words=step.words,
            data={**step.data, "imported": self.batch.ledger.pk, "line": self.case.line},
        )

    def _answer(self, at: datetime) -> None:
        """In a ledger an answer was given to somebody; nobody is to be told of it again."""
        case, key, by = self.case, next(self.batch.reply_keys), self.batch.ledger.by_id
        facts = {"ticket_id": self.ticket.pk, "round": 1, "by_id": by, "at": at, "words": case.reply}
        self.batch.add(Reply, id=key, **facts, **self._answered | {"promised_on": case.promised_on})
        if case.solvable and self.ticket.status in TELLABLE:
            channel = Telling.Channel.IN_PERSON if case.told == "in_person" else Telling.Channel.PHONE
            told = {"reply_id": key, "reporter_id": self.reporter_id, "at": at, "by_id": by}
            self.batch.add(Telling, **told, channel=channel)

    def _rate(self) -> None:
        answers = {key: self._rated[key] for key in ("solved", "satisfied", "channel")}
        own = {"ticket_id": self.ticket.pk, "reporter_id": self.reporter_id, "round": 1}
        at = self.case.rated_at or self.case.received_at
        self.batch.add(Rating, **own, **answers, words=self.case.opinion, created_at=at)


def _day(at: datetime) -> date:
    """The local date; cases carry Shanghai time."""
    return at.date()


def _marked(clock: Clock) -> dict[str, Any]:
    """As the sweep says it."""
    due_at = clock.due_at.astimezone(UTC).isoformat(timespec="microseconds")
    return {"kind": clock.kind, "due_at": due_at, "calendar": clock.calendar_version}
