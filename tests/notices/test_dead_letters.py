"""What could not be delivered: who sees it, who is told, and what a person decides about it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from notices.dead_letters import deciders
from notices.delivery import deliver
from notices.models import Delivery, Notice
from tests.factories import AreaFactory, PostFactory, at, person

NOW = at("2026-11-24 10:00")
LIST = reverse("notices:dead_letters")


def letter(user, text="HY01-20261124-003（24栋·水电气）派给安居物业，请认领", **fields):
    number = Delivery.objects.count()
    ended = {
        "state": "dead",
        "due_at": NOW,
        "ended_at": NOW,
        "reason": "邮箱不存在或不收信（550）",
        "tried_at": NOW,
    }
    given = {"channel": "email", "person": user, "effect": f"event:{number}", "text": text, **ended, **fields}
    return Delivery.objects.create(**given)


def press(client, verb, delivery):
    return client.post(reverse(f"notices:{verb}", args=[delivery.pk]), follow=True)


@pytest.fixture
def office(house, client_of):
    return client_of(house.dispatcher)


def test_page_says_what_to_whom_why_and_since_when(house, office):
    letter(house.staff)

    page = office.get(LIST).content.decode()

    for words in ("请认领", "给周建华", "邮箱不存在或不收信（550）", "从11月24日 10:00起"):
        assert words in page
    assert house.staff.phone not in page


def test_empty_page_says_what_would_stand_here(office):
    assert "没有发不出的通知" in office.get(LIST).content.decode()


def test_admin_reads_nothing_of_the_ticket(house, client_of):
    letter(house.staff)

    page = client_of(house.admin).get(LIST).content.decode()

    assert "给周建华" in page and "工单有变化" in page
    assert "HY01-20261124-003" not in page


def test_who_serves_elsewhere_too_is_left_to_those_above(house, office, client_of):
    street = house.area.parent
    other = AreaFactory(parent=street)
    above = person("secretary", area=street)
    PostFactory(user=house.dispatcher, role="dispatcher", area=other)
    letter(house.dispatcher)

    lists = [
        client.get(LIST).context["page_obj"] for client in (client_of(house.secretary), client_of(above))
    ]

    assert [len(found) for found in lists] == [0, 1]


def test_secretarys_letter_is_not_for_the_dispatcher_it_may_be_about(house, office, client_of):
    about = letter(house.secretary, text="何敏（派单员）10分钟内看了10次以上居民的完整电话")

    answer = press(office, "give_up", about)

    about.refresh_from_db()
    assert "何敏" not in office.get(LIST).content.decode().partition("<main")[2]
    assert (answer.status_code, about.state) == (404, "dead")
    assert "10次以上" in client_of(house.secretary).get(LIST).content.decode()


def test_secretaries_decide_about_a_secretarys_letter(house):
    above = person("secretary", area=house.area.parent)

    assert deciders(letter(house.secretary)) == {house.secretary.pk, above.pk}
    assert deciders(letter(house.staff)) == {house.dispatcher.pk}


def test_sent_again_it_goes_out_and_is_written_down(house, office, inbox, mailbox):
    mine = mailbox(house.staff, stopped_why="邮箱不存在或不收信（550）")
    dead = letter(house.staff)

    page = press(office, "send_again", dead).content.decode()
    deliver()

    mine.refresh_from_db()
    entry = AuditEntry.objects.get(action="notice_handled")
    assert "马上再发" in page
    assert len(inbox.letters) == 1 and mine.stopped_why == ""
    assert (entry.actor, entry.person, entry.area) == (house.dispatcher, house.staff, house.area)
    assert entry.detail == "邮件发不出的通知：再发一次"


def test_sent_again_in_vain_it_comes_back(house, office, inbox, mailbox):
    mine = mailbox(house.staff)
    inbox.refusals[mine.address] = "550 no such user"
    dead = letter(house.staff)

    press(office, "send_again", dead)
    deliver()

    dead.refresh_from_db()
    assert (dead.state, dead.reason) == ("dead", "邮箱不存在或不收信（550）")


def test_given_up_it_is_gone_and_written_down(house, office, inbox, mailbox):
    mailbox(house.staff)
    dead = letter(house.staff)

    press(office, "give_up", dead)
    deliver()

    assert inbox.letters == []
    assert "没有发不出的通知" in office.get(LIST).content.decode()
    assert AuditEntry.objects.get().detail == "邮件发不出的通知：不再发"


@pytest.mark.parametrize("second", ["send_again", "give_up"])
def test_second_decision_changes_nothing(house, office, second):
    dead = letter(house.staff)
    press(office, "give_up", dead)

    page = press(office, second, dead).content.decode()

    dead.refresh_from_db()
    assert "刚刚有人处理过了" in page
    assert (dead.state, AuditEntry.objects.count()) == ("dropped", 1)


def test_dispatcher_is_told_once_a_day(house, inbox, mailbox, say):
    mine = mailbox(house.staff)
    inbox.answer = "554 no"
    for _ in range(2):
        say(house.staff)
        deliver(now=NOW)
    say(house.staff)

    deliver(now=NOW + timedelta(days=1))

    told = Notice.objects.filter(effect__startswith="dead_letters:")
    assert [notice.recipient for notice in told] == [house.dispatcher] * 2
    assert mine.stopped_why == ""


def test_secretary_is_told_where_no_dispatcher_is(house, inbox, mailbox, say):
    house.dispatcher.posts.update(ended_at=timezone.now())
    mailbox(house.staff)
    inbox.answer = "554 no"
    say(house.staff)

    deliver(now=NOW)

    assert Notice.objects.get(effect__startswith="dead_letters:").recipient == house.secretary


def test_whose_mailbox_it_is_reads_that_it_stopped(house, inbox, mailbox, say):
    mine = mailbox(house.staff)
    inbox.refusals[mine.address] = "550 no such user"
    say(house.staff)

    deliver(now=NOW)

    told = Notice.objects.get(effect__startswith="stopped:preference:")
    assert (told.recipient, told.url) == (house.staff, reverse("notices:preferences"))


def test_page_says_what_is_being_tried_again(house, office, inbox, mailbox, say):
    mailbox(house.staff)
    inbox.answer = "451 later"
    say(house.staff)
    deliver(now=NOW)

    page = office.get(LIST).content.decode()

    assert "正在重试" in page
    assert "对方邮件服务器说稍后再试（451）" in page
    assert "1条邮件" in page and "从11月24日 10:00起" in page


def test_notices_page_counts_them_for_those_who_can_act(house, office, client_of):
    letter(house.staff)
    letter(house.colleague)

    shown = [
        client.get(reverse("notices:list")).content.decode() for client in (office, client_of(house.staff))
    ]

    assert "有2条通知发不到邮箱或群里" in shown[0]
    assert "发不到邮箱" not in shown[1]


def test_query_count_does_not_grow(
    house, office, robot, django_assert_num_queries, django_assert_max_num_queries
):
    letter(house.staff)
    with django_assert_max_num_queries(10) as one:
        office.get(LIST)
    letter(house.colleague)
    letter(None, channel="robot", unit=house.unit)

    with django_assert_num_queries(len(one)):
        office.get(LIST)
