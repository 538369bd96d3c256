"""Carries plans out through the workflow, moment by moment over all of them, with beat's sweeps in between.

Everything that would have happened by `now` has happened afterwards, written by the verbs themselves.
"""

import heapq
from datetime import datetime, timedelta
from itertools import count

from tickets import sweeps, workflow
from tickets.demo import pictures
from tickets.demo.plans import Plan, Step
from tickets.models import Category, Clock, Photo, Ticket
from tickets.states import Verb
from tickets.workflow.jobs import is_teams, team_of
from volunteers.models import Profile

SWEEP_AFTER = timedelta(seconds=30)  # beat comes by every minute
HALF_AN_HOUR = 30  # minutes that a job of a volunteer team took
Stage = Photo.Stage
STARTS_CLOCKS = (Verb.RESOLVE, Verb.REVIEW, Verb.REOPEN)


class Replay:
    """A queue of moments; each either takes one plan a step on or lets the sweeps come by."""

    def __init__(self, plans: list[Plan], categories: dict[str, Category], now: datetime):
        self.now, self.categories = now, categories
        self._order = count()
        self._queue: list[tuple] = []
        self._tickets: dict[int, Ticket] = {}  # by the id of their plan, for those put together
        for plan in plans:
            self._at(plan.received_at, self._receive, plan)

    def run(self) -> None:
        while self._queue:
            at, _, act, arguments = heapq.heappop(self._queue)
            act(at, *arguments)

    def _at(self, moment, act, *arguments) -> None:
        if moment <= self.now:
            heapq.heappush(self._queue, (moment, next(self._order), act, arguments))

    def _receive(self, at, plan: Plan) -> None:
        by, category = plan.logged_by.user, self.categories[plan.matter.category]
        brought = [plan.picture] if plan.picture else []
        receipt = workflow.receive(
            by=by,
            station=plan.station,
            words=plan.matter.words,
            category=category,
            called=category.is_emergency,
            photos=[pictures.draft(name, by=by, stage=Stage.RECEIVED, now=at) for name in brought],
            building=plan.building,
            place=plan.matter.place,
            name=plan.name,
            phone=plan.phone,
            room=plan.room,
            now=at,
        )
        ticket = self._tickets[id(plan)] = receipt.reporter.ticket
        self._expect_sweeps(ticket)
        self._go_on(ticket, receipt.reporter, iter(plan.steps))

    def _go_on(self, ticket, reporter, steps) -> None:
        step = next(steps, None)
        if step:
            self._at(step.at, self._take, step, ticket, reporter, steps)

    def _take(self, at, step: Step, ticket: Ticket, reporter, steps) -> None:
        by = step.by.user if step.by else reporter
        details = dict(step.details)
        if step.verb == Verb.REVIEW and step.by:
            details["reporter"] = reporter
        if step.verb == Verb.MERGE:
            details["master"] = self._tickets[id(details["master"])]
        if name := details.pop("picture", ""):
            details["photos"] = [pictures.draft(name, by=by, stage=Stage.FINISHED, now=at)]
        if step.verb == Verb.RESOLVE and is_teams(ticket):
            details["job"] = workflow.Job(
                "free", HALF_AN_HOUR, Profile.objects.members_of(team_of(ticket))[:1]
            )
        getattr(workflow, step.verb.value)(ticket, by=by, now=at, **details)
        if step.verb in STARTS_CLOCKS:
            self._expect_sweeps(ticket)
        self._go_on(ticket, reporter, steps)

    def _expect_sweeps(self, ticket) -> None:
        for clock in ticket.clocks.running().filter(round=ticket.round):
            self._at(clock.due_at + SWEEP_AFTER, self._sweep, clock.pk)

    def _sweep(self, at, pk) -> None:
        """Only where something would be found: a sweep that finds nothing changes nothing."""
        clock = Clock.objects.running().filter(pk=pk, flagged_at=None).first()
        if clock and clock.kind == Clock.Kind.RATING:
            sweeps.close_unrated(now=at)
        elif clock:
            sweeps.flag_overdue(now=at)
