"""Whether somebody may take a seat at all: serves there, is old enough or has the guardian's consent, has the skill.

How much they may be asked is decided in volunteers.limits, whether they have time by themselves. The sentences are
read by the person and by whoever seats them.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from volunteers import permissions
from volunteers.models import Profile, Seat, SeatPattern, Shift, Skill

# The only hours, Shanghai time, between which anybody under 18 is put on duty.
MINOR_FROM = time(7)
MINOR_UNTIL = time(20)

NOT_HERE = "不是本站的志愿者，先请站长登记。"
NO_CONSENT = "未满18岁，监护人还没有同意，先请站长登记监护人的同意。"
MINOR_LATE = f"未满18岁，只排{MINOR_FROM.hour}:00到{MINOR_UNTIL.hour}:00之间的班。"
MINOR_LEAD = "未满18岁，不能带班。"


def why_not_seat_person(profile: Profile, seat: Seat) -> str:
    """The sentence why this person may not have this seat, whoever asks; empty if nothing is against it.

    Reads the person's posts (one statement, kept on the user), then as `why_not_fit`.
    """
    if profile.left_on is not None or not permissions.serves(profile.user, seat.shift.station):
        return NOT_HERE
    return why_not_fit(profile, seat)


def why_not_fit(profile: Profile, seat: Seat) -> str:
    """The same for somebody known to serve there: no statement for profiles `with_limits` and a seat with its
    shift and skill. Age and skills count on the local day on which the shift starts.
    """
    on, shift = _day(seat.shift), seat.shift
    is_by_day = _is_by_day(timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at))
    return _why_not_minor(profile, on, seat.is_lead, is_by_day) or why_not_skill(profile, seat.skill, on)


def why_not_skill(profile: Profile, skill: Skill | None, on: date) -> str:
    """Whether the person can do it on that day, seen and not expired where it must be; None asks for nothing."""
    if skill is None:
        return ""
    held = next((own for own in profile.skills.all() if own.skill_id == skill.pk), None)
    if held is None:
        return f"这个岗位要会{skill}，档案里没有。"
    if held.expires_on and held.expires_on < on:
        return f"{skill}的证件到那天已过期，先请站长看新的证件。"
    if not held.is_valid(on):
        return f"{skill}要看证件，站长还没有核对。"
    return ""


def why_not_stand(profile: Profile, place: SeatPattern, on: date) -> str:
    """Why this person would be refused in every shift that a place of the patterns makes from that local date on.

    Reads as `why_not_fit`; whether somebody comes of age or gets a proof later is not looked at.
    """
    start = datetime.combine(on, place.shift.starts_at)
    is_by_day = _is_by_day(start, start + timedelta(minutes=place.shift.minutes))
    return _why_not_minor(profile, on, place.is_lead, is_by_day) or why_not_skill(profile, place.skill, on)


def _why_not_minor(profile: Profile, on: date, is_lead: bool, is_by_day: bool) -> str:
    if not profile.is_minor(on):
        return ""
    if profile.needs_guardian(on):
        return NO_CONSENT
    if is_lead:
        return MINOR_LEAD
    return "" if is_by_day else MINOR_LATE


def _is_by_day(start: datetime, end: datetime) -> bool:
    """Of local times."""
    return start.date() == end.date() and MINOR_FROM <= start.time() and end.time() <= MINOR_UNTIL


def _day(shift: Shift) -> date:
    return timezone.localdate(shift.starts_at)
