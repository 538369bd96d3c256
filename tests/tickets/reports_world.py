"""A random community for the reports: tickets walked through the loop by its verbs."""

import random
from datetime import timedelta

from django.db import connection

from tests.factories import CategoryFactory, at
from tickets import workflow
from tickets.models import Reporter, Ticket

ANALYSE = (
    "ANALYZE tickets_ticket, tickets_reporter, tickets_rating, tickets_clock, tickets_event, tickets_reply"
)
NOW = at("2026-11-23 11:00")
FIRST = at("2026-08-20 08:00")
SOLVED, SATISFIED = ["yes", "yes", "partly", "no"], ["satisfied", "satisfied", "mostly", "not"]


def solved(house, n=1, day="2026-11-19"):
    """So many tickets, received at ten and done an hour later."""
    for _ in range(n):
        ticket = house.receive(now=at(f"{day} 10:00"))
        workflow.resolve(ticket, by=house.dispatcher, outcome="solved", words="好了", now=at(f"{day} 11:00"))


class World:
    """Walks tickets until NOW; what is refused simply does not happen."""

    def __init__(self, house, seed):
        self.house, self.random = house, random.Random(seed)
        self.categories = [house.category, CategoryFactory(), None]
        self.units = [house.unit, house.other_unit]
        self.staff = {house.unit: house.staff, house.other_unit: house.other_staff}

    def fill(self, tickets):
        for _ in range(tickets):
            self.walk()
        with (
            connection.cursor() as cursor
        ):  # as autovacuum does in service: unknown tables are planned for badly
            cursor.execute(ANALYSE)

    def walk(self):
        day = timedelta(minutes=self.random.randrange(int((NOW - FIRST) / timedelta(minutes=1))))
        now = FIRST + day
        ticket = self.house.receive(now=now, category=self.random.choice(self.categories))
        for _ in range(self.random.randrange(9)):
            now += timedelta(minutes=self.random.choice([20, 200, 900, 3000]))
            if now >= NOW:
                return
            try:
                self.step(ticket, now)
            except workflow.Refused:
                ticket.refresh_from_db()

    def step(self, ticket, now):
        likely = {
            "received": ["dispatch"] * 5 + ["withdraw", "office_reply", "office_resolve"],
            "dispatched": ["claim"] * 5 + ["dispatch", "hand_back", "attach", "merge", "merge"],
            "claimed": [
                "reply",
                "reply",
                "resolve",
                "resolve",
                "resolve",
                "dispatch",
                "hand_back",
                "withdraw",
                "attach",
                "merge",
            ],
            "resolved": ["review"] * 3 + ["close_unrated"],
            "closed": ["reopen", "change_rating", "nothing"],
            "withdrawn": ["restore", "nothing"],
            "merged": ["unmerge", "nothing", "nothing"],
        }[ticket.status]
        getattr(self, self.random.choice(likely))(ticket, now)

    def nothing(self, ticket, now):
        """The day passes."""

    def attach(self, ticket, now):
        """A neighbour with the same matter."""
        desk = {"by": self.house.volunteer, "station": self.house.station}
        workflow.attach(ticket, words="我家也是", now=now, **desk)

    def merge(self, ticket, now):
        masters = list(Ticket.objects.open().exclude(pk=ticket.pk).exclude(events__at__gt=now))
        if masters:
            master = self.random.choice(masters)
            workflow.merge(ticket, by=self.house.dispatcher, master=master, now=now)

    def unmerge(self, ticket, now):
        if not ticket.merged_into.events.filter(at__gt=now).exists():
            workflow.unmerge(ticket, by=self.house.dispatcher, now=now)

    def dispatch(self, ticket, now):
        unit = self.random.choice(self.units)
        workflow.dispatch(ticket, by=self.house.dispatcher, unit=unit, reason="归他们管", now=now)

    def claim(self, ticket, now):
        workflow.claim(ticket, by=self.staff[ticket.unit], now=now)

    def hand_back(self, ticket, now):
        workflow.hand_back(ticket, by=self.staff[ticket.unit], reason="不归我们管", now=now)

    def reply(self, ticket, now, by=None):
        answer = {"solvable": "yes", "promised_on": now.date(), "words": "马上来", "told": "phone"}
        workflow.reply(ticket, by=by or self.staff[ticket.unit], now=now, **answer)

    def office_reply(self, ticket, now):
        self.reply(ticket, now, by=self.house.dispatcher)

    def resolve(self, ticket, now, by=None):
        outcome = self.random.choice(["solved", "solved", "partly", "not"])
        workflow.resolve(ticket, by=by or self.staff[ticket.unit], outcome=outcome, words="办了", now=now)

    def office_resolve(self, ticket, now):
        self.resolve(ticket, now, by=self.house.dispatcher)

    def review(self, ticket, now):
        solved, satisfied = self.random.choice(SOLVED), self.random.choice(SATISFIED)
        reporter = self.random.choice(Reporter.objects.of_matter(ticket))
        workflow.review(ticket, by=reporter, solved=solved, satisfied=satisfied, now=now)

    def change_rating(self, ticket, now):
        satisfied = self.random.choice(SATISFIED)
        reporter = self.random.choice(Reporter.objects.of_matter(ticket))
        workflow.change_rating(ticket, by=reporter, solved="yes", satisfied=satisfied, now=now)

    def close_unrated(self, ticket, now):
        workflow.close_unrated(ticket, now=now)

    def reopen(self, ticket, now):
        workflow.reopen(ticket, by=self.house.dispatcher, reason="又漏了", now=now)

    def withdraw(self, ticket, now):
        workflow.withdraw(ticket, by=self.house.dispatcher, reason="mistake", now=now)

    def restore(self, ticket, now):
        workflow.restore(ticket, by=self.house.dispatcher, reason="撤错了", now=now)
