"""What a lead's file was read as, kept until looked at, then written: every good row enrolled in one transaction.

Passwords of new people are handed back once and stored nowhere. Somebody whose number was known keeps name, password
and profile. Hashing a password takes time on purpose, so that one press enrols no more than AT_ONCE people.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from accounts import people
from accounts.models import Post, User
from accounts.permissions import Opening
from stations.models import Station
from stations.refusals import Conflict, Refused
from volunteers import particulars, permissions
from volunteers.importing import rows, sheet
from volunteers.models import Member, PeopleImport, Profile, ProfileSkill
from volunteers.times import Stretch

AT_ONCE = 100
DONE = "这张表已经登记过了。还有人要登记，请再传一次。"
OLD = "这次导入已经过了一小时，请再传一次。"


@dataclass(frozen=True)
class NewPerson:
    """What is printed for somebody who is new."""

    name: str
    phone: str
    password: str


@dataclass
class Written:
    """`rest` is what one press had no room for, to be looked at next."""

    new: list[NewPerson] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    rest: PeopleImport | None = None


def take(
    file: BinaryIO, *, size: int, station: Station, by: User, now: datetime
) -> tuple[PeopleImport, list[str]]:
    """Read, and kept to be looked at; with the columns that nobody asked for. Refused with the sentence."""
    sentence = permissions.why_not_arrange(by, station)
    if sentence:
        raise Refused(sentence)
    known = rows.known_at(station, today=timezone.localdate(now))
    reading = rows.read(sheet.rows(file, size=size), known)
    forget(now=now)
    kept = PeopleImport.objects.create(
        station=station, by=by, made_at=now, rows=reading.rows, faults=reading.faults, known=reading.known
    )
    return kept, reading.unused


def forget(*, now: datetime) -> int:
    """What nobody may look at any more; the number of files."""
    return PeopleImport.objects.forgettable(now=now).delete()[0]


@transaction.atomic
def write(kept: PeopleImport, *, by: User, now: datetime) -> Written:
    """Enrol everybody in the file, once."""
    mine = PeopleImport.objects.of(by, now=now).select_for_update(of=["self"])
    row = mine.select_related("station").filter(pk=kept.pk).first()
    if row is None:
        raise Conflict(OLD)
    if row.confirmed_at:
        raise Conflict(DONE)
    written = Written()
    for given in row.rows[:AT_ONCE]:
        _enrol(given, row.station, by, now, written)
    written.rest = _rest(row, now)
    row.rows, row.confirmed_at = [], now
    row.save(update_fields=["rows", "confirmed_at"])
    return written


def _enrol(given: dict[str, Any], station: Station, by: User, now: datetime, written: Written) -> None:
    opening = Opening(Post.Role.VOLUNTEER, station)
    told = {key: given[key] for key in ("name", "phone", "vest_number")}
    try:
        enrolment = people.enrol(**told, opening=opening, by=by, now=now)
    except people.Refused:  # enrolled while the lead was looking
        written.known.append(given["name"])
        return
    if not enrolment.one_time_password:
        written.known.append(given["name"])
        return
    written.new.append(NewPerson(given["name"], given["phone"], enrolment.one_time_password))
    _fill(Profile.objects.get(user=enrolment.post.user), given, now)


def _fill(profile: Profile, given: dict[str, Any], now: datetime) -> None:
    profile.born_on = date.fromisoformat(given["born_on"]) if given["born_on"] else None
    if given["monthly_hours"] is not None:
        profile.monthly_hours = given["monthly_hours"]
    profile.save(update_fields=["born_on", "monthly_hours"])
    particulars.write_times(profile, [Stretch(*one) for one in given["times"]])
    ProfileSkill.objects.bulk_create(ProfileSkill(profile=profile, skill_id=key) for key in given["skills"])
    today = timezone.localdate(now)
    Member.objects.bulk_create(
        Member(profile=profile, team_id=key, joined_on=today) for key in given["teams"]
    )


def _rest(row: PeopleImport, now: datetime) -> PeopleImport | None:
    left = row.rows[AT_ONCE:]
    return (
        PeopleImport.objects.create(station=row.station, by=row.by, made_at=now, rows=left) if left else None
    )
