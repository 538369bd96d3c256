"""What must never stand on the wall: numbers of telephones and papers, rooms, buildings, days, places on a map, names.

Reads a text as people read it: full-width, circled and Chinese digits (一三八, 壹叁捌, 幺) are digits, 五百零二 is 502,
and whatever stands between digits but other characters changes nothing. Better one refusal too many: the writer says
it otherwise. Knows nothing of the database; what is known of a ticket comes in as `Known`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tickets.wall.days import DATES
from tickets.wall.harmless import COUNTED, is_measured, without_timetable
from tickets.wall.named import bare, named

UNSEEN = ("Cf", "Mn", "Me")  # joiners, marks and keycaps around a character
LONGEST_DIGIT = 9
# Between the parts of a number: all that is neither digit nor letter nor character, and a few words.
_BETWEEN = r"(?:[^\w]|_|[转和或与的到至接加拨是xX]){0,9}"
_RUN = re.compile(rf"[0-9](?:{_BETWEEN}[0-9])*")
_LETTER_O = re.compile(r"(?<=[0-9])[oO]+(?![A-Za-z])")
# What is typed for a digit: l38OO1380OO.
_LIKE_DIGITS = re.compile(r"(?<![A-Za-z])[0-9oOlISB|]{2,}(?![A-Za-z])")
_MEANT = str.maketrans("oOlIS|B", "0011518")
_SPELLED = re.compile(r"(?<![0-9])[1-9两]?[千百十](?:0?[1-9两][百十])*0?[1-9]?(?![0-9])")
# 伍佰贰拾, 廿四; 拾 is ten beside a digit only, and never in 收拾.
_OLD_SIGNS = str.maketrans({"仟": "千", "佰": "百", "廿": "2十", "卅": "3十"})
_TEN = re.compile(r"(?<=[0-9])拾|(?<![收捡拣])拾(?=[0-9])")
_UNITS = {"千": 1000, "百": 100, "十": 10}
_FLOOR_AND_DOOR = r"(?:[1-9]|[1-4][0-9])(?:0[1-9]|1[0-9])"
CALLS = "110|112|114|119"  # numbers of everybody, in the shape of a room
SHORTEST_ROOM = 3
_DASH = r"\s*[-‐-―−~#]\s*"
_NO_HOME = "(?!电|具|里|长|用|庭|政|型|外|主|数|口|籍|属|公司|店|单位)"
# Homes said without their number: 5楼左手第2家, 顶楼那户, 5F02, 5楼-2.
_HOMES = (
    rf"(?:[0-9十]+|[顶底])\s*[楼层][^，。；,;!?！？\n]{{0,6}}?(?:第[0-9]+|头1|[那这]|隔壁|对门|拐角|尽头)\s*[家户]{_NO_HOME}",
    rf"[东西南北左右][手头边侧]第?[0-9]*\s*[家户]{_NO_HOME}",
    r"(?<![0-9A-Za-z])[0-9]{1,2}\s*[fF]\s*-?\s*[0-9]{1,2}(?![0-9A-Za-z])",
    rf"[0-9]+\s*楼{_DASH}[0-9]{{1,2}}(?![0-9]|\s*[楼层])",
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_APPS = "微信|薇信|威信|[vV]信|[vV][xX]|[wW][xX]|[wW]e[cC]hat|[qQ]{2}|扣扣|抖音|钉钉|支付宝"
_APPS += "|小红书|快手|微博|闲鱼|陌陌|LINE"

NUMBERS = (
    (re.compile(r"[0-9]{14,}[0-9xX]"), "证件号码"),
    (re.compile(r"[0-9]{7,}"), "电话号码"),
)
# As it is dictated over the radio: 幺三八洞洞拐勾两; and with words between the parts of a mobile number.
_SPOKEN = re.compile(r"[0-9洞拐勾两]{7,}")
_NOT_COUNTED = rf"(?![0-9]|\s*(?:{COUNTED}))"
_IN_PARTS = re.compile(
    rf"(?<![0-9])1[3-9][0-9]{_NOT_COUNTED}[^0-9]{{1,8}}[0-9]{{4}}{_NOT_COUNTED}[^0-9]{{1,8}}[0-9]{{4}}{_NOT_COUNTED}"
)
# What is looked for in the text with its digits put together, and what it is called.
TOGETHER = (
    *NUMBERS,
    (_SPOKEN, "电话号码"),
    (_IN_PARTS, "电话号码"),
    (
        re.compile(
            rf"(?:电话|手机|座机|号码)[^0-9。；\n]{{0,4}}(?!(?:{CALLS})(?![0-9]))[0-9]{{3,4}}(?![0-9]|\s*(?:{COUNTED}))"
        ),
        "电话号码",
    ),
    (
        re.compile(
            rf"尾号[0-9]*|尾数[0-9]+|[末尾][0-9]位|[前后][0-9](?:位|码|个数字?)(?=\D{{0,4}}[0-9]{{3}})"
            rf"|尾(?:巴|是|为)?[^\w]*[0-9]{{4}}(?![0-9]|\s*(?:{COUNTED}))"
        ),
        "电话号码",
    ),
    (re.compile(r"[0-9十百]{2,}(?:室|号房|房间?|号门)"), "房号"),
    (re.compile(rf"{_FLOOR_AND_DOOR}户"), "房号"),
)
# The same in the text as it stands, digits still apart.
AS_WRITTEN = (
    (re.compile(r"[0-9]{1,3}\.[0-9]{3,}|[0-9]\s*°(?!\s*C)"), "位置坐标"),
    (
        re.compile(
            rf"(?:[{_PROVINCES}]\s*[A-Z]|WJ)(?:[^\w]*[A-Z0-9{_PROVINCES}]){{4,6}}[警学挂领港澳]?",
            re.IGNORECASE,
        ),
        "车牌",
    ),
    (
        re.compile(
            rf"@|https?:|www\.|微信号|扣扣|(?:{_APPS})[^\w]*[号是为]?[^\w]*[A-Za-z0-9][A-Za-z0-9_-]{{4,}}|QQ\s*[0-9]",
            re.IGNORECASE,
        ),
        "联系方式",
    ),
    (
        re.compile(
            r"[A-Za-z0-9-]{2,}\s*(?:\.|点|dot)\s*(?:com|cn|net|org|cc|top|vip|xyz)(?![A-Za-z])"
            r"|[加+]\s*[vV][^A-Za-z0-9]{0,3}[A-Za-z0-9_]{4,}",
            re.IGNORECASE,
        ),
        "联系方式",
    ),
    # Nothing is counted as 0013.
    (re.compile(r"(?<![0-9.:/-])0[0-9]{2,}(?![0-9.:])"), "电话号码"),
    (re.compile(r"工号[^0-9，。]{0,3}[0-9]+"), "工号"),
    (
        re.compile(r"门牌[^0-9，。；]{0,3}[0-9]+|[0-9十]+\s*号?\s*门[洞栋]|[0-9]\s*门\s*[0-9十]+\s*[楼层]"),
        "楼栋",
    ),
    *((re.compile(pattern), "房号") for pattern in _HOMES),
    (re.compile(rf"[0-9]{{1,3}}{_DASH}[0-9]{{1,3}}{_DASH}[0-9]{{2,4}}"), "房号"),
    (re.compile(rf"(?<![0-9:])[0-9]{{1,3}}{_DASH}[0-9]{{3,4}}(?![0-9:]|\s*(?:{COUNTED}))"), "房号"),
    (re.compile(r"[0-9十百]+\s*(?:号楼|栋|幢|单元|座|弄|号院|#)|[A-Za-z]\s*(?:栋|幢|座)"), "楼栋"),
    (
        re.compile(rf"(?<![0-9.:])(?!(?:{CALLS})(?![0-9])){_FLOOR_AND_DOOR}(?![0-9.:]|\s*(?:{COUNTED}|胶))"),
        "房号",
    ),
    (
        re.compile(
            r"[0-9十]+\s*[楼层]\s*(?:[东西南北中左右][边侧头]?|靠?[0-9]?)\s*(?:户(?!型|外|主|数|口|籍)|那家|那户|住户家)"
            r"|[东西南北][边侧头]?户(?!型|外|主|数|口|籍)"
        ),
        "房号",
    ),
    *DATES,
    (
        re.compile(
            rf"(?<![0-9:-])[0-9]{{1,3}}{_DASH}[0-9]{{1,2}}(?![0-9:]|\s*(?:{COUNTED}|[层楼号月周点日]))"
        ),
        "房号",
    ),
)
ADVICE = {
    "楼栋": "楼栋由系统按楼群写，正文里不用写",
    "日期": "只写到月，由系统写",
    "房号": "回音壁上不写房号",
    "电话号码": "回音壁上不写任何号码",
}
USUAL_ADVICE = "请去掉再送审"


@dataclass(frozen=True)
class Known:
    """What this text in particular must not give away: names of people, rooms, the building."""

    names: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def faults(text: str, known: Known) -> list[str]:
    """One sentence for each thing that may not stand there, none for a part of what is named; empty is good."""
    said: dict[tuple[str, str], str] = {}
    for what, found in _found(text, known):
        if not any(what == other and found in whole for other, whole in said):
            said[what, found] = _said(what, found)
    return list(said.values())


def digits(text: str) -> str:
    """The text with every sign for a digit as 0–9, full-width as usual width, nothing unseen in it."""
    plain = unicodedata.normalize("NFKC", text).translate(_OLD_SIGNS)
    seen = (sign for sign in plain if unicodedata.category(sign) not in UNSEEN)
    read = _TEN.sub("十", "".join(map(_digit, seen)))
    return _LETTER_O.sub(lambda letters: "0" * len(letters[0]), read)


def _found(text: str, known: Known) -> Iterator[tuple[str, str]]:
    written = _SPELLED.sub(_number, digits(text))
    together = _joined(written)
    yield from _matches(TOGETHER, together)
    yield from _matches(NUMBERS, _joined(_LIKE_DIGITS.sub(lambda like: like[0].translate(_MEANT), written)))
    yield from _matches(AS_WRITTEN, without_timetable(written))
    for room in known.rooms:
        if _holds_room(together, room):
            yield "房号", room
    for place in known.places:
        if place and bare(_SPELLED.sub(_number, digits(place))) in bare(written):
            yield "楼栋", place
    yield from (("姓名", words) for words in named(text, known.names))


def _joined(text: str) -> str:
    """The digits of each number put together; hours and sizes stay as they are."""
    return _RUN.sub(_together, text)


def _together(run: re.Match[str]) -> str:
    return run[0] if is_measured(run[0], run.string[run.end() :]) else re.sub(r"[^0-9]", "", run[0])


def _number(spelled: re.Match[str]) -> str:
    """5百02 as 502, 5百2 as 520, 十2 as 12; 十 alone is no number."""
    signs = spelled[0]
    if len(signs) == 1:
        return signs
    total, digit, unit = 0, None, 1
    for sign in signs:
        if sign in _UNITS:
            unit = _UNITS[sign]
            total, digit = total + (digit or 1) * unit, None
        else:
            digit, unit = 2 if sign == "两" else int(sign), 10 if sign == "0" else unit
    return str(total + (digit or 0) * max(1, unit // 10))


def _matches(patterns: Iterable[tuple[re.Pattern[str], str]], text: str) -> Iterator[tuple[str, str]]:
    """What one pattern has read is not read again as something less."""
    for pattern, what in patterns:
        for match in pattern.finditer(text):
            yield what, match[0]
        text = pattern.sub("□", text)


def _holds_room(together: str, room: str) -> bool:
    own = _joined(digits(room)).removesuffix("室")
    if len(own) < SHORTEST_ROOM:
        return False
    return re.search(rf"(?<![0-9]){re.escape(own)}(?![0-9])", together) is not None


def _said(what: str, found: str) -> str:
    return f"像{what}：{found.strip()}。{ADVICE.get(what, USUAL_ADVICE)}。"


def _digit(sign: str) -> str:
    """An Arabic digit for every sign that means one: 三, 叁, ③, ٣, 〣."""
    value = unicodedata.numeric(sign, None)
    if value is None or value != int(value) or not 0 <= value <= LONGEST_DIGIT:
        return "0" if sign == "○" else sign
    return str(int(value))
