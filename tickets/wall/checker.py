"""What must never stand on the wall: numbers of telephones and papers, rooms, buildings, days, places on a map, names.

Reads a text as people read it: full-width, circled and Chinese digits (一三八, 壹叁捌, 幺) are digits, 五百零二 is 502,
and whatever stands between digits but other characters changes nothing. Better one refusal too many: the writer says
it otherwise. Knows nothing of the database; what is known of a ticket comes in as `Known`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tickets.wall.named import bare, named

UNSEEN = ("Cf", "Mn", "Me")  # joiners, marks and keycaps around a character
LONGEST_DIGIT = 9
# Between the parts of a number: all that is neither digit nor letter nor character, and a few words.
_BETWEEN = r"(?:[^\w]|_|[转和或与的到至接加拨是xX]){0,9}"
_RUN = re.compile(rf"[0-9](?:{_BETWEEN}[0-9])*")
_TIME = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9]"
_TIMES = re.compile(rf"{_TIME}(?:\s*[-‐-―−~至到和,，、;；]\s*{_TIME})*")
_LETTER_O = re.compile(r"(?<=[0-9])[oO]+(?![A-Za-z])")
# What is typed for a digit: l38OO1380OO.
_LIKE_DIGITS = re.compile(r"(?<![A-Za-z])[0-9oOlISB|]{2,}(?![A-Za-z])")
_MEANT = str.maketrans("oOlIS|B", "0011518")
_SPELLED = re.compile(r"(?<![0-9])[1-9两]?[千百十](?:0?[1-9两][百十])*0?[1-9]?(?![0-9])")
_UNITS = {"千": 1000, "百": 100, "十": 10}
_COUNTED = (
    "[个处盏米元人次年块只把平毫厘公度天时分秒件张套根条家名步级瓦升斤吨伏克多余匹成折倍吋寸岁遍趟轮棵株辆台扇组"
    "%°A-Za-z]|小时"
)
_FLOOR_AND_DOOR = r"(?:[1-9]|[1-4][0-9])(?:0[1-9]|1[0-9])"
CALLS = "110|112|114|119"  # numbers of everybody, in the shape of a room
SHORTEST_ROOM = 3
_DASH = r"\s*[-‐-―−~#]\s*"
_DAY = "(?:3[01]|[12][0-9]|0?[1-9])"
_MONTH = "(?:1[0-2]|0?[1-9])"
# After which 20号 is a day; in front of a thing it is its number: 3号车棚, 5号电池.
_ON_THAT_DAY = (
    r"(?=$|[^\w]|上午|下午|中午|早上|晚上|当天|那天|前(?!门)|后(?!门)|起(?!重)"
    r"|就|已|又|再|来|到|修|换|完|办|送|约|检|清|恢复|疏通|装好|通水|通电|我|请)"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_APPS = "微信|薇信|威信|[vV]信|[vV][xX]|[wW][xX]|[qQ]{2}|扣扣|抖音|钉钉|支付宝"

NUMBERS = (
    (re.compile(r"[0-9]{14,}[0-9xX]"), "证件号码"),
    (re.compile(r"[0-9]{7,}"), "电话号码"),
)
# What is looked for in the text with its digits put together, and what it is called.
TOGETHER = (
    *NUMBERS,
    (re.compile(r"尾号[0-9]*|尾数[0-9]+|[末尾][0-9]位|后[0-9]位(?=\D{0,4}[0-9]{3})"), "电话号码"),
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
    (re.compile(rf"[0-9]{{1,3}}{_DASH}[0-9]{{1,3}}{_DASH}[0-9]{{2,4}}"), "房号"),
    (re.compile(rf"(?<![0-9:])[0-9]{{1,3}}{_DASH}[0-9]{{3,4}}(?![0-9:]|\s*(?:{_COUNTED}))"), "房号"),
    (re.compile(r"[0-9十百]+\s*(?:号楼|栋|幢|单元|座|弄|号院|#)|[A-Za-z]\s*(?:栋|幢|座)"), "楼栋"),
    (
        re.compile(rf"(?<![0-9.:])(?!(?:{CALLS})(?![0-9])){_FLOOR_AND_DOOR}(?![0-9.:]|\s*(?:{_COUNTED}))"),
        "房号",
    ),
    (
        re.compile(
            r"[0-9十]+\s*[楼层]\s*(?:[东西南北中左右][边侧头]?|靠?[0-9]?)\s*(?:户(?!型|外|主|数|口|籍)|那家|那户|住户家)"
            r"|[东西南北][边侧头]?户(?!型|外|主|数|口|籍)"
        ),
        "房号",
    ),
    (re.compile(r"[0-9十]{1,3}\s*月\s*(?:[0-9]{1,2}|[0-9]?十[0-9]?)\s*(?:日|号)?"), "日期"),
    (re.compile(rf"(?<![0-9./]){_MONTH}\s*[./]\s*{_DAY}(?![0-9./]|\s*(?:{_COUNTED}))"), "日期"),
    (re.compile(rf"(?<![0-9]){_DAY}\s*(?:号{_ON_THAT_DAY}|日(?!常|光|用|历|照))"), "日期"),
    (
        re.compile(
            r"(?:上|这|本|下)个?(?:周|星期|礼拜)[1-6日天]|(?<![每逢0-9])(?:周[1-6日]|(?:星期|礼拜)[1-6日天])(?![次遍圈0-9])"
        ),
        "日期",
    ),
    (
        re.compile(
            rf"(?<![0-9:-])[0-9]{{1,3}}{_DASH}[0-9]{{1,2}}(?![0-9:]|\s*(?:{_COUNTED}|[层楼号月周点日]))"
        ),
        "房号",
    ),
)
# Days of every week are a timetable, not a day.
_TIMETABLE = re.compile(
    r"[每逢](?:个)?(?:周|星期|礼拜)[1-6日天](?:[、和至到,，-]?(?:周|星期|礼拜)?[1-6日天])*"
    r"|(?:周|星期)[1-6日](?:\s*[至到~-]\s*)(?:周|星期)[1-6日天]"
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
    seen = (sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) not in UNSEEN)
    return _LETTER_O.sub(lambda letters: "0" * len(letters[0]), "".join(map(_digit, seen)))


def _found(text: str, known: Known) -> Iterator[tuple[str, str]]:
    written = _SPELLED.sub(_number, digits(text))
    together = _joined(written)
    yield from _matches(TOGETHER, together)
    yield from _matches(NUMBERS, _joined(_LIKE_DIGITS.sub(lambda like: like[0].translate(_MEANT), written)))
    yield from _matches(AS_WRITTEN, _TIMETABLE.sub("□", written))
    for room in known.rooms:
        if _holds_room(together, room):
            yield "房号", room
    for place in known.places:
        if place and bare(_SPELLED.sub(_number, digits(place))) in bare(written):
            yield "楼栋", place
    yield from (("姓名", words) for words in named(text, known.names))


def _joined(text: str) -> str:
    """The digits of each number put together; times of the day stay as they are."""
    return _RUN.sub(lambda run: run[0] if _TIMES.fullmatch(run[0]) else re.sub(r"[^0-9]", "", run[0]), text)


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
