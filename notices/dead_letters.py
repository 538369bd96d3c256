"""What could not be delivered: who hears of it, and a person's decision to send it again or to leave it.

Each decision is written down. Whose letters somebody sees: Delivery.objects.visible_to.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Post, User
from notices.models import Delivery, Notice, Preference, Robot
from stations.models import Area

State = Delivery.State
GIVEN_UP = "由人决定不再发"
TEXT = "有通知发不到收件人的邮箱或群里，请到“发不出的通知”里处理"


@transaction.atomic
def send_again(delivery: Delivery, *, by: User, now: datetime | None = None) -> bool:
    """Begin anew with a day of tries; False when somebody else has decided meanwhile."""
    now = now or timezone.now()
    revived = Delivery.objects.dead().revive(delivery, now)
    if revived:
        _outlet_of(delivery).restart()
        _write_down(delivery, by, "再发一次", now)
    return bool(revived)


@transaction.atomic
def give_up(delivery: Delivery, *, by: User, now: datetime | None = None) -> bool:
    """Leave it; False when somebody else has decided meanwhile."""
    now = now or timezone.now()
    dropped = Delivery.objects.dead().end([delivery], State.DROPPED, reason=GIVEN_UP, now=now)
    if dropped:
        _write_down(delivery, by, "不再发", now)
    return bool(dropped)


def report(deliveries: Iterable[Delivery], *, now: datetime) -> None:
    """Tell those who can act, in-app, once a person and day."""
    today = timezone.localdate(now).isoformat()
    receivers = {(delivery.person_id, delivery.unit_id): delivery for delivery in deliveries}
    people = {user for delivery in receivers.values() for user in deciders(delivery)}
    url = reverse("notices:dead_letters")
    Notice.objects.tell(people, f"dead_letters:{today}", TEXT, url, now=now)


def tell_owner(outlet: Preference | Robot, why: str, *, now: datetime) -> None:
    """Whose mailbox or robot it is hears in-app that nothing goes there any more, and where to mend it."""
    if isinstance(outlet, Robot):
        leads = Post.objects.in_unit(outlet.unit).as_role(Post.Role.UNIT_LEAD)
        people = set(leads.values_list("user", flat=True))
        text = f"{outlet.unit}的群机器人已停用：{why}。请重新设置"
        url = reverse("notices:robot", args=[outlet.unit_id])
    else:
        people = {outlet.person_id}
        text = f"您的邮箱收不到通知，已停发：{why}。请换一个邮箱，或再确认一次"
        url = reverse("notices:preferences")
    effect = f"stopped:{type(outlet).__name__.lower()}:{outlet.pk}:{timezone.localdate(now).isoformat()}"
    Notice.objects.tell(people, effect, text, url, now=now)


def deciders(delivery: Delivery) -> set[int]:
    """Ids of the community's dispatchers, else of the secretaries above it, else of the admins.

    A secretary's letters, which may be about the dispatchers, are for secretaries.
    """
    area = place_of(delivery)
    if area:
        is_secretarys = Post.objects.held_by(delivery.person_id).as_role(Post.Role.SECRETARY).exists()
        dispatching = Post.objects.none() if is_secretarys else Post.objects.dispatching(area)
        for posts in (dispatching, Post.objects.overseeing(area)):
            if found := set(posts.values_list("user", flat=True)):
                return found
    return set(Post.objects.active().as_role(Post.Role.ADMIN).values_list("user", flat=True))


def place_of(delivery: Delivery) -> Area | None:
    """The one area in which the receiver serves; None for those who serve in several, or nowhere."""
    if delivery.unit is not None:
        return delivery.unit.area
    places = {post.place for post in Post.objects.held_by(delivery.person_id)}
    return next(iter(places)) if len(places) == 1 else None


def _outlet_of(delivery: Delivery) -> Any:
    outlet = Robot if delivery.channel == Delivery.Channel.ROBOT else Preference
    return outlet.objects.of_delivery(delivery)


def _write_down(delivery: Delivery, by: User, words: str, now: datetime) -> None:
    audit.record(
        audit.Action.NOTICE_HANDLED,
        actor=by,
        person=delivery.person,
        area=place_of(delivery),
        detail=f"{delivery.get_channel_display()}发不出的通知：{words}",
        now=now,
    )
