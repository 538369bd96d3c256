"""Mailboxes, group robots and dead letters that the access tests try to reach."""

from django.utils import timezone

from notices import preferences
from notices.models import Delivery, Preference, Robot

ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aac-4bc4-97a0-0ec2aaaa5aaa"
OF_ROBOT = ("robot", "try_robot", "remove_robot")
OF_LETTER = ("send_again", "give_up")
PREFERENCE = {"address": "new@example.org", "is_on": "on", "kinds": ["ticket"]}
NIGHT = {"is_quiet": "on", "quiet_from": "22:00", "quiet_to": "07:30"}


def token_of(user) -> str:
    """The link of a confirmation letter that went to this person."""
    asked = {"wanted": "wanted@example.org", "asked_at": timezone.now()}
    Preference.objects.update_or_create(person=user, defaults=asked)
    return preferences._token(preferences.of(user))


def robot_of(house) -> int:
    """The id of a unit that has a robot."""
    Robot.objects.get_or_create(unit=house.unit, defaults={"address": ROBOT, "saved_by": house.unit_lead})
    return house.unit.pk


def letter_of(house) -> int:
    """The id of a dead letter to somebody of the unit."""
    now = timezone.now()
    ended = {"text": "看这里", "state": "dead", "due_at": now, "ended_at": now, "reason": "邮箱不存在"}
    letter, _ = Delivery.objects.get_or_create(
        channel="email", person=house.staff, effect="access", defaults=ended
    )
    return letter.pk
