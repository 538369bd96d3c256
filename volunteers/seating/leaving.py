"""离开: whoever serves at a station no longer has no place in its shifts to come; what was stays.

Called with the posts as they are now. Who waits for the seats that came free moves up with the next sweep: shifts are
held before people, and here the person is held already.
"""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.models import Post, User
from stations.models import Station
from volunteers import wording
from volunteers.models import Assignment, Profile, StandingAssignment, Waiting
from volunteers.seating import calling_off, standing, telling
from volunteers.states import COMING, Status

LEFT = "您不在这个站服务了。"
NAMED = 3


def follow(user: User, *, now: datetime) -> None:
    """Free what lies ahead at stations where the person serves no longer; the leads there are told."""
    profile = Profile.objects.of(user)
    if profile is None:
        return
    kept = Post.objects.held_by(user.pk).as_role(*Post.STATION_ROLES).values("station")
    _end_waiting(profile, kept, now)
    _end_standing(profile, kept, now)
    freed = _free(profile, kept, now)
    for station in {assignment.seat.shift.station for assignment in freed}:
        _tell_leads(profile, station, [one for one in freed if one.seat.shift.station == station], now)


def warning(post: Post, *, now: datetime) -> str:
    """What ending this post would free at its station, in a sentence; empty if nothing (settings.POST_WARNINGS)."""
    others = Post.objects.held_by(post.user_id).as_role(*Post.STATION_ROLES).exclude(pk=post.pk)
    if post.station_id is None or others.filter(station=post.station_id).exists():
        return ""
    ahead = Assignment.objects.coming().with_shift().filter(profile__user=post.user_id, ends_at__gt=now)
    rows = ahead.filter(seat__shift__station=post.station_id).order_by("starts_at")
    shifts = [one.seat.shift for one in rows]
    return f"以后的{len(shifts)}个班会空出来：{wording.named(shifts, now=now)}。" if shifts else ""


def _end_waiting(profile: Profile, kept, now: datetime) -> None:  # type: ignore[no-untyped-def]
    rows = Waiting.objects.present().filter(profile=profile).exclude(shift__station__in=kept)
    keys = list(rows.values_list("pk", flat=True))
    rows.update(ended_at=now)
    telling.settle_waiting(keys, now=now)


def _end_standing(profile: Profile, kept, now: datetime) -> None:  # type: ignore[no-untyped-def]
    today = timezone.localdate(now)
    lasting = StandingAssignment.objects.filter(Q(until_on=None) | Q(until_on__gt=today), profile=profile)
    elsewhere = lasting.exclude(seat__shift__roster__station__in=kept)
    for one in elsewhere.select_for_update(of=("self",), no_key=True).order_by("pk"):
        standing.stop(one, today, now=now)


def _free(profile: Profile, kept, now: datetime) -> list[Assignment]:  # type: ignore[no-untyped-def]
    """Those that had a seat; a proposal is taken back as well, but frees nothing."""
    ahead = Assignment.objects.of(profile).with_shift().filter(ends_at__gt=now)
    ahead = ahead.filter(status__in=(Status.PROPOSED, *COMING)).exclude(seat__shift__station__in=kept)
    left = list(ahead.order_by("starts_at"))
    freed = [assignment for assignment in left if assignment.status != Status.PROPOSED]
    calling_off.call_off_all(left, by=None, now=now, why=LEFT, is_told=False)
    return freed


def _tell_leads(profile: Profile, station: Station, freed: list[Assignment], now: datetime) -> None:
    named = "、".join(wording.when(one.seat.shift, now=now) for one in freed[:NAMED])
    more = f"等{len(freed)}个班" if len(freed) > NAMED else ""
    said = f"{telling.name_of(profile.user, station)}不在{station}服务了，空出：{named}{more}。"
    leads = telling.leads_of(station) - {profile.user_id}
    telling.tell_of(freed[0].seat.shift, f"left:{profile.pk}:{freed[0].pk}", leads, said, now=now)
