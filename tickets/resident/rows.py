"""Everything the resident's page is made of, loaded once; and what of it counts in this round."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tickets.models import Clock, Event, Rating, Reply, Reporter, Ticket
from tickets.states import OPEN, Status, Verb

HIDDEN = "＊＊"
# Shorter ones stand in many words: 王 in 王府, 2 in 12月2日.
SHORTEST = {"name": 2, "phone": 7, "room": 3}


@dataclass
class Rows:
    """What is worked on for one reporter, with all that hangs on it; `words` says how much the reader may see."""

    ticket: Ticket
    reporter: Reporter
    now: datetime
    words: bool
    events: list[Event]
    clocks: list[Clock]
    replies: list[Reply]
    ratings: list[Rating]
    known: set[int]
    private: list[str]

    @property
    def is_together(self) -> bool:
        """Somebody else had brought the same matter before."""
        return self.reporter.has_joined or self.reporter.ticket != self.ticket

    @property
    def reply(self) -> Reply | None:
        """The newest reply of this round."""
        return next((r for r in reversed(self.replies) if r.round == self.ticket.round), None)

    @property
    def first_promised_on(self) -> date | None:
        """The day first promised in this round."""
        own = (r.promised_on for r in self.replies if r.round == self.ticket.round)
        return next((day for day in own if day), None)

    @property
    def is_news(self) -> bool:
        """There is an answer of which nobody has told this reporter yet, and no rating to tell that it is known."""
        waits = self.reply is not None and self.ticket.status in OPEN
        return waits and self.reply.pk not in self.known

    @property
    def done(self) -> Event | None:
        """The report of this round's result."""
        ticket = self.ticket
        done = (e for e in reversed(self.events) if e.verb == Verb.RESOLVE and e.ticket_id == ticket.pk)
        mine = (e for e in done if e.round == ticket.round)
        return next(mine, None) if self.ticket.status in (Status.RESOLVED, Status.CLOSED) else None

    @property
    def has_just_answered(self) -> bool:
        """Whether what this reporter answered is the last that happened."""
        last = self.events[-1] if self.events else None
        return last is not None and last.verb == Verb.RESIDENT_ANSWERED and self.is_own(last)

    @property
    def question(self) -> Event | None:
        """What this ticket's reporters are being asked now."""
        ticket = self.ticket
        if ticket.status != Status.WAITING:
            return None
        asked = (e for e in reversed(self.events) if e.verb == Verb.ASK_RESIDENT and e.ticket_id == ticket.pk)
        return next((e for e in asked if e.round == ticket.round), None)

    def of_staff(self, words: str) -> str:
        """What was answered or asked, for all reporters; whatever names another one of them is taken out."""
        return without(words, self.private)

    def is_own(self, answer: Event) -> bool:
        return answer.data.get("reporter") == self.reporter.pk

    def rating(self, number: int) -> Rating | None:
        return next((r for r in self.ratings if r.round == number), None)

    def clock(self, kind: str) -> Clock | None:
        """This round's running clock of a kind."""
        mine = (c for c in self.clocks if c.kind == kind and c.round == self.ticket.round)
        return next((c for c in mine if c.met_at is None and c.stopped_at is None), None)


def load(reporter: Reporter, *, words: bool, now: datetime) -> Rows:
    """Four statements, one more once this reporter has rated, and one where somebody got a ticket of their own.

    After a merge the rows are the other ticket's.

    The events are also those of the reporter's own ticket before it was merged.
    """
    ticket = reporter.matter
    events = list(Event.objects.of({ticket, reporter.ticket}))
    everybody = list(Reporter.objects.of_matter(ticket).with_known())
    gone = Reporter.objects.parted_from(ticket) if _has_parted(events) else ()
    return Rows(
        ticket,
        reporter,
        now,
        words,
        events=events,
        clocks=list(ticket.clocks.all()),
        replies=list(ticket.replies.all()),
        ratings=list(reporter.ratings.filter(ticket=ticket)) if _has_rated(reporter, events) else [],
        known={pk for own in everybody if own == reporter for pk in own.known},
        private=_private_of_others(reporter, [*everybody, *gone]),
    )


def private_of_others(reporter: Reporter, ticket: Ticket) -> list[str]:
    """Names, phones and rooms of the others who wait for the ticket or did, as far as they are not this one's too."""
    everybody, gone = Reporter.objects.of_matter(ticket), Reporter.objects.parted_from(ticket)
    return _private_of_others(reporter, [*everybody, *gone])


def _private_of_others(reporter: Reporter, everybody: Iterable[Reporter]) -> list[str]:
    found = set()
    for other in everybody:
        said = {field: getattr(other, field) for field in SHORTEST}
        found |= {text for field, text in said.items() if len(text) >= SHORTEST[field]}
    return sorted(found - {reporter.name, reporter.phone, reporter.room}, key=len, reverse=True)


def _has_parted(events: Iterable[Event]) -> bool:
    return any(event.verb == Verb.DETACH for event in events)


def _has_rated(reporter: Reporter, events: Iterable[Event]) -> bool:
    """Events of old, when one ticket had one reporter, do not say who."""
    rated = (event for event in events if event.verb == Verb.REVIEW)
    return any(event.data.get("reporter", reporter.pk) == reporter.pk for event in rated)


def without(words: str, private: Iterable[str]) -> str:
    for text in private:
        words = words.replace(text, HIDDEN)
    return words
