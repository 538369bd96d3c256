"""What must never stand on the wall: numbers of telephones and papers, rooms, buildings, days, places on a map, names.

Reads a text as people read it: full-width, circled and Chinese digits (一三八, 壹叁捌, 幺) are digits, and what stands
between them or between the characters of a name changes nothing. Better one refusal too many: the writer says it
otherwise. Knows nothing of the database; what is known of a ticket comes in as `Known`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

UNSEEN = ("Cf", "Mn", "Me")  # joiners, marks and keycaps around a character
LONGEST_DIGIT = 9
_BETWEEN = r"[\s\-‐-―−_.·•・,，、。/\\|*()+~'\"’#]*"
_APART = re.compile(rf"(?<=[0-9]){_BETWEEN}(?=[0-9])")
_LETTER_O = re.compile(r"(?<=[0-9])[oO]+(?![A-Za-z])")
_COUNTED = "[个处盏米元人次年块只把平毫厘公度天时分秒件张套根条家名步级瓦升斤吨伏克多余%]|小时"
_FLOOR_AND_DOOR = r"(?:[1-9]|[1-4][0-9])(?:0[1-9]|1[0-9])"
CALLS = "110|112|114|119"  # numbers of everybody, in the shape of a room
SHORTEST_ROOM, SHORTEST_NAME = 3, 2

# What is looked for in the text with its digits put together, and what it is called.
TOGETHER = (
    (re.compile(r"[0-9]{14,}[0-9xX]"), "证件号码"),
    (re.compile(r"[0-9]{7,}"), "电话号码"),
    (re.compile(r"尾号[0-9]*"), "电话号码"),
    (re.compile(r"[0-9十百]{2,}(?:室|号房|房间?|号门)"), "房号"),
    (re.compile(rf"{_FLOOR_AND_DOOR}户"), "房号"),
)
# The same in the text as it stands, digits still apart.
AS_WRITTEN = (
    (re.compile(r"[0-9]{1,3}\.[0-9]{3,}|[0-9]\s*°(?!\s*C)"), "位置坐标"),
    (re.compile(r"[0-9]{1,3}\s*[-‐-―#]\s*[0-9]{1,3}\s*[-‐-―#]\s*[0-9]{2,4}"), "房号"),
    (re.compile(r"(?<![0-9:])[0-9]{1,3}\s*[-‐-―#]\s*[0-9]{3,4}(?![0-9:])"), "房号"),
    (
        re.compile(rf"(?<![0-9.:])(?!(?:{CALLS})(?![0-9])){_FLOOR_AND_DOOR}(?![0-9.:]|\s*(?:{_COUNTED}))"),
        "房号",
    ),
    (re.compile(r"[0-9十百]+\s*(?:号楼|栋|幢|单元|座)|[A-Za-z]\s*(?:栋|幢|座)"), "楼栋"),
    (re.compile(r"[0-9十]{1,3}\s*月\s*(?:[0-9]{1,2}|[0-9]?十[0-9]?)\s*(?:日|号)?"), "日期"),
    (
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·.\s]?[A-Z0-9]{5,6}"
        ),
        "车牌",
    ),
    (re.compile(r"@|https?:|www\.|微信号|QQ\s*[0-9]", re.IGNORECASE), "联系方式"),
)
ADVICE = {
    "楼栋": "楼栋由系统按楼群写，正文里不用写",
    "日期": "只写到月，由系统写",
    "房号": "回音壁上不写房号",
    "电话号码": "回音壁上不写任何号码",
}
USUAL_ADVICE = "请去掉再送审"
# Those that begin no other word in front of a title.
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹潘范彭鲁韦马苗方俞任袁柳唐罗薛贺汤郝邵傅康顾孟黄萧尹姚汪戴宋庞项祝董梁杜阮"
    "席贾江郭梅林徐邱高夏蔡田樊胡凌霍虞卢莫丁邓洪左石崔龚程裴陆翁侯焦巴秋仲宫宁栾龙叶黎刘谭曾万廖熊邢钟"
)
TITLES = "阿姨|大妈|大娘|大爷|大叔|大[姐哥伯]|奶奶|爷爷|婆婆|嬢嬢|叔叔|伯伯|先生|女士|小姐|师傅|老师|同志|[姨叔婶嫂]"
_CALLED = re.compile(rf"[{SURNAMES}](?:{TITLES})")


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
    written = digits(text)
    together = _APART.sub("", written)
    yield from _matches(TOGETHER, together)
    yield from _matches(AS_WRITTEN, written)
    for room in known.rooms:
        if _holds_room(together, room):
            yield "房号", room
    for place in known.places:
        if place and _bare(digits(place)) in _bare(written):
            yield "楼栋", place
    yield from _named(_bare(unicodedata.normalize("NFKC", text)), known.names)


def _matches(patterns: Iterable[tuple[re.Pattern[str], str]], text: str) -> Iterator[tuple[str, str]]:
    """What one pattern has read is not read again as something less."""
    for pattern, what in patterns:
        for match in pattern.finditer(text):
            yield what, match[0]
        text = pattern.sub("□", text)


def _holds_room(together: str, room: str) -> bool:
    own = _APART.sub("", digits(room)).removesuffix("室")
    if len(own) < SHORTEST_ROOM:
        return False
    return re.search(rf"(?<![0-9]){re.escape(own)}(?![0-9])", together) is not None


def _named(bare: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in map(_bare, names):
        if len(name) >= SHORTEST_NAME and name in bare:
            yield "姓名", name
        elif name and (
            called := re.search(rf"{re.escape(name[0])}(?:{TITLES}|某)|[老小]{re.escape(name[0])}", bare)
        ):
            yield "姓名", called[0]
    yield from (("姓名", match[0]) for match in _CALLED.finditer(bare))


def _said(what: str, found: str) -> str:
    return f"像{what}：{found.strip()}。{ADVICE.get(what, USUAL_ADVICE)}。"


def _bare(text: str) -> str:
    """Letters, digits and characters only, in one case."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _digit(sign: str) -> str:
    """An Arabic digit for every sign that means one: 三, 叁, ③, ٣, 〣."""
    value = unicodedata.numeric(sign, None)
    if value is None or value != int(value) or not 0 <= value <= LONGEST_DIGIT:
        return "0" if sign == "○" else sign
    return str(int(value))
