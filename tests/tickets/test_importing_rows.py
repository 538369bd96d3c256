"""What a file is read as, column by column and row by row."""

from datetime import datetime
from io import BytesIO

import pytest
from django.utils import timezone

from stations.refusals import Refused
from tests.factories import House, at
from tests.tickets import ledgers
from tests.tickets.ledgers import ANSWERED, BAD, DONE, HEAD, OPEN
from tests.tickets.loop import withdrawn
from tickets.importing import columns, rows, source
from tickets.importing.known import known_in
from tickets.importing.rows import Fault, Reading
from tickets.importing.source import Source
from volunteers.importing import package

TOLD = "2026/3/3 9:30"


def read(house, content, *, answered_ends=True):
    file = Source(BytesIO(content), len(content))
    known = known_in(house.station, now=timezone.now(), answered_ends=answered_ends)
    reading = Reading(file.rows(), known)
    return list(reading), reading, file


def one(house, **cells):
    """A row of these columns alone."""
    [found], *_ = read(house, ledgers.csv(tuple(cells.values()), head=tuple(cells)))
    return found


@pytest.mark.parametrize(
    ("encoding", "how"),
    [("utf-8-sig", "UTF-8"), ("utf-8", "UTF-8"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
def test_file_is_read_in_each_encoding(house, encoding, how):
    found, _, file = read(house, ledgers.csv(DONE, encoding=encoding))

    assert (found[0].title, found[0].name, file.how) == ("楼道灯不亮", "王秀兰", f"CSV（{how}）")


def test_workbook_gives_the_same_as_text(house):
    (as_text,), *_ = read(house, ledgers.csv(DONE))
    (as_book,), _, file = read(house, ledgers.xlsx(DONE))

    assert (as_book, file.how) == (as_text, "XLSX")


def test_formula_is_said_in_its_row_and_the_others_are_read(house):
    [fault, good], *_ = read(house, ledgers.xlsx((*DONE[:3], "=1+1", *DONE[4:]), OPEN))

    assert fault.reasons == ["内容是公式，请粘贴成数值"]
    assert good.key == "G-3"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空的"),
        (package.OLD_XLS + b"0" * 600, "旧的xls"),
        (b"PK\x03\x04" + b"0" * 50, "不是xlsx"),
        (b"\x81\x00\xff\xfe,1\n", "不是CSV|编码"),
        (b"\x80\xff\x80,\xff\n", "编码认不出来"),
        (ledgers.csv(("1", "2"), head=("3", "4")), "没有找到表头"),
        (ledgers.csv(head=("甲", "乙")), "没有找到表头"),
        (ledgers.csv(DONE, head=("甲",) * len(HEAD)), "没有收到的时间和反映的内容这两列。找到的列有：甲、甲"),
        (ledgers.csv(("a", "b"), head=("标题", "内容")), "没有收到的时间这一列"),
        (ledgers.csv(("a", "b"), head=("受理时间", "姓名")), "没有反映的内容这一列"),
        (ledgers.csv((TOLD, "a", TOLD), head=("受理时间", "内容", "受理时间")), "出现了两次"),
        (ledgers.csv(), "下面没有内容"),
        (f"受理时间,内容{',栏' * 99}\n".encode(), "超过100列"),
        (b"," * (source.MOST_CHARACTERS + 1), "第1行太长"),
        (b"\n" * (source.MOST_ROWS + 1), "最多50万行"),
        ('受理时间,内容\n2026/3/3,"没有关上\n'.encode(), "从第2行起引号"),
    ],
)
def test_what_is_no_ledger_is_refused_with_a_sentence(house, content, sentence):
    with pytest.raises(Refused, match=sentence):
        read(house, content)


def test_headings_stand_below_a_title_and_are_found_by_other_names(house):
    content = ledgers.csv(
        ("Received At", "Description（必填）", "身份证号"), (TOLD, "漏水", "5"), head=("台账", "", "")
    )

    [case], reading, _ = read(house, content)

    assert (case.line, case.words) == (3, "漏水")
    assert [column.label for column in reading.columns] == ["收到时间", "内容", ""]


def test_of_two_columns_the_one_called_nearest_is_taken(house):
    case = one(house, 编号="7", 工单编号="A-7", 受理时间=TOLD, 内容="漏水")

    assert case.key == "A-7"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"受理时间": "", "内容": "漏水"}, "没有写收到时间"),
        ({"受理时间": "三月五日", "内容": "漏水"}, "收到时间“三月五日”看不懂"),
        ({"受理时间": "2096/1/1", "内容": "漏水"}, "还没有到"),
        ({"受理时间": TOLD, "内容": "", "姓名": "王"}, "没有写内容，也没有标题"),
        ({"受理时间": TOLD, "内容": "漏水", "答复时间": "2026/3/2"}, "答复时间早于收到时间"),
        ({"受理时间": TOLD, "内容": "漏水", "电话": "一二三"}, "电话不对"),
        ({"受理时间": TOLD, "内容": "漏水", "满意度": "一般", "办结时间": TOLD}, "满意度“一般”看不懂"),
        ({"受理时间": TOLD, "内容": "漏水", "满意度": "满意"}, "没有办结，却写了满意度"),
        ({"受理时间": TOLD, "内容": "漏水", "状态": "办理中", "办结时间": TOLD}, "却写了办结时间"),
        ({"受理时间": TOLD, "内容": "漏水", "状态": "已办结"}, "没有办结时间"),
        ({"受理时间": TOLD, "内容": "漏水", "站点": "别处"}, "没有“别处”这个站点"),
        ({"受理时间": TOLD, "内容": "漏" * 20_001}, "超过20000字"),
        ({"受理时间": TOLD, "内容": "漏" * 140_000}, "超过20000字"),
    ],
)
def test_bad_row_is_said_with_its_line_and_reason(house, cells, reason):
    fault = one(house, **cells)

    assert isinstance(fault, Fault) and fault.line == 2
    assert any(reason in said for said in fault.reasons)
    assert fault.cells.get("1", "") == cells["内容"][: rows.SHOWN_CELLS]


def test_every_row_is_either_read_or_said(house):
    shifted = (*OPEN, "多出来的")
    content = ledgers.csv(DONE, BAD, ("",) * len(HEAD), DONE, shifted)

    found, *_ = read(house, content)

    assert [type(row).__name__ for row in found] == ["Case", "Fault", "Fault", "Fault"]
    assert [row.line for row in found] == [2, 3, 5, 6]
    assert found[2].reasons == ["原编号和第2行一样，只导入第2行"]
    assert "比表头多" in found[3].reasons[0]


def test_cells_far_to_the_right_are_seen_and_cost_nothing(house):
    content = ledgers.csv((TOLD, "漏水"), head=("受理时间", "内容")).rstrip() + b"," * 5_000 + b"x\n"

    [fault], *_ = read(house, content)

    assert "比表头多" in fault.reasons[0] and fault.cells == {"0": TOLD, "1": "漏水"}


def test_what_is_unknown_here_stays_in_the_ledgers_words(house):
    [case], reading, _ = read(house, ledgers.csv(ANSWERED))

    assert (case.unit, case.said) == (None, {"unit": "市政科"})
    assert any("市政科" in note for note in reading.notes)


def test_row_without_a_number_gets_the_same_key_each_time(house):
    cells = {"受理时间": TOLD, "内容": "漏水", "姓名": "王秀兰"}

    assert one(house, **cells).key == one(house, **cells).key != one(house, **{**cells, "内容": "停电"}).key


@pytest.mark.parametrize("received", [datetime(2026, 3, 3), datetime(2026, 3, 3, 9, 30, 29)])
def test_workbook_and_what_was_saved_of_it_as_text_are_the_same_cases(house, received):
    head, shown = ("受理时间", "内容"), f"{received:%Y/%-m/%-d %-H:%M}"

    [as_book], *_ = read(house, ledgers.xlsx((received, "漏水"), head=head))
    [as_text], *_ = read(house, ledgers.csv((shown, "漏水"), head=head))

    assert as_book.key == as_text.key


def test_what_came_in_since_the_desk_opened_goes_through_the_desk(house):
    withdrawn(house.receive(now=at("2026-03-02 10:00")), house, now=at("2026-03-02 11:00"))
    house.receive(now=at("2026-03-04 18:00"))

    [before, after], *_ = read(house, ledgers.csv(DONE, OPEN))
    [elsewhere], *_ = read(House(), ledgers.csv(OPEN))

    assert (before.key, elsewhere.key) == ("G-1", "G-3")
    assert after.reasons == [rows.AT_THE_DESK.format(2026, 3, 4)]


@pytest.mark.parametrize(
    ("cells", "fate"),
    [
        ({}, "open"),
        ({"答复时间": "2026/3/4"}, "answered"),
        ({"答复时间": "2026/3/4", "办理结果": "已解决"}, "done"),
        ({"答复时间": "2026/3/4", "状态": "办理中"}, "open"),
        ({"办结时间": "2026/3/4"}, "done"),
        ({"状态": "不予受理"}, "withdrawn"),
        ({"状态": "作废"}, "withdrawn"),
    ],
)
def test_what_became_of_a_case_is_what_the_ledger_says(house, cells, fate):
    case = one(house, 受理时间=TOLD, 内容="漏水", **cells)

    assert case.fate == fate


def test_sentence_in_the_column_of_results_is_kept_and_counts_as_none(house):
    case = one(house, 受理时间=TOLD, 内容="漏水", 办结时间="2026/3/4", 处理结果="换了接头，居民很高兴")

    assert (case.outcome, case.result) == ("", "换了接头，居民很高兴")


def test_of_several_numbers_the_first_is_kept(house):
    case = one(house, 受理时间=TOLD, 内容="漏水", 电话="13800001234/13900005678")

    assert (case.phone, case.notes) == ("13800001234", ["电话写了几个，只留第一个"])


@pytest.mark.parametrize("number", ["单号", "报修单号", "受理单号", "工单号", "编号", "登记号", "案件号"])
def test_headings_that_neighbourhoods_write_are_known(number):
    """A management company's book of repairs, and its numbers, which 序号 is none of."""
    row = (
        "序号",
        number,
        "报修时间",
        "业主姓名",
        "报修地址",
        "报修内容",
        "维修人员",
        "完工时间",
        "业主满意度",
    )

    head = columns.find([(1, row)])

    known = ["external_id", "received_at", "name", "place", "words", "handler", "resolved_at", "satisfied"]
    assert [column.field for column in head.columns] == ["", *known]
