"""What became of promises, in words: chips for a ticket and its timeline, a worker's promises by day, last week's rate.

The rules are in promises.py and ReplyQuerySet; nothing is decided here but how it is said.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Post, User
from stations import saying
from tickets import beyond, promises
from tickets.due import Due
from tickets.models import Reply, Ticket
from tickets.models.queryset import TicketQuerySet
from tickets.presenting import Entry
from tickets.promises import Promise, Standing
from tickets.reports.figures import FEWEST
from tickets.reports.satisfaction import Rate
from tickets.states import Verb

AT_ONCE = 200  # nobody keeps more open promises than fit on one page
NOT_AFTER_ALL = "后来说不能办"
GROUPS = ("已过期", "今天", "明天", "本周", "以后")


def chip(standing: Standing, *, today: date) -> Due | None:
    """守约, 改期（原定11月24日）, 过了答应的日子; nothing while the promise simply stands.

    The day first promised has its year unless that, this year and the year of the day promised last are one.
    """
    if standing.outcome is None or standing.first is None or standing.outcome == Promise.OPEN:
        return None
    years = {day.year for day in (standing.first, standing.last, today) if day}
    say = saying.month_day if len(years) == 1 else saying.year_day
    was = f"（原定{say(standing.first)}）"
    if standing.outcome == Promise.KEPT:
        return Due("kept", Promise.KEPT.label)
    if standing.outcome == Promise.MOVED:
        is_later = standing.last and not standing.not_done
        return Due("moved", f"{Promise.MOVED.label if is_later else NOT_AFTER_ALL}{was}")
    return Due("over", f"{Promise.BROKEN.label}{was if standing.last != standing.first else ''}")


def chip_of(ticket: Ticket, *, today: date) -> Due | None:
    """The same for a ticket read `with_promise()`."""
    outcome = Promise(ticket.promise) if ticket.promise else None
    return chip(Standing(outcome, ticket.first_promised_on, ticket.promised_on), today=today)


def marked(entries: list[Entry], events: Iterable[Any]) -> list[Entry]:
    """The timeline of these events with a chip where a promise was moved, kept, or broken by then."""
    oldest_first = sorted(events, key=lambda event: event.pk)
    chips = [_chip_at(oldest_first, n) for n in range(len(oldest_first))]
    return [replace(entry, promise=chip) for entry, chip in zip(entries, reversed(chips), strict=True)]


@dataclass(frozen=True)
class Group:
    """The promises that fall due on the same day or stretch of days."""

    title: str
    rows: list[
        tuple[Ticket, Due | None, Due | None]
    ]  # what became of it; whether its day lies after the limit

    @property
    def is_over(self) -> bool:
        return self.title == GROUPS[0]


def grouped(tickets: TicketQuerySet, *, now: datetime) -> list[Group]:
    """Open promises by when they are due, what is past first; empty groups are left out."""
    today = timezone.localdate(now)
    found = tickets.with_people().with_due().with_promise(today).order_by("promised_on", "received_at", "pk")
    rows: dict[str, list] = {title: [] for title in GROUPS}
    for ticket in found[:AT_ONCE]:
        row = ticket, chip_of(ticket, today=today), beyond.chip_of(ticket, now=now)
        rows[_group(ticket.promised_on, today)].append(row)
    return [Group(title, its) for title, its in rows.items() if its]


def open_promises(user: User, *, of_unit: bool) -> TicketQuerySet:
    """The promises this person has to keep; for a lead also those of the unit, whoever gave them."""
    seen = Ticket.objects.visible_to(user).promised()
    units = [post.unit_id for post in user.posts_as(Post.Role.UNIT_LEAD)]
    return seen.in_units(units) if of_unit else seen.in_hand_of(user)


def settled_this_week(user: User, *, of_unit: bool, today: date) -> list[tuple[Reply, Due | None]]:
    """What this week's promises came to, those for later days too that were done by now; the open ones stand above."""
    first, last = promises.week_of(today)
    seen = Reply.objects.of(Ticket.objects.visible_to(user))
    own = _whose(seen, user, of_unit=of_unit).settled(first, last, today).with_place()
    return [(reply, _chip_of_reply(reply, today)) for reply in own.order_by("promised_on", "pk")[:AT_ONCE]]


def last_week(user: User, *, of_unit: bool, today: date) -> str:
    """What became of the promises first made for a day of last week, in words with their number."""
    first, last = promises.week_of(today - timedelta(days=7))
    own = _whose(Reply.objects.due_between(first, last), user, of_unit=of_unit)
    count = Counter(own.with_outcome(today).values_list("outcome", flat=True))
    kept, moved, broken = (count[code] for code in (Promise.KEPT, Promise.MOVED, Promise.BROKEN))
    week = f"上周（{saying.month_day(first)}至{saying.month_day(last)}）"
    n = kept + moved + broken
    if not n:
        return f"{week}没有答应过的日子。"
    share = Rate(kept, n).percent
    rate = f"样本少于{FEWEST}，不计率" if share is None else f"守约率{share}%"
    return f"{week}答应办好的{n}件：守约{kept}件，改期{moved}件，过了日子{broken}件；{rate}。"


def _whose(replies: Any, user: User, *, of_unit: bool) -> Any:
    units = [post.unit_id for post in user.posts_as(Post.Role.UNIT_LEAD)]
    return replies.of_units(units) if of_unit else replies.of_claimant(user)


def _chip_of_reply(reply: Any, today: date) -> Due | None:
    """Of the first reply of a round that promised a day, read `with_outcome`."""
    not_done = reply.done_as == promises.NOT_SOLVED
    standing = Standing(Promise(reply.outcome), reply.promised_on, reply.last_on, not_done=not_done)
    return chip(standing, today=today)


def _chip_at(events: list, n: int) -> Due | None:
    """How the round's promise stood when this event had happened; only an answer or a result changes that.

    That it was moved is said only where it was: not again at the result, nor at an answer for the same day.
    """
    event = events[n]
    if event.verb not in (Verb.REPLY, Verb.RESOLVE):
        return None
    today = timezone.localdate(event.at)
    before, then = (promises.standing(events[:end], event.round, today=today) for end in (n, n + 1))
    was_moved = then.outcome == Promise.MOVED == before.outcome
    if was_moved and (then.last, then.not_done) == (before.last, before.not_done):
        return None
    return chip(then, today=today)


def _group(day: date, today: date) -> str:
    if day < today:
        return GROUPS[0]
    if day <= today + timedelta(days=1):
        return GROUPS[1 + (day - today).days]
    return GROUPS[3] if day <= promises.week_of(today)[1] else GROUPS[4]
