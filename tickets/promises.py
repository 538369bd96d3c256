"""Whether what residents were promised was kept: the outcome of one round's answers and of how it ended.

Counts in whole local days (Asia/Shanghai): a promise for a day holds until the end of that day. Pure arithmetic on
dates; `ReplyQuerySet.with_outcome` says the same in SQL, and a test holds the two to each other. Source: DESIGN §4
(kept: done by the last promise and never postponed; moved: postponed in time; broken: the date passed) and
docs/decisions/0010-promises.md for the cases it leaves open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone

from tickets.states import Status, Verb

NEVER = date.max  # “不能解决”: promised for no day at all
NOT_SOLVED = "not"


class Promise(TextChoices):
    KEPT = "kept", "守约"
    MOVED = "moved", "改期"
    BROKEN = "broken", "过了答应的日子"
    OPEN = "open", "还没到日子"


class How(StrEnum):
    """How a round ended, as far as promises go."""

    DONE = "done"  # reported done, whole or in part
    NOT_DONE = "not_done"  # reported as not to be solved: the same as answering “不能解决” that day
    # Withdrawn, merged, or closed by the answer itself, after which an old ledger says no more: what was not broken by
    # then is no longer a promise.
    DROPPED = "dropped"


@dataclass(frozen=True)
class Given:
    """One answer: the local day it was given, and the day promised in it or None for “不能解决”."""

    on: date
    promised_on: date | None

    @property
    def until(self) -> date:
        return self.promised_on or NEVER


@dataclass(frozen=True)
class Ended:
    """The local day a round ended, and how."""

    on: date
    how: How


@dataclass(frozen=True)
class Standing:
    """How the promises of a round stand: `first` day promised, `last` day promised (None once taken back).

    `not_done`: the round ended without a result, which takes the last promise back too.
    """

    outcome: Promise | None
    first: date | None = None
    last: date | None = None
    not_done: bool = False


def outcome(given: Sequence[Given], *, today: date, ended: Ended | None = None) -> Promise | None:
    """The outcome of a round's answers, oldest first. None when nothing was promised, or nothing any more.

    Each promise must be met or replaced by the end of its day: otherwise the round's promise is broken, whatever
    follows. Replaced in time by a later day, or taken back in time, it is moved. An earlier day changes nothing.
    """
    if not any(answer.promised_on for answer in given):
        return None
    answers = list(given)
    if ended and ended.how == How.NOT_DONE:
        answers.append(Given(ended.on, None))
    until = ended.on if ended else today
    steps = list(pairwise(answers))
    if answers[-1].until < until or any(later.on > earlier.until for earlier, later in steps):
        return Promise.BROKEN
    if ended and ended.how == How.DROPPED:
        return None
    if any(later.until > earlier.until for earlier, later in steps):
        return Promise.MOVED
    return Promise.KEPT if ended else Promise.OPEN


def standing(events: Iterable[Any], round_: int, *, today: date) -> Standing:
    """The same for one round of a ticket, from its events (oldest first; those of other rounds are passed over)."""
    own = [event for event in events if event.round == round_]
    given = [_given(event) for event in own if event.verb == Verb.REPLY]
    days = [answer.promised_on for answer in given if answer.promised_on]
    if not days:
        return Standing(None)
    ended = _ended(own)
    not_done = ended is not None and ended.how == How.NOT_DONE
    return Standing(
        outcome(given, today=today, ended=ended), days[0], given[-1].promised_on, not_done=not_done
    )


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _given(event: Any) -> Given:
    promised = event.data.get("promised_on")
    return Given(timezone.localdate(event.at), date.fromisoformat(promised) if promised else None)


def _ended(events: list[Any]) -> Ended | None:
    """What ended the round, unless a later step took it back."""
    ended = None
    for event in events:
        day = timezone.localdate(event.at)
        if event.verb == Verb.RESOLVE:
            is_not = event.data["outcome"] == NOT_SOLVED
            ended = Ended(day, How.NOT_DONE if is_not else How.DONE)
        elif event.verb in (Verb.WITHDRAW, Verb.MERGE) or _closes_by_answer(event):
            ended = Ended(day, How.DROPPED)
        elif event.verb in (Verb.RESTORE, Verb.UNMERGE):
            ended = None
    return ended


def _closes_by_answer(event: Any) -> bool:
    return event.verb == Verb.REPLY and event.status_to == Status.CLOSED
