"""What one person wants to hear outside, and where: an address is used only after its owner pressed the link.

A letter that asks for it goes through the outbox like all others: requests speak to no mail server.
"""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from notices.models import Delivery, Preference
from notices.wording import CONFIRM_DAYS

PERIOD = timedelta(days=CONFIRM_DAYS)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Confirmation letters; nobody's mailbox is to be filled from here.
MOST_AN_HOUR, MOST_A_DAY = 3, 12  # that one person asks for, to whatever mailboxes
MOST_TO_ONE = 5  # in a day, whoever asks
TOO_MANY = "一小时内已经发了3封确认信，请过一会儿再试。"
TOO_MANY_TODAY = "一天里已经发了12封确认信，请明天再试。"
TOO_MANY_THERE = "一天里已经给这个邮箱发了5封确认信，请明天再试。"


class Refused(Exception):
    """Carries the sentence the person reads."""


def of(user: User) -> Preference:
    """The person's preferences, or what holds while none were saved."""
    return Preference.objects.filter(person=user).first() or Preference(person=user)


@transaction.atomic
def save(
    user: User,
    *,
    address: str,
    is_on: bool,
    kinds: list[str],
    quiet: tuple[time | None, time | None],
    now: datetime | None = None,
) -> bool:
    """Save what was chosen; True when a letter to a new address was sent off. Raises Refused."""
    now = now or timezone.now()
    preference = _locked(user)
    preference.is_on, preference.kinds = is_on, kinds
    preference.quiet_from, preference.quiet_to = quiet
    is_new = bool(address) and (address != preference.address or bool(preference.stopped_why))
    if not address:
        preference.address = preference.wanted = preference.stopped_why = ""
    elif not is_new:
        preference.wanted = ""  # back to the one that has been confirmed
    elif address != preference.wanted or not _is_open(preference, now):
        _ask(preference, address, now)
        preference.save()
        return True
    preference.save()
    return False


@transaction.atomic
def ask_again(user: User, *, now: datetime | None = None) -> bool:
    """Send the letter once more, with a fresh link; False when nothing waits to be confirmed. Raises Refused."""
    now = now or timezone.now()
    preference = _locked(user)
    if not preference.wanted:
        return False
    _ask(preference, preference.wanted, now)
    preference.save()
    return True


@transaction.atomic
def confirm(user: User, token: str, *, now: datetime | None = None) -> str:
    """The address that is used from now on; empty when the link is not this person's, or not any more.

    Pressed twice, it answers the same.
    """
    preference = _locked(user)
    if not is_right(preference, token, now=now or timezone.now()):
        return ""
    if preference.wanted:
        preference.address, preference.wanted, preference.stopped_why = preference.wanted, "", ""
        preference.save()
    return preference.address


def is_right(preference: Preference, token: str, *, now: datetime) -> bool:
    """Whether this is the link of the letter sent last, within three days; used or not."""
    return _is_open(preference, now) and constant_time_compare(token, _token(preference))


def _is_open(preference: Preference, now: datetime) -> bool:
    asked_at = preference.asked_at
    return asked_at is not None and now - asked_at <= PERIOD


def _locked(user: User) -> Preference:
    Preference.objects.bulk_create([Preference(person=user)], ignore_conflicts=True)
    return Preference.objects.select_for_update(no_key=True).get(person=user)


def _ask(preference: Preference, address: str, now: datetime) -> None:
    if sentence := _why_not_ask(preference.person_id, address, now):
        raise Refused(sentence)
    preference.wanted, preference.asked_at = address, now
    Delivery.objects.create(
        channel=Delivery.Channel.EMAIL,
        subject=Delivery.Subject.CONFIRMATION,
        person_id=preference.person_id,
        effect=f"confirm:{uuid4()}",
        address=address,
        text="请确认这个邮箱",
        url=reverse("notices:confirm", args=[_token(preference)]),
        created_at=now,
        due_at=now,
    )


def _why_not_ask(user_id: int, address: str, now: datetime) -> str:
    """The sentence for whoever has to wait, for an hour or a day."""
    asked = Delivery.objects.confirmations(since=now - DAY)
    own = asked.filter(person=user_id)
    if own.filter(created_at__gt=now - HOUR).count() >= MOST_AN_HOUR:
        return TOO_MANY
    if own.count() >= MOST_A_DAY:
        return TOO_MANY_TODAY
    return TOO_MANY_THERE if asked.filter(address__iexact=address).count() >= MOST_TO_ONE else ""


def _token(preference: Preference) -> str:
    """Of this person, this address, confirmed meanwhile or not, and this letter."""
    asked_at = preference.asked_at.isoformat() if preference.asked_at else ""
    value = f"{preference.person_id}:{preference.wanted or preference.address}:{asked_at}"
    return salted_hmac("notices.confirm", value, algorithm="sha256").hexdigest()[:32]
