"""What somebody says by hand of the columns of a ledger, on the page and to the command."""

import pytest
from django.core.management import CommandError
from django.urls import reverse
from django.utils import timezone

from stations.refusals import Conflict, Refused
from tests.factories import House
from tests.tickets import ledgers
from tickets.importing import columns, running, said, working
from tickets.importing.headings import LABELS
from tickets.models import LedgerImport, Ticket

ODD = ("来件日", "受理时间", "怎么回事", "谁")
ROWS = (("2026/3/3 9:30", "2026/3/4 10:00", "漏水", "王秀兰"), ("2026/3/5 9:30", "三月", "停电", ""))
RIGHT = {"column_0": "received_at", "column_1": "-", "column_2": "words", "column_3": "name"}
KNOWN = ((3, ("受理时间", "内容", "受理时间", "电话(家)", "电话(手机)")),)


@pytest.fixture
def window(client, house):
    client.force_login(house.dispatcher)
    return client


def odd(*rows, head=ODD):
    return ledgers.csv(*(rows or ROWS), head=head)


def test_what_was_said_goes_before_what_a_heading_is_called():
    head = columns.find([(1, ODD)], {"来件日": "received_at", "怎么回事": "words"})

    assert [column.field for column in head.columns] == ["received_at", "", "words", ""]
    assert head.is_by_hand


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"别的": "words"}, "表里没有“别的”这一列。表里的列有：受理时间、内容、受理时间"),
        ({"受理时间": ""}, "有2列都叫“受理时间”，请写成“受理时间#2”"),
        ({"电话": "phone"}, "有2列都叫“电话”"),
        (
            {"电话(家)": "phone", "电话(手机)": "phone", "受理时间#2": ""},
            "“电话(家)”和“电话(手机)”都说是电话",
        ),
        ({}, "“受理时间”出现了两次"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(named, sentence):
    with pytest.raises(Refused, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        columns.find(KNOWN, named)


def test_one_of_two_columns_of_one_name_can_be_named():
    head = columns.find(KNOWN, {"受理时间#1": "", "电话(手机)": "phone"})

    assert [column.field for column in head.columns] == ["", "words", "received_at", "", "phone"]


def test_headings_that_nobody_knows_are_the_first_row_of_words():
    above = [(1, ("2026年台账",)), (3, ("何时", "何事")), (4, ("2026/3/3", "漏水"))]

    with pytest.raises(columns.Unassigned) as lack:
        columns.find(above)

    assert [column.heading for column in lack.value.head.columns] == ["何时", "何事"]


def test_row_above_that_shares_words_with_the_headings_is_not_taken_for_them_when_read_again():
    above = [(1, ("诉求", "", "办理")), (2, ("诉求", "受理时间", "办理")), (3, ("漏水", "2026/3/3", "张三"))]
    first = columns.find(above)

    again = columns.find(above, {column.key: column.field for column in first.columns})

    assert (first.line, again.line, again.columns) == (2, 2, first.columns)


def test_file_whose_columns_are_unknown_waits_for_somebody_to_say(window, house):
    ledger = ledgers.kept(
        house, odd(("2026/3/3", "", "漏水", ""), head=("来件日", "登记日", "怎么回事", "联系人"))
    )

    page, confirmed = (
        ledgers.page_of(window, ledger),
        window.post(reverse("tickets:ledger", args=[ledger.pk])),
    )

    assert (
        "没有收到的时间和反映的内容这两列。找到的列有：来件日、登记日、怎么回事、联系人。" in page
        and "导入这" not in page
    )
    assert confirmed.status_code == 422 and "还有列没有说明是什么" in confirmed.content.decode()
    assert "等说明列" in window.get(reverse("tickets:ledgers")).content.decode()


def test_columns_are_said_checked_again_and_imported_so(window, house):
    ledger = ledgers.kept(house, odd(head=("来件日", "登记日", "怎么回事", "联系人")))

    ledgers.say(window, ledger, **RIGHT)
    page = ledgers.page_of(window, ledger)
    window.post(reverse("tickets:ledger", args=[ledger.pk]))

    assert "可以导入<b>2行</b>" in page and "照说明过的读" in page
    assert [ticket.words for ticket in Ticket.objects.order_by("received_at")] == ["漏水", "停电"]
    assert str(Ticket.objects.earliest("received_at").received_on) == "2026-03-03"


def test_wrongly_known_column_can_be_put_right(window, house):
    ledger = ledgers.kept(house, odd(head=("来件日", "受理时间", "内容", "联系人")))
    before = (ledger.ready, ledger.bad)

    ledgers.say(window, ledger, **RIGHT)

    ledger.refresh_from_db()
    assert (before, (ledger.ready, ledger.bad)) == ((1, 1), (2, 0))


def test_next_file_with_the_same_headings_is_read_the_same_way(window, house):
    ledgers.say(window, ledgers.kept(house, odd()), **RIGHT)

    again = ledgers.kept(house, odd())
    turned = ledgers.kept(house, ledgers.csv(*(row[::-1] for row in ROWS), head=ODD[::-1]))
    others = [ledgers.kept(house, odd(head=(*ODD[:3], "何人"))), ledgers.kept(House(), odd())]

    assert [(one.ready, one.is_by_hand) for one in (again, turned)] == [(2, True), (2, True)]
    assert [(one.ready, one.is_by_hand, one.is_asking) for one in others] == [(0, False, True)] * 2


def test_rows_given_back_are_read_the_same_way_however_often(window, house):
    ledger = ledgers.kept(house, odd())
    ledgers.say(window, ledger, **RIGHT | {"column_0": "-", "column_1": "received_at"})
    ledger.refresh_from_db()
    sheets = [list(running.fault_sheet(ledger))]

    for _ in range(2):
        again = ledgers.kept(house, ledgers.csv(*sheets[-1][1:], head=sheets[-1][0]))
        sheets.append(list(running.fault_sheet(again)))

    assert sheets[0][0] == ["行号", "为什么没有导入", *ODD] and sheets[2] == sheets[1]
    assert (again.is_asking, again.is_by_hand, again.bad, again.ready) == (False, True, 1, 0)
    assert columns.unused(again.columns) == ["来件日"]


def test_own_column_of_line_numbers_is_not_taken_for_ours():
    keys = ["行号#1", "内容#1"]

    assert columns.put_before(keys) == set()
    assert columns.unused([{"key": key, "heading": key[:2], "label": ""} for key in keys]) == ["行号", "内容"]


def test_what_was_missing_is_not_said_again_when_something_else_is(window, house):
    ledger = ledgers.kept(house, odd(head=("来件日", "登记日", "怎么回事", "联系人")))

    before = ledgers.page_of(window, ledger)
    after = ledgers.say(window, ledger, **RIGHT | {"column_2": "-"}).content.decode()

    assert "请说明每一列是什么" in before and "哪一列是“收到时间”，哪一列是“内容”" in before
    assert "没有反映的内容这一列" in after and "收到的时间" not in after


def test_what_is_said_of_another_file_changes_nothing_of_one_looked_at(window, house):
    looked_at = ledgers.kept(house, odd(head=("来件日", "受理时间", "内容", "谁")))
    other = ledgers.kept(house, odd(head=("来件日", "受理时间", "内容", "谁")))

    ledgers.say(window, other, **RIGHT)
    running.confirm(looked_at, by=house.dispatcher, now=timezone.now())

    assert [str(ticket.received_on) for ticket in Ticket.objects.all()] == ["2026-03-04"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"column_1": "received_at"}, "“来件日”和“受理时间”都说是收到时间，只能有一列。"),
        ({"column_2": "-"}, "没有反映的内容这一列"),
        ({"column_0": "-"}, "没有收到的时间这一列"),
        ({"column_3": "nothing"}, "选一种"),
        ({"column_3": ""}, "选一种"),
    ],
)
def test_bad_choice_is_refused_and_stays_on_the_page(window, house, given, sentence):
    ledger = ledgers.kept(house, odd())

    answer = ledgers.say(window, ledger, **RIGHT | given)

    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    assert '<option value="name" selected>' in page or "column_3" in given
    ledger.refresh_from_db()
    assert ledger.is_asking


def test_confirmed_ledger_is_not_read_in_another_way(window, house):
    ledger = ledgers.imported(house)

    answer = ledgers.say(window, ledger, **ledgers.as_read(ledger))

    assert answer.status_code == 409 and "已经确认过" in answer.content.decode()


def test_who_looked_at_another_reading_does_not_confirm_this_one(window, house):
    ledger = ledgers.kept(house, odd(head=("来件日", "受理时间", "内容", "联系人")))
    seen = ledger.stamp
    ledgers.say(window, ledger, **RIGHT)

    answer = window.post(reverse("tickets:ledger", args=[ledger.pk]), {"seen": seen})

    assert answer.status_code == 409 and "刚刚改过" in answer.content.decode()
    assert not Ticket.objects.exists()


def test_reading_changed_at_the_last_moment_is_not_confirmed(house):
    ledger = ledgers.kept(house)
    stale = LedgerImport.objects.get()
    running.assign(ledger, {"满意度#1": ""}, {}, by=house.dispatcher, now=timezone.now())

    with pytest.raises(Conflict):
        running.confirm(stale, by=house.dispatcher, now=timezone.now())


def test_long_file_is_read_again_by_the_worker(window, house, monkeypatch):
    monkeypatch.setattr(running, "AT_ONCE_BYTES", 10)
    ledger = ledgers.kept(house, odd())
    working.go_on()

    ledgers.say(window, ledger, **RIGHT)
    waiting = ledgers.page_of(window, ledger)
    working.go_on()

    assert "读了0行" in waiting and "可以导入<b>2行</b>" in ledgers.page_of(window, ledger)


def test_file_with_all_too_many_bad_rows_lets_somebody_say_which_column_is_wrong(window, house, monkeypatch):
    monkeypatch.setattr(running, "MOST_FAULTS", 0)
    ledger = ledgers.kept(house, odd(head=("来件日", "受理时间", "内容", "联系人")))
    asking = (
        ledger.is_asking,
        ledger.total,
        ledger.faults.count(),
        "多半是哪一列弄错了" in ledgers.page_of(window, ledger),
    )

    ledgers.say(window, ledger, **RIGHT)

    ledger.refresh_from_db()
    assert asking == (True, 0, 0, True)
    assert (ledger.is_asking, ledger.ready) == (False, 2)


def test_command_is_told_the_columns_and_keeps_them_for_the_next_file(house, tmp_path, capsys):
    ledgers.command(
        house,
        tmp_path,
        odd(),
        "--column",
        "来件日=收到时间",
        "--column",
        "怎么回事=内容",
        "--column",
        "谁=反映人",
    )
    said_first = capsys.readouterr().out
    ledgers.command(house, tmp_path, odd(("2026/3/6 8:00", "", "噪音", "")))

    assert "列“受理时间” → 没有用到" in said_first and Ticket.objects.count() == 3


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], r"没有反映的内容这一列.*例如加上 --column 原标题=收到时间"),
        (["--column", "来件日"], "请写成 原标题=字段"),
        (["--column", "来件日=别的"], "看不懂“来件日=别的”.*原编号、收到时间"),
        (["--column", "来件=收到时间"], "表里没有“来件”这一列"),
        (["--column", "来件日=内容", "--column", "怎么回事=内容"], "“来件日”和“怎么回事”都说是内容"),
        (["--rating", "一般"], "请写成 一般=基本满意 这样"),
        (["--rating", "一般=还行"], "满意、基本满意、不满意、不算评价"),
        (["--rating", "满意=不满意"], "“满意”本来就认得"),
    ],
)
def test_command_says_what_it_does_not_understand(house, tmp_path, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        ledgers.command(house, tmp_path, odd(), *options)


def test_every_field_can_be_named_as_the_page_names_it():
    pairs = [f"甲{n}={label}" for n, label in enumerate(LABELS.values())]

    assert list(said.of_columns([*pairs, "乙=不用"]).values()) == [*LABELS, ""]
