"""A person's place in a shift as pages show it: when, where, how it stands, and the buttons for what can be done.

Decides nothing: what may happen is asked of volunteers.states and of the verbs' own sentences.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import Post
from stations import saying
from volunteers import timetable, wording
from volunteers.models import Assignment, Shift
from volunteers.seating import on_duty, withdrawing
from volunteers.states import COMING, Status

# Class and icon of the chip beside the word.
CHIPS = {
    Status.PROPOSED: ("waiting", "question-mark-circle"),
    Status.ACCEPTED: ("closed", "check"),
    Status.SEEKING: ("waiting", "arrows-right-left"),
    Status.CHECKED_IN: ("claimed", "map-pin"),
    Status.DONE: ("closed", "check-circle"),
    Status.NO_SHOW: ("urgent", "exclamation-circle"),
}
ENDED_CHIP = ("withdrawn", "minus-circle")


@dataclass(frozen=True)
class Action:
    """One button: the verb, what it says, what pressing it means, whether a reason can be given; `step` is what it
    sends to a page that takes several.
    """

    verb: str
    label: str
    url: str
    help: str = ""
    style: str = "line"
    asks_why: bool = False
    step: str = ""


@dataclass(frozen=True)
class Place:
    """`actions` stand open; `more` behind “来不了？” or “代本人办”, with the sentence why
    stepping back is too late.

    `lead_names` are those who can excuse the person then; `check_in` says how and from when on to check in on the day
    of one's own shift, `may_check_in` that it is the time.
    """

    assignment: Assignment
    shift: Shift
    day: str
    hours: str
    name: str
    what: str
    chip: str
    icon: str
    actions: list[Action]
    more: list[Action]
    too_late: str
    check_in: str = ""
    may_check_in: bool = False
    beside: list[str] = field(default_factory=list)
    lead_names: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return str(self.assignment.get_status_display())

    @property
    def is_seeking(self) -> bool:
        return self.assignment.status == Status.SEEKING


def place(
    assignment: Assignment,
    *,
    now: datetime,
    is_own: bool = True,
    leads: bool = False,
    masked: Collection[int] = (),
) -> Place:
    """Reads seat, shift, station and person; `leads` adds what the lead can do for somebody else.

    `masked` are those whose stored name is not to be learnt here.
    """
    shift = assignment.seat.shift
    chip, icon = CHIPS.get(Status(assignment.status), ENDED_CHIP)
    speaks = is_own or leads
    today = timezone.localdate(now)
    return Place(
        assignment,
        shift,
        wording.day(timezone.localdate(shift.starts_at), today=today),
        saying.clock_span(shift.starts_at, shift.ends_at),
        timetable.name_of(assignment.profile.user, masked),
        (wording.offered if assignment.status == Status.PROPOSED else wording.seat)(assignment.seat),
        chip,
        icon,
        _open_actions(assignment, now) + _on_duty(assignment, now) if is_own else [],
        [
            *(_answers_for(assignment, now, masked) if leads and not is_own else []),
            *(_stepping_back(assignment, now, is_own) if speaks else []),
            *(_of_lead(assignment) if leads else []),
        ],
        _too_late(assignment, now) if speaks else "",
        check_in=_check_in(assignment, now) if is_own else "",
        may_check_in=_is_expected(assignment) and not on_duty.why_not_in(assignment, now=now),
    )


def with_leads(found: Place) -> Place:
    """With the names of the station's leads, where only they can help any more."""
    station = found.shift.station
    if not found.too_late:
        return found
    masked = timetable.masked_at(station)
    leads = Post.objects.active().as_role(Post.Role.STATION_LEAD).filter(station=station)
    return replace(
        found, lead_names=[timetable.name_of(post.user, masked) for post in leads.select_related("user")]
    )


def _open_actions(assignment: Assignment, now: datetime) -> list[Action]:
    if assignment.status == Status.PROPOSED and now < assignment.ends_at:
        return [
            _action(assignment, "decline", "去不了"),
            _action(assignment, "accept", "我来", style="primary"),
        ]
    if assignment.status == Status.SEEKING and now < assignment.ends_at:
        return [_action(assignment, "keep", "能来了，不用替", style="soft")]
    return []


def _answers_for(assignment: Assignment, now: datetime, masked: Collection[int]) -> list[Action]:
    """What somebody else said to the lead, by telephone: set down in the third person, never mistaken for one's own."""
    name = timetable.name_of(assignment.profile.user, masked)
    if assignment.status == Status.PROPOSED and now < assignment.ends_at:
        return [
            _action(assignment, "accept", f"替{name}答应", help="本人说了能来再按。"),
            _action(assignment, "decline", f"{name}去不了", help="记作去不了，可以再请别人。"),
        ]
    if assignment.status == Status.SEEKING and now < assignment.ends_at:
        return [_action(assignment, "keep", f"{name}能来了，不用替", help="不再找替班，还是本人的班。")]
    return []


def _on_duty(assignment: Assignment, now: datetime) -> list[Action]:
    """Going home, and coming back from it; at the page where the desk does it for others."""
    if assignment.status == Status.CHECKED_IN:
        told = "走的时候也可以扫墙上的码。"
        return [_action(assignment, "attend", "签退", style="primary", step="out", help=told)]
    if on_duty.may_undo_out(assignment, now=now):
        return [_action(assignment, "attend", "点错了，撤回签退", step="undo_out")]
    return []


def _check_in(assignment: Assignment, now: datetime) -> str:
    """At the code on the wall, for it is there that somebody has come; without a phone, by a colleague's hand."""
    opens = assignment.starts_at - on_duty.EARLY
    if not _is_expected(assignment) or now >= assignment.ends_at:
        return ""
    if now >= opens:
        return "到站后扫墙上的签到码签到；没带手机，请同事代按。"
    is_today = timezone.localdate(opens) == timezone.localdate(now)
    return f"{saying.moment(opens, now=now)}起可以签到：到站后扫墙上的签到码。" if is_today else ""


def _is_expected(assignment: Assignment) -> bool:
    """Somebody who has not come yet, be it that the clock has noted so."""
    return assignment.status in (*COMING, Status.NO_SHOW)


def _stepping_back(assignment: Assignment, now: datetime, is_own: bool) -> list[Action]:
    if assignment.status not in COMING or now >= assignment.starts_at:
        return []
    found = []
    if assignment.status == Status.ACCEPTED:
        whose = "还是您的班" if is_own else "还是本人的班"
        told = f"站里能来的人会收到通知；有人接之前，{whose}。"
        found.append(_action(assignment, "seek", "找替班", help=told))
    if not withdrawing.why_not_withdraw(assignment, now=now):
        told = "位置马上空出来，让给别人。"
        found.append(_action(assignment, "withdraw", "退出这一班", help=told))
    return found


def _of_lead(assignment: Assignment) -> list[Action]:
    if assignment.status not in (*COMING, Status.NO_SHOW):
        return []
    return [_action(assignment, "excuse", "准假", help="记作请假，不算没到。", asks_why=True)]


def _too_late(assignment: Assignment, now: datetime) -> str:
    if assignment.status not in COMING or now >= assignment.starts_at:
        return ""
    return withdrawing.why_not_withdraw(assignment, now=now)


def _action(assignment: Assignment, verb: str, label: str, **how: object) -> Action:
    return Action(verb, label, reverse(f"volunteers:{verb}", args=[assignment.pk]), **how)  # type: ignore[arg-type]
