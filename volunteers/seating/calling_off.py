"""What ends a place in a shift from outside: the shift is cancelled, its seat removed, the person gone."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from volunteers import wording
from volunteers.models import Assignment
from volunteers.seating import door, telling


@transaction.atomic
def call_off(
    assignment: Assignment, *, by: User | None, now: datetime, why: str, is_told: bool = True
) -> None:
    """Of a proposal, or of a seat still to come; the person is told with the reason, unless the caller tells of all."""
    event = door.step(assignment, "call_off", by=by, now=now, detail=why)
    if is_told:
        when = wording.when_and_where(assignment.seat.shift, now=now)
        telling.tell(event, [assignment.profile.user_id], f"您不用来了：{when}，{why}")


def call_off_all(
    assignments: Iterable[Assignment], *, by: User | None, now: datetime, why: str, is_told: bool = True
) -> int:
    """How many; read `with_shift`."""
    called = list(assignments)
    for assignment in called:
        call_off(assignment, by=by, now=now, why=why, is_told=is_told)
    return len(called)
