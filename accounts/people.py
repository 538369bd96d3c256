"""Enrols and removes people, gives one-time passwords: the one place that writes posts and passwords.

Each verb asks accounts.permissions, runs in one transaction with its audit entry, and raises Refused with the
sentence the actor will read. What stands above this app (volunteers' profiles) is told by name in settings.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import audit, one_time, permissions
from accounts.audit import Action
from accounts.models import AuditEntry, Post, User


class Refused(Exception):
    """Carries the sentence the actor will read."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Enrolment:
    """What the lead is shown once: the post, and the one-time password of a person who is new."""

    post: Post
    one_time_password: str = ""


@transaction.atomic
def enrol(*, phone, name, opening, by, vest_number="", now: datetime | None = None) -> Enrolment:
    """Give a person the post; whoever has the phone number already keeps name and password."""
    now = now or timezone.now()
    _refuse_if(permissions.why_not_enrol(by, opening))
    user, password = _find_or_create(phone, name, now)
    detail = "" if user.name == name else AuditEntry.OTHER_NAME
    post = _appoint(user, opening.fields, by=by, detail=detail, now=now)
    _tell_followers(user, now=now, vest_number=vest_number)
    return Enrolment(post, password)


@transaction.atomic
def appoint(user, *, role, by, station=None, unit=None, area=None, now: datetime | None = None) -> Post:
    """Any post for a known person; the admin's way."""
    now = now or timezone.now()
    _refuse_if("" if by.has_role(Post.Role.ADMIN) else permissions.NOT_YOURS)
    fields = {"role": role, "station": station, "unit": unit, "area": area}
    post = _appoint(user, fields, by=by, detail="", now=now)
    _tell_followers(user, now=now)
    return post


@transaction.atomic
def create(user, *, by, now: datetime | None = None) -> str:
    """A person without a post yet, and the one-time password; the admin's way."""
    _refuse_if("" if by.has_role(Post.Role.ADMIN) else permissions.NOT_YOURS)
    password = one_time.issue(user, now=now or timezone.now())
    user.save(force_insert=True)
    audit.record(Action.ENROLLED, actor=by, person=user)
    return password


@transaction.atomic
def remove(post, *, by, now: datetime | None = None) -> None:
    """End a post. The person loses it with the next request; enrolling again gives it back."""
    now = now or timezone.now()
    _lock_admins(post)
    _refuse_if(permissions.why_not_remove(by, post))
    if Post.objects.filter(pk=post.pk, ended_at=None).update(ended_at=now) != 1:
        raise Refused(permissions.ENDED)
    post.ended_at = now
    audit.record(Action.POST_ENDED, actor=by, person=post.user, post=post)
    _tell_followers(post.user, now=now)


@transaction.atomic
def reset_password(user, *, by, now: datetime | None = None) -> str:
    """A one-time password for somebody whose every post is the actor's to give; ends their sessions."""
    person = User.objects.select_for_update().get(pk=user.pk)
    _refuse_if(permissions.why_not_reset_password(by, person))
    password = one_time.issue(person, now=now or timezone.now())
    person.save(update_fields=["password", "must_change_password", "one_time_until"])
    post = next(iter(person.active_posts), None)  # a lead's to give, like every other one
    audit.record(Action.PASSWORD_RESET, actor=by, person=person, post=post)
    return password


@transaction.atomic
def change_password(user, password, *, by) -> None:
    """One's own new password."""
    one_time.replace(user, password)
    audit.record(Action.PASSWORD_CHANGED, actor=by, person=user, area=by.home_area)


def choose_print(user, *, large: bool) -> None:
    """Remember the size for a person who is signed in; the browser remembers it for everybody else."""
    User.objects.filter(pk=user.pk).update(large_print=large)


def _refuse_if(sentence: str) -> None:
    if sentence:
        raise Refused(sentence)


def _lock_admins(post) -> None:
    """Two admins who remove each other at the same moment must not both succeed."""
    if post.role == Post.Role.ADMIN:
        list(Post.objects.active().as_role(Post.Role.ADMIN).select_for_update(of=["self"]))


def _find_or_create(phone, name, now) -> tuple[User, str]:
    """The person with this number, locked; the password is empty for somebody who was here before."""
    new = User(phone=phone, name=name)
    password = one_time.issue(new, now=now)
    try:
        with transaction.atomic():
            new.save(force_insert=True)
        return new, password
    except IntegrityError:
        return User.objects.select_for_update().get(phone=phone), ""


def _appoint(user, fields, *, by, detail, now) -> Post:
    try:
        with transaction.atomic():
            post = Post.objects.create(user=user, started_at=now, **fields)
    except IntegrityError:
        raise Refused("这个手机号已经登记过这个岗位，不用再登记。") from None
    audit.record(Action.ENROLLED, actor=by, person=user, post=post, detail=detail)
    return post


def _tell_followers(user, *, now, **details) -> None:
    """Imports run downwards only, so the apps above are named in settings.POST_FOLLOWERS."""
    for path in settings.POST_FOLLOWERS:
        import_string(path)(user, now=now, **details)


def warnings_of(post, *, now) -> list[str]:
    """What else would change if this post ended, as the apps above say it (settings.POST_WARNINGS)."""
    said = (import_string(path)(post, now=now) for path in settings.POST_WARNINGS)
    return [sentence for sentence in said if sentence]
