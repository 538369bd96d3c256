"""What a resident reads about a ticket: headline, next step, facts, answer and history, in plain words.

Two levels (SAFETY TR-3): with `words` everything here; without, only status, dates, category, whether it
can be solved and the promised date. On neither level a name, a phone, a room or a member of staff.
"""

import re
from dataclasses import dataclass

from django.utils import timezone

from stations import saying
from tickets import permissions, presenting
from tickets.due import Due, due_of_clock, why_then
from tickets.models import Clock, FeeMode, Outcome, Rating, Reporter, Ticket
from tickets.presenting import Entry
from tickets.resident import headline, history
from tickets.resident.rows import HIDDEN, Rows
from tickets.states import OPEN, Status, Verb
from tickets.workflow.receiving import title_of

_LONG_NUMBER = re.compile(r"\d[\d -]{5,}\d")
_STEP_NOTES = {
    Status.RECEIVED: ("已收到", "等派单", "等办完"),
    Status.DISPATCHED: ("已收到", "等人来办", "等办完"),
    Status.CLAIMED: ("已收到", "正在办", "等办完"),
    Status.WAITING: ("已收到", "等您补充", "等办完"),
}
_DONE_NOTES: dict[str, str] = {
    Outcome.SOLVED: "已办好",
    Outcome.PARTLY: "办好一部分",
    Outcome.NOT: "没能办成",
}


_FEES = {
    FeeMode.FREE: "不收费，是志愿服务",
    FeeMode.LOW: "低偿服务，只收一点成本",
    FeeMode.PAID: "有偿服务，按说好的收费",
}


@dataclass(frozen=True)
class Fact:
    label: str
    text: str
    due: Due | None = None
    why: str = ""


@dataclass
class Sheet:
    """The receipt page of one reporter; without words `about` is the category, `number` and `said` are empty.

    `old_number` stands on a slip printed before the matter got a ticket of its own.
    """

    headline: str
    advice: str
    about: str
    step: int
    notes: tuple
    facts: list[Fact]
    history: list[Entry]
    number: str = ""
    old_number: str = ""
    said: history.Said | None = None
    question: history.Said | None = None
    question_number: int | None = None
    answer_until: str = ""
    rate_until: str = ""
    reply_number: int | None = None
    rating: Rating | None = None
    may_rate: bool = False
    may_change: bool = False
    is_news: bool = False

    @property
    def is_asked(self) -> bool:
        return self.question_number is not None

    @property
    def clauses(self) -> list[str]:
        """The headline in pieces that do not break within."""
        return re.findall(r"[^，]+，?", self.headline)


def sheet(rows: Rows) -> Sheet:
    ticket, mine = rows.ticket, rows.rating(rows.ticket.round)
    head, advice = headline.headline(rows)
    changing = permissions.permit(Verb.CHANGE_RATING, rows.reporter, ticket, now=rows.now)
    page = Sheet(
        headline=head,
        advice=advice,
        about=_about(rows),
        step=presenting.step(ticket),
        notes=_notes(ticket, mine),
        facts=_facts(rows),
        history=history.history(rows),
        question=history.question(rows),
        question_number=rows.question.pk if rows.question else None,
        answer_until=_until(rows, Clock.Kind.WAITING),
        rating=mine,
        rate_until=_until(rows, Clock.Kind.RATING),
        may_rate=mine is None and ticket.status == Status.RESOLVED,
        may_change=mine is not None and changing.allowed,
    )
    if rows.words:
        page.number, page.said = rows.reporter.ticket.number, history.said(rows)
        page.old_number = history.number_before(rows)
        page.is_news, page.reply_number = rows.is_news, rows.reply.pk if rows.reply else None
    return page


def _about(rows: Rows) -> str:
    if rows.words:
        return matter(rows.reporter)
    return f"类别：{rows.ticket.category.name}" if rows.ticket.category_id else ""


def matter(reporter: Reporter) -> str:
    """24栋厨房燃气灶打不着火: the building before the title, with whatever names the person taken out.

    Of who joined, in their words: the title of the ticket was made of somebody else's.
    """
    ticket = reporter.ticket
    building = ticket.building.name if ticket.building_id else ""
    title = title_of(reporter.words) if reporter.has_joined else ticket.title
    text = title if title.startswith(building) else f"{building}{title}"
    for private in (reporter.phone, reporter.room, reporter.name):
        text = text.replace(private, HIDDEN) if private else text
    return _LONG_NUMBER.sub(HIDDEN, text)


def _until(rows: Rows, kind: str) -> str:
    clock = rows.clock(kind)
    return saying.exact(clock.due_at, now=rows.now) if clock else ""


def _notes(ticket: Ticket, mine: Rating | None) -> tuple:
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        return _STEP_NOTES.get(Status(ticket.status), ())
    rated = "您已评" if mine else "等您评"
    last = "已结案" if ticket.status == Status.CLOSED else rated
    return ("已收到", _DONE_NOTES.get(ticket.outcome, "办完了"), last)


def _facts(rows: Rows) -> list[Fact]:
    """What is due and promised while the ticket is open; without words also status and dates, always."""
    ticket, promise = rows.ticket, _promise(rows)
    if rows.words:
        return [*_due_facts(rows), *promise] if ticket.status in OPEN else _fee(rows)
    begun = [
        Fact("现在", "等您补充" if ticket.status == Status.WAITING else ticket.get_status_display()),
        Fact("接单", saying.exact(rows.reporter.created_at, now=rows.now)),
    ]
    until = _until(rows, Clock.Kind.WAITING)
    asked = [Fact("请您补充", f"{until}前")] if until else []
    return [*begun, *asked, *_due_facts(rows), *promise, *_fee(rows), *_ended(rows)]


def _promise(rows: Rows) -> list[Fact]:
    """Whether it can be solved, by when, and that another day had been promised."""
    ticket, facts, today = rows.ticket, [], timezone.localdate(rows.now)
    if ticket.solvable:
        facts.append(Fact("能不能解决", ticket.get_solvable_display()))
    if ticket.promised_on:
        first = rows.first_promised_on
        is_moved = first not in (None, ticket.promised_on)
        was = f"改了日期，原来答应{saying.near_day(first, today=today)}" if is_moved else ""
        facts.append(Fact("答应办好", f"{saying.day(ticket.promised_on, today=today)}前", why=was))
    return facts


def _fee(rows: Rows) -> list[Fact]:
    """What a volunteer team's work cost, in words."""
    mode = rows.done.data.get("fee_mode") if rows.done else None
    return [Fact("收费", _FEES[FeeMode(mode)])] if mode else []


def _ended(rows: Rows) -> list[Fact]:
    ticket, facts = rows.ticket, []
    if ticket.resolved_at:
        facts.append(Fact("办完", saying.exact(ticket.resolved_at, now=rows.now)))
    if ticket.closed_at:
        label = "撤销" if ticket.status == Status.WITHDRAWN else "结案"
        facts.append(Fact(label, saying.exact(ticket.closed_at, now=rows.now)))
    return facts


def _due_facts(rows: Rows) -> list[Fact]:
    """The next limit: the reply's, and once there is a reply the solution's."""
    for kind, label in ((Clock.Kind.REPLY, "最晚答复"), (Clock.Kind.RESOLVE, "最晚办完")):
        clock = rows.clock(kind)
        if clock and rows.ticket.status in OPEN:
            due = due_of_clock(clock, area=rows.ticket.area, now=rows.now)
            text = "您补充后接着算" if clock.paused_at else saying.before(clock.due_at, now=rows.now)
            return [Fact(label, text, due, why_then(clock, rows.ticket.area))]
    return []
