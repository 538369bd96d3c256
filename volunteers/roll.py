"""Who serves at a lead's stations: found by words or by what they can do, each a row; who has left. Changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from accounts.models import Post, User
from accounts.permissions import openings
from stations.models import Station
from stations.workdays import SHANGHAI
from volunteers import portrait, wording
from volunteers.models import Profile

PAST_SHOWN = 50
SAVED = "存好了。"
OTHER_NAME = "姓名没有对上"


@dataclass(frozen=True)
class Row:
    """`wants` says what the lead should do about the person; of somebody not known under that name, nothing."""

    profile: Profile
    vest: str = ""
    hours: int | None = None
    skills: str = ""
    teams: str = ""
    wants: list[str] = field(default_factory=list)


def stations_led(user: User) -> list[Station]:
    return [post.station for post in user.posts_as(Post.Role.STATION_LEAD)]


def found(
    stations: list[Station],
    *,
    today: date,
    words: str = "",
    skill: Any = None,
    team: Any = None,
    who: str = "",
) -> QuerySet[Profile]:
    """Those who serve at the stations now, narrowed: what somebody cannot read narrows nothing either."""
    people = Profile.objects.for_leads_of(stations)
    if words:
        return people.matching(words)
    if skill or team or who:
        people = people.known()
    if skill:
        people = people.with_skill(skill)
    if team:
        people = people.in_team(team)
    narrow = {
        "minor": lambda: people.minors(today),
        "expiring": lambda: people.with_proof_ending(today + portrait.SOON),
        "unseen": people.with_skill_unseen,
    }
    return narrow[who]() if who in narrow else people


def row(profile: Profile, today: date) -> Row:
    """Of a profile read `for_leads_of()`."""
    if getattr(profile, "name_unknown", False):
        return Row(profile, wants=[OTHER_NAME])
    skills = "、".join(str(held.skill) for held in profile.skills.all())
    teams = "、".join(str(member.team) for member in profile.memberships.all())
    wants = list(_wants(profile, today))
    return Row(profile, profile.vest_number, profile.monthly_hours, skills, teams, wants)


def left(user: User) -> QuerySet[Post]:
    """Station posts that the lead gave and that are over, the latest first."""
    return Post.objects.within(openings(user)).past().for_list().latest_first()[:PAST_SHOWN]


def saved(profile: Profile, key: str, data: dict[str, Any], now: datetime) -> str:
    """What the page says after a part was changed; leave over a shift already taken says so."""
    if key != "absence":
        return SAVED
    first, last = (
        timezone.make_aware(datetime.combine(day, datetime.min.time()), SHANGHAI)
        for day in (data["from_on"], data["until_on"] + timedelta(days=1))
    )
    taken = profile.assignments.coming().between(max(first, now), last).with_shift().order_by("starts_at")
    if taken:
        shifts = [one.seat.shift for one in taken]
        links = ((reverse("volunteers:shift", args=[one.pk]), wording.when(one, now=now)) for one in shifts)
        named = format_html_join("、", '<a href="{}">{}</a>', links)
        return format_html("记下了。这几天里已经排了班，还算数，来不了请点开找替班或退出：{}。", named)
    return "记下了。这几天不会排到班。"


def _wants(profile: Profile, today: date) -> Iterator[str]:
    if profile.needs_guardian(today):
        yield "缺监护人同意"
    elif profile.is_minor(today):
        yield "未满18岁"
    for held in profile.skills.all():
        if held.expires_on and held.expires_on < today:
            yield f"{held.skill}证件已过期"
        elif held.expires_on and held.expires_on <= today + portrait.SOON:
            yield f"{held.skill}证件快到期"
        elif not held.is_valid(today):
            yield f"{held.skill}证件没核对"
