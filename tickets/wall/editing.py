"""Writing for the wall, approving, refusing, taking down: who may, when, and what is written down about it.

A dispatcher of the community writes; another one or a secretary above it approves, never who wrote the text as it
stands. Every step is one transaction with its audit entry and notices, and counts only if the text is still the one
that was looked at. What is refused raises Refused with the sentence to be read.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Post, User
from notices.models import Delivery, Notice
from stations.models import Area
from tickets.models import Reporter, Ticket, WallEntry
from tickets.models.event import OLD_LEDGER
from tickets.reports.figures import FEWEST
from tickets.states import Status
from tickets.wall import checker
from tickets.wall.coarsening import coarse
from tickets.workflow import Conflict, Invalid, NotAllowed

Role = Post.Role
State = WallEntry.State
EDITORS = (Role.DISPATCHER, Role.SECRETARY)
WRITES_NOT = "回音壁由本社区的派单员写"
JUDGES_NOT = "由本社区的派单员或书记来审"
OWN_TEXT = "这一稿是您写的，要由另一位派单员或书记来审"
OWN_TEXT_DOWN = "这一稿是您写的，要放回墙上，请另一位派单员或书记来点“重新上墙”"
NOT_CLOSED = "已结案的工单才能上回音壁，这一张还没有结案"
DONE_AGAIN = "这张工单又重办过，请按新的结果重写再审"
CHANGED = "这一段刚刚被别人改过或审过，请看现在的样子再决定"
ON_WALL = "这一段在墙上，先撤下再改"
NOT_ON_WALL = "这一段现在不在墙上"
TOO_FEW = f"本社区登记的工单还不到{FEWEST}张，写出来容易认出是谁，再等一等"
NO_REASON = "写明为什么退回，写的人好改"


def why_not_write(user: User, ticket: Ticket) -> str:
    """The sentence a refused person reads; empty when it is allowed. So are the others."""
    if _dispatching(user, ticket.area_id) is None:
        return WRITES_NOT
    return "" if ticket.status == Status.CLOSED else NOT_CLOSED


def why_not_judge(user: User, entry: WallEntry) -> str:
    if judging_post(user, entry.area) is None:
        return JUDGES_NOT
    return OWN_TEXT if entry.written_by_id == user.pk else ""


def why_not_put_back(user: User, entry: WallEntry) -> str:
    """Of one that was taken down: whoever may approve it may put it back, while it tells of the ticket as it is."""
    if judging_post(user, entry.area) is None:
        return JUDGES_NOT
    if entry.written_by_id == user.pk:
        return OWN_TEXT_DOWN
    return _why_not_of_now(entry)


def judging_post(user: User, area: Area) -> Post | None:
    """From which this person approves and takes down: dispatcher of the community, secretary of it or above."""
    overseen = (p for p in user.posts_as(Role.SECRETARY) if p.area_id in area.ids_upwards)
    return _dispatching(user, area.pk) or next(overseen, None)


def areas_of(user: User) -> list[Area]:
    """The communities whose wall this person writes, approves or reads behind."""
    nodes = [post.area_id for post in user.posts_as(*EDITORS)]
    found = Area.objects.below(nodes).communities() if nodes else Area.objects.none()
    return list(found.select_related("parent").order_by("name", "pk"))


def faults(ticket: Ticket, *texts: str) -> list[str]:
    """What may not stand on the wall in a text about this ticket."""
    return checker.faults("\n".join(texts), known_of(ticket))


def known_of(ticket: Ticket) -> checker.Known:
    """Everybody who had to do with the matter, the rooms they named, the building; five statements."""
    waiting, gone = Reporter.objects.of_matter(ticket), Reporter.objects.parted_from(ticket)
    people = [
        row
        for reporters in (waiting, gone)
        for row in reporters.order_by("pk").values_list("name", "room", "logged_by__name")
    ]
    staff = [ticket.logged_by.name, ticket.claimant.name if ticket.claimant else "", *_who_acted(ticket)]
    names = dict.fromkeys([*(name for name, _, _ in people), *(name for *_, name in people), *staff])
    places = (ticket.building.name, ticket.building.group) if ticket.building else ()
    rooms = dict.fromkeys(room for _, room, _ in people if room)
    return checker.Known(tuple(filter(None, names)), tuple(rooms), tuple(filter(None, places)))


def _who_acted(ticket: Ticket) -> Iterator[str]:
    """Everybody who did or answered something, also whom an old ledger names as having done it."""
    for name, as_whom in ticket.events.order_by("pk").values_list("by__name", "as_whom"):
        yield name or (as_whom.removeprefix(OLD_LEDGER).strip() if as_whom.startswith(OLD_LEDGER) else "")
    yield from ticket.replies.order_by("pk").values_list("by__name", flat=True)


@transaction.atomic
def save(
    ticket: Ticket, *, by: User, title: str, words: str, seen: int, propose: bool, now: datetime | None = None
) -> WallEntry:
    """Keep the text as a draft, or ask for its approval. `seen`: the version the writer began from, 0 for none.

    What waits for approval already, word for word, goes on waiting: nothing is written, nobody is told.
    """
    now = now or timezone.now()
    held = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    if sentence := why_not_write(by, held):
        raise NotAllowed(sentence)
    entry = WallEntry.objects.of_tickets([held]).select_related("ticket").first()
    if propose and entry and _waits_as(entry, held, title, words):
        return entry
    if (entry.version if entry else 0) != seen:
        raise Conflict(CHANGED)
    if entry and entry.is_shown:
        raise Conflict(ON_WALL)
    if propose and (found := faults(held, title, words)):
        raise Invalid("；".join(found))
    entry = _written(entry, held, by=by, title=title, words=words, now=now)
    is_first = propose and entry.asked_as is None
    if is_first:
        entry.asked_as = entry.version
    entry.state = State.PROPOSED if propose else State.DRAFT
    entry.save()
    _note(entry, by, _dispatching(by, held.area_id), "送审" if propose else "存草稿", now)
    if propose:
        _ask(entry, now, is_first=is_first)
    else:
        _settle(entry, now)
    return entry


@transaction.atomic
def approve(entry: WallEntry, *, by: User, seen: int, now: datetime | None = None) -> WallEntry:
    """Put it on the wall, as exactly as five tickets allow; checked once more, since names may have come since."""
    now = now or timezone.now()
    held = _to_judge(entry, by, seen)
    _fit(held)
    return _judged(held, State.PUBLISHED, by, "", now)


@transaction.atomic
def refuse(entry: WallEntry, *, by: User, seen: int, reason: str, now: datetime | None = None) -> WallEntry:
    """Give it back to whoever wrote it."""
    held = _to_judge(entry, by, seen)
    if not reason.strip():
        raise Invalid(NO_REASON, "reason")
    return _judged(held, State.REFUSED, by, reason, now or timezone.now())


@transaction.atomic
def withdraw(entry: WallEntry, *, by: User, reason: str = "", now: datetime | None = None) -> WallEntry:
    """Take it off the wall, from this moment on; pressed twice it is taken off once."""
    now = now or timezone.now()
    post = judging_post(by, entry.area)
    if post is None:
        raise NotAllowed(JUDGES_NOT)
    held = _locked(entry)
    if held.state == State.WITHDRAWN:
        return held
    if held.state != State.PUBLISHED:
        raise Conflict(NOT_ON_WALL)
    held.state, held.withdrawn_by, held.reason, held.changed_at = State.WITHDRAWN, by, reason, now
    held.save()
    _note(held, by, post, "撤下", now)
    _tell_writer(held, by, f"从回音壁撤下了“{held.title}”{f'：{reason}' if reason else ''}", now)
    return held


@transaction.atomic
def put_back(entry: WallEntry, *, by: User, taken_down: datetime, now: datetime | None = None) -> WallEntry:
    """Undo the taking down of that moment: up again goes what was approved, word for word; pressed twice it is once.

    Whatever happened to the text since has another moment, so a page that was left open puts nothing back.
    """
    now = now or timezone.now()
    held = _locked(entry)
    if held.state == State.PUBLISHED:
        return held
    if held.state != State.WITHDRAWN or held.changed_at != taken_down:
        raise Conflict(CHANGED)
    if sentence := why_not_put_back(by, held):
        raise (Conflict if sentence in (NOT_CLOSED, DONE_AGAIN) else NotAllowed)(sentence)
    _fit(held)
    told = {held.written_by_id, held.withdrawn_by_id or by.pk} - {by.pk}
    held.state, held.withdrawn_by, held.reason, held.changed_at = State.PUBLISHED, None, "", now
    held.save()
    _note(held, by, judging_post(by, held.area), "重新上墙", now)
    _tell(told, held, "back", f"“{held.title}”重新上了回音壁", "tickets:wall_judge", now)
    return held


def _why_not_of_now(entry: WallEntry) -> str:
    if entry.ticket.status != Status.CLOSED:
        return NOT_CLOSED
    return "" if entry.ticket.round == entry.round else DONE_AGAIN


def _fit(entry: WallEntry) -> None:
    """Check once more what goes up, and say place, category and time as exactly as five tickets allow today."""
    if sentence := _why_not_of_now(entry):
        raise Conflict(sentence)
    if found := faults(entry.ticket, entry.title, entry.words):
        raise Invalid("；".join(found))
    said = coarse(entry.ticket)
    if said is None:
        raise Conflict(TOO_FEW)
    for name, value in said.columns.items():
        setattr(entry, name, value)


def _waits_as(entry: WallEntry, ticket: Ticket, title: str, words: str) -> bool:
    same = (entry.title, entry.words, entry.round) == (title, words, ticket.round)
    return entry.state == State.PROPOSED and same


def _written(
    entry: WallEntry | None, ticket: Ticket, *, by: User, title: str, words: str, now: datetime
) -> WallEntry:
    """Not yet stored; a new text is nobody's decision any more, and is asked about anew."""
    if entry is None:
        entry = WallEntry(ticket=ticket, area_id=ticket.area_id, version=0)
    entry.title, entry.words, entry.round = title, words, ticket.round
    entry.version += 1
    entry.written_by, entry.written_at, entry.changed_at = by, now, now
    entry.judged_by = entry.judged_at = entry.withdrawn_by = None
    entry.reason = ""
    entry.month = ticket.received_on.replace(day=1)
    return entry


def _to_judge(entry: WallEntry, by: User, seen: int) -> WallEntry:
    held = _locked(entry)
    if sentence := why_not_judge(by, held):
        raise NotAllowed(sentence)
    if held.state != State.PROPOSED or held.version != seen:
        raise Conflict(CHANGED)
    return held


def _locked(entry: WallEntry) -> WallEntry:
    """The ticket first, as in `save`, so that neither waits for the other."""
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=entry.ticket_id)
    held = WallEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    held.ticket = ticket
    return held


def _judged(entry: WallEntry, state: str, by: User, reason: str, now: datetime) -> WallEntry:
    entry.state, entry.reason = state, reason
    entry.judged_by, entry.judged_at, entry.changed_at = by, now, now
    _settle(entry, now)
    entry.asked_as = None
    entry.save()
    label = "同意上墙" if state == State.PUBLISHED else "退回"
    _note(entry, by, judging_post(by, entry.area), label, now)
    told = f"“{entry.title}”上了回音壁" if state == State.PUBLISHED else f"“{entry.title}”退回了：{reason}"
    _tell_writer(entry, by, told, now)
    return entry


def _dispatching(user: User, area_id: int) -> Post | None:
    return next((p for p in user.posts_as(Role.DISPATCHER) if p.area_id == area_id), None)


def _note(entry: WallEntry, by: User, post: Post | None, what: str, now: datetime) -> None:
    """Nothing typed stands there: a draft may hold a name, and the ledger is kept for ever."""
    audit.record(
        audit.Action.WALL_CHANGED, actor=by, post=post, area=entry.area, subject=entry.ticket.number,
        detail=f"第{entry.version}稿{what}", now=now,
    )  # fmt: skip


def _judges(area: Area) -> QuerySet:
    """The community's own: those above it would be asked by every community."""
    return Post.objects.dispatching(area) | Post.objects.overseeing(area).filter(area=area)


def _ask(entry: WallEntry, now: datetime, *, is_first: bool) -> None:
    """One notice while nobody has judged: a changed text is the same notice in other words, unread again."""
    people = set(_judges(entry.area).values_list("user", flat=True)) - {entry.written_by_id}
    effect, text = _effect(entry), f"回音壁有一段待审：{entry.title}"
    if not is_first:
        Notice.objects.visible_to(entry.written_by).settle([effect], now=now)
        Notice.objects.unsettle(effect, people)
        Notice.objects.reword(effect, text, now=now)
        Delivery.objects.reword(effect, text)
    url = reverse("tickets:wall_judge", args=[entry.ticket.number])
    Notice.objects.tell(people, effect, text, url, now=now)


def _settle(entry: WallEntry, now: datetime) -> None:
    if entry.asked_as is not None:
        Notice.objects.settle([_effect(entry)], now=now)


def _tell_writer(entry: WallEntry, by: User, text: str, now: datetime) -> None:
    _tell({entry.written_by_id} - {by.pk}, entry, entry.state, text, "tickets:wall_write", now)


def _tell(people: set[int], entry: WallEntry, step: str, text: str, page: str, now: datetime) -> None:
    """Each step once; the same text may go up and down several times."""
    effect = f"wall:{entry.pk}:{entry.version}:{step}:{now.timestamp():.0f}"
    Notice.objects.tell(people, effect, text, reverse(page, args=[entry.ticket.number]), now=now)


def _effect(entry: WallEntry) -> str:
    """Of the asking that began with this version."""
    return f"wall:{entry.pk}:{entry.asked_as}"
