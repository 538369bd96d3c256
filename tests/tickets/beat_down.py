"""Tickets that fall due while beat is down, and an oracle that climbs the ladder for each of them, one by one.

The oracle knows the moments of every clock and who stands where; it shares nothing with the product but the words of
a digest. `outcome` is what the product did, in the oracle's terms.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from notices.models import Notice
from tests.factories import House, at
from tests.tickets.loop import ticket_in
from tickets.models import Clock, Event, Ticket
from tickets.states import Status

CHECKOUT = Path(__file__).resolve().parents[2]
DOWN = at("2026-11-23 10:00")  # beat's last run
BACK = DOWN + timedelta(days=3)
MINUTE = timedelta(minutes=1)
MANY = re.compile(r"(\d+)项时限(刚刚超过|已过八成|已过半)")
RUNG_OF = {"刚刚超过": "overdue", "已过八成": "warn", "已过半": "half"}


class World:
    """Two communities; every ticket's two limits come to their moments somewhere in those three days or after."""

    def __init__(self, tickets):
        self.houses = [House(), House()]
        statuses = (Status.RECEIVED, Status.DISPATCHED, Status.CLAIMED)
        models = [ticket_in(status, house, now=DOWN) for house in self.houses for status in statuses]
        for n in range(tickets):
            self._add(models[n % len(models)], n, BACK - DOWN, tickets)
        Notice.objects.all().delete()
        self.clocks = list(Clock.objects.of_staff().select_related("ticket").order_by("pk"))

    def _add(self, model, n, span, tickets):
        """Ten minutes beyond both ends: some fall due before beat goes down, some after it is back."""
        ticket = copy_of(model, number=f"X{n}", sequence=1000 + n)
        ticket.submission_id = Ticket._meta.get_field("submission_id").get_default()
        ticket.save()
        reply_due = DOWN - 10 * MINUTE + (span + 20 * MINUTE) * n / tickets
        for clock in model.clocks.of_staff():
            due = reply_due + (timedelta(0) if clock.kind == "reply" else timedelta(hours=30))
            moments = {
                "due_at": due,
                "half_at": due - timedelta(hours=9),
                "warn_at": due - timedelta(hours=2),
            }
            copy_of(clock, ticket=ticket, starts_at=due - timedelta(hours=18), **moments).save()

    def people(self, ticket):
        """Names: whose it is, who leads them, who answers for the community."""
        house = next(house for house in self.houses if house.area.pk == ticket.area_id)
        office = {house.dispatcher.pk, house.secretary.pk}
        if ticket.status == Status.RECEIVED:
            return {house.dispatcher.pk}, {house.dispatcher.pk}, office
        unit = {house.staff.pk, house.colleague.pk, house.unit_lead.pk}
        owners = {ticket.claimant_id} if ticket.status == Status.CLAIMED else unit
        return owners, {house.unit_lead.pk}, office


def copy_of(row, **changes):
    fields = [field for field in row._meta.fields if not (field.primary_key or field.generated)]
    return type(row)(**{**{field.name: getattr(row, field.name) for field in fields}, **changes})


def expected(world, runs):
    """What runs at these moments leave, in whatever number: marks, and how often each person is told of which rung."""
    marked, told = Counter(), Counter()
    for clock in world.clocks:
        owners, leads, office = world.people(clock.ticket)
        has_half = has_warn = False
        for now in runs:
            if clock.due_at < now:
                marked[clock.ticket_id, clock.kind] += 1
                told.update((person, "overdue") for person in office)
                break
            if clock.warn_at < now and not has_warn:
                told.update((person, "warn") for person in (leads if has_half else leads | owners))
                has_half = has_warn = True
            elif clock.half_at < now and not has_half:
                told.update((person, "half") for person in owners)
                has_half = True
    return marked, told


def outcome():
    """Marks by their events, each once for a marked clock, and what the digests say, added up for each person."""
    events = Event.objects.filter(verb="flag").values_list("ticket", "data__kind")
    flagged = set(Clock.objects.exclude(flagged_at=None).values_list("ticket", "kind"))
    assert set(events) == flagged
    told = Counter()
    for person, effect, text in Notice.objects.values_list("recipient", "effect", "text"):
        counts = MANY.findall(text)
        for number, words in counts:
            told[person, RUNG_OF[words]] += int(number)
        if not counts:
            told[person, effect.partition(":")[0]] += 1
    return Counter(events), told


def digests_per_run():
    """The most notices that one person got of one run."""
    return max(Counter(Notice.objects.values_list("recipient", "created_at")).values())


def command(now):
    """`manage.py flag_overdue --now …` in a process of its own, on the database of the test."""
    address = (
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    )
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "flag_overdue", "--now", now.isoformat()],
        cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
