"""请您值班: a seat is proposed to somebody, and the question taken back. The seat stays open meanwhile."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from volunteers import wording
from volunteers.models import Assignment, Profile, Proposal, Seat
from volunteers.models.seating import AssignmentQuerySet
from volunteers.seating import door, telling

TAKEN = "这个岗位已经有人了。"


@transaction.atomic
def propose(
    seat: Seat,
    profile: Profile,
    *,
    by: User | None,
    now: datetime,
    proposal: Proposal | None = None,
    why: str = "",
) -> Assignment:
    """Ask the person. `by` is None where the system asks the next; `why` is read by the lead."""
    via = Assignment.Via.PROPOSAL
    made = door.begin("propose", seat, profile, via=via, by=by, now=now, proposal=proposal, why=why)
    said = f"请您值班：{wording.whole(seat, now=now)}。能来点“我来”，来不了点“去不了”。"
    telling.tell(telling.first_event(made), [profile.user_id], said, asks=True)
    return made


@transaction.atomic
def take_back(assignment: Assignment, *, by: User | None, now: datetime, why: str = "") -> None:
    """The person need not answer any more; told so with the reason, if there is one."""
    event = door.step(assignment, "take_back", by=by, now=now, detail=why)
    if why:
        when = wording.when_and_where(assignment.seat.shift, now=now)
        telling.tell(event, [assignment.profile.user_id], f"不用您回复了：{when}，{why}")


def take_back_others(taken: Assignment, *, now: datetime) -> None:
    """From whom else the seat was proposed to, now that somebody has it."""
    take_back_from(Assignment.objects.proposed().filter(seat=taken.seat_id).exclude(pk=taken.pk), now=now)


def take_back_from(asked: AssignmentQuerySet, *, now: datetime) -> None:
    """From all of these: somebody else has the seat."""
    for other in asked.with_shift():
        take_back(other, by=None, now=now, why=TAKEN)
