"""The night is kept: only emergencies pass, the rest is one letter in the morning."""

from datetime import timedelta

from notices.delivery import deliver
from notices.models import Delivery
from tests.factories import at

SECOND = timedelta(seconds=1)


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


def test_night_is_kept_and_the_morning_brings_one_letter(house, inbox, mailbox, say):
    mailbox(house.staff, quiet_from="21:00", quiet_to="08:00")
    evening, morning = at("2026-11-24 22:30"), at("2026-11-25 08:00")
    say(house.staff)
    say(house.staff)

    deliver(now=evening)
    deliver(now=at("2026-11-25 03:00"))
    deliver(now=morning - SECOND)
    asleep = len(inbox.letters)
    deliver(now=morning)

    assert asleep == 0
    assert inbox.subjects == ["社区服务台：2条通知"]


def test_emergency_passes_the_night_and_leaves_the_rest_asleep(house, inbox, mailbox, say):
    mailbox(house.staff, quiet_from="21:00", quiet_to="08:00")
    say(house.staff)
    say(house.staff, "【急】HY01-20261124-009（24栋·燃气泄漏）新接急事", is_urgent=True)

    deliver(now=at("2026-11-24 23:59"))

    assert inbox.subjects == ["【急】HY01-20261124-009（24栋·燃气泄漏）有新情况"]
    assert states() == ["sent", "waiting"]


def test_reminder_to_look_into_something_does_not_wake_anybody(house, inbox, mailbox, say):
    mailbox(house.dispatcher, quiet_from="21:00", quiet_to="08:00")
    say(house.dispatcher, "安居物业现在没有人，3单没人接", effect="ownerless:1:2026-11-25", is_urgent=True)

    deliver(now=at("2026-11-25 00:00"))

    assert states() == ["waiting"]


def test_what_failed_before_the_night_is_not_tried_in_it(house, inbox, mailbox, say):
    mailbox(house.staff, quiet_from="21:00", quiet_to="08:00")
    say(house.staff)
    inbox.answer = "451 later"
    deliver(now=at("2026-11-24 20:59"))
    inbox.answer = "250 OK"

    deliver(now=at("2026-11-24 21:00"))

    assert inbox.letters == []
    assert Delivery.objects.get().due_at == at("2026-11-25 08:00")
