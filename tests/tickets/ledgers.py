"""Old ledgers as somebody sends them: a few rows with every column, and the bytes of a file."""

from io import BytesIO, StringIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from tickets.importing import running

HEAD = (
    "工单编号",
    "受理时间",
    "标题",
    "诉求内容",
    "来电人",
    "联系电话",
    "楼号",
    "承办单位",
    "答复时间",
    "答复内容",
    "办结时间",
    "办理结果",
    "满意度",
)
# Received Tuesday morning, answered the same day, done on Thursday; the second one answered a day too late.
DONE = (
    "G-1",
    "2026/3/3 9:30",
    "楼道灯不亮",
    "三单元二楼楼道灯不亮",
    "王秀兰",
    "13800001234",
    "24栋",
    "安居物业",
    "2026年3月3日下午2点",
    "明天来换",
    "2026-03-05 16:00",
    "已解决",
    "满意",
)
LATE = (
    "G-2",
    "2026/3/3 9:30",
    "水管漏水",
    "厨房水管接头漏水",
    "李建国",
    "",
    "24栋",
    "安居物业",
    "2026/3/5 10:00",
    "已派人",
    "2026/3/20 10:00",
    "部分解决",
    "不满意",
)
OPEN = ("G-3", "2026/3/4 20:15", "", "电梯有异响", "", "", "", "", "", "", "", "", "")
ANSWERED = (
    "G-4",
    "2026/3/4 10:00",
    "停车位",
    "想加装充电桩",
    "",
    "",
    "",
    "市政科",
    "2026/3/5 9:00",
    "已转街道",
    "",
    "",
    "",
)
BAD = ("G-5", "三月五日", "坏行", "时间没有年份", "", "", "", "", "", "", "", "", "")
ALL = (DONE, LATE, OPEN, ANSWERED, BAD)


def text(*rows, head=HEAD):
    lines = StringIO()
    for row in (head, *rows):
        lines.write(",".join(f'"{cell}"' for cell in row) + "\r\n")
    return lines.getvalue()


def csv(*rows, head=HEAD, encoding="utf-8-sig"):
    return text(*rows, head=head).encode(encoding)


def xlsx(*rows, head=HEAD):
    book, target = openpyxl.Workbook(), BytesIO()
    for row in (head, *rows):
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def sent(content, name="旧台账.csv"):
    return SimpleUploadedFile(name, content)


def kept(house, content=None, **given):
    """A file of the house's dispatcher, looked at."""
    content = csv(*ALL) if content is None else content
    facts = {"name": "旧台账.csv", "station": house.station, "by": house.dispatcher, "answered_ends": True}
    return running.take([content], size=len(content), **{"now": timezone.now()} | facts | given)


def imported(house, content=None, **given):
    """The same, confirmed and written."""
    ledger = kept(house, content, **given)
    running.confirm(ledger, by=house.dispatcher, now=timezone.now())
    return ledger


def rated(*words):
    """A case done with for each of these words."""
    rows = [(f"W-{n}", *DONE[1:-1], word) for n, word in enumerate(words)]
    return csv(*rows)


def say(window, ledger, **given):
    """Somebody's choices of columns and words, sent from the page."""
    return window.post(reverse("tickets:ledger_columns", args=[ledger.pk]), given)


def page_of(window, ledger):
    return window.get(reverse("tickets:ledger", args=[ledger.pk])).content.decode()


def as_read(ledger):
    """The choices as they stand when nobody touches them."""
    return {f"column_{one['place']}": one["field"] or "-" for one in ledger.columns}


def command(house, tmp_path, content, *options):
    file = tmp_path / "old.csv"
    file.write_bytes(content)
    call_command("import_tickets", str(file), "--station", house.station.code, *options)
