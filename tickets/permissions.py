"""Who may do what to a ticket, and the sentence a refused person reads.

`permit` joins three questions: does the table of states.py know the verb in this status, is this person one of
those it admits, and is it not too late or too early. Workflow asks before every change, pages before every button.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Post, User
from stations.models import Station
from tickets.models import Event, Photo, Reporter, Ticket
from tickets.states import OPEN, Status, Verb, Who, moves

Role = Post.Role
Actor = User | Reporter | None  # None is the system
Answer = tuple[bool, Post | None]
RATING_CHANGEABLE = timedelta(days=7)
REOPENABLE = timedelta(days=90)
RESTORABLE = timedelta(days=7)
SEPARABLE = timedelta(days=7)
ADDING_PHOTOS = (Who.CLAIMANT, Who.DISPATCHER, Who.LOGGER_TODAY, Who.STATION)

_UNTIL = {
    Verb.CHANGE_RATING: (RATING_CHANGEABLE, "结案超过7天，评价不能再改"),
    Verb.REOPEN: (REOPENABLE, "结案超过90天，请重新登记一张工单"),
    Verb.RESTORE: (RESTORABLE, "撤单超过7天，请重新登记一张工单"),
    Verb.DETACH: (REOPENABLE, "这张工单结束超过90天，请给这位居民重新登记一张"),
    Verb.UNMERGE: (SEPARABLE, "并单超过7天，不能再拆；另有要办的，请重新登记一张工单"),
}
WHO_REFUSED = {
    Who.STATION: "要由本站的志愿者或站长来做",
    Who.COMMUNITY: "要由本社区站点的志愿者或站长来做",
    Who.LOGGER_TODAY: "登记人只能在登记当天、派单之前这样做",
    Who.DISPATCHER: "要由本社区的派单员来做",
    Who.UNIT: "要由这张工单的责任单位来做",
    Who.UNIT_LEAD: "要由责任单位负责人来做",
    Who.CLAIMANT: "要由认领这张工单的人来做",
    Who.REPORTER: "要由反映人自己来做",
    Who.PROXY: "登记、认领、答复或办结过这张工单的人不能代评",
    Who.SYSTEM: "由系统自动完成",
}

NO_ANSWER = {
    Status.RESOLVED: "这件事已经办完，不用再补充。还有话要说，写在评价里",
    Status.CLOSED: "这件事已经结案，不用再补充",
    Status.WITHDRAWN: "这一单已经撤销，不用再补充",
}
FIRST_STAYS = "只有后来加入的反映人能另开一单；这一张就是按第一位说的登记的"
HAS_DUPLICATES = "已有工单并在这一张里，不能再往别处并。打开另一张，把它并进来；或者先把并进来的拆单"
CAME_ELSEWHERE = "这位反映人是在别的站登记的，请那个站或派单员来办"
SEES_ALREADY = "您本来就能看到完整的电话和称呼，回到工单就能看。"
NOT_TO_REVEAL = "完整的电话和称呼只给站长、责任单位负责人和书记看，要写明理由。请找他们帮忙联系居民。"


@dataclass(frozen=True)
class Permit:
    """An answer: the acting post where a person is allowed, else the Chinese sentence why not."""

    allowed: bool
    sentence: str = ""
    post: Post | None = None
    wrong_status: bool = False


def permit(verb: Verb, by: Actor, ticket: Ticket, *, now: datetime) -> Permit:
    """Whether `by` (a person, a reporter, or None for the system) may do this to the ticket now.

    Receiving has no ticket yet: workflow.receive asks may_receive for the station instead.
    """
    rows = moves(verb, ticket.status)
    if not rows:
        return Permit(False, wrong_status_sentence(verb, ticket), wrong_status=True)
    admitted = dict.fromkeys(who for row in rows for who in row.who)
    for who in admitted:
        allowed, post = _ADMITS[who](by, ticket, now)
        if allowed:
            return _in_time(verb, ticket, now) or Permit(True, post=post)
    return Permit(False, _refusal(admitted))


def wrong_status_sentence(verb: Verb, ticket: Ticket) -> str:
    """Why the status does not allow the verb, naming who was first where somebody was."""
    if verb == Verb.CLAIM and ticket.claimant and ticket.claimed_at:
        moment = timezone.localtime(ticket.claimed_at)
        return f"已由{ticket.claimant.name} {moment:%H:%M} 认领"
    if verb == Verb.RESIDENT_ANSWERED and ticket.status in NO_ANSWER:
        return NO_ANSWER[Status(ticket.status)]
    if verb == Verb.RESIDENT_ANSWERED and ticket.merged_into:
        return f"这张工单已并入{ticket.merged_into.number}，居民的补充请记在那一张上"
    if ticket.merged_into:
        return f"这张工单已并入{ticket.merged_into.number}，请到那一张去{Verb(verb).label}"
    return f"这张工单现在是“{Status(ticket.status).label}”，不能{Verb(verb).label}"


def may_receive(user: User, station: Station) -> Post | None:
    """The post from which a person files tickets at a station: its volunteer or lead, or the dispatcher."""
    for post in user.active_posts:
        if post.role in Post.STATION_ROLES and post.station_id == station.pk:
            return post
        if post.role == Role.DISPATCHER and post.area_id == station.area_id:
            return post
    return None


def sees_contact(user: User, ticket: Ticket, reporter: Reporter, *, now: datetime) -> bool:
    """Whether a reporter of the ticket is shown in full: to the claimant until it is closed, to the dispatcher,
    and until midnight to whoever wrote this reporter down, be it another than who filed the ticket.
    """
    if _is_dispatcher(user, ticket, now)[0] or _wrote_down_today(user, reporter, now):
        return True
    return ticket.status in (*OPEN, Status.RESOLVED) and _is_claimant(user, ticket, now)[0]


def may_reveal(user: User, ticket: Ticket, reporter: Reporter, *, now: datetime) -> Permit:
    """Whether a masked name and phone may be looked at with a reason: unit lead, station lead, secretary (§6)."""
    if sees_contact(user, ticket, reporter, now=now):
        return Permit(False, SEES_ALREADY)
    own_desk = _held(user, lambda p: p.role == Role.STATION_LEAD and p.station_id == _desk_of(reporter))
    for allowed, post in (_is_unit_lead(user, ticket, now), own_desk, _is_secretary(user, ticket, now)):
        if allowed:
            return Permit(True, post=post)
    return Permit(False, NOT_TO_REVEAL)


def may_detach(user: User, ticket: Ticket, reporter: Reporter, *, now: datetime) -> Permit:
    """Whether somebody of the matter may get a ticket of their own: who joined, by the desk where they came or the
    dispatcher. Of a merged ticket the refusal reads where it went.
    """
    if not moves(Verb.DETACH, ticket.status):
        return Permit(False, wrong_status_sentence(Verb.DETACH, ticket), wrong_status=True)
    if not reporter.has_joined:
        return Permit(False, FIRST_STAYS)
    post = next((post for post in user.active_posts if _took(post, reporter)), None)
    if post is None:
        return Permit(False, CAME_ELSEWHERE)
    return _in_time(Verb.DETACH, ticket, now) or Permit(True, post=post)


def leads_unit_of(user: User, ticket: Ticket) -> bool:
    """Whether the person may name the colleague who takes it in hand."""
    return any(post.unit_id == ticket.unit_id for post in user.posts_as(Role.UNIT_LEAD))


def is_receivers_slip(user: User, ticket: Ticket, *, now: datetime) -> bool:
    """Who may print the first reporter's slip again: the logger that day, the station lead (DESIGN §7)."""
    return _leads(user, ticket.station_id) or _logged_today(user, ticket, now)


def is_joiners_slip(user: User, reporter: Reporter, *, now: datetime) -> bool:
    """The same for somebody who joined: who wrote them down that day, the lead of the station they came to."""
    return _leads(user, reporter.station_id) or _wrote_down_today(user, reporter, now)


def speaks_for(by: Actor, ticket: Ticket, reporter: Reporter) -> bool:
    """Whether answers and ratings of this reporter may come from `by`: their own, or told to who may tell them."""
    return isinstance(by, Reporter) or (isinstance(by, User) and tells(by, ticket, reporter))


def tells(user: User, ticket: Ticket, reporter: Reporter) -> bool:
    """ReporterQuerySet.told_by of one reporter of this ticket, read already; a test holds the two to each other."""
    return any(_tells_as(post, user, ticket, reporter) for post in user.active_posts)


def may_add_photo(user: User, ticket: Ticket, *, now: datetime) -> Permit:
    """Whether the person may add photos to the ticket as it is now, until it is closed."""
    if ticket.status not in (*OPEN, Status.RESOLVED):
        sentence = f"这张工单现在是“{Status(ticket.status).label}”，不能再加照片"
        return Permit(False, sentence, wrong_status=True)
    for who in ADDING_PHOTOS:
        allowed, post = _ADMITS[who](user, ticket, now)
        if allowed:
            return Permit(True, post=post)
    return Permit(False, "照片要由经办人、派单员或接单的站点来加")


def may_remove_photo(user: User, photo: Photo, *, now: datetime) -> Permit:
    """Whoever sent it, that day and while the ticket is theirs to see; the dispatcher always."""
    ticket = photo.ticket
    if ticket is None:
        return Permit(False, "这张照片还没有放进工单")
    same_day = timezone.localdate(photo.at) == timezone.localdate(now)
    sender = (Who.STATION, Who.UNIT) if photo.by_id == user.pk and same_day else ()
    for who in (Who.DISPATCHER, *sender):
        allowed, post = _ADMITS[who](user, ticket, now)
        if allowed:
            return Permit(True, post=post)
    return Permit(False, "照片只有传的人当天能拿掉，过后请派单员来做")


def why_not_rate_here(user: User | AnonymousUser, ticket: Ticket) -> str:
    """Why a receipt may not be used to rate in this browser: whoever is signed in has handled the ticket."""
    if user.is_authenticated and _has_handled(user, ticket):
        return (
            "这台设备上登录的人登记或办理过这张工单，不能在这里评价。请用自己的手机，或请站里别的志愿者代评。"
        )
    return ""


def why_not_answer_here(user: User | AnonymousUser, ticket: Ticket) -> str:
    """The same for an answer: it would stand in the timeline as the resident's own."""
    if user.is_authenticated and _has_handled(user, ticket):
        return "这台设备上登录的人登记或办理过这张工单，不能替居民在这里填。请用自己的手机，或请站里的人在工单上记下。"
    return ""


def _refusal(admitted: Iterable[Who]) -> str:
    people: list[Who] = [who for who in admitted if who is not Who.SYSTEM] or [Who.SYSTEM]
    return "；".join(WHO_REFUSED[who] for who in people)


def _in_time(verb: Verb, ticket: Ticket, now: datetime) -> Permit | None:
    """A refusal when the verb comes too late after closing or withdrawing, else None."""
    if verb not in _UNTIL or ticket.closed_at is None:
        return None
    limit, sentence = _UNTIL[verb]
    return Permit(False, sentence) if now > ticket.closed_at + limit else None


def _held(by: Actor, allows: Callable[[Post], bool]) -> Answer:
    post = next((p for p in by.active_posts if allows(p)), None) if isinstance(by, User) else None
    return post is not None, post


def _is_dispatcher(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    return _held(by, lambda p: p.role == Role.DISPATCHER and p.area_id == ticket.area_id)


def _is_of_station(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    """Of the station where the ticket was filed, or of one where another reporter of the matter came."""
    at_first = _held(by, lambda p: p.role in Post.STATION_ROLES and p.station_id == ticket.station_id)
    if at_first[0] or not _is_of_community(by, ticket, now)[0]:
        return at_first
    others = set(Reporter.objects.of_matter(ticket).stations())
    return _held(by, lambda p: p.role in Post.STATION_ROLES and p.station_id in others)


def _is_of_community(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    """Of any desk of the ticket's community: a neighbour may come to another one."""
    return _held(by, lambda p: p.role in Post.STATION_ROLES and _is_desk_of(p.station, ticket))


def _is_desk_of(station: Station | None, ticket: Ticket) -> bool:
    return station is not None and station.is_active and station.area_id == ticket.area_id


def _is_of_unit(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    return _held(by, lambda p: p.role in Post.UNIT_ROLES and p.unit_id == ticket.unit_id)


def _is_unit_lead(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    return _held(by, lambda p: p.role == Role.UNIT_LEAD and p.unit_id == ticket.unit_id)


def _is_secretary(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    return _held(by, lambda p: p.role == Role.SECRETARY and p.area_id in ticket.area.ids_upwards)


def _is_claimant(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    mine = isinstance(by, User) and ticket.claimant_id == by.pk
    return _is_of_unit(by, ticket, now) if mine else (False, None)


def _logged_today(by: Actor, ticket: Ticket, now: datetime) -> bool:
    """The logger, until midnight; reads only what the person may still see."""
    same_day = timezone.localdate(ticket.received_at) == timezone.localdate(now)
    return isinstance(by, User) and ticket.logged_by_id == by.pk and same_day


def _wrote_down_today(by: Actor, reporter: Reporter, now: datetime) -> bool:
    same_day = timezone.localdate(reporter.created_at) == timezone.localdate(now)
    return isinstance(by, User) and reporter.logged_by_id == by.pk and same_day


def _desk_of(reporter: Reporter) -> int:
    """The station where this reporter came."""
    return reporter.station_id or reporter.ticket.station_id


def _leads(user: User, station_id: int | None) -> bool:
    return any(p.station_id == station_id for p in user.posts_as(Role.STATION_LEAD))


def _took(post: Post, reporter: Reporter) -> bool:
    """Of the desk where this reporter came, or the community's dispatcher."""
    if post.role in Post.STATION_ROLES:
        return post.station_id == _desk_of(reporter)
    return post.role == Role.DISPATCHER and post.area_id == reporter.ticket.area_id


def _tells_as(post: Post, user: User, ticket: Ticket, reporter: Reporter) -> bool:
    if post.role in Post.UNIT_ROLES:
        return ticket.claimant_id == user.pk and ticket.unit_id == post.unit_id
    return _took(post, reporter)


def _has_handled(user: User, ticket: Ticket) -> bool:
    """Logged, claimed, replied or resolved it, or a duplicate that was merged into it."""
    events = Event.objects.of(Ticket.objects.of_matter(ticket).values("pk"))
    return ticket.logged_by_id == user.pk or events.handled_by(user).exists()


def _is_logger_today(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    if not _logged_today(by, ticket, now):
        return False, None
    at_station = _is_of_station(by, ticket, now)
    return at_station if at_station[0] else _is_dispatcher(by, ticket, now)


def _is_reporter(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    return isinstance(by, Reporter) and (by.ticket_id == ticket.pk or by.matter == ticket), None


def _is_proxy(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    """A volunteer of a reporter's station or the dispatcher, who neither logged nor handled the matter."""
    near, post = _is_of_station(by, ticket, now)
    if not near:
        near, post = _is_dispatcher(by, ticket, now)
    if not near or not isinstance(by, User):
        return False, None
    return not _has_handled(by, ticket), post


def _is_system(by: Actor, ticket: Ticket, now: datetime) -> Answer:
    return by is None, None


_ADMITS = {
    Who.STATION: _is_of_station,
    Who.COMMUNITY: _is_of_community,
    Who.LOGGER_TODAY: _is_logger_today,
    Who.DISPATCHER: _is_dispatcher,
    Who.UNIT: _is_of_unit,
    Who.UNIT_LEAD: _is_unit_lead,
    Who.CLAIMANT: _is_claimant,
    Who.REPORTER: _is_reporter,
    Who.PROXY: _is_proxy,
    Who.SYSTEM: _is_system,
}
