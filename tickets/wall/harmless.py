"""What looks like a number to call, a room or a day and is none: opening hours, sizes, parts of a whole, timetables.

Narrow on purpose: what is let through here is not looked at again, so a telephone number must not fit. Reads text whose
digits are 0–9 already (tickets.wall.checker).
"""

import re

# After a number: it is counted or measured, not dialled.
COUNTED = (
    "[个处盏米元人次年块只把平毫厘公度天时分秒件张套根条家名步级瓦升斤吨伏克多余匹成折倍吋寸岁遍趟轮棵株辆台扇组"
    "%°A-Za-z]|小时"
)
MOBILE = re.compile(r"1[3-9][0-9]{9}")
_TIME = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9]"
_SPAN = rf"{_TIME}\s*[-‐-―−~至到]\s*{_TIME}"
_TIMES = re.compile(rf"{_TIME}(?:\s*[-‐-―−~至到和,，、;；]\s*{_TIME})*|{_SPAN}(?:\s+{_SPAN})+")
_SIZE = re.compile(r"[1-9][0-9]{0,3}(?:\s*([xX×*])\s*[1-9][0-9]{0,3})(?:\s*\1\s*[1-9][0-9]{0,3})?")
_MEASURE = re.compile(r"\s*(?:mm|cm|毫米|厘米|公分|米)", re.IGNORECASE)
ROUND_MINUTES, ROUND_SIZE = 5, 10
THICK, ALL_THREE = 100, 3
HALF_HOURS = (0, 30)
A_PAIR = 2
_PART = re.compile(r"(?<![0-9./月年])([1-9])\s*/\s*([2-9]|10)(?![0-9./])")
_OF_THINGS = re.compile(
    r"\s*圈|\s*的(?:灯|管|路[面灯]|墙|草|绿化|树|费用|水[压量费管]|电[费量压]|面积|高度|厚度|长度|宽度|住户|居民|车位|容量|[地瓷]砖|瓦"
    r"|漆|桶|地面|管道|线路|设备|插口|栏杆|座位|垃圾|噪音|空间|用量)"
)
_CHANGED_BY = re.compile(r"(?:占了?|[降少多省]了|[降减]低?少?了?|剩下?|缩短了?|增加了|提高了)\s*$")
_EVERY_WEEK = re.compile(
    r"[每逢](?:个)?(?:周|星期|礼拜)[1-6日天](?:[、和至到,，-]?(?:周|星期|礼拜)?[1-6日天])*"
    r"|(?:周|星期)[1-6日](?:\s*[至到~-]\s*)(?:周|星期)[1-6日天]"
    # The day from which on something is done again and again.
    r"|(?<![上下这本个])(?:周|星期|礼拜)[1-6日天](?:开始|起)"
    r"(?=[^。！？；\n]{0,6}(?:每[天日晚周]|天天|按时|定时|定期|轮流|[实执试]行|早晚))"
)


def is_measured(run: str, after: str) -> bool:
    """Whether a run of digits, with all that stands between them, is hours or a size; `after`: the text behind it."""
    return _are_hours(run) or _is_size(run, after)


def without_timetable(text: str) -> str:
    """Days of every week, and parts of a whole (1/3的灯), as □."""
    return _PART.sub(_part, _EVERY_WEEK.sub("□", text))


def _are_hours(run: str) -> bool:
    """One time of the day; or several, one after another and in fives of minutes, that are no mobile number."""
    if not _TIMES.fullmatch(run):
        return False
    moments = [60 * int(hour) + int(minute) for hour, minute in re.findall(r"([0-9]+):([0-9]+)", run)]
    if len(moments) == 1:
        return True
    if MOBILE.fullmatch(re.sub(r"[^0-9]", "", run)) or any(moment % ROUND_MINUTES for moment in moments):
        return False
    over_night = len(moments) == A_PAIR and all(moment % 60 in HALF_HOURS for moment in moments)
    return over_night or all(one < other for one, other in zip(moments, moments[1:], strict=False))


def _is_size(run: str, after: str) -> bool:
    """600x600x20, or 1200x600毫米: what is long comes in tens, and the longest first: hardly any telephone fits."""
    if not _SIZE.fullmatch(run) or MOBILE.fullmatch(re.sub(r"[^0-9]", "", run)):
        return False
    parts = [int(part) for part in re.findall(r"[0-9]+", run)]
    if any(part >= THICK and part % ROUND_SIZE for part in parts):
        return False
    if len(parts) < ALL_THREE:
        return bool(_MEASURE.match(after))
    return parts == sorted(parts, reverse=True) and (parts[-1] < THICK or bool(_MEASURE.match(after)))


def _part(found: re.Match[str]) -> str:
    is_part = int(found[1]) < int(found[2])
    before, after = found.string[: found.start()], found.string[found.end() :]
    is_told_of = _OF_THINGS.match(after) or _CHANGED_BY.search(before)
    return "□" if is_part and is_told_of else found[0]
