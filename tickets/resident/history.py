"""What has happened, as a resident reads it, and the newest answer.

Release, hand-back, amendments and marks are the desk's own affair; other reporters' ratings are theirs, save
that one of them made it be done again.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from stations import saying
from tickets.models import Answer, Clock, Event, Heard, Outcome, Rating
from tickets.presenting import Entry, answers_said, rating_behind, rating_of
from tickets.resident.rows import Rows
from tickets.states import Status, Verb

_DONE = {Outcome.SOLVED: "办好了", Outcome.PARTLY: "办好了一部分", Outcome.NOT: "没能办成"}
_REPLIED = {Answer.YES: "能解决", Answer.PARTLY: "能解决一部分", Answer.NO: "不能解决"}


@dataclass(frozen=True)
class Said:
    """The newest words for the resident, and whose they are."""

    who: str
    words: str


def said(rows: Rows) -> Said | None:
    if rows.done:
        return Said(f"{_unit_of(rows.done, rows) or '社区'}答复", rows.of_staff(rows.done.words))
    if rows.reply is None:
        return None
    its = [e for e in rows.events if (e.verb, e.at) == (Verb.REPLY, rows.reply.at)]
    # One that came along with 拆单 has its event on the ticket they had been merged into.
    who = f"{_unit_of(its[-1], rows) or '社区'}答复" if its else "答复"
    return Said(who, rows.of_staff(rows.reply.words))


def question(rows: Rows) -> Said | None:
    """What the resident is asked now, where words may be read."""
    unit = rows.ticket.unit.name if rows.ticket.unit_id else "社区"
    return Said(f"{unit}问", rows.of_staff(rows.question.words)) if rows.words and rows.question else None


def history(rows: Rows) -> list[Entry]:
    """Newest first."""
    entries = []
    for event in rows.events:
        unit = _unit_of(event, rows)
        title = _title(event, rows, unit)
        if title:
            who = (unit or "社区") if rows.words and event.verb in (Verb.REPLY, Verb.RESOLVE) else ""
            words = _own_words(event, rows) or _earlier_words(event, rows)
            at = saying.exact(event.at, now=rows.now)
            entries.append(Entry(title, at, who, words, _kept(event, rows)))
    return entries[::-1]


def _unit_of(event: Event, rows: Rows) -> str:
    """The unit that had the ticket when this was done to it, itself included; '' for none."""
    before = (e for e in rows.events if e.ticket_id == event.ticket_id and e.pk <= event.pk)
    moved = [e for e in before if e.verb == Verb.DISPATCH or e.status_to == Status.RECEIVED]
    return moved[-1].data["unit"][1] if moved and moved[-1].verb == Verb.DISPATCH else ""


def _title(event: Event, rows: Rows, unit: str) -> str:
    named = unit if rows.words else ""
    match event.verb:
        case Verb.RECEIVE | Verb.ATTACH:
            return _taken(event, rows)
        case Verb.DETACH:
            return _parted(event, rows)
        case Verb.MERGE:
            return "和另一张反映同一件事的工单一起办"
        case Verb.UNMERGE:
            return "又分开单独办"
        case Verb.DISPATCH:
            return f"派给{named}" if named else "已派单"
        case Verb.CLAIM:
            return f"{named}开始办理" if named else "开始办理"
        case Verb.REPLY:
            return _replied(event, rows)
        case Verb.ASK_RESIDENT:
            return "请您补充情况"
        case Verb.RESIDENT_ANSWERED:
            return _answered(event, rows)
        case Verb.WAITING_LAPSED:
            return "没有等到补充，接着办"
        case Verb.RESOLVE:
            return _DONE.get(event.data["outcome"], "办完了")
        case Verb.REVIEW | Verb.CHANGE_RATING:
            return _rated(event, rows)
        case Verb.REOPEN:
            return f"{_because_of_another(event, rows)}重新办理，第{event.data['round']}轮"
        case Verb.CLOSE_UNRATED:
            return "评价时间已过，结案"
        case Verb.WITHDRAW:
            return "撤销"
        case Verb.RESTORE:
            return "恢复办理"
    return ""


def _answered(event: Event, rows: Rows) -> str:
    if not rows.is_own(event):
        return "别的反映人补充了情况"
    return "您补充了情况" if event.data["channel"] == Heard.LINK else "您补充了情况，工作人员代您记下"


def _taken(event: Event, rows: Rows) -> str:
    """When this reporter came; when the others did is their affair."""
    own = rows.reporter
    here = own.came_to.name if rows.words else ""
    if event.verb == Verb.RECEIVE and event.ticket_id == own.ticket_id and not own.has_joined:
        return f"{here}接单"
    is_own = event.verb == Verb.ATTACH and event.data["reporter"] == own.pk
    return f"{here}接单，和同一件事一起办" if is_own else ""


def number_before(rows: Rows) -> str:
    """Of the ticket this reporter had joined before getting one of their own; '' for everybody else."""
    return next(filter(None, (_left(event, rows) for event in rows.events)), "")


def _left(event: Event, rows: Rows) -> str:
    own = rows.reporter
    is_own = event.verb == Verb.DETACH and event.ticket_id == own.ticket_id and not own.has_joined
    return event.data.get("from", "") if is_own else ""


def _parted(event: Event, rows: Rows) -> str:
    """That this reporter's matter is one of its own; who else was given one is theirs."""
    number = _left(event, rows)
    if not number:
        return ""
    return f"是另一件事，从{number}分出来，另开了一单" if rows.words else "是另一件事，另开了一单"


def _because_of_another(event: Event, rows: Rows) -> str:
    """Said only where another reporter's rating did it, and nothing of that person; the own one stands below."""
    said = _said_by_another(event, rows)
    return f"{said}，所以" if said else ""


def why_again(rows: Rows) -> str:
    """Why this round is worked on: for the headline, where no own rating says it. Empty in the first round."""
    again = [e for e in rows.events if e.verb == Verb.REOPEN and e.ticket_id == rows.ticket.pk]
    if not again or again[-1].round != rows.ticket.round:
        return ""
    return _said_by_another(again[-1], rows) or ("社区决定重办" if again[-1].by_id else "")


def _said_by_another(event: Event, rows: Rows) -> str:
    rated = rating_behind(event, rows.events)
    if rated is None or rated.data.get("reporter", rows.reporter.pk) == rows.reporter.pk:
        return ""
    solved, _ = rating_of(rated)
    return f"另一位反映人{'说还没解决' if solved == Rating.Solved.NO else '还不满意'}"


def _replied(event: Event, rows: Rows) -> str:
    """Where another day stood promised before, also which: 改到12月5日（周六）前办好（原来答应11月30日）."""
    solvable, today = event.data["solvable"], timezone.localdate(rows.now)
    if not solvable:
        return "已答复"
    promised_on, stood = _promised(event), _stood_promised(event, rows)
    is_moved = stood is not None and stood != promised_on
    was = f"（原来答应{saying.near_day(stood, today=today)}）" if is_moved else ""
    return f"答复：{answer(solvable, promised_on, today=today, is_moved=is_moved)}{was}"


def _promised(event: Event) -> date | None:
    day = event.data.get("promised_on")
    return date.fromisoformat(day) if day else None


def _stood_promised(event: Event, rows: Rows) -> date | None:
    """The day promised by the answer before this one in the same round."""
    its = (e for e in rows.events if (e.ticket_id, e.round) == (event.ticket_id, event.round))
    before = [e for e in its if e.verb == Verb.REPLY and e.pk < event.pk]
    return _promised(before[-1]) if before else None


def answer(solvable: str, promised_on: date | None, *, today: date, is_moved: bool = False) -> str:
    """能解决，11月27日（周五）前办好; 改到11月27日 where another day was promised before"""
    day = promised_on and saying.day(promised_on, today=today)
    until = f"，{'改到' if is_moved else ''}{day}前办好" if day else ""
    return f"{_REPLIED[Answer(solvable)]}{until}"


def _rated(event: Event, rows: Rows) -> str:
    """Only this reporter's own rating: other reporters' opinions are theirs.

    Who rated stands in the event; in those of old, when one ticket had one reporter, the moment tells.
    """
    if event.data.get("reporter", rows.reporter.pk) != rows.reporter.pk:
        return ""
    for rating in rows.ratings:
        if event.ticket_id != rating.ticket_id:
            continue
        if event.verb == Verb.REVIEW and event.at == rating.created_at:
            return "您评了" + _answers(event.data["solved"], event.data["satisfied"])
        if event.verb == Verb.CHANGE_RATING and event.round == rating.round and event.at == rating.changed_at:
            return "您改评为" + _answers(event.data["solved"][1], event.data["satisfied"][1])
    return ""


def _answers(solved: str, satisfied: str) -> str:
    return f"“{answers_said({'solved': solved, 'satisfied': satisfied})}”"


def _earlier_words(event: Event, rows: Rows) -> str:
    """Words of questions, replies and results, except those the page shows on top."""
    if not rows.words or event.verb not in (Verb.REPLY, Verb.RESOLVE, Verb.ASK_RESIDENT):
        return ""
    if event == rows.question:
        return ""
    on_top, words = said(rows), rows.of_staff(event.words)
    return "" if on_top and on_top.words == words else words


def _own_words(event: Event, rows: Rows) -> str:
    """What this reporter wrote with a rating, where it was last said, or answered to a question."""
    if rows.words and event.verb == Verb.RESIDENT_ANSWERED and rows.is_own(event):
        return f"您说：{event.words}"
    for rating in rows.ratings if rows.words and event.verb in (Verb.REVIEW, Verb.CHANGE_RATING) else ():
        if event.at == (rating.changed_at or rating.created_at):
            return f"您说：{rating.words}" if rating.words else ""
    return ""


def _kept(event: Event, rows: Rows) -> str:
    """按时，时限周一 18:00前 — at the event that met a clock in time."""
    kind = {Verb.REPLY: Clock.Kind.REPLY, Verb.RESOLVE: Clock.Kind.RESOLVE}.get(event.verb)
    for clock in rows.clocks:
        if kind and clock.kind == kind and clock.met_at == event.at and not clock.is_late(rows.now):
            return f"按时，时限{saying.exact(clock.due_at, now=rows.now)}"
    return ""
