"""The outbox emptied to real servers: once each, again after trouble, to the dead letters in the end."""

from datetime import timedelta

import pytest

from notices import routing
from notices.delivery import deliver, forget_old
from notices.models import Delivery, Notice
from tests.factories import at
from tickets import workflow

NOW = at("2026-11-24 10:00")
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


# Once each --------------------------------------------------------------------------------------------


def test_notice_goes_to_the_mailbox_once(house, inbox, mailbox, say):
    mailbox(house.staff)
    say(house.staff, created_at=NOW)

    deliver(now=NOW)
    deliver(now=NOW + MINUTE)

    [letter] = inbox.letters
    assert letter.sent_to == [house.staff.preference.address]
    assert inbox.subjects == ["HY01-20261124-003（24栋·水电气）请认领"]
    assert "11月24日 10:00　HY01-20261124-003（24栋·水电气）派给安居物业，请认领" in letter.get_content()
    assert states() == ["sent"]


def test_several_notices_are_one_letter(house, inbox, mailbox, say):
    mailbox(house.staff)
    for number in (3, 4, 5):
        say(house.staff, f"HY01-20261124-00{number}（24栋）派给安居物业，请认领")

    deliver(now=NOW)

    assert inbox.subjects == ["社区服务台：3条通知"]
    assert [f"HY01-20261124-00{number}" in inbox.texts()[0] for number in (3, 4, 5)] == [True] * 3
    assert states() == ["sent"] * 3


def test_emergencies_come_first_and_separately(house, inbox, mailbox, say):
    mailbox(house.staff)
    say(house.staff)
    say(house.staff)
    say(house.staff, "【急】HY01-20261124-009（24栋·燃气泄漏）新接急事", is_urgent=True)

    deliver(now=NOW)

    assert inbox.subjects == ["【急】HY01-20261124-009（24栋·燃气泄漏）有新情况", "社区服务台：2条通知"]


def test_effect_told_to_many_reaches_their_group_once(house, group, robot, say):
    robot(group.address)
    for user in (house.staff, house.colleague, house.unit_lead):
        say(user, effect="event:1", unit=house.unit, url="/tickets/HY01-20261124-003/")

    deliver(now=NOW)
    deliver(now=NOW + MINUTE)

    [said] = group.texts
    assert said.splitlines()[0] == "HY01-20261124-003（24栋·水电气）请认领"
    assert said.splitlines()[1].endswith("/tickets/HY01-20261124-003/")
    assert len(said.splitlines()) == 2


def test_dispatch_reaches_the_group_of_the_unit(house, group, robot):
    robot(group.address)
    ticket = house.receive()
    workflow.dispatch(ticket, by=house.dispatcher, unit=house.unit)

    deliver()

    assert len(group.texts) == 1
    assert group.texts[0].startswith(f"{ticket.number}（24栋·{house.category}）请认领\n")


def test_notice_told_for_oneself_stays_out_of_the_group(house, group, robot, say):
    robot(group.address)
    say(house.staff)

    deliver(now=NOW)

    assert group.heard == [] and states() == []


@pytest.mark.parametrize(
    "fields", [{"is_on": False}, {"address": ""}, {"kinds": ["clock"]}, {"stopped_why": "邮箱不存在"}]
)
def test_unwanted_mail_is_not_even_written(house, inbox, mailbox, say, fields):
    mailbox(house.staff, **fields)
    say(house.staff)

    deliver(now=NOW)

    assert inbox.letters == [] and states() == []


def test_unconfirmed_address_gets_nothing(house, inbox, mailbox, say):
    mailbox(house.staff, address="", wanted="new@example.org")
    say(house.staff, is_urgent=True)

    deliver(now=NOW)

    assert inbox.letters == []


def test_without_mail_nothing_waits_for_it(house, mailbox, say, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    mailbox(house.staff)
    say(house.staff)

    deliver(now=NOW)

    assert states() == []
    assert not Notice.objects.unrouted().exists()


def test_what_waited_when_mail_was_taken_away_is_not_forgotten(house, inbox, mailbox, say, settings):
    mailbox(house.staff)
    say(house.staff)
    deliver(now=NOW, seconds=0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    deliver(now=NOW)
    waiting = Delivery.objects.get().reason
    deliver(now=NOW + 24 * HOUR)

    assert waiting == "还没有接上邮件服务器"
    assert states() == ["dead"]


@pytest.mark.parametrize("how", ["switched off", "post ended"])
def test_who_left_meanwhile_is_told_nothing(house, inbox, mailbox, say, how):
    mailbox(house.staff)
    say(house.staff)
    inbox.answer = "451 later"
    deliver(now=NOW)
    inbox.answer = "250 OK"
    if how == "switched off":
        type(house.staff).objects.filter(pk=house.staff.pk).update(is_active=False)
    else:
        house.staff.posts.update(ended_at=NOW)

    deliver(now=NOW + HOUR)

    assert inbox.letters == []
    assert Delivery.objects.get().reason == "这个人已离开"


# Trouble ----------------------------------------------------------------------------------------------


def test_refused_for_now_is_tried_again_with_longer_pauses(house, inbox, mailbox, say):
    mailbox(house.staff)
    say(house.staff)
    inbox.answer = "451 try again later"
    waits, now = [], NOW
    for _ in range(8):
        deliver(now=now)
        due = Delivery.objects.get().due_at
        waits.append((due - now) / SECOND)
        now = due

    assert waits == [15, 30, 60, 120, 240, 480, 900, 900]


def test_is_not_tried_before_its_time(house, inbox, mailbox, say):
    mailbox(house.staff)
    say(house.staff)
    inbox.answer = "451 try again later"
    deliver(now=NOW)
    inbox.answer = "250 OK"

    deliver(now=NOW + 14 * SECOND)
    early = len(inbox.letters)
    deliver(now=NOW + 15 * SECOND)

    assert (early, len(inbox.letters)) == (0, 1)


def test_after_a_day_of_trying_it_is_a_dead_letter(house, inbox, mailbox, say):
    mailbox(house.staff)
    say(house.staff)
    inbox.answer = "451 try again later"
    deliver(now=NOW)

    deliver(now=NOW + 24 * HOUR - SECOND)
    still = states()
    deliver(now=NOW + 25 * HOUR)

    assert (still, states()) == (["waiting"], ["dead"])
    assert Delivery.objects.get().reason == "对方邮件服务器说稍后再试（451），试了24小时"


def test_day_begins_with_the_first_failure(house, inbox, mailbox, say):
    """A sweep that did not run for three days has not tried for three days."""
    mailbox(house.staff)
    say(house.staff, created_at=NOW - 72 * HOUR)
    inbox.answer = "451 try again later"

    deliver(now=NOW)

    assert states() == ["waiting"]


def test_mailbox_that_does_not_exist_is_dead_at_once_and_stops(house, inbox, mailbox, say):
    mine = mailbox(house.staff)
    mailbox(house.colleague)
    inbox.refusals[mine.address] = "550 no such user"
    say(house.staff)
    say(house.colleague)

    deliver(now=NOW)
    say(house.staff)
    deliver(now=NOW + MINUTE)

    mine.refresh_from_db()
    assert mine.stopped_why == "邮箱不存在或不收信（550）"
    assert [letter.sent_to for letter in inbox.letters] == [[house.colleague.preference.address]]
    assert states() == ["dead", "sent"]


def test_letter_refused_for_good_costs_only_itself(house, inbox, mailbox, say):
    mailbox(house.staff)
    say(house.staff)
    inbox.answer = "554 no thanks"
    deliver(now=NOW)
    inbox.answer = "250 OK"
    say(house.staff)

    deliver(now=NOW + MINUTE)

    assert len(inbox.letters) == 1
    assert states() == ["dead", "sent"]


def test_server_that_is_down_is_asked_once_a_run(house, mailbox, say, settings):
    settings.EMAIL_BACKEND = "notices.channels.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for user in (house.staff, house.colleague, house.unit_lead):
        mailbox(user)
        say(user)

    tally = deliver(now=NOW)

    assert (tally.sent, tally.later, tally.dead) == (0, 1, 0)
    assert sorted(Delivery.objects.values_list("tries", flat=True)) == [0, 0, 1]


def test_backlog_goes_out_when_the_server_is_back(house, inbox, mailbox, say, settings):
    settings.EMAIL_PORT = 1
    for user in (house.staff, house.colleague, house.unit_lead):
        mailbox(user)
        say(user)
    deliver(now=NOW)
    settings.EMAIL_PORT = inbox.port

    deliver(now=NOW + 15 * SECOND)

    assert states() == ["sent"] * 3


# The size of it ---------------------------------------------------------------------------------------


def test_statements_do_not_grow_with_the_notices_of_a_digest(
    house, inbox, mailbox, say, django_assert_num_queries, django_assert_max_num_queries
):
    mailbox(house.staff)
    say(house.staff)
    with django_assert_max_num_queries(25) as one:
        deliver(now=NOW)
    say(house.staff)
    say(house.staff)

    with django_assert_num_queries(len(one)):
        deliver(now=NOW + MINUTE)

    assert len(inbox.letters) == 2


def test_what_is_over_is_forgotten_after_a_quarter_of_a_year(house):
    over = {"channel": "email", "person": house.staff, "due_at": NOW, "ended_at": NOW}
    for number, state in enumerate(["sent", "dropped", "dead"]):
        Delivery.objects.create(effect=f"event:{number}", text=state, state=state, **over)

    forgotten = [
        forget_old(now=NOW + timedelta(days=90)),
        forget_old(now=NOW + timedelta(days=90, seconds=1)),
    ]

    assert forgotten == [0, 2]
    assert states() == ["dead"]


def test_many_notices_are_routed_batch_by_batch(house, mailbox, say):
    mailbox(house.staff)
    for _ in range(5):
        say(house.staff)

    routed = [routing.route(NOW, until=0, batch=2), routing.route(NOW, batch=2), routing.route(NOW, batch=2)]

    assert routed == [2, 3, 0]
    assert Delivery.objects.count() == 5


def test_run_begins_nothing_after_its_time(house, inbox, mailbox, say):
    mailbox(house.staff)
    say(house.staff)

    deliver(now=NOW, seconds=0)

    assert states() == ["waiting"]
