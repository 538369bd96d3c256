"""改时间 of a whole shift: who can come then too is asked again, who cannot is let go, nobody is moved without a word.

Who keeps the seat without being asked: those whose old time holds all of the new one.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from stations.refusals import Conflict, Refused
from volunteers import permissions, wording
from volunteers.limits import Span
from volunteers.models import Assignment, Shift
from volunteers.models.roster import LONGEST
from volunteers.seating import admitting, calling_off, cancelling, door, taking, telling
from volunteers.states import COMING, Status

TO_COME = "新的时间要在现在以后。"
IN_ORDER = "开始要早于结束。"
TOO_LONG = f"一班最长{LONGEST // 60}小时。"


@dataclass(frozen=True)
class Moved:
    """How many stay in it, were asked whether they can come then, and were let go."""

    kept: int = 0
    asked: int = 0
    let_go: int = 0

    @property
    def said(self) -> str:
        parts = (
            (self.kept, "{}人照旧"),
            (self.asked, "请{}人再确认"),
            (self.let_go, "{}人那时来不了，已告诉他们"),
        )
        return "，".join(words.format(number) for number, words in parts if number)


@transaction.atomic
def move_shift(
    shift: Shift, starts_at: datetime, ends_at: datetime, *, by: User, now: datetime, follows: bool = False
) -> Moved:
    """Aware moments, both to come. `follows`: to where its pattern has it, which it goes on following."""
    shift = cancelling.held(shift)
    admitting.refuse_if(permissions.why_not_arrange(by, shift.station))
    _refuse_unless_movable(shift, starts_at, ends_at, now)
    there = list(_of(shift))
    keeps = is_within(shift, starts_at, ends_at)
    before, is_other = wording.when(shift, now=now), (shift.starts_at, shift.ends_at) != (starts_at, ends_at)
    shift.starts_at, shift.ends_at = starts_at, ends_at
    shift.moved_at, shift.kept_at = (None, None) if follows else (now, None)
    shift.save(update_fields=["starts_at", "ends_at", "moved_at", "kept_at"])
    admitting.hold_people(assignment.profile_id for assignment in there)
    done = [_follow(assignment, shift, before, by, now, keeps=keeps) for assignment in there]
    if is_other:
        said = f"您候补的班改了时间：{before}改到{wording.when_and_where(shift, now=now)}。那时能来，请重新排候补。"
        taking.end_list(shift, said, now=now)
    return Moved(*(done.count(what) for what in ("kept", "asked", "let_go")))


def is_within(shift: Shift, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the shift's time holds all of the new one."""
    return shift.starts_at <= starts_at and ends_at <= shift.ends_at


def _refuse_unless_movable(shift: Shift, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if shift.cancelled_at:
        raise Conflict(door.CANCELLED)
    admitting.refuse_once_started(shift, now=now)
    cancelling.refuse_once_there(shift)
    if starts_at <= now:
        raise Refused(TO_COME, "first")
    if ends_at <= starts_at:
        raise Refused(IN_ORDER, "last")
    if (ends_at - starts_at).total_seconds() > LONGEST * 60:
        raise Refused(TOO_LONG, "last")


def _of(shift: Shift):  # type: ignore[no-untyped-def]
    rows = Assignment.objects.with_shift().prefetch_related("profile__skills", "profile__absences")
    return rows.filter(seat__shift=shift, status__in=(Status.PROPOSED, *COMING)).order_by("pk")


def _follow(
    assignment: Assignment, shift: Shift, before: str, by: User, now: datetime, *, keeps: bool
) -> str:
    """What became of one person's place."""
    assignment.seat.shift = shift
    if why := _why_not(assignment, shift, now):
        calling_off.call_off(assignment, by=by, now=now, why=f"{before}的班改了时间，{why}")
        return "let_go"
    span = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
    after = wording.when_and_where(shift, now=now)
    if keeps and assignment.status != Status.PROPOSED:
        event = door.retime(assignment, **span, by=by, now=now, detail=f"原来{before}")
        telling.tell(event, [assignment.profile.user_id], f"{before}的班改成{after}。", about=shift)
        return "kept"
    event = door.step(assignment, "ask_again", by=by, now=now, detail=f"原来{before}", **span)
    said = f"{before}的班改到{after}。还能来吗？请点“我来”或“去不了”。"
    telling.tell(event, [assignment.profile.user_id], said, asks=True)
    return "asked"


def _why_not(assignment: Assignment, shift: Shift, now: datetime) -> str:
    """What is against the new time, this very place left out."""
    profile = assignment.profile
    first, last = shift.starts_at - admitting.AROUND, shift.ends_at + admitting.AROUND
    others = Assignment.objects.occupying().of(profile).between(first, last).exclude(pk=assignment.pk)
    spans = [Span(*times) for times in others.values_list("starts_at", "ends_at")]
    return admitting.why_not(assignment.seat, profile, now=now, held={profile.pk: spans})
