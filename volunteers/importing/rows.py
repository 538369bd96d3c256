"""Rows of a spreadsheet as people to be enrolled, or what is wrong with each. Writes nothing, tells nobody's secrets.

Whether a phone number belongs to somebody elsewhere is not said here: only who serves at the lead's own station.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models.people import mobile_number
from accounts.phones import normalise
from stations.models import Station
from stations.refusals import Refused
from volunteers import times
from volunteers.importing.sheet import MOST_ROWS, TOO_MANY, Row, Unread, as_text
from volunteers.models import Profile, Skill, Team

# What a heading may be called, the first one as in the template.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "志愿者姓名", "志愿者"),
    "phone": ("手机号", "手机", "手机号码", "电话", "电话号码", "联系电话", "联系方式"),
    "vest_number": ("红马甲编号", "马甲编号", "马甲号", "红马甲", "红马甲号", "编号"),
    "born_on": ("出生日期", "生日", "出生年月日", "出生年月"),
    "skills": ("技能", "特长", "会做什么", "服务技能"),
    "teams": ("队伍", "服务队", "所属队伍", "志愿服务队"),
    "times": ("有空的时间", "空闲时间", "可服务时间", "服务时间"),
    "monthly_hours": ("每月小时", "每月小时数", "每月可服务小时", "每月服务小时"),
}
LABELS = {key: names[0] for key, names in HEADINGS.items()}
HEAD_WITHIN = 10  # rows
NO_HEADINGS = "没有找到表头。要有一行写着“姓名”和“手机号”，可以下载模板对照。"
TWICE = "表头里“{}”出现了两次，留一列。"
EMPTY = "表头下面没有人。"
OLDEST = 110
_BETWEEN = re.compile(r"[、，,；;/|\n]+")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")


@dataclass
class Reading:
    """`rows` are ready to be written, `faults` say what is wrong, `known` serve here already."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, Any]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What rows are held against: the lists of the house, and who serves at the station."""

    skills: dict[str, int]
    teams: dict[str, int]
    phones: frozenset[str]
    vests: frozenset[str]
    today: date


def known_at(station: Station, *, today: date) -> Known:
    serving = Profile.objects.at_station(station)
    vests = serving.values_list("vest_number", flat=True)
    return Known(
        skills=dict(Skill.objects.values_list("name", "pk")),
        teams=dict(Team.objects.active().in_areas([station.area_id]).values_list("name", "pk")),
        phones=frozenset(serving.values_list("user__phone", flat=True)),
        vests=frozenset(vest.upper() for vest in vests if vest),
        today=today,
    )


def read(found: list[Row], known: Known) -> Reading:
    """Every row below the headings. Refused where there are no headings, or nothing below them."""
    above, columns, unused = _headings(found)
    below = [(number, values) for number, values in found if number > above]
    if not below:
        raise Refused(EMPTY, "file")
    if len(below) > MOST_ROWS:
        raise Refused(TOO_MANY, "file")
    reading, seen = Reading(unused=unused), _Seen()
    for number, values in below:
        given = {key: values[column] for column, key in columns.items() if column < len(values)}
        if any(_text(value) for value in given.values()):
            _sort(number, given, known, seen, reading)
    if not (reading.rows or reading.faults or reading.known):
        raise Refused(EMPTY, "file")
    return reading


@dataclass
class _Seen:
    """In which row a phone or a vest number came first."""

    phones: dict[str, int] = field(default_factory=dict)
    vests: dict[str, int] = field(default_factory=dict)


def _sort(number: int, given: dict[str, Any], known: Known, seen: _Seen, reading: Reading) -> None:
    person, reasons = _person(given, known)
    who = {"row": number, "name": _text(given.get("name"))[:30]}
    phone, vest = person.get("phone", ""), person.get("vest_number", "")
    if phone in known.phones:
        reading.known.append(who)
        return
    if phone and seen.phones.setdefault(phone, number) != number:
        reasons.append(f"手机号和第{seen.phones[phone]}行一样")
    if vest and vest.upper() in known.vests:
        reasons.append(f"红马甲编号{vest}已经有人用")
    elif vest and seen.vests.setdefault(vest.upper(), number) != number:
        reasons.append(f"红马甲编号和第{seen.vests[vest.upper()]}行一样")
    if reasons:
        reading.faults.append({**who, "reasons": reasons})
    else:
        reading.rows.append({**who, **person})


def _headings(found: list[Row]) -> tuple[int, dict[int, str], list[str]]:
    """The row of the headings, which column is what, and the columns that nobody asked for."""
    names = {name: key for key, names in HEADINGS.items() for name in names}
    for number, values in found[:HEAD_WITHIN]:
        titles = {column: _heading(value) for column, value in enumerate(values) if _text(value)}
        columns = {column: names[title] for column, title in titles.items() if title in names}
        if {"name", "phone"} <= set(columns.values()):
            key, count = Counter(columns.values()).most_common(1)[0]
            if count > 1:
                raise Refused(TWICE.format(LABELS[key]), "file")
            unused = [title[:20] for column, title in titles.items() if column not in columns]
            return number, columns, unused
    raise Refused(NO_HEADINGS, "file")


def _heading(value: Any) -> str:
    """手机号（必填）* is 手机号."""
    return re.sub(r"[(（\[【].*|[*：:\s]", "", _text(value))


def _person(given: dict[str, Any], known: Known) -> tuple[dict[str, Any], list[str]]:
    """What could be read of the row, and a sentence for each thing that could not."""
    person: dict[str, Any] = {}
    reasons: list[str] = []
    for key, reader in READERS.items():
        try:
            person[key] = reader(_readable(given.get(key), LABELS[key]), known)
        except ValueError as wrong:
            reasons.append(str(wrong))
    return person, reasons


def _readable(value: Any, label: str) -> Any:
    """What cannot be read is never taken for empty: without a birthday somebody counts as of age."""
    if isinstance(value, Unread | bool) or isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{label}读不出来：{_text(value)[:20]}")
    return value


def _text(value: Any) -> str:
    """Full-width digits are digits."""
    return " ".join(unicodedata.normalize("NFKC", as_text(value)).split())


def _line(value: Any, label: str, most: int) -> str:
    text = _text(value)
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") for character in text):
        raise ValueError(f"{label}里有看不见的字符")
    if len(text) > most:
        raise ValueError(f"{label}最多{most}字")
    return text


def _name(value: Any, known: Known) -> str:
    """Text: a number is a column too far."""
    if value is not None and not isinstance(value, str):
        raise ValueError("姓名不能是数字")
    name = _line(value, "姓名", 30)
    if not name or name.isdigit():
        raise ValueError("没有填姓名" if not name else "姓名不能是数字")
    return name


def _phone(value: Any, known: Known) -> str:
    text = _text(value)
    if not text:
        raise ValueError("没有填手机号")
    phone = normalise(text)
    try:
        mobile_number(phone)
    except ValidationError:
        raise ValueError(f"手机号不对：{text[:20]}") from None
    return phone


def _born(value: Any, known: Known) -> str | None:
    """As ISO text: the row waits in JSON."""
    if value is None or not _text(value):
        return None
    born = value if isinstance(value, date) else _dated(_text(value))
    if born is None or not 0 <= known.today.year - born.year <= OLDEST or born > known.today:
        raise ValueError(f"出生日期不对：{_text(value)[:20]}，写成1958-03-12")
    return born.isoformat()


def _dated(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None


def _listed(label: str, which: Callable[[Known], dict[str, int]]) -> Callable[[Any, Known], list[int]]:
    """Names out of a list of the house, as their keys."""

    def read(value: Any, known: Known) -> list[int]:
        names = [name for part in _BETWEEN.split(_text(value)) if (name := part.strip())]
        unknown = [name for name in names if name not in which(known)]
        if unknown:
            listed = "、".join(which(known)) or "还没有"
            raise ValueError(f"没有“{unknown[0][:20]}”这个{label}，可以填：{listed}")
        return list(dict.fromkeys(which(known)[name] for name in names))

    return read


def _times(value: Any, known: Known) -> list[list[Any]]:
    found = times.read(_text(value))
    return [[one.weekday, one.from_minute, one.until_minute, one.is_wished] for one in found]


def _hours(value: Any, known: Known) -> int | None:
    text = _text(value).removesuffix("小时")
    if not text:
        return None
    if not (text.isdecimal() and int(text) <= 200):
        raise ValueError(f"每月小时填0到200的整数，不是“{text[:20]}”")
    return int(text)


READERS: dict[str, Callable[[Any, Known], Any]] = {
    "name": _name,
    "phone": _phone,
    "vest_number": lambda value, known: _line(value, "红马甲编号", 12),
    "born_on": _born,
    "skills": _listed("技能", lambda known: known.skills),
    "teams": _listed("队伍", lambda known: known.teams),
    "times": _times,
    "monthly_hours": _hours,
}
