"""What stands in one cell of an old ledger, read as text, a telephone number, a moment or one of a few answers."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from stations.fields import digits_of
from tickets.importing import moments
from tickets.importing.headings import plain
from tickets.importing.moments import Moment
from tickets.models import Outcome, Rating, Reply, Ticket, WithdrawReason
from tickets.workflow.receiving import title_of
from volunteers.importing.sheet import Unread, as_text

MOST_WORDS = 20_000
MOST_RATING = 12  # characters of a word for how satisfied somebody was
MOST_TITLE = Ticket._meta.get_field("title").max_length or 60
MOST_PLACE = Ticket._meta.get_field("place").max_length or 60
MOST_KEY = Ticket._meta.get_field("external_id").max_length or 64
NOTHING = {
    "",
    "无",
    "没有",
    "不详",
    "未知",
    "未留",
    "没留",
    "匿名",
    "空",
    "null",
    "none",
    "nan",
    "n/a",
    "na",
    "—",
    "--",
    "-",
    "/",
}
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff]")
_SEVERAL = re.compile(r"[,，、;；/|\n]|\s{2,}|或")
_WHY = {"formula": "是公式，请粘贴成数值", "long": f"超过{MOST_WORDS}字，像是粘错了"}


class Unreadable(ValueError):
    """Why a row cannot be taken, in words that follow the name of the column or stand alone."""


def text(value: Any) -> str:
    """A cell as it is seen, without what cannot be seen."""
    return _UNSEEN.sub("", as_text(value)).strip()


def phone(value: str) -> tuple[str, bool]:
    """Bare digits, and whether it is the first of several. Unreadable where none of them is a number."""
    if value.lower() in NOTHING:
        return "", False
    parts = [part for part in _SEVERAL.split(value) if part.strip()] or [value]
    for part in (value, *parts):
        try:
            return digits_of(part)[:20], len(parts) > 1 and part is not value
        except ValidationError:
            continue
    raise Unreadable("电话不对，改好或清空这一格")


def title_and_words(title: str, words: str) -> tuple[str, str]:
    """Whichever is missing is made of the other; a title too long for its line stands in the words in full."""
    if not words and not title:
        raise Unreadable("没有写内容，也没有标题")
    if len(title) > MOST_TITLE:
        words = f"{title}\n{words}" if words else title
        return title[: MOST_TITLE - 1] + "…", words
    return title or title_of(words), words or title


def _read(value: Any) -> str:
    """Refused where nothing can be made of it: what cannot be read is never taken for empty."""
    if isinstance(value, Unread):
        raise Unreadable(_WHY.get(value.why) or f"读不出来：{value.text[:20]}")
    return text(value)


def _line(most: int) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        line = " ".join(unicodedata.normalize("NFKC", _read(value)).split())
        if len(line) > most:
            raise Unreadable(f"最多{most}字")
        return line

    return read


def _name(value: Any) -> str:
    line: str = _line(30)(value)
    return "" if line.lower() in NOTHING else line


def _words(value: Any) -> str:
    found = _read(value).replace("\r\n", "\n").replace("\r", "\n")
    if len(found) > MOST_WORDS:
        raise Unreadable(_WHY["long"])
    return found


def _moment(value: Any) -> Moment | None:
    shown = _read(value)
    if plain(shown) in NOTHING:
        return None
    try:
        return moments.read(value if not isinstance(value, str) else shown)
    except ValueError as wrong:
        raise Unreadable(f"“{shown[:20]}”{wrong}，请写成像2026-03-05 09:05这样") from None


def _day(value: Any) -> Any:
    found = _moment(value)
    return found.at.date() if found else None


def _one_of(answers: dict[str, tuple[str, ...]], listed: str) -> Callable[[Any], str]:
    """A stored code by what people write for it."""
    codes = {plain(name): code for code, names in answers.items() for name in (code, *names)}

    def read(value: Any) -> str:
        shown = _read(value)
        if plain(shown) in NOTHING:
            return ""
        if plain(shown) not in codes:
            raise Unreadable(f"“{shown[:20]}”看不懂，可以写：{listed}")
        return codes[plain(shown)]

    return read


OUTCOMES = {
    Outcome.SOLVED: (
        "已解决",
        "解决",
        "是",
        "已办结",
        "办结",
        "已完成",
        "完成",
        "办好",
        "已处理",
        "已办理",
        "已整改",
        "yes",
        "true",
        "1",
        "resolved",
        "done",
    ),
    Outcome.PARTLY: ("部分解决", "部分", "基本解决", "partly", "partial"),
    Outcome.NOT: (
        "未能解决",
        "未解决",
        "没解决",
        "没有解决",
        "无法解决",
        "不能解决",
        "否",
        "no",
        "false",
        "0",
        "unresolved",
    ),
}
SATISFIED = {
    Rating.Satisfied.SATISFIED: (
        "满意",
        "非常满意",
        "很满意",
        "十分满意",
        "特别满意",
        "很好",
        "是",
        "satisfied",
        "verysatisfied",
    ),
    Rating.Satisfied.MOSTLY: ("基本满意", "比较满意", "较满意", "较为满意", "mostly", "fairlysatisfied"),
    Rating.Satisfied.NOT: (
        "不满意",
        "非常不满意",
        "很不满意",
        "十分不满意",
        "极不满意",
        "不太满意",
        "不大满意",
        "不很满意",
        "不怎么满意",
        "较不满意",
        "比较不满意",
        "不是很满意",
        "否",
        "dissatisfied",
        "unsatisfied",
        "notsatisfied",
    ),
}
UNRATED = ("未评价", "未评", "没有评价", "未回访", "未接通", "无人接听", "默认", "未表态", "unrated")
SOLVABLE = {
    "yes": ("能", "能解决", "可以", "是", "可以解决", "true"),
    "partly": ("部分", "部分能", "能部分解决", "部分解决"),
    "no": ("不能", "不能解决", "否", "无法解决", "不可以", "false"),
}
TOLD = {
    Reply.Channel.PHONE: ("电话", "打电话", "电话回复", "电话告知", "短信"),
    Reply.Channel.IN_PERSON: ("当面", "上门", "当面告知", "面谈", "见面"),
    Reply.Channel.LINK: ("扫码查看", "扫码", "网络", "网上", "微信", "公众号", "网上回复", "留言板"),
    Reply.Channel.SLIP: ("站点转告", "转告", "书面", "回执"),
}
STATES = {
    "done": (
        "已办结",
        "办结",
        "已结案",
        "结案",
        "已完成",
        "完成",
        "已解决",
        "已处理",
        "已关闭",
        "关闭",
        "已归档",
        "归档",
        "待评价",
        "待评单",
        "closed",
        "resolved",
        "completed",
    ),
    "open": (
        "办理中",
        "处理中",
        "在办",
        "未办结",
        "未完成",
        "待处理",
        "待办",
        "待派单",
        "已派单",
        "已接单",
        "已受理",
        "受理中",
        "未处理",
        "跟进中",
        "进行中",
        "inprogress",
        "pending",
        "new",
    ),
    "answered": ("已答复", "已回复", "replied"),
    WithdrawReason.NOT_OURS: ("不予受理", "不受理", "不属于受理范围", "非受理范围", "notours"),
    WithdrawReason.REPORTER_ASKED: (
        "撤回",
        "已撤回",
        "已撤诉",
        "撤诉",
        "反映人撤回",
        "居民撤回",
        "已取消",
        "取消",
        "cancelled",
    ),
    WithdrawReason.MISTAKE: (
        "作废",
        "已作废",
        "登记有误",
        "无效",
        "已撤单",
        "撤单",
        "重复",
        "重复件",
        "invalid",
        "duplicate",
    ),
}


def _outcome(value: Any) -> tuple[str, str]:
    """The stored code; or "" and the text, where somebody wrote a sentence."""
    shown = _words(value)
    try:
        return _result(shown), ""
    except Unreadable:
        return "", shown


def _told(value: Any) -> str:
    """Of no consequence: what is not understood is left out."""
    try:
        return _channel(value)
    except Unreadable:
        return ""


def unknown_rating(value: Any) -> str:
    """A word for how satisfied somebody was that nobody listed, as it stands; sentences are none."""
    shown = text(value)
    return shown if len(shown) <= MOST_RATING and _is_unknown_rating(shown) else ""


@lru_cache(maxsize=1_000)
def _is_unknown_rating(word: str) -> bool:
    return "\n" not in word and bool(plain(word)) and plain(word) not in _RATINGS


def _satisfied(value: Any) -> str:
    return "" if plain(text(value)) in UNRATED else _rated(value)


_result = _one_of(OUTCOMES, "已解决、部分解决、未能解决")
_channel = _one_of(TOLD, "电话、当面、扫码、转告")
_rated = _one_of(SATISFIED, "满意、基本满意、不满意")
_RATINGS = {plain(name) for code, names in SATISFIED.items() for name in (code, *names)} | {
    *UNRATED,
    *NOTHING,
}


def fate(state: str, case: Any) -> tuple[Any, str]:
    """open, answered, done or withdrawn, and why it was withdrawn."""
    if state in WithdrawReason.values:
        return "withdrawn", state
    if state == "answered" and not case.replied_at:
        raise Unreadable("状态是已答复，却没有答复时间")
    if state:
        return state, ""
    if case.resolved_at or case.closed_at or (case.replied_at and (case.outcome or case.satisfied)):
        return "done", ""
    return ("answered" if case.replied_at else "open"), ""


READERS: dict[str, Callable[[Any], Any]] = {
    "external_id": _line(MOST_KEY),
    "received_at": _moment,
    "title": _line(MOST_WORDS),
    "words": _words,
    "name": _name,
    "phone": _line(60),
    "building": _line(60),
    "room": _line(20),
    "place": _line(300),
    "category": _line(60),
    "station": _line(60),
    "unit": _line(60),
    "logger": _line(30),
    "handler": _line(30),
    "dispatched_at": _moment,
    "replied_at": _moment,
    "reply": _words,
    "solvable": _one_of(SOLVABLE, "能、部分、不能"),
    "promised_on": _day,
    "told": _told,
    "resolved_at": _moment,
    "outcome": _outcome,
    "result": _words,
    "closed_at": _moment,
    "state": _one_of(STATES, "办理中、已答复、已办结、作废"),
    "satisfied": _satisfied,
    "rated_at": _moment,
    "opinion": _words,
}
