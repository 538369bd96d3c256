"""What is to happen to one ticket, written down step by step before anything is stored.

A plan says who does which verb when; replay.py carries plans out through the workflow, rows.py writes their
outcome directly. Steps that lie after the moment of loading are simply not carried out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from stations.models import Building, Station
from tickets.demo import names
from tickets.demo.moments import DESK, OFFICE, local
from tickets.demo.places import Community, Person
from tickets.demo.texts.matter import Matter
from tickets.states import Verb

FLOORS = "一二三四五六七八九"
JITTER = 4  # minutes, so that the clock does not strike alike everywhere


@dataclass(slots=True)
class Step:
    """`by` None is the reporter; `details` are the keywords of the workflow verb."""

    at: datetime
    verb: Verb
    by: Person | None
    details: dict


@dataclass(slots=True)
class Plan:
    home: Community
    station: Station
    matter: Matter
    building: Building | None
    received_at: datetime
    logged_by: Person
    name: str
    phone: str
    room: str
    picture: str = ""  # of demo.pictures, brought by the resident
    steps: list[Step] = field(default_factory=list)


class Script:
    """Writes one plan: each method adds the next step so many open minutes after the one before."""

    def __init__(self, rng: Random, home: Community, matter: Matter, received_at: datetime, **given):
        """`given` may fix station, building (by name), logged_by, name and phone; the rest is drawn."""
        self.rng, self.home, self.matter = rng, home, matter
        self.at = received_at
        self.handler: Person | None = None
        station = given.get("station") or rng.choice(home.stations)
        called, phone = names.caller(rng)
        self.plan = Plan(
            home=home,
            station=station,
            matter=matter,
            building=self._building(given.get("building")),
            received_at=received_at,
            logged_by=given.get("logged_by") or rng.choice(home.volunteers[station.pk]),
            name=given.get("name", called),
            phone=given.get("phone", phone),
            room=_room(rng, matter) if matter.has_building and phone else "",
        )
        self.unit = home.unit_for(matter.to, self.plan.building)
        self.dispatcher = given.get("dispatcher") or rng.choice(home.dispatchers)

    def dispatch(self, minutes, *, to=None, reason="") -> "Script":
        self.unit = to or self.unit
        return self._office(minutes, Verb.DISPATCH, self.dispatcher, unit=self.unit, reason=reason)

    def claim(self, minutes, *, by=None) -> "Script":
        self.handler = by or self.rng.choice(self.home.staff[self.unit.pk])
        return self._office(minutes, Verb.CLAIM, self.handler)

    def release(self, minutes, reason) -> "Script":
        return self._office(minutes, Verb.RELEASE, self.handler, reason=reason)

    def hand_back(self, minutes, reason) -> "Script":
        by = self.handler or self.rng.choice(self.home.staff[self.unit.pk])
        return self._office(minutes, Verb.HAND_BACK, by, reason=reason)

    def claim_at_once(self, minutes) -> "Script":
        """By day or night: what an automatic rule sent out is in somebody's hand within minutes."""
        self.handler = self.rng.choice(self.home.staff[self.unit.pk])
        return self._at_once(minutes, Verb.CLAIM)

    def reply_at_once(self, minutes, words) -> "Script":
        answer = {"solvable": "yes", "promised_on": local(self.at).date(), "told": "phone", "words": words}
        return self._at_once(minutes, Verb.REPLY, **answer)

    def ask(self, minutes, question) -> "Script":
        return self._office(minutes, Verb.ASK_RESIDENT, self.handler, question=question)

    def join(self, minutes, words, station, **contact) -> "Script":
        """Another resident, at whichever station of the community."""
        self.at = DESK.later(self.at, minutes)
        volunteer = self.home.volunteers[station.pk][0]
        return self._step(Verb.ATTACH, volunteer, {"station": station, "words": words, **contact})

    def merge(self, minutes, master: "Script") -> "Script":
        return self._office(minutes, Verb.MERGE, self.dispatcher, master=master.plan)

    def reply(self, minutes, *, promised_on=None, words="", told="") -> "Script":
        drawn = self.rng.choice(("phone", "phone", "phone", "in_person", "in_person", "link", "slip"))
        told = told or drawn
        promised = None if self.matter.solvable == "no" else promised_on
        answer = {"solvable": self.matter.solvable, "promised_on": promised, "told": told}
        return self._office(minutes, Verb.REPLY, self._owner(), words=words or self.matter.reply, **answer)

    def resolve(self, minutes, *, picture="") -> "Script":
        matter, shown = self.matter, {"picture": picture} if picture else {}
        done = {"outcome": matter.outcome, "words": matter.done, **shown}
        return self._office(minutes, Verb.RESOLVE, self._owner(), **done)

    def withdraw(self, minutes, reason, words="") -> "Script":
        return self._office(minutes, Verb.WITHDRAW, self.dispatcher, reason=reason, words=words)

    def reopen(self, minutes, reason) -> "Script":
        return self._office(minutes, Verb.REOPEN, self.dispatcher, reason=reason)

    def rate(self, minutes, *, solved, satisfied, words="") -> "Script":
        """By link, by phone through the dispatcher, or at the desk through a volunteer who did not log it."""
        channel = self.rng.choice(("link", "link", "link", "phone", "desk"))
        if channel == "phone" and (self.handler is None or not self.plan.phone):
            channel = "link"
        by = {"phone": self.dispatcher, "desk": self._another_volunteer()}.get(channel)
        answer = {"solved": solved, "satisfied": satisfied, "words": words, "channel": channel}
        self.at = DESK.later(self.at, minutes)
        return self._step(Verb.REVIEW, by, answer)

    def by_resolve(self, minutes, *, plus_days=0):
        """The local date on which a resolve so many minutes from now falls, two steps on."""
        return local(OFFICE.later(self.at, minutes + 2 * JITTER)).date() + timedelta(days=plus_days)

    def _owner(self) -> Person:
        return self.handler or self.dispatcher

    def _another_volunteer(self) -> Person:
        there = self.home.volunteers[self.plan.station.pk]
        return next(v for v in self.rng.sample(there, 2) if v is not self.plan.logged_by)

    def _office(self, minutes, verb, by, **details) -> "Script":
        self.at = OFFICE.later(self.at, minutes + self.rng.random() * JITTER if minutes else 0)
        return self._step(verb, by, details)

    def _at_once(self, minutes, verb, **details) -> "Script":
        self.at += timedelta(minutes=minutes)
        return self._step(verb, self.handler, details)

    def _step(self, verb, by, details) -> "Script":
        self.plan.steps.append(Step(self.at, verb, by, details))
        return self

    def _building(self, name) -> Building | None:
        if not self.matter.has_building:
            return None
        return self.home.building(name) if name else self.rng.choice(self.home.buildings)


def _room(rng: Random, matter: Matter) -> str:
    """A room on the floor that the place names."""
    floors = [n for n, sign in enumerate(FLOORS, start=1) if f"{sign}楼" in matter.place]
    return f"{floors[0] if floors else rng.randint(1, 9)}0{rng.randint(1, 6)}"
