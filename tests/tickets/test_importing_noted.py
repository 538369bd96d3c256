"""What is written down of an old ledger that somebody explains by hand: who, which file, what for what, no contents."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from tests.tickets import ledgers

RIGHT = {"column_0": "received_at", "column_1": "-", "column_2": "words", "column_3": "name"}
ROW = ("2026/3/3 9:30", "2026/3/4 10:00", "漏水", "王秀兰")


@pytest.fixture
def window(client, house):
    client.force_login(house.dispatcher)
    return client


def said(window, ledger, **given):
    ledgers.say(window, ledger, **given)
    return AuditEntry.objects.filter(action="ledger_read")


def test_columns_said_by_hand_are_noted(window, house, client_of):
    ledger = ledgers.kept(house, ledgers.csv(ROW, head=("来件日", "受理时间", "怎么回事", "联系人")))

    entry = said(window, ledger, **RIGHT).get()

    assert (entry.actor, entry.area) == (house.dispatcher, house.area)
    assert entry.post == house.dispatcher.posts.get()
    assert entry.detail == "旧台账.csv，“来件日”读成收到时间，“受理时间”不用，“怎么回事”读成内容"
    assert entry.detail in client_of(house.secretary).get(reverse("tickets:audit")).content.decode()


def test_reading_that_stays_as_it_was_is_not_noted(window, house):
    ledger = ledgers.kept(house, ledgers.csv(ROW, head=("来件日", "受理时间", "怎么回事", "联系人")))
    said(window, ledger, **RIGHT)

    assert said(window, ledger, **RIGHT).count() == 1
    assert said(window, ledger, **RIGHT | {"column_2": "-"}).count() == 1, "refused, so nothing was said"


def test_cells_that_stand_where_headings_should_are_not_noted(window, house):
    """Of a file without headings the first row is taken for them, and that is a resident's."""
    ledger = ledgers.kept(house, ledgers.csv(ROW, head=("三月三日", "三月四日", "水管漏水", "王秀兰")))

    entry = said(window, ledger, **RIGHT).get()

    assert entry.detail == "旧台账.csv，第1列读成收到时间，第3列读成内容，第4列读成反映人"


def test_words_for_satisfaction_are_noted_by_their_number(window, house):
    ledger = ledgers.kept(house, ledgers.csv((*ledgers.DONE[:-1], "一般")))

    entry = said(window, ledger, **ledgers.as_read(ledger), rating_一般="mostly").get()

    assert entry.detail == "旧台账.csv，选了1种评价算什么"


def test_many_columns_are_told_as_far_as_there_is_room(window, house):
    head = (*RIGHT, *(f"{n}号很长的列名凑满二十个字以上才好看" for n in range(9)))
    ledger = ledgers.kept(
        house, ledgers.csv((*ROW, *"123456789"), head=("受理时间", "内容", *head[2:])), name="长" * 120
    )
    fields = [
        "received_at",
        "words",
        "name",
        "phone",
        "place",
        "category",
        "unit",
        "logger",
        "handler",
        "state",
        "reply",
        "told",
        "result",
    ]

    entry = said(window, ledger, **{f"column_{n}": field for n, field in enumerate(fields)}).get()

    assert len(entry.detail) <= 200 and entry.detail.endswith("等11处")
