"""Workbooks as a lead sends them, and as somebody hostile would."""

import zipfile
from io import BytesIO

from openpyxl import Workbook

HEAD = ("姓名", "手机号", "红马甲编号", "出生日期", "技能", "队伍", "有空的时间", "每月小时")
GOOD = ("李秀兰", "13811110001", "B001", "1958-03-12", "理发", "", "周一上午、周六全天", 20)


def book(*rows, head=HEAD):
    """An xlsx of these rows below the headings."""
    made = Workbook(write_only=True)
    sheet = made.create_sheet()
    for row in (head, *rows):
        sheet.append(row)
    target = BytesIO()
    made.save(target)
    return named(target.getvalue())


def named(content, name="名单.xlsx"):
    file = BytesIO(content)
    file.name = name
    return file


def rezipped(file, *, replace=None, add=None):
    """The same package with members replaced or added."""
    target = BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            made.writestr(name, (replace or {}).get(name, source.read(name)))
        for name, content in (add or {}).items():
            made.writestr(name, content)
    return named(target.getvalue())
