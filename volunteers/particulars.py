"""What stands in a volunteer's profile, changed by the person or by a lead: consents, times, capacity, leave, skills.

Each verb asks volunteers.permissions, runs in one transaction, and raises Refused with the sentence that is read.
Consents and looked-at proofs are audited: who agreed to what, on whose word.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import Action
from accounts.models import Post, User
from stations.refusals import Conflict, Refused
from volunteers import permissions
from volunteers.models import Absence, Availability, Profile, ProfileSkill, Skill
from volunteers.times import Stretch

GONE = "这一条已经不在了，请看一眼现在的样子。"
OVERLAPPING = "这几天里已经请过假了。"
PAST = "只能从今天或以后请假。"
OVER = "已经过完的假不能撤。"
CONSENTS = {
    "shows_name": ("张贴写全名", "张贴不写全名"),
    "shows_phone": ("同班看得到电话", "同班看不到电话"),
    "may_be_called_out": ("缺人可以问", "缺人不要问"),
}


@transaction.atomic
def set_consents(profile: Profile, *, by: User, now: datetime, **flags: bool) -> None:
    """All of them with the moment; what changed is audited, by whom too where a lead wrote down what was said."""
    row = _locked(profile, permissions.why_not_keep_consents, by)
    changed = [CONSENTS[name][not value] for name, value in flags.items() if getattr(row, name) != value]
    for name, value in flags.items():
        setattr(row, name, value)
    row.consented_at = now
    row.save(update_fields=[*flags, "consented_at"])
    if changed:
        _audit(Action.CONSENT_CHANGED, row, by, "、".join(changed), now)


@transaction.atomic
def set_times(profile: Profile, *, stretches: Iterable[Stretch], by: User, now: datetime) -> None:
    row = _locked(profile, permissions.why_not_edit_profile, by)
    write_times(row, stretches)


def write_times(profile: Profile, stretches: Iterable[Stretch]) -> None:
    """In the caller's transaction, which has asked who may."""
    profile.availabilities.all().delete()
    Availability.objects.bulk_create(
        Availability(
            profile=profile,
            weekday=one.weekday,
            from_minute=one.from_minute,
            until_minute=one.until_minute,
            is_wished=one.is_wished,
        )
        for one in stretches
    )


@transaction.atomic
def set_capacity(profile: Profile, *, by: User, now: datetime, **facts: int | str) -> None:
    """Hours a month, hours a week, a line about the person, the vest's number."""
    row = _locked(profile, permissions.why_not_edit_profile, by)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))


@transaction.atomic
def add_absence(
    profile: Profile, *, from_on: date, until_on: date, reason: str, by: User, now: datetime
) -> Absence:
    row = _locked(profile, permissions.why_not_edit_profile, by)
    if until_on < timezone.localdate(now):
        raise Refused(PAST, "from_on")
    if row.absences.meeting(from_on, until_on).exists():
        raise Conflict(OVERLAPPING, "from_on")
    return row.absences.create(from_on=from_on, until_on=until_on, reason=reason)


@transaction.atomic
def withdraw_absence(profile: Profile, key: int, *, by: User, now: datetime) -> None:
    """Of one that has begun, the days from today on; of one to come, all."""
    row = _locked(profile, permissions.why_not_edit_profile, by)
    absence, today = row.absences.filter(pk=key).first(), timezone.localdate(now)
    if absence is None:
        raise Conflict(GONE)
    if absence.until_on < today:
        raise Conflict(OVER)
    if absence.from_on < today:
        absence.until_on = today - timedelta(days=1)
        absence.save(update_fields=["until_on"])
    else:
        absence.delete()


@transaction.atomic
def say_skills(profile: Profile, *, skills: Iterable[Skill], by: User, now: datetime) -> None:
    """What somebody says of themselves; what a lead has checked stays."""
    row = _locked(profile, permissions.why_not_edit_profile, by)
    wanted = {skill.pk: skill for skill in skills}
    row.skills.filter(checked_at=None).exclude(skill__in=wanted).delete()
    held = set(row.skills.values_list("skill", flat=True))
    ProfileSkill.objects.bulk_create(
        ProfileSkill(profile=row, skill=skill) for pk, skill in wanted.items() if pk not in held
    )


@transaction.atomic
def check_skill(
    profile: Profile, *, skill: Skill, proof: str, expires_on: date | None, by: User, now: datetime
) -> None:
    """A lead has seen what proves it, or knows that the person can do it."""
    row = _locked(profile, permissions.why_not_vouch, by)
    seen = {"proof": proof, "expires_on": expires_on, "checked_by": by, "checked_at": now}
    row.skills.update_or_create(skill=skill, defaults=seen)
    until = f"，有效至{expires_on:%Y-%m-%d}" if expires_on else ""
    _audit(Action.SKILL_CHECKED, row, by, f"{skill}{f'（{proof}{until}）' if proof or until else ''}", now)


def note_check(held: ProfileSkill, *, by: User, now: datetime) -> None:
    """The admin has looked at a proof: the lead's own, where nobody else can."""
    held.checked_by, held.checked_at = by, now
    held.save()
    _audit(Action.SKILL_CHECKED, held.profile, by, str(held.skill), now)


@transaction.atomic
def drop_skill(profile: Profile, key: int, *, by: User, now: datetime) -> None:
    """A lead takes a skill away, proof and all."""
    row = _locked(profile, permissions.why_not_vouch, by)
    held = row.skills.filter(skill=key).select_related("skill").first()
    if held is None:
        raise Conflict(GONE)
    held.delete()
    _audit(Action.SKILL_CHECKED, row, by, f"去掉{held.skill}", now)


@transaction.atomic
def set_guardian(
    profile: Profile,
    *,
    born_on: date | None,
    guardian_name: str,
    guardian_phone: str,
    guardian_consented_on: date | None,
    by: User,
    now: datetime,
) -> None:
    """Birthday, and who agreed to a minor's service and when; without a day there is no consent."""
    row = _locked(profile, permissions.why_not_keep_guardian, by)
    had = row.guardian_consented_on
    row.born_on, row.guardian_consented_on = born_on, guardian_consented_on
    row.guardian_name, row.guardian_phone = guardian_name, guardian_phone
    row.save(update_fields=["born_on", "guardian_name", "guardian_phone", "guardian_consented_on"])
    if had != guardian_consented_on:
        said = f"监护人{guardian_consented_on:%Y-%m-%d}同意" if guardian_consented_on else "监护人的同意撤回"
        _audit(Action.CONSENT_CHANGED, row, by, said, now)


def _locked(profile: Profile, why_not, by: User) -> Profile:  # type: ignore[no-untyped-def]
    """The row for this transaction, once it is clear that the actor may."""
    row = Profile.objects.select_for_update(of=["self"]).select_related("user").get(pk=profile.pk)
    sentence = why_not(by, row)
    if sentence:
        raise Refused(sentence)
    return row


def _audit(action: str, profile: Profile, by: User, detail: str, now: datetime) -> None:
    """With the person's post at a station of the actor, so that its leads can read it."""
    posts = profile.user.posts_as(*Post.STATION_ROLES)
    own = {post.station_id for post in by.posts_as(*Post.STATION_ROLES)}
    post = next((post for post in posts if post.station_id in own), posts[0] if posts else None)
    audit.record(action, actor=by, person=profile.user, post=post, detail=detail, now=now)
