"""评单: ratings, what a bad one does, and closing."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Post, User
from tickets import announce, clocks
from tickets.models import Clock, Event, Rating, Reporter, Rule, Telling, Ticket
from tickets.models.ticket import WORDS_LIMIT
from tickets.permissions import Actor, speaks_for
from tickets.states import Status, Verb
from tickets.workflow.door import OTHER_DESK, Conflict, Invalid, admit, hold_for, move, require
from tickets.workflow.telling import note_told

FIRST_JOINT_ROUND = 3
RATE_LATER = "这件事已经重新办理，等办好了再请您评"
RATE_AS_IT_IS = "这件事后来又办过一次，请看了现在的结果再评"
# Who rates knows the answer: by the receipt, or from the person who asked.
TOLD_BY: dict[str, Telling.Channel] = {
    Rating.Channel.LINK: Telling.Channel.LINK,
    Rating.Channel.PHONE: Telling.Channel.PHONE,
    Rating.Channel.DESK: Telling.Channel.IN_PERSON,
}


@transaction.atomic
def review(
    ticket: Ticket,
    *,
    by: Actor,
    solved: str,
    satisfied: str,
    words: str = "",
    reporter: Reporter | None = None,
    channel: str | None = None,
    now: datetime | None = None,
) -> Event:
    """Rate this round for one reporter: by the reporter, or by a person as proxy naming `reporter` and `channel`.

    A bad rating (不满意 or not solved) reopens at once; the last good one of all reporters closes.
    """
    now = now or timezone.now()
    reporter = _rater(ticket, by, reporter)
    channel = _check(solved, satisfied, words, Rating.Channel.LINK if isinstance(by, Reporter) else channel)
    admit(ticket, Verb.REVIEW, by=by, now=now)
    if not speaks_for(by, ticket, reporter):
        raise Invalid(OTHER_DESK, "reporter")
    hold_for(reporter, ticket)
    rating = Rating(
        reporter=reporter,
        ticket=ticket,
        round=ticket.round,
        solved=solved,
        satisfied=satisfied,
        words=words,
        channel=channel,
        entered_by=by if isinstance(by, User) else None,
        created_at=now,
    )
    closes = not rating.is_bad and all_content(ticket, besides=reporter)
    event = move(
        ticket,
        Verb.REVIEW,
        by=by,
        now=now,
        to=Status.CLOSED if closes else Status.RESOLVED,
        data={"reporter": reporter.pk, "solved": solved, "satisfied": satisfied, "channel": channel},
        columns={"closed_at": now} if closes else {},
    )
    _save_once(rating)
    note_told(ticket, [reporter], by=rating.entered_by, channel=TOLD_BY[channel], now=now)
    _after_rating(ticket, event, rating, closes=closes, now=now)
    return event


def rate(
    ticket: Ticket,
    *,
    by: Reporter,
    round: int,
    solved: str,
    satisfied: str,
    words: str | None = "",
    now: datetime | None = None,
) -> Event | None:
    """What the resident's form does: rate the round it was shown for, or change that rating.

    The same answer sent twice is one answer and no refusal: None, also when both arrive at the same moment.
    `words=None` leaves the words of that rating as they are.
    """
    own = by.ratings.filter(ticket=ticket)
    given = own.filter(round=round).first()
    if words is None:
        words = given.words if given else ""
    answers = {"solved": solved, "satisfied": satisfied, "words": words}
    if given and _says(given, answers):
        return None
    if round != ticket.round:
        raise Conflict(RATE_AS_IT_IS if ticket.status == Status.RESOLVED else RATE_LATER)
    verb = change_rating if given else review
    try:
        return verb(ticket, by=by, **answers, now=now)
    except Conflict:
        if own.filter(round=round, **answers).exists():
            return None
        raise


@transaction.atomic
def change_rating(
    ticket: Ticket,
    *,
    by: Reporter,
    solved: str,
    satisfied: str,
    words: str = "",
    now: datetime | None = None,
) -> Event:
    """The reporter changes this round's rating, up to seven days after closing."""
    now = now or timezone.now()
    admit(ticket, Verb.CHANGE_RATING, by=by, now=now)
    _check(solved, satisfied, words, Rating.Channel.LINK)
    hold_for(by, ticket)
    rating = by.ratings.filter(ticket=ticket, round=ticket.round).first()
    if rating is None:
        raise Conflict("您这一轮还没有评价，请先评价")
    before = [rating.solved, rating.satisfied]
    rating.solved, rating.satisfied, rating.words, rating.changed_at = solved, satisfied, words, now
    event = move(
        ticket,
        Verb.CHANGE_RATING,
        by=by,
        now=now,
        data={"reporter": by.pk, "solved": [before[0], solved], "satisfied": [before[1], satisfied]},
    )
    rating.save()
    _after_rating(ticket, event, rating, closes=False, now=now)
    return event


@transaction.atomic
def reopen(ticket: Ticket, *, by: Actor, reason: str, now: datetime | None = None) -> Event:
    """Start the next round with the same owner, or the nearest who is still there; both clocks run from now."""
    now = now or timezone.now()
    require(reason, "写明为什么重办")
    if ticket.status == Status.WITHDRAWN:
        raise Conflict("撤掉的工单请用“恢复”")
    to, owner = owner_after(ticket)
    event = move(
        ticket,
        Verb.REOPEN,
        by=by,
        now=now,
        to=to,
        words=reason,
        data={"round": ticket.round + 1},
        round=ticket.round + 1,
        solvable="",
        promised_on=None,
        outcome="",
        resolved_at=None,
        closed_at=None,
        **owner,
    )
    clocks.stop(ticket, now)
    rule = Rule.objects.for_ticket(area=ticket.area, category=ticket.category)
    clocks.start_round(ticket, rule, now)
    announce.tell_owner(event, f"居民要求重办，第{ticket.round}轮", asks=True)
    if ticket.round >= FIRST_JOINT_ROUND:
        announce.tell_joint_group(event, f"已到第{ticket.round}轮，请联动小组会商")
    return event


@transaction.atomic
def close_unrated(ticket: Ticket, *, now: datetime | None = None) -> Event:
    """Close when the time to rate is over; ratings given so far stay."""
    now = now or timezone.now()
    event = move(ticket, Verb.CLOSE_UNRATED, by=None, now=now, to=Status.CLOSED, closed_at=now)
    clocks.stop(ticket, now)
    return event


def _after_rating(ticket: Ticket, event: Event, rating: Rating, *, closes: bool, now: datetime) -> None:
    if rating.is_bad:
        reopen(ticket, by=None, reason="居民评价：" + _in_words(rating), now=now)
        announce.tell_unit_leads(event, f"评价为{_in_words(rating)}")
        return
    if closes:
        clocks.meet(ticket, Clock.Kind.RATING, now)
    verb = "改评" if event.verb == Verb.CHANGE_RATING else "已评"
    sentence = f"{verb}{rating.get_satisfied_display()}{'，结案' if closes else ''}"
    announce.tell_owner(event, sentence)
    announce.tell_unit_leads(event, sentence)


def _says(rating: Rating, answers: dict[str, str]) -> bool:
    return all(getattr(rating, name) == value for name, value in answers.items())


def _in_words(rating: Rating) -> str:
    return f"{rating.get_solved_display()}、{rating.get_satisfied_display()}"


def _rater(ticket: Ticket, by: Actor, reporter: Reporter | None) -> Reporter:
    if isinstance(by, Reporter):
        return by
    if reporter is None or ticket not in (reporter.ticket, reporter.matter):
        raise Invalid("请选替哪位反映人评价", "reporter")
    return reporter


def _check(solved: str, satisfied: str, words: str, channel: str | None) -> str:
    """The channel, once all four may be stored; else Invalid."""
    if solved not in Rating.Solved.values:
        raise Invalid("请选问题解决了没有", "solved")
    if satisfied not in Rating.Satisfied.values:
        raise Invalid("请选您满意不满意", "satisfied")
    if len(words) > WORDS_LIMIT:
        raise Invalid(f"最多{WORDS_LIMIT}字", "words")
    if channel not in TOLD_BY:
        raise Invalid("请选从哪里得到的评价", "channel")
    return channel


def all_content(ticket: Ticket, *, besides: Reporter) -> bool:
    """All the others have rated this round and none of them badly; a bad one would have reopened it already."""
    others = Reporter.objects.of_matter(ticket).exclude(pk=besides.pk)
    is_missing = others.not_rated(ticket).exists()
    return not is_missing and not any(rating.is_bad for rating in ticket.ratings.filter(round=ticket.round))


def _save_once(rating: Rating) -> None:
    try:
        with transaction.atomic():
            rating.save(force_insert=True)
    except IntegrityError:
        raise Conflict("您这一轮已经评过了，要改请用“改评价”") from None


def owner_after(ticket: Ticket) -> tuple[Status, dict[str, Any]]:
    """The same claimant if still of the unit; else the unit while it has people; else the dispatchers."""
    nobody = {"claimant_id": None, "claimed_at": None}
    of_unit = Post.objects.in_unit(ticket.unit)
    if ticket.unit is None or not ticket.unit.is_active or not of_unit.exists():
        return Status.RECEIVED, {"unit_id": None, **nobody}
    if ticket.claimant_id and of_unit.filter(user=ticket.claimant_id).exists():
        return Status.CLAIMED, {}
    return Status.DISPATCHED, nobody
