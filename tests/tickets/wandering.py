"""Random steps of random people on random tickets, legal and illegal, and what must hold after each of them.

`Walk(rng).step()` takes one step and notes in `faults` whatever the step broke; `settle()` asks the questions
that need all rows. A step's people, words and moments all come from `rng`, so that a seed tells the whole walk.
"""

from collections import Counter as Tally
from datetime import timedelta
from random import Random

from django.db import IntegrityError
from django.db.models import Count, Max, Q

from accounts.models import Post
from notices.models import Notice
from tests.factories import CategoryFactory, House, StationFactory, at, person
from tests.tickets.wandering_verbs import CALLS, KEPT, SWEEPS, is_offered, receive
from tickets import workflow
from tickets.models import (
    Clock,
    Counter,
    Event,
    Receipt,
    Reporter,
    Ticket,
)
from tickets.states import OPEN, Status, Verb, Who, moves, verbs_from

START = at("2026-09-21 08:30")
WORDS = ("", " ", "楼道灯不亮", "水管漏了", "再看一次", "\u3000", "好" * 4001)
GOOD_WORDS = WORDS[2:5]


class Walk:
    """The people of one community, a few strangers, and the tickets they push about."""

    def __init__(self, rng: Random):
        self.rng, self.now = rng, START
        self.house, self.other = House(), House()
        self.second = StationFactory(area=self.house.area)
        self.emergency = CategoryFactory(emergency_hours=2, emergency_call="119")
        self.people = [*self._own(), *self._strangers()]
        self.late: set[int] = set()
        self.done, self.refused, self.faults = Tally(), Tally(), []
        self.stale: dict[int, Ticket] = {}

    def _own(self):
        house = self.house
        return [
            house.volunteer, house.lead, house.dispatcher, house.staff, house.colleague, house.unit_lead,
            house.other_staff, person("volunteer", station=self.second), person("volunteer", station=house.station),
            person("unit_lead", unit=house.other_unit), person("dispatcher", area=house.area),
        ]  # fmt: skip

    def _strangers(self):
        return [self.house.secretary, self.house.admin, self.other.dispatcher, self.other.staff, None]

    def go(self, steps: int) -> None:
        for n in range(steps):
            self.step()
            if n % 50 == 0:
                self.settle()
        self.settle()

    def step(self) -> None:
        """Somebody tries something; then the moment moves on, sometimes by days, and beat comes by."""
        ticket = self._ticket()
        if ticket is None or self.rng.random() < 0.12:
            self._try(Verb.RECEIVE, None, self.rng.choice([p for p in self.people if p]))
        else:
            verb = self._verb(ticket)
            self._try(verb, ticket, self._somebody(verb, ticket))
        self._pass_time()

    # What is tried ----------------------------------------------------------------------------------

    def _ticket(self) -> Ticket | None:
        """Rather one in whose status something rare is possible."""
        rows = Ticket.objects.in_area(self.house.area).order_by("-pk").values_list("pk", "status")[:KEPT]
        if not rows:
            return None
        pk, _ = min(self.rng.choices(list(rows), k=4), key=lambda row: self._rarity(row[1]))
        if pk in self.stale and self.rng.random() < 0.1:
            return self.stale.pop(pk)  # read before somebody else's step, as a page left open
        ticket = Ticket.objects.select_related("unit", "area", "station", "claimant").get(pk=pk)
        self.stale.setdefault(
            pk, Ticket.objects.select_related("unit", "area", "station", "claimant").get(pk=pk)
        )
        return ticket

    def _rarity(self, status) -> int:
        """How often the verb of this status has succeeded that succeeded least."""
        return min((self.done[verb] for verb in verbs_from(status) if verb in CALLS), default=0)

    def _verb(self, ticket):
        """Mostly one of its status, the rarer ones rather, so that tickets get somewhere and every verb is walked."""
        possible = [v for v in verbs_from(ticket.status) if v in CALLS and is_offered(v, ticket)]
        if not possible or self.rng.random() < 0.2:
            return self.rng.choice(list(CALLS))
        return min(self.rng.choices(possible, k=4), key=lambda verb: self.done[verb])

    def _somebody(self, verb, ticket):
        """Mostly one of those whom the table admits, so that legal steps are not rare."""
        rows = moves(verb, ticket.status)
        if not rows or self.rng.random() < 0.3:
            return self.rng.choice([*self.people, *Reporter.objects.of_matter(ticket)])
        who = self.rng.choice([who for row in rows for who in row.who])
        return self.rng.choice(self._admitted(who, ticket) or self.people)

    def _admitted(self, who, ticket):
        house = self.house
        if who == Who.REPORTER:
            return list(Reporter.objects.of_matter(ticket))
        return {
            Who.LOGGER_TODAY: [ticket.logged_by],
            Who.DISPATCHER: [house.dispatcher],
            Who.UNIT: [
                p for p in self.people if p and any(a.unit_id == ticket.unit_id for a in p.active_posts)
            ],
            Who.CLAIMANT: [ticket.claimant] if ticket.claimant else [],
            Who.SYSTEM: [None],
        }.get(who, [house.volunteer, house.lead, self.people[7], self.people[8]])

    def _try(self, verb, ticket, by):
        before = picture(ticket)
        known = Event.objects.aggregate(last=Max("pk"))["last"] or 0
        try:
            CALLS.get(verb, receive)(self, ticket, by)
        except IntegrityError as error:
            self._note([f"was stopped only by the database: {error}"], verb, by, ticket)
        except workflow.Refused:
            self.refused[verb] += 1
            self._note(faults_of_refusal(before, ticket, known), verb, by, ticket)
        else:
            self.done[verb] += 1
            self._note(faults_of_change(self, known), verb, by, ticket)

    def _pass_time(self):
        kind = self.rng.random()
        minutes = self.rng.randint(0, 20) if kind < 0.7 else self.rng.randint(20, 300)
        self.now += timedelta(minutes=minutes, days=self.rng.randint(1, 3) if kind > 0.985 else 0)
        if self.rng.random() < 0.15:
            known = Event.objects.aggregate(last=Max("pk"))["last"] or 0
            self.rng.choice(SWEEPS)(now=self.now)
            self._note(faults_of_change(self, known), "sweep", None, None)

    # What must hold ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """The questions over all rows."""
        clocks = list(Clock.objects.all())
        gone = [c.pk for c in clocks if c.pk in self.late and not c.is_late(self.now)]
        self.late.update(c.pk for c in clocks if c.is_late(self.now))
        found = [f"clock {pk} is no longer late" for pk in gone]
        for question in QUESTIONS:
            found += question()
        self._note(found, "settle", None, None)

    def _note(self, found, verb, by, ticket):
        self.faults += [f"{self.now:%m-%d %H:%M} {verb} by {by!r} on {ticket}: {fault}" for fault in found]

    def words(self) -> str:
        return self.rng.choice(WORDS if self.rng.random() < 0.2 else GOOD_WORDS)

    def one_of(self, values):
        """A value of an enumeration, now and then one that is none."""
        return self.rng.choice([*values, "nonsense"] if self.rng.random() < 0.1 else list(values))


def picture(ticket) -> list:
    """A ticket with all that hangs on it, to see that a refusal changed nothing."""
    if ticket is None:
        return [Ticket.objects.count(), Counter.objects.order_by("pk").values_list("last", flat=True)[::1]]
    return [
        list(rows.order_by("pk").values())
        for rows in (
            Ticket.objects.filter(Q(pk=ticket.pk) | Q(merged_into=ticket)),
            ticket.clocks.all(),
            ticket.reporters.all(),
            ticket.replies.all(),
            ticket.ratings.all(),
            Receipt.objects.filter(reporter__ticket=ticket),
        )
    ]


def faults_of_refusal(before, ticket, known):
    if picture(ticket) != before:
        yield "was refused and changed something"
    if Event.objects.filter(pk__gt=known).exists():
        yield "was refused and left an event"


def faults_of_change(walk, known):
    """Every change has its event; the events of a ticket follow on each other and end where it stands."""
    for event in Event.objects.filter(pk__gt=known).select_related("ticket"):
        last = event.ticket.events.filter(pk__lt=event.pk).last()
        if (last.status_to if last else "") != event.status_from:
            yield f"{event.verb} begins at {event.status_from}, the ticket was {last and last.status_to}"
        if event.ticket.events.last() == event and event.status_to != event.ticket.status:
            yield f"{event.verb} ends at {event.status_to}, the ticket is {event.ticket.status}"
        missing = should_be_told(event) - told(event) - {event.by_id}
        if missing and event.pk == event.ticket.events.last().pk:
            yield f"{event.verb} told {told(event)}, not {missing}"


def told(event) -> set:
    effects = (f"event:{event.pk}", f"ask:{event.pk}")
    return set(Notice.objects.filter(effect__in=effects).values_list("recipient", flat=True))


def should_be_told(event) -> set:
    """DESIGN §4, column notices, for those who must not be left out."""
    ticket = event.ticket
    dispatchers = set(Post.objects.dispatching(ticket.area).values_list("user", flat=True))
    unit = set(Post.objects.in_unit(ticket.unit).values_list("user", flat=True)) if ticket.unit_id else set()
    owner = {ticket.claimant_id} if ticket.claimant_id else unit or dispatchers
    return {
        Verb.RECEIVE: dispatchers if ticket.status == Status.RECEIVED else set(),
        Verb.DISPATCH: unit,
        Verb.RELEASE: unit,
        Verb.CLAIM: {ticket.claimant_id} - {None},
        Verb.HAND_BACK: dispatchers,
        Verb.AMEND: owner,
        Verb.DETACH: owner,
        Verb.RESTORE: dispatchers,
        Verb.REOPEN: owner,
        Verb.RESIDENT_ANSWERED: {ticket.claimant_id} - {None},
        Verb.WAITING_LAPSED: {ticket.claimant_id} - {None},
    }.get(event.verb, set())


# Questions over all rows ----------------------------------------------------------------------------


def numbers_have_no_gap():
    days = (
        Ticket.objects.values("station", "received_on")
        .annotate(n=Count("pk"), top=Max("sequence"))
        .order_by()
    )
    for day in days:
        [last] = Counter.objects.filter(station=day["station"], day=day["received_on"]).values_list(
            "last", flat=True
        )
        if not day["n"] == day["top"] == last:
            yield f"numbers of {day} end at {last}"


def everybody_owns_something():
    """R: the dispatchers; D: a unit; C and W: one person of a unit; merged: the master, itself not merged."""
    for ticket in Ticket.objects.select_related("merged_into"):
        is_right = {
            Status.RECEIVED: ticket.unit_id is None and ticket.claimant_id is None,
            Status.DISPATCHED: ticket.unit_id is not None and ticket.claimant_id is None,
            Status.CLAIMED: None not in (ticket.unit_id, ticket.claimant_id),
            Status.WAITING: None not in (ticket.unit_id, ticket.claimant_id),
            Status.MERGED: ticket.merged_into_id and ticket.merged_into.status != Status.MERGED,
        }.get(ticket.status, True)
        if not is_right:
            yield f"{ticket} is {ticket.status} with unit {ticket.unit_id} and claimant {ticket.claimant_id}"


def everybody_holds_one_receipt():
    held = Reporter.objects.annotate(n=Count("receipts", filter=Q(receipts__revoked_at=None)))
    for reporter in held.exclude(n=1):
        yield f"reporter {reporter.pk} holds {reporter.n} receipts"


def open_tickets_have_their_clocks():
    """An open ticket has both clocks of its round, and its resolve clock is not over."""
    for ticket in Ticket.objects.filter(status__in=OPEN).prefetch_related("clocks"):
        mine = {clock.kind: clock for clock in ticket.clocks.all() if clock.round == ticket.round}
        if not {"reply", "resolve"} <= mine.keys():
            yield f"{ticket} runs with {sorted(mine)} only"
        elif mine["resolve"].met_at or mine["resolve"].stopped_at:
            yield f"{ticket} is open and its resolve clock over"
        elif bool(mine["resolve"].paused_at) and ticket.status != Status.WAITING:
            yield f"{ticket} is {ticket.status} and its resolve clock paused"


def ended_tickets_have_no_running_clock():
    ended = Clock.objects.running().exclude(kind="rating").exclude(ticket__status__in=OPEN)
    for clock in ended.filter(flagged_at=None):
        yield f"clock {clock.pk} runs on a ticket that is {clock.ticket.status}"


QUESTIONS = (
    numbers_have_no_gap,
    everybody_owns_something,
    everybody_holds_one_receipt,
    open_tickets_have_their_clocks,
    ended_tickets_have_no_running_clock,
)
