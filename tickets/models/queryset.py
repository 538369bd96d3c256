"""The adjectives of tickets: every list, detail, search and count finds them by these names."""

import re

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Left, Right

from accounts.models import Post
from tickets import search
from tickets.models import scopes
from tickets.models.clock import Clock
from tickets.models.event import Event
from tickets.models.ownership import owner_lost
from tickets.models.promised import PromisedQuerySet
from tickets.models.reporter import Reporter
from tickets.states import DONE, IN_UNIT, LEFT_OUT, OPEN, STAGE_OF, TELLABLE, WITH_CLAIMANT, Status

_SHORT_NUMBER = re.compile(r"[0-9]{4}-[0-9]{3,}")
OPENING_COMPARED = 300  # characters; what is the matter is said at the beginning
NUMBER_TAIL = 8  # 1123-007: what is indexed of a number, to find it without station and year


ACHIEVED = ("solved", "partly")  # of tickets.models.ticket.Outcome, which stands above
PRESSING = Q(status__in=OPEN, solvable="", category__emergency_hours__isnull=False)


class TicketQuerySet(PromisedQuerySet):
    """Scope first (`visible_to`), then what is looked for."""

    def visible_to(self, user):
        """The tickets this person may see by the posts held now; nobody sees any without one."""
        return self.filter(scopes.seen_by(user))

    def numbered(self, numbers):
        return self.filter(number__in=numbers)

    def imported_as(self, area, keys):
        """Of these numbers of old ledgers those that the community has."""
        return self.filter(area=area, external_id__in=keys).order_by().values_list("external_id", flat=True)

    def numbers_imported(self, area, keys):
        """{number in an old ledger: our number} of those that the community has."""
        return dict(
            self.filter(area=area, external_id__in=keys).order_by().values_list("external_id", "number")
        )

    def brought_by(self, ledger):
        """What this import of an old ledger made, and nothing else."""
        return self.filter(pk__in=Event.objects.importing(ledger).order_by().values("ticket"))

    def desk_since(self, area):
        """The day of the first ticket of its own that the community has; what was tried out and withdrawn is none."""
        own = self.filter(area=area, external_id=None).exclude(status__in=LEFT_OUT)
        return own.order_by("received_at").values_list("received_on", flat=True).first()

    def is_there(self, ticket):
        return self.filter(pk=ticket.pk).exists()

    def of_matter(self, ticket):
        """The ticket and the duplicates merged into it."""
        return self.filter(Q(pk=ticket.pk) | Q(merged_into=ticket))

    def merged(self):
        return self.filter(merged_into__isnull=False)

    def open(self):
        return self.filter(status__in=OPEN)

    def not_open(self):
        """Done or left out: what changes by a step alone, and not because time passes."""
        return self.exclude(status__in=OPEN)

    def ownerless(self):
        """Open tickets on which nobody can act; `owner_lost` says why (ownership.Lost)."""
        return self.open().with_lost().filter(owner_lost__isnull=False)

    def with_lost(self):
        """`owner_lost`: why nobody can act on it; None while somebody can, or nobody has to."""
        return self.annotate(owner_lost=owner_lost())

    def lost_by_units(self):
        """How many each unit, or each person of it, has lost: one row for each cause."""
        by = ("area", "owner_lost", "unit", "unit__name", "claimant", "claimant__name")
        lost = self.filter(status__in=IN_UNIT).ownerless().order_by("unit")
        return lost.values(*by).annotate(count=Count("pk"))

    def left_out(self):
        """Merged or withdrawn ones, with who did that: `ended_by`, an id, and `ended_as`, in which post."""
        last = Event.objects.taking_out().filter(ticket=OuterRef("pk"))
        return self.filter(status__in=LEFT_OUT).annotate(
            ended_by=models.Subquery(last.values("by")[:1]),
            ended_as=models.Subquery(last.values("as_whom")[:1]),
        )

    def done(self):
        return self.filter(status__in=DONE)

    def in_its_own_right(self):
        """Neither merged into another one nor withdrawn."""
        return self.exclude(status__in=[Status.MERGED, Status.WITHDRAWN])

    def worth_telling(self, areas, *, since):
        """Closed since a moment with something achieved, and nobody has written about it for the wall yet."""
        closed = self.filter(area__in=areas, status=Status.CLOSED, closed_at__gte=since, outcome__in=ACHIEVED)
        unwritten = Q(wall_entry=None) | ~Q(wall_entry__round=F("round"))
        return closed.filter(unwritten).with_people().with_rating().order_by("-closed_at", "-pk")

    def in_area(self, area):
        return self.filter(area__in=area.ids_below)

    def in_community(self, area):
        return self.filter(area=area)

    def in_communities(self, areas):
        return self.filter(area__in=areas)

    def to_compare(self):
        """Just enough of every ticket to find those that are alike, the newest first."""
        columns = ("pk", "area_id", "building_id", "category_id", "received_at", "title", "opening")
        light = self.annotate(opening=Left("words", OPENING_COMPARED)).order_by("-received_at", "-pk")
        return light.values_list(*columns, named=True)

    def with_number(self, text):
        """With this number, or ending with this short one."""
        text = text.strip().upper()
        return (
            self.filter(number__endswith=text) if _SHORT_NUMBER.fullmatch(text) else self.filter(number=text)
        )

    def besides(self, ticket):
        return self.exclude(pk=ticket.pk)

    def duplicates_of(self, ticket):
        return self.filter(merged_into=ticket).order_by("closed_at", "pk")

    def with_crowd(self):
        """`others`: how many have brought the same matter besides whoever brought this ticket."""
        joined = count_of(Reporter.objects.filter(ticket=OuterRef("pk"), station__isnull=False))
        merged = count_of(Reporter.objects.filter(ticket__merged_into=OuterRef("pk")))
        return self.annotate(others=joined + merged)

    def received_here(self):
        """Written down when they came, not brought by an old ledger."""
        return self.filter(external_id=None)

    def received_before(self, moment):
        return self.filter(received_at__lt=moment)

    def received_since(self, moment):
        return self.filter(received_at__gte=moment)

    def sharing(self, pairs):
        """`shared`: how many of these character pairs a ticket has; `terms`: how many terms in all."""
        return self.annotate(shared=search.shared("search", pairs), terms=search.size(F("search")))

    def of_place(self, building, category, *, or_sharing):
        """Of the same building and category, or sharing so many pairs at least; what shares most comes first."""
        alike = Q(shared__gte=or_sharing)
        if building and category:
            here = Q(building=building, category=category)
            order = (Case(When(here, then=1), default=0).desc(), F("shared").desc(nulls_last=True))
            return self.filter(here | alike).order_by(*order, "-received_at", "-pk")
        return self.filter(alike).order_by("-shared", "-received_at", "-pk")

    def at_station(self, station):
        return self.filter(station=station)

    def concerning(self, station):
        """What a station took or somebody joined there, and what either of these goes on within."""
        return self.filter(scopes.of_station(station))

    def taken_at(self, station, day):
        """What was filed at a station on a local day, and what somebody joined there that day; `taken`: when."""
        filed = self.model.objects.at_station(station).received_between(day, day).order_by().values("pk")
        joined = Reporter.objects.joined_at(station).who_came_on(day).order_by()
        last = joined.filter(ticket=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]
        came = Coalesce(models.Subquery(last), F("received_at"))
        return self.filter(pk__in=filed.union(joined.values("ticket"), all=True)).annotate(taken=came)

    def at_stations(self, stations):
        return self.filter(station__in=stations)

    def in_queue(self, areas):
        """What a dispatcher has to send on: received and with no unit."""
        return self.filter(status=Status.RECEIVED, area__in=areas)

    def to_claim(self, units):
        """Dispatched to one of these units and in nobody's hand."""
        return self.filter(status=Status.DISPATCHED, unit__in=units)

    def in_hand_of(self, user):
        return self.filter(status__in=WITH_CLAIMANT, claimant=user)

    def done_by(self, user):
        """Resolved or closed after this person had it in hand."""
        return self.filter(status__in=DONE, claimant=user)

    def in_units(self, units):
        return self.filter(unit__in=units)

    def due_to(self, user):
        """Open ones whose limits this person has to see to: the community's, the unit's as its lead, their own."""
        return self.open().filter(scopes.due_to(user))

    def due_before(self, moment):
        """Read `with_due()`, those whose next limit ends before a moment."""
        return self.with_due().filter(due_at__lt=moment)

    def due_counts(self, now, tomorrow):
        """Of those read `due_before()`: {"urgent", "over", "today", "next"}; pressing ones are no others."""
        is_today = Q(due_at__lt=tomorrow)
        return self.order_by().aggregate(
            urgent=Count("pk", filter=PRESSING & is_today),
            over=Count("pk", filter=Q(due_at__lt=now)),
            today=Count("pk", filter=is_today),
            next=Count("pk", filter=~is_today),
        )

    def answered(self):
        """With an answer of this round that somebody may still wait to hear of."""
        return self.filter(status__in=TELLABLE, solvable__gt="")

    def told_by(self, user):
        """Those of whose answers this person may have to tell; whom exactly says ReporterQuerySet.told_by."""
        return self.filter(scopes.told_by(user))

    def in_stage(self, stage):
        return self.filter(status__in=[status for status, its in STAGE_OF.items() if its == stage])

    def involving(self, user):
        """Mine: logged or in hand."""
        return self.filter(Q(claimant=user) | Q(logged_by=user))

    def received_between(self, first, last):
        """Received on a local date from first to last, both included."""
        return self.filter(received_on__gte=first, received_on__lte=last)

    def open_or_of(self, spans):
        """Those that are open, and those that areas received on some days: (first, last, ids of the areas) each."""
        return self.filter(scopes.open_or_of(spans))

    def overdue(self, now):
        """With a reply or resolve clock running past its due moment."""
        late = Clock.objects.ticking().not_paused().filter(ticket=OuterRef("pk"), due_at__lt=now)
        return self.filter(Exists(late))

    def matching(self, text):
        """Words of the matter, the number, a reporter's name, or the last digits of a phone."""
        text = search.one_line(text)
        hits = [Reporter.objects.named_or_reached_at(text).order_by().values("ticket")]
        if _SHORT_NUMBER.fullmatch(text):
            tail = self.model.objects.order_by().alias(tail=Right("number", NUMBER_TAIL))
            hits.append(tail.filter(tail=text[-NUMBER_TAIL:], number__endswith=text).values("pk"))
        return self.with_words(text.upper(), search.query(text), *hits) if text else self

    def with_words(self, number, query, *hits):
        """Of this number, matching a query of `search`, or among the hits."""
        every = self.model.objects.order_by()  # sorting each part of the union would be work for nothing
        words = [every.filter(search__matches=query).values("pk")] if query else []
        return self.filter(pk__in=every.filter(number=number).values("pk").union(*words, *hits, all=True))

    def unit_counts(self, user):
        """One row, `to_claim` and `mine`: to be claimed in this person's units, and in this person's hand there."""
        units = Post.objects.active().as_role(*Post.UNIT_ROLES).filter(user=user).values("unit")
        return (
            self.filter(status__in=IN_UNIT, unit__in=units)
            .order_by()
            .annotate(one=Value(1))
            .values("one")
            .annotate(
                to_claim=Count("pk", filter=Q(status=Status.DISPATCHED)),
                mine=Count("pk", filter=Q(status__in=WITH_CLAIMANT, claimant=user)),
            )
            .values("to_claim", "mine")
        )

    def with_people(self):
        """What a list row shows, in one statement."""
        return self.select_related("station", "building", "category", "unit", "claimant", "area")

    def with_due(self):
        """`due_at`, `half_at`, `warn_at` and `due_kind`, `_hours`, `_provisional` of the next running clock."""
        running = Clock.objects.ticking().not_paused().filter(ticket=OuterRef("pk")).order_by("due_at")
        return self.annotate(
            due_at=models.Subquery(running.values("due_at")[:1]),
            half_at=models.Subquery(running.values("half_at")[:1]),
            warn_at=models.Subquery(running.values("warn_at")[:1]),
            due_kind=models.Subquery(running.values("kind")[:1]),
            due_hours=models.Subquery(running.values("hours")[:1]),
            due_provisional=models.Subquery(running.values("provisional")[:1]),
        )

    def with_total(self):
        """`in_all`: how many rows there are, whatever a slice leaves of them; `asked_in_all`: for how many residents
        are waited for. In the same statement."""
        asked = Count("pk", filter=Q(status=Status.WAITING))
        return self.annotate(in_all=models.Window(Count("*")), asked_in_all=models.Window(asked))

    def with_rating(self):
        """`rated`: how satisfied the last reporter was who rated and is waited for here still, or None."""
        stayed = Q(ticket=OuterRef("pk")) | Q(ticket__merged_into=OuterRef("pk"))
        given = Reporter.objects.filter(stayed, ratings__ticket=OuterRef("pk")).order_by("-ratings__pk")
        return self.annotate(rated=models.Subquery(given.values("ratings__satisfied")[:1]))

    def with_return(self):
        """`brought_back`, the id of the event that brought the ticket to the queue again, and `handed_back_by`, the
        unit's name where that was a hand-back."""
        back = Event.objects.bringing_back().filter(ticket=OuterRef("pk"))
        return self.annotate(
            brought_back=models.Subquery(back.values("pk")[:1]),
            handed_back_by=models.Subquery(back.values(name=KT("data__unit__0"))[:1]),
        )

    def to_send_on(self, areas):
        """What dispatchers of these communities can send on: never dispatched, or lost by a unit or its person."""
        in_unit = Q(status__in=IN_UNIT, owner_lost__isnull=False)
        return self.filter(area__in=areas).with_lost().filter(Q(status=Status.RECEIVED) | in_unit)

    def light_by_due(self):
        """Just enough of every ticket `to_send_on` to order, count and route it."""
        columns = ("pk", "number", "area_id", "category_id", "building_id", "unit_id", "status", "due_at")
        theirs = ("brought_back", "handed_back_by", "is_pressing", "owner_lost")
        pressing = models.ExpressionWrapper(PRESSING, models.BooleanField())
        light = self.with_due().with_return().annotate(is_pressing=pressing)
        return light.by_due().values_list(*columns, *theirs, named=True)

    def as_rows(self, pks):
        """What a row of a list shows, as named values: fifty tickets with all theirs are three hundred objects."""
        pressing = models.ExpressionWrapper(PRESSING, models.BooleanField())
        columns = ("pk", "number", "title", "place", "status", "received_at", "is_pressing", "area_id")
        theirs = (
            "building__name",
            "unit__name",
            "claimant__name",
            "area__office_opens",
            "area__office_closes",
            "area__calendar_version",
        )
        clock = models.Subquery(Clock.objects.next_first().filter(ticket=OuterRef("pk")).as_chip()[:1])
        these = self.filter(pk__any_of=pks).order_by().annotate(is_pressing=pressing, clock=clock)
        return these.values_list(*columns, *theirs, "clock", named=True)

    def as_cards(self, pks, today):
        """These tickets as the unit's cards show them."""
        return self.filter(pk__any_of=pks).order_by().with_people().with_due().with_promise(today)

    def as_queue(self, pks):
        """These tickets as the dispatcher's queue shows them."""
        return (
            self.filter(pk__any_of=pks)
            .order_by()
            .with_people()
            .with_logger()
            .with_crowd()
            .with_due()
            .with_lost()
        )

    def newest_first(self):
        return self.order_by("-received_at", "-pk")

    def with_logger(self):
        return self.select_related("logged_by")

    def by_due(self):
        """Emergencies without an answer first, then overdue ones, then what falls due next."""
        order = (F("due_at").asc(nulls_last=True), "-received_at", "-pk")
        return self.order_by(Case(When(PRESSING, then=0), default=1), *order)


def count_of(rows):
    """How many of the rows there are, as a column of what they hang on."""
    one = rows.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(models.Subquery(one.annotate(count=Count("pk")).values("count")), 0)
