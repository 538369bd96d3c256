"""What an uploaded workbook is read as, and what is refused before it costs anything."""

import random
import tracemalloc
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest

from stations.refusals import Refused
from tests.volunteers.books import GOOD, HEAD, book, named, rezipped
from volunteers.importing import package, rows, sheet, sheet_child

pytestmark = pytest.mark.slow

SHEET = "xl/worksheets/sheet1.xml"
SHARED = '<?xml version="1.0"?><!DOCTYPE a [{}]><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'
LAUGHS = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
KNOWN = rows.Known(
    skills={"理发": 1, "水电工": 2},
    teams={"理发队": 7},
    phones=frozenset({"13811119999"}),
    vests=frozenset({"A001"}),
    today=date(2026, 11, 24),
)


def bomb(size=60_000_000, *, ratio=0):
    """A sheet of so many bytes; packed by that ratio, by as much as there is without one."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", b"<workbook/>")
        noise = random.Random(1).randbytes(size // ratio) if ratio else b""
        made.writestr(SHEET, noise + b"0" * (size - len(noise)))
    return named(target.getvalue())


def swollen(name, element, times):
    file = book(GOOD)
    kept = {name: element * times}
    with zipfile.ZipFile(file) as there:
        is_there = name in there.namelist()
    return rezipped(file, **{"replace" if is_there else "add": kept})


def lying(file):
    """Says in its directory that a member is small."""
    content = file.getvalue()
    with zipfile.ZipFile(file) as package:
        real = package.getinfo(SHEET).file_size
    return named(content.replace(real.to_bytes(4, "little"), (10).to_bytes(4, "little")))


HOSTILE = {
    "empty": (lambda: named(b""), "不是xlsx"),
    "text": (lambda: named("姓名,手机号".encode()), "不是xlsx"),
    "old xls": (lambda: named(package.OLD_XLS + b"0" * 600), "旧的xls"),
    "another zip": (lambda: rezipped_nothing(), "不是xlsx"),
    "zip bomb": (bomb, "解开以后太大"),
    "bomb that lies": (lambda: lying(bomb(3_000_000, ratio=20)), "读不出来"),
    "many members": (lambda: rezipped(book(GOOD), add={f"x{n}": b"" for n in range(300)}), "解开以后太大"),
    "macros": (lambda: rezipped(book(GOOD), add={"xl/vbaProject.bin": b"1"}), "带宏"),
    "macros in capitals": (lambda: rezipped(book(GOOD), add={"xl/VBAPROJECT.BIN": b"1"}), "带宏"),
    "swollen styles": (lambda: swollen("xl/styles.xml", b"<xf/>", 2_300_000), "解开以后太大"),
    "swollen strings": (lambda: swollen("xl/sharedStrings.xml", b"<si><t/></si>", 900_000), "解开以后太大"),
    "many sheets": (lambda: swollen("xl/workbook.xml", b'<sheet r:id="rId1"/>', 250_000), "解开以后太大"),
    "many types": (lambda: swollen("[Content_Types].xml", b"<Default/>", 100_000), "解开以后太大"),
    "one long row": (lambda: swollen(SHEET, b"<c/>", 2_500_000), "解开以后太大"),
    "packed too closely": (lambda: swollen(SHEET, b"<c/>", 500_000), "解开以后太大"),
    "part of another name": (lambda: swollen("xl/a.bin", b"<xf/>", 100_000), "解开以后太大"),
    "broken xml": (lambda: rezipped(book(GOOD), replace={SHEET: b"<worksheet><sheetData><row"}), "读不出来"),
    "laughing xml": (
        lambda: rezipped(book(GOOD), replace={SHEET: SHARED.format(LAUGHS, "<si>&c;</si>").encode()}),
        "读不出来",
    ),
    "outside entity": (
        lambda: rezipped(
            book(GOOD),
            replace={SHEET: SHARED.format('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;").encode()},
        ),
        "读不出来",
    ),
    "formula": (lambda: book(("=1+1", *GOOD[1:])), "第2行有公式"),
    "too many rows": (lambda: book(*[GOOD] * 2_100), "一次最多2000行"),
    "rows far below": (lambda: book(GOOD, *[(None,)] * 20_000, GOOD), "还有很多行"),
    "long cell": (lambda: book(("甲" * 400, *GOOD[1:])), "文字太长"),
    "no headings": (lambda: book(GOOD, head=("甲", "乙")), "没有找到表头"),
    "heading twice": (lambda: book(GOOD, head=(*HEAD[:7], "电话")), "出现了两次"),
    "nobody": (lambda: book(), "没有人"),
    "blank rows": (lambda: book(("", None), (" ", "")), "没有人"),
}  # fmt: skip


def rezipped_nothing():
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("a.txt", "x")
    return named(target.getvalue())


def read(file):
    """As sheet.rows does, without the cost of a process."""
    package.check(file, size=len(file.getvalue()))
    return rows.read(sheet.told(unpacked(file)), KNOWN)


def unpacked(file):
    try:
        return list(sheet_child.lines(file.getvalue()))
    except Exception:
        raise Refused(sheet.BROKEN) from None


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_refused_with_a_sentence(case):
    make, sentence = HOSTILE[case]

    with pytest.raises(Refused, match=sentence):
        read(make())


@pytest.mark.parametrize(
    ("file", "sentence"),
    [(lambda: book(("=1+1", *GOOD[1:])), "第2行有公式"), (lambda: crowded(), "解开以后太大")],
)
def test_child_says_what_is_wrong_or_dies_alone(file, sentence):
    made = file()

    with pytest.raises(Refused, match=sentence):
        sheet.rows(made, size=len(made.getvalue()))


def crowded():
    """One row of as many cells as a sheet may weigh, not packed closely: only the child's limits stop it."""
    noise = random.Random(1)
    cells = (f'<c r="A1" s="{noise.randrange(10)}"><v/></c>' for _ in range(160_000))
    return rezipped(book(GOOD), replace={SHEET: XML.format(f"<row>{''.join(cells)}</row>").encode()})


def test_child_hands_over_what_stands_in_the_cells():
    values = ("李秀兰", 13811110001, 2.5, None, datetime(1958, 3, 12), True)

    found = sheet.rows(file := book(values), size=len(file.getvalue()))

    assert found[1][1][:6] == (*values[:4], date(1958, 3, 12), True)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('<c r="C2" t="e"><v>#REF!</v></c>', "出生日期读不出来：#REF!"),
        ('<c r="C2" t="e"></c>', "出生日期读不出来"),
        ('<c r="C2" t="b"><v>1</v></c>', "出生日期读不出来"),
        ('<c r="C2" s="1"><v>99999999999</v></c>', "出生日期读不出来"),
        ('<c r="C2" s="1"><v>-99999999</v></c>', "出生日期读不出来"),
        ('<c r="C2" s="1"><v>1e400</v></c>', "出生日期读不出来"),
        ('<c r="C2"><v>1e400</v></c>', "出生日期读不出来"),
        ('<c r="C2"><v>40000.5</v></c>', "出生日期不对"),
        ('<c r="C2" s="1"><v>0.5</v></c>', "出生日期不对"),
    ],
)
def test_birthday_that_cannot_be_read_is_not_taken_for_none(cell, reason):
    reading = read(raw(text("A2", "李秀兰") + text("B2", "13811110001") + cell))

    assert reading.rows == []
    assert any(reason in said for said in reading.faults[0]["reasons"])


@pytest.mark.parametrize("cell", ["<v>1e400</v>", "<v>1.5</v>", "<v>7</v>"])
def test_name_is_text(cell):
    reading = read(raw(f'<c r="A2">{cell}</c>' + text("B2", "13811110001")))

    assert (reading.rows, len(reading.faults)) == ([], 1)


XML = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def text(place, words):
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def raw(row):
    """A row as XML below 姓名, 手机号 and 出生日期; style 1 is a date."""
    head = "".join(text(f"{column}1", name) for column, name in zip("ABC", (*HEAD[:2], HEAD[3]), strict=True))
    cells = XML.format(f'<row r="1">{head}</row><row r="2">{row}</row>')
    return rezipped(book((datetime(1958, 3, 12),)), replace={SHEET: cells.encode()})


def test_big_file_is_not_even_opened():
    with pytest.raises(Refused, match="超过2 MB"):
        sheet.rows(named(b""), size=package.MOST_BYTES + 1)


def test_bomb_costs_no_memory():
    file = bomb()
    tracemalloc.start()

    with pytest.raises(Refused):
        read(file)

    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_good_row_is_read():
    [person] = read(book(GOOD)).rows

    assert person == {
        "row": 2,
        "name": "李秀兰",
        "phone": "13811110001",
        "vest_number": "B001",
        "born_on": "1958-03-12",
        "skills": [1],
        "teams": [],
        "times": [[0, 540, 750, False], [5, 540, 1200, False]],
        "monthly_hours": 20,
    }


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("手机号", 13811110001, "13811110001"),
        ("手机号", 13811110001.0, "13811110001"),
        ("手机号", "１３８ 1111 0001", "13811110001"),
        ("手机号", "+86 138-1111-0001", "13811110001"),
        ("出生日期", datetime(1958, 3, 12), "1958-03-12"),
        ("出生日期", "1958年3月12日", "1958-03-12"),
        ("出生日期", 19580312, "1958-03-12"),
        ("出生日期", None, None),
        ("技能", "理发，水电工、理发", [1, 2]),
        ("队伍", "理发队", [7]),
        ("每月小时", "20小时", 20),
        ("每月小时", "", None),
        ("红马甲编号", 17, "17"),
    ],
)
def test_cells_are_read_as_people_write_them(column, value, expected):
    row = list(GOOD)
    row[HEAD.index(column)] = value
    key = next(key for key, names in rows.HEADINGS.items() if names[0] == column)

    [person] = read(book(row)).rows

    assert person[key] == expected


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("姓名", None, "没有填姓名"),
        ("姓名", "李\u202e秀兰", "看不见的字符"),
        ("姓名", "李" * 31, "最多30字"),
        ("手机号", "12345", "手机号不对"),
        ("手机号", None, "没有填手机号"),
        ("手机号", True, "手机号读不出来"),
        ("红马甲编号", "a001", "已经有人用"),
        ("出生日期", "三月", "出生日期不对"),
        ("出生日期", "2026-13-40", "出生日期不对"),
        ("出生日期", "2096-01-01", "出生日期不对"),
        ("技能", "开飞机", "没有“开飞机”这个技能，可以填：理发、水电工"),
        ("队伍", "别处的队", "没有“别处的队”这个队伍"),
        ("有空的时间", "随时", "看不懂“随时”"),
        ("每月小时", "很多", "每月小时填"),
        ("每月小时", 900, "每月小时填"),
    ],
)
def test_bad_cell_is_said_with_its_row(column, value, reason):
    row = list(GOOD)
    row[HEAD.index(column)] = value

    reading = read(book(GOOD[:1] + ("13811110002", "B002", *GOOD[3:]), row))

    assert len(reading.rows) == 1
    assert reading.faults[0]["row"] == 3
    assert any(reason in said for said in reading.faults[0]["reasons"])


def test_same_phone_twice_is_said_and_who_serves_already_is_left_alone():
    other = ("王大明", "13811119999", *GOOD[2:])

    reading = read(book(GOOD, (*GOOD[:2], "B002", *GOOD[3:]), other))

    assert [one["reasons"] for one in reading.faults] == [["手机号和第2行一样"]]
    assert [one["name"] for one in reading.known] == ["王大明"]


def test_headings_have_other_names_and_stand_below_a_title():
    head = ("序号", "志愿者姓名", "联系电话（必填）", "身份证号")

    reading = read(book(head, (1, "李秀兰", "13811110001", "500"), head=("和苑志愿者名单",)))

    assert [one["name"] for one in reading.rows] == ["李秀兰"]
    assert reading.unused == ["序号", "身份证号"]
