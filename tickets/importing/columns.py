"""Which column of an old ledger is what: headings in Chinese or English, by a list of what they are called.

A heading that nobody listed is said to be unused, never guessed at. Where two columns could be the same thing, the
one that is called nearest to our own word is it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stations.refusals import Refused
from volunteers.importing.sheet import Row, Unread

# What a heading may be called, the first one as our pages say it; of two columns the one named further left is it.
HEADINGS: dict[str, tuple[str, ...]] = {
    "external_id": (
        "原编号",
        "external_id",
        "外部编号",
        "旧编号",
        "工单编号",
        "工单号",
        "受理编号",
        "受理号",
        "登记编号",
        "登记号",
        "流水号",
        "留言编号",
        "诉求编号",
        "案件编号",
        "事件编号",
        "信件编号",
        "编号",
        "ticket_id",
        "ticket_no",
        "case_id",
        "case_no",
        "number",
        "no",
        "id",
    ),
    "received_at": (
        "收到时间",
        "received_at",
        "接单时间",
        "受理时间",
        "登记时间",
        "反映时间",
        "诉求时间",
        "来电时间",
        "来访时间",
        "留言时间",
        "提交时间",
        "上报时间",
        "创建时间",
        "接件时间",
        "收到日期",
        "接单日期",
        "受理日期",
        "登记日期",
        "反映日期",
        "来电日期",
        "来访日期",
        "留言日期",
        "日期",
        "时间",
        "received",
        "created_at",
        "created",
        "submitted_at",
        "opened_at",
        "reported_at",
        "date_received",
        "date",
    ),
    "title": (
        "标题",
        "subject",
        "主题",
        "留言主题",
        "诉求标题",
        "事项",
        "事由",
        "问题标题",
        "title",
        "summary",
    ),
    "words": (
        "内容",
        "description",
        "诉求内容",
        "反映内容",
        "问题内容",
        "留言内容",
        "留言详情",
        "具体内容",
        "问题描述",
        "情况描述",
        "描述",
        "诉求",
        "反映问题",
        "反映事项",
        "问题",
        "详情",
        "发生了什么",
        "content",
        "details",
        "words",
        "text",
        "message",
    ),
    "name": (
        "反映人",
        "reporter_name",
        "姓名",
        "称呼",
        "居民姓名",
        "来电人",
        "来访人",
        "诉求人",
        "报修人",
        "留言用户",
        "联系人",
        "业主",
        "居民",
        "name",
        "reporter",
        "customer",
        "caller",
    ),
    "phone": (
        "电话",
        "reporter_phone",
        "联系电话",
        "手机号",
        "手机",
        "手机号码",
        "电话号码",
        "联系方式",
        "来电号码",
        "phone",
        "mobile",
        "tel",
        "telephone",
    ),
    "building": ("楼栋", "building", "楼号", "栋", "栋号", "幢", "幢号", "楼"),
    "room": ("房号", "room", "门牌号", "室号", "房间号", "单元房号"),
    "place": (
        "地点",
        "place",
        "位置",
        "地址",
        "具体位置",
        "发生地点",
        "问题地点",
        "住址",
        "address",
        "location",
    ),
    "category": (
        "类别",
        "category",
        "分类",
        "类型",
        "问题类别",
        "问题类型",
        "诉求类别",
        "诉求类型",
        "事项类别",
        "一级标签",
        "一级分类",
        "type",
    ),
    "station": ("站点", "station", "受理站点", "登记站点", "服务站", "受理点"),
    "unit": (
        "责任单位",
        "unit",
        "承办单位",
        "主办单位",
        "办理单位",
        "处理单位",
        "派往单位",
        "处置单位",
        "责任部门",
        "承办部门",
        "答复单位",
        "department",
        "assigned_to",
    ),
    "logger": ("登记人", "logged_by", "受理人", "接待人", "接单人", "录入人", "记录人"),
    "handler": (
        "经办人",
        "handled_by",
        "处理人",
        "办理人",
        "承办人",
        "责任人",
        "维修人",
        "handler",
        "assignee",
    ),
    "dispatched_at": (
        "派单时间",
        "dispatched_at",
        "转办时间",
        "交办时间",
        "派单日期",
        "转办日期",
        "交办日期",
    ),
    "replied_at": (
        "答复时间",
        "replied_at",
        "回复时间",
        "首次答复时间",
        "答复日期",
        "回复日期",
        "reply_time",
        "replied",
        "responded_at",
        "first_response_at",
    ),
    "reply": (
        "答复",
        "reply",
        "答复内容",
        "回复内容",
        "答复意见",
        "回复",
        "回复情况",
        "答复情况",
        "response",
        "answer",
    ),
    "solvable": ("能否解决", "solvable", "能不能解决", "可否解决"),
    "promised_on": ("承诺日期", "promised_on", "承诺时间", "承诺办结日期", "预计办结日期", "预计完成时间"),
    "told": ("告知方式", "told", "怎么告知", "回复方式", "答复方式"),
    "resolved_at": (
        "办结时间",
        "resolved_at",
        "完成时间",
        "解决时间",
        "处理完成时间",
        "处理时间",
        "办结日期",
        "完成日期",
        "解决日期",
        "处理日期",
        "办理时间",
        "resolved",
        "completed_at",
        "finished_at",
    ),
    "outcome": ("办理结果", "outcome", "是否解决", "解决情况", "办结结果", "处理结果", "是否办结", "result"),
    "result": (
        "办结说明",
        "resolution",
        "办理情况",
        "处理情况",
        "办理过程",
        "处理措施",
        "处理意见",
        "办结意见",
    ),
    "closed_at": ("结案时间", "closed_at", "归档时间", "结案日期", "closed"),
    "state": ("状态", "status", "办理状态", "工单状态", "处理状态", "state"),
    "satisfied": (
        "满意度",
        "satisfaction",
        "是否满意",
        "满意情况",
        "评价",
        "评价结果",
        "群众评价",
        "居民评价",
        "回访结果",
        "回访满意度",
        "rating",
    ),
    "rated_at": ("评价时间", "rated_at", "回访时间", "评价日期", "回访日期"),
    "opinion": (
        "评价内容",
        "rating_words",
        "评价意见",
        "回访意见",
        "回访内容",
        "居民意见",
        "comment",
        "feedback",
    ),
}
LABELS = {key: names[0] for key, names in HEADINGS.items()}
MOST_COLUMNS = 100
HEAD_WITHIN = 10  # rows
FEWEST = 2  # headings that make a row the heading
TIME, WHAT = "received_at", ("words", "title")
NO_HEADINGS = (
    "没有找到表头。前10行里要有一行写着列名，至少有“收到时间”（或受理时间）和“内容”（或标题、诉求）。"
)
LACKS = "表头里没有{}这一列。找到的列有：{}。请把列名改成“{}”再传。"
WIDE = f"表头超过{MOST_COLUMNS}列。请只留要导入的列再传。"
TWICE = "表头里“{}”出现了两次，留一列。"


@dataclass(frozen=True)
class Column:
    """One column of the file as it was understood; `field` is empty where it is not used."""

    place: int
    heading: str
    field: str

    @property
    def label(self) -> str:
        return LABELS.get(self.field, "")


def plain(text: Any) -> str:
    """As headings and names are compared: 受理时间（必填）* is 受理时间, Received At is receivedat."""
    text = unicodedata.normalize("NFKC", str(text)).strip().lower()
    return re.sub(r"[(\[【<].*?[)\]】>]|[\s*:_.\-/·]", "", text)


_MEANT = {
    plain(name): (key, rank)
    for key, names in HEADINGS.items()
    for rank, name in reversed([*enumerate(names)])
}


def find(above: Sequence[Row]) -> tuple[int, list[Column]]:
    """The row of the headings among the first rows, and its columns. Refused, with what to write, where it is none."""
    for number, values in above[:HEAD_WITHIN]:
        headings = {place: _shown(value) for place, value in enumerate(values) if _shown(value)}
        meant = {place: _MEANT[plain(name)] for place, name in headings.items() if plain(name) in _MEANT}
        if len({key for key, _ in meant.values()}) >= FEWEST:
            if any(place >= MOST_COLUMNS for place in headings):
                raise Refused(WIDE, "file")
            return number, _columns(headings, meant)
    raise Refused(NO_HEADINGS, "file")


def _columns(headings: dict[int, str], meant: dict[int, tuple[str, int]]) -> list[Column]:
    chosen: dict[str, int] = {}
    for place, (key, rank) in meant.items():
        if key in chosen and rank == meant[chosen[key]][1]:
            raise Refused(TWICE.format(headings[place]), "file")
        if key not in chosen or rank < meant[chosen[key]][1]:
            chosen[key] = place
    _require(chosen, headings)
    used = {place: key for key, place in chosen.items()}
    return [Column(place, name[:40], used.get(place, "")) for place, name in headings.items()]


def _require(chosen: dict[str, int], headings: dict[int, str]) -> None:
    listed = "、".join(headings.values())[:200]
    if TIME not in chosen:
        raise Refused(LACKS.format("收到的时间", listed, LABELS[TIME]), "file")
    if not any(key in chosen for key in WHAT):
        raise Refused(LACKS.format("反映的内容", listed, LABELS[WHAT[0]]), "file")


def _shown(value: Any) -> str:
    return "" if value is None or isinstance(value, Unread) else " ".join(str(value).split())
