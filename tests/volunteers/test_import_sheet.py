"""What an uploaded workbook is read as, and what is refused before it costs anything."""

import tracemalloc
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest

from stations.refusals import Refused
from tests.volunteers.books import GOOD, HEAD, book, named, rezipped
from volunteers.importing import rows, sheet

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


def bomb(size=60_000_000):
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", b"<workbook/>")
        made.writestr(SHEET, b"0" * size)
    return named(target.getvalue())


def lying(file):
    """Says in its directory that a member is small."""
    content = file.getvalue()
    with zipfile.ZipFile(file) as package:
        real = package.getinfo(SHEET).file_size
    return named(content.replace(real.to_bytes(4, "little"), (10).to_bytes(4, "little")))


HOSTILE = {
    "empty": (lambda: named(b""), "不是xlsx"),
    "text": (lambda: named("姓名,手机号".encode()), "不是xlsx"),
    "old xls": (lambda: named(sheet.OLD_XLS + b"0" * 600), "旧的xls"),
    "another zip": (lambda: rezipped_nothing(), "不是xlsx"),
    "zip bomb": (bomb, "解开以后太大"),
    "bomb that lies": (lambda: lying(bomb(9_000_000)), "读不出来"),
    "many members": (lambda: rezipped(book(GOOD), add={f"x{n}": b"" for n in range(300)}), "解开以后太大"),
    "macros": (lambda: rezipped(book(GOOD), add={"xl/vbaProject.bin": b"1"}), "带宏"),
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
    return rows.read(sheet.rows(file, size=len(file.getvalue())), KNOWN)


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_refused_with_a_sentence(case):
    make, sentence = HOSTILE[case]

    with pytest.raises(Refused, match=sentence):
        read(make())


def test_big_file_is_not_even_opened():
    with pytest.raises(Refused, match="超过2 MB"):
        sheet.rows(named(b""), size=sheet.MOST_BYTES + 1)


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
        ("手机号", True, "没有填手机号"),
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
