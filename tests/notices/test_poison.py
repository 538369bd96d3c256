"""Messages on which processes die or stumble: given up after three tries, and a burden to no other."""

import pytest

from notices import delivery
from notices.delivery import deliver
from notices.models import Delivery
from tests.factories import at

NOW = at("2026-11-24 10:00")


def states():
    return sorted(Delivery.objects.values_list("state", flat=True))


class Killed(BaseException):
    """Nobody catches it, as nobody catches kill -9: the transaction is rolled back, and no more."""


def test_message_on_which_processes_die_is_given_up_after_three(house, inbox, mailbox, say, monkeypatch):
    mailbox(house.staff)
    mailbox(house.colleague)
    say(house.staff, "HY01-20261124-666 毒")
    say(house.colleague, "HY01-20261124-003 好")
    letter = delivery.LINES[1].send

    def dies(line, address, deliveries):
        if any("毒" in one.text for one in deliveries):
            raise Killed
        letter(line, address, deliveries)

    monkeypatch.setattr(delivery.LINES[1], "send", dies)
    for run in range(5):
        try:
            deliver(now=NOW + run * delivery.HOLD)
        except Killed:
            continue

    assert len(inbox.letters) == 1
    assert Delivery.objects.get(person=house.staff).reason == "发了3次，都没有结果"


def test_poison_among_others_costs_only_itself(house, inbox, mailbox, say, monkeypatch):
    mailbox(house.staff)
    for number in range(4):
        say(house.staff, f"HY01-20261124-00{number} 好")
    say(house.staff, "HY01-20261124-666 毒")
    body_of = delivery.LINES[1].send.__globals__["wording"].body_of

    def stumbles(deliveries):
        if any("毒" in one.text for one in deliveries):
            raise ValueError
        return body_of(deliveries)

    monkeypatch.setattr("notices.wording.body_of", stumbles)
    for run in range(4):
        deliver(now=NOW + run * delivery.HOLD)

    assert len(inbox.letters) == 4
    assert states() == ["dead", "sent", "sent", "sent", "sent"]
    assert Delivery.objects.get(state="dead").reason == "这条消息有问题，发了3次都出错"


def test_process_that_dies_loses_nothing(house, inbox, mailbox, say, monkeypatch):
    mailbox(house.staff)
    say(house.staff)

    def dies(*args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(delivery.LINES[1], "send", dies)
        with pytest.raises(Killed):
            deliver(now=NOW)
    before = states()
    deliver(now=NOW + delivery.HOLD)

    assert (before, states()) == (["waiting"], ["sent"])
    assert len(inbox.letters) == 1
