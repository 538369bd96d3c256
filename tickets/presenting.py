"""How a ticket is shown: its place in the three steps, its timeline, what a reader may see of people; due.py has the
chips of its limits.

Pure functions of rows already loaded; no queries here.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse

from stations import saying
from tickets import permissions
from tickets.due import Due
from tickets.models import Clock, Event, FeeMode, Heard, Outcome, Rating, Reply, Reporter, Telling, Ticket
from tickets.models.ticket import url_of
from tickets.states import OPEN, STAGE_OF, Stage, Status, Verb

RATED = (Verb.REVIEW, Verb.CHANGE_RATING)
GONE = "已分出去的反映人"  # 另开一单, or the duplicate they had filed was separated again


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    title: str
    at: str
    who: str = ""
    words: str = ""
    kept: str = ""
    promise: Due | None = None


@dataclass(frozen=True)
class Asked:
    """What the resident is being asked, by whom, and until when the answer is waited for."""

    who: str
    words: str
    until: str


@dataclass(frozen=True)
class Contact:
    """A reporter as this reader may see them; `tel` is empty unless the phone is shown in full.

    `may_reveal`: something is masked, and this reader may look at it with a reason.
    `where` is the building or place of this reporter, `came` how and when they came to a matter already known,
    `words` what they said themselves, `slip` the address of their slip for whoever may print it again,
    `desk_phone` the number of the station where they came, `detach` the address that gives who joined a ticket of
    their own, for whoever may.
    """

    name: str
    phone: str
    room: str
    tel: str
    pk: int = 0
    may_reveal: bool = False
    where: str = ""
    came: str = ""
    words: str = ""
    slip: str = ""
    desk_phone: str = ""
    detach: str = ""


def asked(ticket: Ticket, events, clocks, *, now) -> Asked | None:
    """The open question of a ticket that waits for the resident."""
    questions = [event for event in events if event.verb == Verb.ASK_RESIDENT]
    waiting = next(
        (c for c in clocks if c.kind == Clock.Kind.WAITING and not (c.met_at or c.stopped_at)), None
    )
    if ticket.status != Status.WAITING or not questions:
        return None
    until = saying.until(waiting.due_at, now=now) if waiting else ""
    return Asked(questions[-1].by.name, questions[-1].words, until)


def step(ticket: Ticket) -> int:
    """1 接单, 2 派单, 3 评单, 4 all done."""
    if ticket.status in (Status.CLOSED, Status.WITHDRAWN, Status.MERGED):
        return 4
    return {Stage.RECEIVING: 1, Stage.DISPATCHING: 2, Stage.REVIEWING: 3}[STAGE_OF[Status(ticket.status)]]


def contacts(ticket: Ticket, reporters, user, *, now) -> list[Contact]:
    """The reporters `shown_on()` its page, each masked unless this reader may see that one in full."""
    found = []
    for reporter in reporters:
        contact = _contact(ticket, reporter, user, now)
        slip = _slip(reporter, user, now)
        may_part = permissions.may_detach(user, ticket, reporter, now=now).allowed
        detach = f"{url_of(ticket.number, 'detach')}?reporter={reporter.pk}" if may_part else ""
        origin = _origin(ticket, reporter, user, now)
        found.append(replace(contact, slip=slip, detach=detach, **origin))
    return found


def taken_by(ticket: Ticket, reporters) -> str:
    """Who was on duty when the ticket was taken down; empty where nobody had checked in, or it was who logged it."""
    first = (r for r in reporters if r.ticket_id == ticket.pk and not r.has_joined and r.on_duty_id)
    return next((r.on_duty.name for r in first if r.on_duty_id != ticket.logged_by_id), "")


def in_full(reporter: Reporter) -> Contact:
    name = reporter.name or saying.NO_NAME
    return Contact(
        name, reporter.phone, reporter.room, reporter.phone, reporter.pk, where=_building(reporter)
    )


def masked(reporter: Reporter, *, may_reveal: bool) -> Contact:
    name, phone = saying.masked_name(reporter.name), saying.masked_phone(reporter.phone)
    is_hiding = bool(name or phone or reporter.room)
    may = may_reveal and is_hiding
    return Contact(name or saying.NO_NAME, phone, "", "", reporter.pk, may, where=_building(reporter))


def _building(reporter) -> str:
    """Where it is by this reporter."""
    return reporter.place or (reporter.ticket.building.name if reporter.ticket.building_id else "")


def _contact(ticket, reporter, user, now) -> Contact:
    if permissions.sees_contact(user, ticket, reporter, now=now):
        return in_full(reporter)
    may_reveal = permissions.may_reveal(user, ticket, reporter, now=now).allowed
    return masked(reporter, may_reveal=may_reveal)


def _origin(ticket, reporter, user, now) -> dict:
    """How and with which words a reporter came to a matter already known; whoever works there need not call there."""
    own, station = reporter.ticket, reporter.came_to
    duty = f"（值班：{reporter.on_duty.name}）" if reporter.on_duty_id else ""
    how = f"加入{duty}" if reporter.has_joined else "接单"
    merged = f"，{own.number}并入" if own != ticket else ""
    at = saying.moment(reporter.created_at, now=now)
    came = f"{at} {station}{how}{merged}" if reporter.has_joined or merged else ""
    words = own.words if merged and not reporter.has_joined else reporter.words
    works_there = any(post.station_id == station.pk for post in user.active_posts)
    return {"desk_phone": "" if works_there else station.phone, "came": came, "words": words}


def _slip(reporter, user, now) -> str:
    if not reporter.has_joined or not permissions.is_joiners_slip(user, reporter, now=now):
        return ""
    return reverse("tickets:slip_of", args=[reporter.ticket.number, reporter.pk])


def timeline(events, *, now, clocks=(), contacts=(), ratings=()) -> list[Entry]:
    """Newest first, for staff: who, in which post, with the words of the step.

    Of several reporters the one who rated or answered a question is named as this reader sees that one.
    """
    names = _names(contacts)
    latest_first = sorted(events, key=lambda e: e.pk, reverse=True)
    return [_entry(event, now, clocks, names, ratings) for event in latest_first]


def has_ratings(events) -> bool:
    return any(event.verb in RATED for event in events)


def why_again(ticket: Ticket, events, *, now, contacts=(), ratings=()) -> Entry | None:
    """What made an open ticket be done again: whoever goes there a second time must know before going.

    After a rating also what was written with it, and of several reporters whose it was.
    """
    reopened = [event for event in events if event.verb == Verb.REOPEN]
    if not reopened or ticket.status not in OPEN:
        return None
    entry, rated = _entry(reopened[-1], now, ()), rating_behind(reopened[-1], events)
    name, said = _name_of(rated, _names(contacts)), _said_with(rated, ratings)
    more = f"{name}说：{said}" if name and said else said or (f"评的人：{name}" if name else "")
    return replace(entry, words="\n".join(filter(None, (entry.words, more))))


def rating_behind(reopening: Event, events) -> Event | None:
    """The rating that made a ticket be done again, of its events in order; None where a person decided so."""
    own = [event for event in events if event.ticket_id == reopening.ticket_id and event.pk < reopening.pk]
    is_by_rating = own and reopening.by_id is None and own[-1].verb in RATED
    return own[-1] if is_by_rating and own[-1].at == reopening.at else None


def sentence(event: Event) -> str:
    """What happened, in a few words; an old ledger leaves out what every verb here must say."""
    if "imported" in event.data and event.verb in _IMPORTED:
        return _IMPORTED[event.verb](event)
    return _SENTENCES.get(event.verb, lambda e: e.get_verb_display())(event)


def is_open(ticket: Ticket) -> bool:
    return ticket.status in OPEN


def _entry(event, now, clocks, names=None, ratings=()) -> Entry:
    who = f"{event.as_whom} {event.by.name}" if event.by_id else event.as_whom
    title = f"{_name_of(event, names or {})}{sentence(event)}"
    words = event.words or _said_with(event, ratings)
    return Entry(title, saying.moment(event.at, now=now), who, words, _kept(event, clocks, now))


def _names(contacts) -> dict[int, str]:
    """By id, as far as this reader sees them; one alone needs no name."""
    is_alone = len(contacts) == 1
    return {c.pk: "" if is_alone or c.name == saying.NO_NAME else c.name for c in contacts}


def _name_of(event, names) -> str:
    """Whose rating or answer it was, also of who is waited for elsewhere now; empty for all else."""
    is_of_resident = event is not None and event.verb in (*RATED, Verb.RESIDENT_ANSWERED)
    by = event.data.get("reporter") if is_of_resident else None
    return names.get(by, GONE) if by and names else ""


def _said_with(event, ratings) -> str:
    """What was written with a rating, quoted, where it was last said; in events of old the moment tells whose."""
    for rating in ratings if event is not None and event.verb in RATED else ():
        is_its = event.data.get("reporter", rating.reporter_id) == rating.reporter_id
        if is_its and rating.words and event.at == (rating.changed_at or rating.created_at):
            return f"“{rating.words}”"
    return ""


def _kept(event, clocks, now) -> str:
    """按时，时限周一 18:00 — at the event that met a clock in time."""
    for clock in clocks:
        met_here = clock.met_at == event.at and clock.kind == _MEETS.get(event.verb)
        if met_here and not clock.is_late(now):
            return f"按时，时限{saying.before(clock.due_at, now=now)}"
    return ""


def answer(reply: Reply | Ticket, *, today) -> str:
    """The reply in short, or the one that stands on the ticket: 能解决，11月27日（周五）前办好."""
    promised = f"，{saying.day(reply.promised_on, today=today)}前办好" if reply.promised_on else ""
    return f"{_ABLE[reply.solvable]}{promised}"


def _reply_sentence(event) -> str:
    data = event.data
    return f"答复：{_ABLE[data['solvable']]}{_by_day(event)}（{_TOLD[data['told']]}）"


def _by_day(event) -> str:
    """The day promised by an answer, with its year where it is not the year of the answer."""
    promised = event.data.get("promised_on")
    day = promised and saying.near_day(date.fromisoformat(promised), today=saying.date_of(event.at))
    return f"，{day}前办好" if day else ""


def _is_named(event) -> bool:
    """A lead has put it into somebody else's hand."""
    return event.by_id is not None and event.data["claimant"] != event.by_id


def rating_of(event: Event) -> tuple[str, str]:
    """The two answers of a rating, of a changed one those it was changed to."""
    solved, satisfied = event.data["solved"], event.data["satisfied"]
    return (solved[1], satisfied[1]) if isinstance(solved, list) else (solved, satisfied)


def _rating_sentence(event) -> str:
    solved, satisfied = rating_of(event)
    word = "改评为" if event.verb == Verb.CHANGE_RATING else "评价："
    return f"{word}{Rating.Solved(solved).label}、{Rating.Satisfied(satisfied).label}"


def _told(event) -> str:
    if event.data.get("undone"):
        return "撤回一次告知：按错了"
    return _TELLINGS[event.data["channel"]]


def _recounted(event) -> str:
    """By another calendar, in full: it is read long afterwards."""
    label = Clock.Kind(event.data["kind"]).label
    old, new = (datetime.fromisoformat(event.data[end]) for end in ("from", "to"))
    return f"{label}时限由{saying.exact(old, now=event.at)}改到{saying.exact(new, now=event.at)}"


def _parted(event) -> str:
    """On the new ticket it says where it comes from, on the other one where the reporter went."""
    if "from" in event.data:
        return f"是另一件事，从{event.data['from']}分出来"
    return f"分出一位反映人，另开{event.data['number']}"


def _amended(event) -> str:
    if "photos" in event.data:
        return f"加了{event.data['photos']}张照片（{event.data['stage']}）"
    if "photo_removed" in event.data:
        return f"拿掉了一张照片（{event.data['photo_removed']}）"
    labels = {"title": "标题", "words": "内容", "category": "类别", "building": "楼栋", "place": "位置"}
    names = [labels.get(key, value if isinstance(value, str) else key) for key, value in event.data.items()]
    return "更正：" + "、".join(names)


_ABLE = {"yes": "能解决", "partly": "能部分解决", "no": "不能解决"}
_TOLD = {
    Reply.Channel.PHONE: "打电话告知",
    Reply.Channel.IN_PERSON: "当面告知",
    Reply.Channel.LINK: "居民扫码查看",
    Reply.Channel.SLIP: "请站点转告",
}
_TELLINGS = {
    Telling.Channel.PHONE: "打电话告知了反映人",
    Telling.Channel.IN_PERSON: "当面告知了反映人",
    Telling.Channel.LINK: "反映人看过了答复",
}


def terms(data: dict) -> str:
    """免费，每人40分钟 — on what terms a volunteer team did it; empty where nobody had to say."""
    if "fee_mode" not in data:
        return ""
    minutes = data.get("minutes")
    return FeeMode(data["fee_mode"]).label + (f"，每人{minutes}分钟" if minutes else "")


def terms_of(ticket: Ticket, events) -> str:
    """Of the result of this round, as long as it stands."""
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        return ""
    done = (e.data for e in reversed(events) if e.verb == Verb.RESOLVE and e.round == ticket.round)
    return terms(next(done, {}))


def _on_terms(event: Event) -> str:
    said = terms(event.data)
    return f"（{said}）" if said else ""


def _imported_reply(event) -> str:
    able, told = _ABLE.get(event.data["solvable"]), _TOLD.get(event.data["told"])
    end = "，台账到此为止" if event.status_to == Status.CLOSED != event.status_from else ""
    return "答复" + (f"：{able}{_by_day(event)}" if able else "") + (f"（{told}）" if told else "") + end


def _imported_result(event) -> str:
    outcome = event.data["outcome"]
    return f"办结：{Outcome(outcome).label}" if outcome else "办结，台账没写结果"


_IMPORTED = {
    Verb.RECEIVE: lambda e: f"接单（台账第{e.data['line']}行）",
    Verb.DISPATCH: lambda e: f"派给{e.data['unit'][1]}",
    Verb.REPLY: _imported_reply,
    Verb.RESOLVE: _imported_result,
    Verb.REVIEW: lambda e: f"评价：{answers_said(e.data)}",
    Verb.CLOSE_UNRATED: lambda e: "结案，没有评价",
}


def answers_said(data: dict) -> str:
    """An old ledger may say no more than whether somebody was content."""
    solved = Rating.Solved(data["solved"]).label if data["solved"] else ""
    return "、".join(filter(None, (solved, Rating.Satisfied(data["satisfied"]).label)))


_MEETS = {Verb.REPLY: "reply", Verb.RESOLVE: "resolve"}
_SENTENCES = {
    Verb.RECEIVE: lambda e: "接单",
    Verb.ATTACH: lambda e: f"{e.data['station']}又有一位反映人加入",
    Verb.DETACH: _parted,
    Verb.MERGE: lambda e: f"并入{e.data['number']}",
    Verb.UNMERGE: lambda e: f"从{e.data['number']}拆出来",
    Verb.AMEND: _amended,
    Verb.DISPATCH: lambda e: f"{'' if e.by_id else '按规则'}派给{e.data['unit'][1]}",
    Verb.CLAIM: lambda e: f"指定{e.data['name']}办" if _is_named(e) else f"{e.data['name']}认领",
    Verb.RELEASE: lambda e: "放回，等人认领",
    Verb.HAND_BACK: lambda e: f"{e.data['unit'][0]}退单",
    Verb.REPLY: _reply_sentence,
    Verb.ASK_RESIDENT: lambda e: "请居民补充情况",
    Verb.RESIDENT_ANSWERED: lambda e: f"补充了情况（{Heard(e.data['channel']).label}）",
    Verb.WAITING_LAPSED: lambda e: "居民没有补充，接着办",
    Verb.RESOLVE: lambda e: f"办结：{Outcome(e.data['outcome']).label}{_on_terms(e)}",
    Verb.REVIEW: _rating_sentence,
    Verb.CHANGE_RATING: _rating_sentence,
    Verb.REOPEN: lambda e: f"重办，第{e.data['round']}轮",
    Verb.CLOSE_UNRATED: lambda e: "评价期已过，结案",
    Verb.WITHDRAW: lambda e: f"撤单：{e.data['reason']}",
    Verb.RESTORE: lambda e: "恢复，等派单",
    Verb.TELL: _told,
    Verb.FLAG: lambda e: f"超过{Clock.Kind(e.data['kind']).label}时限",
    Verb.RECOUNT: _recounted,
}
