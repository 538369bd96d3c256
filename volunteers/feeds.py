"""手机日历: the private address under which a calendar reads one person's shifts, and what it reads (RFC 5545).

Who has the address needs no sign-in, so only its hash is stored, a new one ends the old, and leaving ends it. It
tells when and where the person serves: no names, no phones, nobody else.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from accounts.models import User
from stations.workdays import SHANGHAI
from volunteers.models import Assignment, AssignmentEvent, CalendarFeed, Profile
from volunteers.states import OCCUPYING, Status

TOKEN_BYTES = 24  # 192 bits
LONGEST = 64  # characters of an address that is looked up at all
PAST = timedelta(days=60)
CANCELLED_FOR = timedelta(days=14)  # after its last change, so that every calendar has asked meanwhile
READ_EVERY = timedelta(hours=1)
GONE = (Status.CANCELLED, Status.EXCUSED)
SEATING = ("sign_up", "accept")  # verbs after which somebody had the seat


def renew(profile: Profile, *, now: datetime) -> str:
    """A new token, to be shown once; what was the address until now leads nowhere from here on."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = {"token_hash": _hash(token), "created_at": now, "read_at": None}
    CalendarFeed.objects.update_or_create(profile=profile, defaults=made)
    return token


def revoke(profile: Profile) -> bool:
    """Whether there was one."""
    ended, _ = CalendarFeed.objects.filter(profile=profile).delete()
    return bool(ended)


def of(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(profile__user=user).first()


def by_token(token: str) -> CalendarFeed | None:
    """The feed of somebody who still serves; unknown, old and revoked ones look alike."""
    if len(token) > LONGEST:
        return None
    feeds = CalendarFeed.objects.select_related("profile__user").filter(token_hash=_hash(token))
    return feeds.filter(profile__left_on=None, profile__user__is_active=True).first()


def mark_read(feed: CalendarFeed, *, now: datetime) -> None:
    """For the owner, who wants to know whether a phone still asks; to the hour."""
    stale = Q(read_at=None) | Q(read_at__lt=now - READ_EVERY)
    CalendarFeed.objects.filter(stale, pk=feed.pk).update(read_at=now)


def address(token: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse("volunteers:calendar_feed", args=[token])


def shifts_of(profile: Profile, *, now: datetime) -> QuerySet[Assignment]:
    """What stands in the feed: the seats the person has or had, and for a while those given back or called off."""
    had_it = AssignmentEvent.objects.filter(assignment=OuterRef("pk"), verb__in=SEATING)
    mine = Assignment.objects.of(profile).filter(ends_at__gt=now - PAST)
    mine = mine.annotate(had_it=Exists(had_it), touched_at=_last_change()).with_shift()
    stays = Q(status__in=OCCUPYING)
    goes = Q(status__in=GONE, had_it=True, touched_at__gt=now - CANCELLED_FOR)
    return mine.filter(stays | goes).order_by("starts_at", "pk")


def calendar(profile: Profile, *, now: datetime) -> bytes:
    """The whole feed; the same bytes as long as nothing changed."""
    return _calendar(shifts_of(profile, now=now)).to_ical()


def _last_change():  # type: ignore[no-untyped-def]
    return Coalesce(Greatest(Max("events__at"), "seat__shift__moved_at"), "created_at")


def _calendar(assignments: Iterable[Assignment]) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//社区服务台//值班//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "社区值班")
    made.add("x-wr-timezone", str(SHANGHAI))
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    made.add_component(_zone())
    for assignment in assignments:
        made.add_component(_event(assignment))
    return made


def _zone() -> Timezone:
    """One offset all the year since 1991."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", str(SHANGHAI))
    standard.add("dtstart", datetime(1992, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(assignment: Assignment) -> Event:
    """The same UID as long as it is the same place in the shift; a change raises SEQUENCE."""
    made, shift = Event(), assignment.seat.shift
    touched_at = assignment.touched_at.astimezone(UTC)  # type: ignore[attr-defined]
    site = settings.PUBLIC_URL.rstrip("/")
    made.add("uid", f"assignment-{assignment.pk}@{urlsplit(site).hostname}")
    made.add("dtstamp", touched_at)
    made.add("last-modified", touched_at)
    made.add("sequence", int((touched_at - assignment.created_at).total_seconds()))
    made.add("dtstart", assignment.starts_at.astimezone(SHANGHAI))
    made.add("dtend", assignment.ends_at.astimezone(SHANGHAI))
    made.add("summary", _summary(assignment))
    made.add("location", shift.station.address or shift.station.name)
    made.add("status", "CANCELLED" if assignment.status in GONE else "CONFIRMED")
    made.add("url", f"{site}/roster/shifts/{shift.pk}/")
    return made


def _summary(assignment: Assignment) -> str:
    """值班：和苑一号站（带班），在找替班"""
    seat = assignment.seat
    role = "（带班）" if seat.is_lead else f"（{seat.skill}）" if seat.skill else ""
    seeking = "，在找替班" if assignment.status == Status.SEEKING else ""
    return f"值班：{seat.shift.station}{role}{seeking}"


def _hash(token: str) -> str:
    return salted_hmac("volunteers.feed", token, algorithm="sha256").hexdigest()
