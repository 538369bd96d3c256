"""Reminds people of their shifts: the evening before, or when they sign up later than that, and two hours ahead.

In-app and by whatever else the person chose. Once each for a place in a shift and its start; who looks for a
stand-in still answers for the shift and is reminded too. Any number of missed or doubled runs gives the same.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from notices.models import Notice
from volunteers import wording
from volunteers.models import Assignment
from volunteers.seating import reminders, telling
from volunteers.states import Status

EVENING_AT = time(18)
AHEAD = timedelta(hours=2)
SEEKING = "还没有替班，没人来替就还是您负责。"
OTHERWISE = "来不了请赶快找替班。"


@transaction.atomic
def remind(*, now: datetime) -> int:
    """Write the reminders that are due (aware moment) and not written; how many.

    The places are held meanwhile, so that nobody is reminded of what was given up in the same moment.
    """
    due = {reminders.effect(one, kind): one for one in _ahead(now) if (kind := _kind(one, now))}
    written = Notice.objects.filter(effect__in=list(due)).values_list("effect", flat=True)
    new = {effect: due[effect] for effect in due.keys() - set(written)}
    for assignment in new.values():
        reminders.settle(assignment, now=now)  # of the evening, or of an earlier start
    Notice.objects.post(_notice(effect, assignment, now) for effect, assignment in sorted(new.items()))
    return len(new)


def _ahead(now: datetime) -> Iterable[Assignment]:
    """Until the end of tomorrow, Shanghai time."""
    day_after = timezone.localdate(now) + timedelta(days=2)
    last = timezone.make_aware(datetime.combine(day_after, time(0)))
    coming = Assignment.objects.coming().filter(starts_at__gt=now, starts_at__lt=last)
    return coming.with_shift().select_for_update(of=("self",), no_key=True, skip_locked=True)


def _kind(assignment: Assignment, now: datetime) -> str:
    """Which of the two is due now; the later one takes the place of the first."""
    if now >= assignment.starts_at - AHEAD:
        return reminders.SOON
    day_before = timezone.localdate(assignment.starts_at) - timedelta(days=1)
    evening = timezone.make_aware(datetime.combine(day_before, EVENING_AT))
    return reminders.EVENING if now >= evening else ""


def _notice(effect: str, assignment: Assignment, now: datetime) -> Notice:
    shift = assignment.seat.shift
    is_today = timezone.localdate(shift.starts_at) == timezone.localdate(now)
    then = SEEKING if assignment.status == Status.SEEKING else OTHERWISE
    text = f"{'今天' if is_today else '明天'}值班：{wording.when_and_where(shift, now=now)}。{then}"
    return Notice(
        recipient_id=assignment.profile.user_id,
        effect=effect,
        text=text,
        url=telling.address(shift),
        created_at=now,
    )
