"""What a resident reads about a ticket: headline, next step, facts, answer and history, in plain words.

Two levels (SAFETY TR-3): with `words` everything here; without, only status, dates, category, whether it can be
solved and the promised date. On neither level a name, a phone, a room or a member of staff. Pure functions of rows
already loaded; no queries here.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from tickets import permissions, presenting, saying
from tickets.models import Answer, Clock, Event, Outcome, Rating, Reply, Reporter, Ticket
from tickets.presenting import Due, Entry
from tickets.states import OPEN, Status, Verb

HIDDEN = "＊＊"
_LONG_NUMBER = re.compile(r"\d[\d -]{5,}\d")
_STEP_NOTES = {
    Status.RECEIVED: ("已收到", "等派单", "等办完"),
    Status.DISPATCHED: ("已收到", "等人来办", "等办完"),
    Status.CLAIMED: ("已收到", "正在办", "等办完"),
    Status.WAITING: ("已收到", "等您补充", "等办完"),
    Status.RESOLVED: ("已收到", "已办好", "等您评"),
    Status.CLOSED: ("已收到", "已办好", "已结案"),
}
_RATE = {
    Outcome.SOLVED: "办完了，请您评一评",
    Outcome.PARTLY: "办了一部分，请您评一评",
    Outcome.NOT: "没能办成，请您评一评",
}
_DONE = {Outcome.SOLVED: "办好了", Outcome.PARTLY: "办好了一部分", Outcome.NOT: "没能办成"}
_REPLIED = {Answer.YES: "能解决", Answer.PARTLY: "能解决一部分", Answer.NO: "不能解决"}
COME_AGAIN = "还有问题，到站里说一声，或打站里电话，可以重办。"


@dataclass(frozen=True)
class Fact:
    label: str
    text: str
    due: Due | None = None


@dataclass(frozen=True)
class Said:
    """The newest words for the resident, and whose they are."""

    who: str
    words: str


@dataclass
class Sheet:
    """The receipt page of one reporter. Without words `about` is only the category, `number` and `said` are empty."""

    headline: str
    advice: str
    about: str
    step: int
    notes: tuple
    facts: list[Fact]
    history: list[Entry]
    number: str = ""
    said: Said | None = None
    rate_until: str = ""
    rating: Rating | None = None
    may_rate: bool = False
    may_change: bool = False

    @property
    def clauses(self) -> list[str]:
        """The headline in pieces that do not break within."""
        return re.findall(r"[^，]+，?", self.headline)


@dataclass
class Rows:
    """Everything the page is made of, loaded once."""

    ticket: Ticket
    reporter: Reporter
    now: datetime
    words: bool
    events: list[Event] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)

    @property
    def reply(self) -> Reply | None:
        """The newest reply of this round."""
        return next((r for r in reversed(self.replies) if r.round == self.ticket.round), None)

    @property
    def done(self) -> Event | None:
        """The report of this round's result."""
        mine = (e for e in reversed(self.events) if e.verb == Verb.RESOLVE and e.round == self.ticket.round)
        return next(mine, None) if self.ticket.status in (Status.RESOLVED, Status.CLOSED) else None

    def rating(self, number: int) -> Rating | None:
        return next((r for r in self.ratings if r.round == number), None)

    def clock(self, kind: str) -> Clock | None:
        """This round's running clock of a kind."""
        return next((c for c in self.clocks if c.kind == kind and c.round == self.ticket.round and _runs(c)), None)


def load(reporter: Reporter, *, words: bool, now: datetime) -> Rows:
    """Four statements, whatever has happened to the ticket."""
    ticket = reporter.ticket
    return Rows(
        ticket, reporter, now, words,
        list(ticket.events.all()), list(ticket.clocks.all()), list(ticket.replies.all()), list(reporter.ratings.all()),
    )  # fmt: skip


def sheet(rows: Rows) -> Sheet:
    ticket, mine = rows.ticket, rows.rating(rows.ticket.round)
    headline, advice = _headline(rows, mine)
    rating_clock = rows.clock(Clock.Kind.RATING)
    page = Sheet(
        headline, advice, _about(rows), presenting.step(ticket), _notes(ticket, mine), _facts(rows), _history(rows),
        rating=mine,
        rate_until=saying.exact(rating_clock.due_at, now=rows.now) if rating_clock else "",
        may_rate=mine is None and ticket.status == Status.RESOLVED,
        may_change=mine is not None and permissions.permit(
            Verb.CHANGE_RATING, rows.reporter, ticket, now=rows.now
        ).allowed,
    )  # fmt: skip
    if rows.words:
        page.number, page.said = ticket.number, _said(rows)
    return page


def _about(rows: Rows) -> str:
    if rows.words:
        return matter(rows.ticket, rows.reporter)
    return rows.ticket.category.name if rows.ticket.category_id else ""


def matter(ticket: Ticket, reporter: Reporter) -> str:
    """24栋厨房燃气灶打不着火: the building before the title, with whatever names the person taken out."""
    building = ticket.building.name if ticket.building_id else ""
    text = ticket.title if ticket.title.startswith(building) else f"{building}{ticket.title}"
    for private in (reporter.phone, reporter.room, reporter.name):
        text = text.replace(private, HIDDEN) if private else text
    return _LONG_NUMBER.sub(HIDDEN, text)


def _headline(rows: Rows, mine: Rating | None) -> tuple[str, str]:
    """What the resident should do, and one sentence more."""
    status = rows.ticket.status
    if status == Status.RESOLVED:
        if mine:
            return "谢谢您的评价", "这件事还有别的反映人，等他们也评完就结案。"
        return _RATE[Outcome(rows.ticket.outcome)], ""
    if status == Status.CLOSED:
        return ("谢谢您的评价", f"这件事已结案。{COME_AGAIN}") if mine else ("这件事已结案", COME_AGAIN)
    if status == Status.WITHDRAWN:
        reason = f"原因：{rows.ticket.get_withdraw_reason_display()}。" if rows.words else ""
        return "这一单已撤销", f"{reason}有疑问，请打站里电话。"
    if status == Status.MERGED:
        return "和同一件事一起办", "有人反映过同一件事，一起办，您不用再登记。"
    return _headline_while_open(rows)


def _headline_while_open(rows: Rows) -> tuple[str, str]:
    ticket, last = rows.ticket, rows.rating(rows.ticket.round - 1)
    if ticket.status == Status.WAITING:
        return "请您补充情况", "到站里说一声，或打站里电话。"
    if rows.reply:
        return _headline_after_reply(rows)
    if last and last.is_bad:
        return "谢谢您的评价，会重新办理", "已经交回去重办，办好了再请您评。"
    if ticket.round > 1:
        return "正在重新办理，请等答复", ""
    heads = {
        Status.RECEIVED: "已经收到，请等答复",
        Status.DISPATCHED: "已经派下去，请等答复",
        Status.CLAIMED: "有人在办，请等答复",
    }
    return heads[Status(ticket.status)], _urge(rows)


def _urge(rows: Rows) -> str:
    clock = rows.clock(Clock.Kind.REPLY)
    return "过了答复的时间，已经提醒社区。也可以打站里电话催一催。" if clock and clock.is_late(rows.now) else ""


def _headline_after_reply(rows: Rows) -> tuple[str, str]:
    promised = rows.ticket.promised_on
    if rows.ticket.solvable == Answer.NO:
        return "这件事不能解决，请看答复", COME_AGAIN
    if promised < timezone.localdate(rows.now):
        return "没能按答应的日子办好，还在办", f"答应的是{saying.day(promised)}。可以打站里电话催一催。"
    part = "能办一部分" if rows.ticket.solvable == Answer.PARTLY else "正在办"
    return f"{part}，{saying.day(promised)}前办好", "办好了请您评一评。"


def _notes(ticket: Ticket, mine: Rating | None) -> tuple:
    if ticket.status == Status.RESOLVED and mine:
        return ("已收到", "已办好", "您已评")
    return _STEP_NOTES.get(Status(ticket.status), ())


def _facts(rows: Rows) -> list[Fact]:
    """What is due and promised while the ticket is open; without words also status and dates, always."""
    ticket, promise = rows.ticket, []
    if ticket.solvable:
        promise.append(Fact("能不能解决", ticket.get_solvable_display()))
    if ticket.promised_on:
        promise.append(Fact("答应办好", f"{saying.day(ticket.promised_on)}前"))
    if rows.words:
        return [*_due_facts(rows), *promise] if ticket.status in OPEN else []
    begun = [
        Fact("现在", ticket.get_status_display()),
        Fact("接单", saying.exact(ticket.received_at, now=rows.now)),
    ]
    return [*begun, *_due_facts(rows), *promise, *_ended(rows)]


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
            due = presenting.due_of_clock(clock, area=rows.ticket.area, now=rows.now)
            return [Fact(label, saying.before(clock.due_at, now=rows.now), due)]
    return []


def _said(rows: Rows) -> Said | None:
    unit = rows.ticket.unit.name if rows.ticket.unit_id else "社区"
    if rows.done:
        return Said(f"{unit}答复", rows.done.words)
    return Said(f"{unit}答复", rows.reply.words) if rows.reply else None


def _history(rows: Rows) -> list[Entry]:
    """Newest first; release, hand-back, amendments and marks are the desk's own affair."""
    entries, unit = [], ""
    for event in rows.events:
        unit = event.data["unit"][1] if event.verb == Verb.DISPATCH else unit
        title = _title(event, rows, unit)
        if title:
            who = (unit or "社区") if rows.words and event.verb in (Verb.REPLY, Verb.RESOLVE) else ""
            words = _earlier_words(event, rows)
            at = saying.exact(event.at, now=rows.now)
            entries.append(Entry(title, at, who, words, _kept(event, rows)))
    return entries[::-1]


def _title(event: Event, rows: Rows, unit: str) -> str:
    named = unit if rows.words else ""
    match event.verb:
        case Verb.RECEIVE:
            return f"{rows.ticket.station.name}接单" if rows.words else "接单"
        case Verb.DISPATCH:
            return f"派给{named}" if named else "已派单"
        case Verb.CLAIM:
            return f"{named}开始办理" if named else "开始办理"
        case Verb.REPLY:
            return _replied(event)
        case Verb.RESOLVE:
            return _DONE[Outcome(event.data["outcome"])]
        case Verb.REVIEW | Verb.CHANGE_RATING:
            return _rated(event, rows)
        case Verb.REOPEN:
            return f"重新办理，第{event.data['round']}轮"
        case Verb.CLOSE_UNRATED:
            return "评价时间已过，结案"
        case Verb.WITHDRAW:
            return "撤销"
        case Verb.RESTORE:
            return "恢复办理"
    return ""


def _replied(event: Event) -> str:
    promised = event.data.get("promised_on")
    until = f"，{saying.day(datetime.fromisoformat(promised).date())}前办好" if promised else ""
    return f"答复：{_REPLIED[Answer(event.data['solvable'])]}{until}"


def _rated(event: Event, rows: Rows) -> str:
    """Only this reporter's own rating: other reporters' opinions are theirs. The moment tells them apart."""
    for rating in rows.ratings:
        if event.verb == Verb.REVIEW and event.at == rating.created_at:
            return "您评了" + _answers(event.data["solved"], event.data["satisfied"])
        if event.verb == Verb.CHANGE_RATING and event.round == rating.round and event.at == rating.changed_at:
            return "您改评为" + _answers(event.data["solved"][1], event.data["satisfied"][1])
    return ""


def _answers(solved: str, satisfied: str) -> str:
    return f"“{Rating.Solved(solved).label}、{Rating.Satisfied(satisfied).label}”"


def _earlier_words(event: Event, rows: Rows) -> str:
    """Words of replies and results, except those the page shows on top."""
    if not rows.words or event.verb not in (Verb.REPLY, Verb.RESOLVE):
        return ""
    said = _said(rows)
    return "" if said and said.words == event.words else event.words


def _kept(event: Event, rows: Rows) -> str:
    """按时，时限周一 18:00前 — at the event that met a clock in time."""
    kind = {Verb.REPLY: Clock.Kind.REPLY, Verb.RESOLVE: Clock.Kind.RESOLVE}.get(event.verb)
    for clock in rows.clocks:
        if kind and clock.kind == kind and clock.met_at == event.at and not clock.is_late(rows.now):
            return f"按时，时限{saying.exact(clock.due_at, now=rows.now)}"
    return ""


def _runs(clock: Clock) -> bool:
    return clock.met_at is None and clock.stopped_at is None
