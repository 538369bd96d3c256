"""Workbooks handed out: the empty template with its notes, and the rows that could not be read. Text only."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from stations.sheets import SMALL
from volunteers import times
from volunteers.importing.rows import HEADINGS, LABELS
from volunteers.importing.sheet import MOST_ROWS

NOTES = {
    "name": "必填。和身份证上的一样。",
    "phone": "必填。11位，用来登录。",
    "vest_number": "可以空着。一个站里不能重复。",
    "born_on": "成年人可以空着。写成1958-03-12。未满18岁的，登记后补监护人同意。",
    "skills": "几项之间用顿号。只能填：{}。证件由站长以后核对。",
    "teams": "几支之间用顿号。只能填本社区已有的队伍：{}。",
    "times": f"例如：{times.EXAMPLE}。上午9:00–12:30，下午12:30–16:30，晚上16:30–20:00。",
    "monthly_hours": "0到200的整数；空着算16小时。",
}


def template(*, skills: Iterable[str], teams: Iterable[str]) -> bytes:
    """The headings alone on the first sheet, what goes below them on the second."""
    listed = {"skills": "、".join(skills), "teams": "、".join(teams) or "还没有"}
    notes = [
        (LABELS[key], NOTES[key].format(listed.get(key, "")), "、".join(names[1:]))
        for key, names in HEADINGS.items()
    ]
    rules = [(f"一次最多{MOST_ROWS}行，文件不超过2 MB；不要公式、宏和密码。", "", "")]
    return _book({"志愿者": [list(LABELS.values())], "说明": [("列", "怎么填", "也可以叫"), *notes, *rules]})


def faults(found: Iterable[dict[str, Any]]) -> bytes:
    """Row number, name and what is wrong."""
    lines = [(str(one["row"]), one["name"], "；".join(one["reasons"])) for one in found]
    return _book({"没有登记的": [("行号", "姓名", "问题"), *lines]})


def _book(sheets: dict[str, Sequence[Sequence[str]]]) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, SMALL) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for name, lines in sheets.items():
            page = book.add_worksheet(name)
            page.set_column(0, 0, 14, text)
            page.set_column(1, 1, 30 if name != "志愿者" else 16, text)
            page.set_column(2, 7, 24, text)
            page.freeze_panes(1, 0)
            for y, line in enumerate(lines):
                for x, value in enumerate(line):
                    page.write_string(y, x, value, text)
    return target.getvalue()
