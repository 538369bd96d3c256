"""What carrying out plans leaves behind, written as rows without going through the verbs: for volume only.

tests/tickets/test_load_demo_volume.py holds it to the workflow: the same plans leave the same rows. Loading
is the one exception to the rule that workflow alone writes `status`.
"""

import uuid
from collections import Counter as Tally
from datetime import UTC, datetime
from functools import cache
from random import Random

from tickets import clocks, receipts, search
from tickets.copying import Table, reserve
from tickets.demo.moments import local
from tickets.demo.plans import Plan, Step
from tickets.demo.replay import HALF_AN_HOUR, SWEEP_AFTER
from tickets.models import (
    Category,
    Clock,
    Counter,
    Event,
    Rating,
    Receipt,
    Reply,
    Reporter,
    TeamJob,
    Ticket,
    WithdrawReason,
)
from tickets.models.rule import REPLY_DAYS, RESOLVE_DAYS
from tickets.states import Status, Verb
from tickets.workflow.door import BY_REPORTER, BY_SYSTEM
from tickets.workflow.jobs import Job, is_teams
from tickets.workflow.receiving import title_of

Kind = Clock.Kind
FLUSH_EVERY = 5000


class Rows:
    """All tables of the loop, filled plan by plan; plans must come in the order of their receipt."""

    def __init__(self, rng: Random, categories: dict[str, Category], *, count: int, now: datetime):
        self.rng, self.categories, self.now = rng, categories, now
        self.numbers: Tally = Tally()
        self._tickets = iter(reserve(Ticket, count))
        self._reporters = iter(reserve(Reporter, count))
        self._tables = {model: Table(model, with_pk=True) for model in (Ticket, Reporter)}
        self._tables |= {model: Table(model) for model in (Receipt, Clock, Event, Reply, Rating, TeamJob)}

    def write(self, plans) -> None:
        for n, plan in enumerate(plans, start=1):
            Life(self, plan, next(self._tickets), next(self._reporters)).run()
            if n % FLUSH_EVERY == 0:
                self._flush()
        self._flush()
        Counter.objects.bulk_create(
            Counter(station_id=station, day=day, last=last) for (station, day), last in self.numbers.items()
        )

    def add(self, model, **values) -> None:
        self._tables[model].add(values)

    def add_instance(self, instance) -> None:
        self._tables[type(instance)].add(vars(instance))

    def next_number(self, station, day) -> int:
        self.numbers[station.pk, day] += 1
        return self.numbers[station.pk, day]

    def uid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def _flush(self):
        for table in self._tables.values():
            table.flush()


class Life:
    """One ticket from receipt to `now`: instances in memory, changed as the verbs would change the rows."""

    def __init__(self, rows: Rows, plan: Plan, ticket_id: int, reporter_id: int):
        self.rows, self.plan = rows, plan
        at, day = plan.received_at, local(plan.received_at).date()
        sequence = rows.next_number(plan.station, day)
        self.clocks: list[Clock] = []
        self.ratings: list[Rating] = []
        self.reporter_id = reporter_id
        self.ticket = Ticket(
            pk=ticket_id,
            number=f"{plan.station.code}-{day:%Y%m%d}-{sequence:03d}",
            submission_id=rows.uid(),
            area=plan.home.area,
            station_id=plan.station.pk,
            received_on=day,
            sequence=sequence,
            received_at=at,
            logged_by_id=plan.logged_by.user.pk,
            title=_title(plan.matter.words),
            words=plan.matter.words,
            category_id=rows.categories[plan.matter.category].pk,
            building_id=plan.building.pk if plan.building else None,
            place=plan.matter.place,
            status=Status.RECEIVED,
            search=_search(plan.matter, plan.building.name if plan.building else ""),
        )

    def run(self) -> None:
        """The receipt, then every step that lies before now with the sweeps in between."""
        self._receive()
        for step in self.plan.steps:
            if step.at > self.rows.now:
                break
            self._sweep(step.at)
            getattr(self, f"_{step.verb.value}")(step)
        self._sweep(self.rows.now)
        for instance in (self.ticket, *self.clocks, *self.ratings):
            self.rows.add_instance(instance)

    def _receive(self):
        plan, at = self.plan, self.plan.received_at
        self.rows.add(
            Reporter,
            id=self.reporter_id,
            ticket_id=self.ticket.pk,
            submission_id=self.ticket.submission_id,
            name=plan.name,
            phone=plan.phone,
            room=plan.room,
            logged_by_id=plan.logged_by.user.pk,
            created_at=at,
        )
        receipt = Receipt(reporter_id=self.reporter_id, uid=self.rows.uid(), created_at=at)
        self.rows.add_instance(receipts.seal(receipt))
        self._start_round(at)
        self._record(Verb.RECEIVE, at, plan.logged_by, before="")

    def _dispatch(self, step: Step):
        ticket, unit = self.ticket, step.details["unit"]
        data = {"unit": [ticket.unit.name if ticket.unit else "", unit.name], "unit_id": unit.pk}
        ticket.unit = unit
        self._free()
        self._moved(step, Status.DISPATCHED, data, words=step.details["reason"])
        self._charge(step.at)

    def _claim(self, step: Step):
        user = step.by.user
        self.ticket.claimant_id, self.ticket.claimed_at = user.pk, step.at
        self._moved(step, Status.CLAIMED, {"claimant": user.pk, "name": user.name})

    def _release(self, step: Step):
        self._free()
        self._moved(step, Status.DISPATCHED, words=step.details["reason"])

    def _hand_back(self, step: Step):
        data = {"unit": [self.ticket.unit.name, ""]}
        self.ticket.unit = None
        self._free()
        self._moved(step, Status.RECEIVED, data, words=step.details["reason"])
        self._charge(step.at)

    def _reply(self, step: Step):
        answer, ticket = step.details, self.ticket
        promised = answer["promised_on"]
        ticket.solvable, ticket.promised_on = answer["solvable"], promised
        data = {
            "solvable": answer["solvable"],
            "promised_on": promised.isoformat() if promised else None,
            "told": answer["told"],
        }
        self._moved(step, ticket.status, data, words=answer["words"])
        facts = {"ticket_id": ticket.pk, "round": ticket.round, "by_id": step.by.user.pk, "at": step.at}
        self.rows.add(Reply, **facts, **answer)
        self._meet(step.at, Kind.REPLY)

    def _resolve(self, step: Step):
        ticket, outcome = self.ticket, step.details["outcome"]
        ticket.outcome, ticket.resolved_at = outcome, step.at
        job = Job("free", HALF_AN_HOUR) if is_teams(ticket) else None
        data = {"outcome": outcome, **(job.data if job else {})}
        self._moved(step, Status.RESOLVED, data, words=step.details["words"])
        if job:
            facts = {"ticket_id": ticket.pk, "round": ticket.round, "at": step.at}
            self.rows.add(TeamJob, **facts, **job.data)
        self._meet(step.at, Kind.REPLY, Kind.RESOLVE)
        self.clocks.append(clocks.prepare(ticket, Kind.RATING, clocks.RATING, step.at))

    def _review(self, step: Step):
        rating = Rating(
            reporter_id=self.reporter_id,
            ticket_id=self.ticket.pk,
            round=self.ticket.round,
            entered_by_id=step.by.user.pk if step.by else None,
            created_at=step.at,
            **step.details,
        )
        self.ratings.append(rating)
        answers = {key: step.details[key] for key in ("solved", "satisfied", "channel")}
        data = {"reporter": self.reporter_id, **answers}
        if rating.is_bad:
            self._moved(step, Status.RESOLVED, data)
            words = f"居民评价：{rating.get_solved_display()}、{rating.get_satisfied_display()}"
            return self._again(Step(step.at, Verb.REOPEN, None, {"reason": words}), as_whom=BY_SYSTEM)
        self.ticket.closed_at = step.at
        self._moved(step, Status.CLOSED, data)
        self._meet(step.at, Kind.RATING)

    def _reopen(self, step: Step):
        self._again(step)

    def _withdraw(self, step: Step):
        reason = step.details["reason"]
        self.ticket.withdraw_reason, self.ticket.closed_at = reason, step.at
        data = {"reason": WithdrawReason(reason).label}
        self._moved(step, Status.WITHDRAWN, data, words=step.details["words"])
        self._stop(step.at)

    def _again(self, step: Step, **more):
        """The next round, with the same claimant; without a unit it lies with the dispatchers."""
        ticket = self.ticket
        ticket.round += 1
        ticket.solvable, ticket.outcome = "", ""
        ticket.promised_on = ticket.resolved_at = ticket.closed_at = None
        to = Status.CLAIMED if ticket.claimant_id else Status.RECEIVED
        self._moved(step, to, {"round": ticket.round}, words=step.details["reason"], **more)
        self._stop(step.at)
        self._start_round(step.at)

    def _sweep(self, until: datetime):
        """Flag what has become overdue and close what nobody rated, in the order in which it fell due."""
        due = [c for c in self._running() if not c.flagged_at and c.due_at + SWEEP_AFTER <= until]
        for clock in sorted(due, key=lambda c: c.due_at):
            at = clock.due_at + SWEEP_AFTER
            if clock.kind == Kind.RATING:
                self.ticket.closed_at = at
                self._record(Verb.CLOSE_UNRATED, at, None, to=Status.CLOSED)
                self._stop(at)
            else:
                clock.flagged_at = at
                due_at = clock.due_at.astimezone(UTC).isoformat(
                    timespec="microseconds"
                )  # as the sweep says it
                facts = {"due_at": due_at, "calendar": clock.calendar_version}
                self._record(Verb.FLAG, at, None, data={"kind": clock.kind, **facts})

    def _start_round(self, at):
        days = {Kind.REPLY: REPLY_DAYS, Kind.RESOLVE: RESOLVE_DAYS}
        days[Kind.RESOLVE] = self.plan.home.resolve_days.get(self.plan.matter.category, RESOLVE_DAYS)
        self.clocks += [clocks.prepare(self.ticket, kind, clocks.Limit(days[kind]), at) for kind in days]

    def _running(self):
        return [clock for clock in self.clocks if not clock.met_at and not clock.stopped_at]

    def _meet(self, at, *kinds):
        for clock in self._running():
            if clock.kind in kinds and clock.round == self.ticket.round:
                clock.met_at = at

    def _stop(self, at):
        for clock in self._running():
            clock.stopped_at = at

    def _charge(self, at):
        for clock in self._running():
            if clock.due_at > at:
                clock.unit_id = self.ticket.unit_id

    def _free(self):
        self.ticket.claimant_id = self.ticket.claimed_at = None

    def _moved(self, step: Step, to, data=None, *, words="", as_whom=BY_REPORTER):
        self._record(step.verb, step.at, step.by, to=to, data=data, words=words, as_whom=as_whom)

    def _record(self, verb, at, by, *, before=None, to=None, data=None, words="", as_whom=BY_SYSTEM):
        ticket = self.ticket
        before = ticket.status if before is None else before
        ticket.status = to or ticket.status
        self.rows.add(
            Event,
            ticket_id=ticket.pk,
            area_id=ticket.area_id,
            verb=verb,
            status_from=before,
            status_to=ticket.status,
            round=ticket.round,
            at=at,
            by_id=by.user.pk if by else None,
            post_id=by.post.pk if by else None,
            as_whom=by.as_whom if by else as_whom,
            words=words,
            data=data or {},
        )


@cache
def _title(words: str) -> str:
    return title_of(words)


@cache
def _search(matter, building: str) -> str:
    return search.vector(_title(matter.words), matter.words, building, matter.place, matter.category)
