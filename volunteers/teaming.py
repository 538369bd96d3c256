"""The verbs of teams: founded by the dispatcher, kept by their leads and the community's station leads.

Members are found by phone or vest number to the letter, so that nobody has to be shown a list of other people.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from stations import saying
from stations.models import Area, Station
from stations.refusals import Conflict, Refused
from volunteers import permissions
from volunteers.models import Member, Profile, Team

NOT_FOUND = "本社区的志愿者里没有这个手机号或红马甲编号，请再核对。"
SEVERAL = "有几个人用这个红马甲编号，请改填手机号。"
ALREADY = "已经是这支队伍的人了。"
GONE = "已经不在这支队伍里了，请看一眼现在的样子。"
SAME_NAME = "本社区已经有一支叫这个名字的队伍。"
SAME_PROJECT = "这支队伍已经有这个项目。"
UNIT_TAKEN = "这个责任单位已经是别的队伍了。"
ENDED = "这支队伍已经解散。"


@dataclass(frozen=True)
class Row:
    """A member as one viewer sees it; `profile` is there for whoever may open the person's page."""

    member: Member
    name: str
    skills: str
    may_remove: bool
    profile: Profile | None


@transaction.atomic
def found(area: Area, *, by: User, **facts: Any) -> Team:
    """A new team of the community."""
    _refuse_if(permissions.why_not_found_team(by, area))
    Area.objects.select_for_update().get(pk=area.pk)
    _refuse_doubles(area, None, facts)
    return Team.objects.create(area=area, **facts)


@transaction.atomic
def change(team: Team, *, by: User, **facts: Any) -> None:
    """Name, colour, what it does, which unit it is."""
    row = _locked(team)
    _refuse_if(permissions.why_not_found_team(by, row.area))
    _refuse_doubles(row.area, row.pk, facts)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))


@transaction.atomic
def add_member(team: Team, *, words: str, is_lead: bool, by: User, now: datetime) -> Member:
    row = _kept(team, by)
    profile = _somebody(row.area, words)
    if row.members.present().filter(profile=profile).exists():
        raise Conflict(ALREADY, "words")
    return Member.objects.create(
        team=row, profile=profile, is_lead=is_lead, joined_on=timezone.localdate(now)
    )


@transaction.atomic
def remove_member(team: Team, key: int, *, by: User, now: datetime) -> None:
    """By whoever keeps the team, or oneself; that the person was there stays."""
    row = _locked(team)
    member = _member(row, key)
    if member.profile.user_id != by.pk:
        _refuse_if(permissions.why_not_keep_team(by, row))
    member.left_on = max(member.joined_on, timezone.localdate(now))
    member.save(update_fields=["left_on"])


@transaction.atomic
def set_lead(team: Team, key: int, *, is_lead: bool, by: User, now: datetime) -> None:
    member = _member(_kept(team, by), key)
    member.is_lead = is_lead
    member.save(update_fields=["is_lead"])


@transaction.atomic
def add_project(team: Team, *, name: str, about: str, by: User, now: datetime) -> None:
    row = _kept(team, by)
    if row.projects.filter(name=name).exists():
        raise Conflict(SAME_PROJECT, "name")
    row.projects.create(name=name, about=about)


@transaction.atomic
def set_active(team: Team, key: int, *, is_active: bool, by: User, now: datetime) -> None:
    """A project that is over, or goes on again."""
    if _kept(team, by).projects.filter(pk=key).update(is_active=is_active) != 1:
        raise Conflict(GONE)


def rows(team: Team, user: User) -> list[Row]:
    """The members. Names stand there in full for those who answer for the team, and of leads and who agreed."""
    keeps = not permissions.why_not_keep_team(user, team) or not user.has_role(
        *permissions.Post.STATION_ROLES
    )
    led = {post.station_id for post in user.posts_as(permissions.Role.STATION_LEAD)}
    own = set(_at(led).values_list("pk", flat=True)) if led else set()
    members = team.members.with_skills()
    return [_row(member, user, keeps=keeps, own=own) for member in members]


def skills(members: list[Row]) -> str:
    """瓦工3人、水电工2人."""
    counted = Counter(str(held.skill) for row in members for held in row.member.profile.skills.all())
    return "、".join(f"{name}{count}人" for name, count in counted.most_common())


def _row(member: Member, user: User, *, keeps: bool, own: set[int]) -> Row:
    profile = member.profile
    is_self = profile.user_id == user.pk
    is_shown = keeps or is_self or member.is_lead or profile.shows_name
    name = (
        str(profile)
        if is_shown and not getattr(member, "name_unknown", False) or is_self
        else saying.masked_name(profile.user.name)
    )
    return Row(
        member=member,
        name=name,
        skills="、".join(str(held.skill) for held in profile.skills.all()),
        may_remove=is_self or not permissions.why_not_keep_team(user, member.team),
        profile=profile if profile.pk in own else None,
    )


def _at(stations: set[int]):  # type: ignore[no-untyped-def]
    return Profile.objects.at_stations(stations)


def _somebody(area: Area, words: str) -> Profile:
    stations = Station.objects.in_areas([area])
    people = list(Profile.objects.at_stations(stations).named(words)[:2])
    if not people:
        raise Refused(NOT_FOUND, "words")
    if len(people) > 1:
        raise Refused(SEVERAL, "words")
    return people[0]


def _member(team: Team, key: int) -> Member:
    member = team.members.present().select_related("profile").filter(pk=key).first()
    if member is None:
        raise Conflict(GONE)
    return member


def _locked(team: Team) -> Team:
    row = Team.objects.select_for_update(of=["self"]).select_related("area").get(pk=team.pk)
    if row.ended_on:
        raise Conflict(ENDED)
    return row


def _kept(team: Team, by: User) -> Team:
    """Locked, for somebody who keeps it."""
    row = _locked(team)
    _refuse_if(permissions.why_not_keep_team(by, row))
    return row


def _refuse_doubles(area: Area, own: int | None, facts: dict[str, Any]) -> None:
    others = Team.objects.exclude(pk=own) if own else Team.objects.all()
    if others.filter(area=area, name=facts["name"]).exists():
        raise Conflict(SAME_NAME, "name")
    if facts.get("unit") and others.filter(unit=facts["unit"]).exists():
        raise Conflict(UNIT_TAKEN, "unit")


def _refuse_if(sentence: str) -> None:
    if sentence:
        raise Refused(sentence)


Verb = Callable[..., Any]
# What a button beside a member or a project does, by the name under which it is sent.
BUTTONS: dict[str, tuple[Verb, dict[str, bool], str]] = {
    "remove": (remove_member, {}, "已退出队伍。"),
    "lead": (set_lead, {"is_lead": True}, "已设为队长。"),
    "unlead": (set_lead, {"is_lead": False}, "不再是队长。"),
    "stop": (set_active, {"is_active": False}, "项目停了，做过的记录都在。"),
    "resume": (set_active, {"is_active": True}, "项目又开始了。"),
}
