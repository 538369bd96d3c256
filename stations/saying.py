"""How dates, spans, names and phones are said to people, in Chinese and in Shanghai time. Decides nothing else."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from stations.workdays import WEEKDAYS

MINUTE = timedelta(minutes=1)
NO_NAME = "没留称呼"


def day(value: date, *, today: date) -> str:
    """11月24日（周二）, with the year in front when it is not this one."""
    year = "" if value.year == today.year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"


def month_day(value: date) -> str:
    """11月24日, where weekday and year are told by what stands beside it."""
    return f"{value.month}月{value.day}日"


def near_day(value: date, *, today: date) -> str:
    """11月24日, without weekday; with the year in front when it is not this one."""
    return month_day(value) if value.year == today.year else year_day(value)


def year_day(value: date) -> str:
    """2026年11月24日."""
    return f"{value.year}年{month_day(value)}"


def month_days(first: date, last: date) -> str:
    """12月14日至12月20日; 12月17日 where it is one day."""
    return month_day(first) if first == last else f"{month_day(first)}至{month_day(last)}"


def short_day(value: date, *, today: date) -> str:
    """今天（周二）, 明天（周三）, else 周五 11月27日: for buttons."""
    near = {0: "今天", 1: "明天"}.get((value - today).days)
    weekday = f"周{WEEKDAYS[value.weekday()]}"
    return f"{near}（{weekday}）" if near else f"{weekday} {value.month}月{value.day}日"


def promise(value: date, *, today: date) -> str:
    """承诺今天（周日）办好, 承诺11月24日（周二）前办好, or that the promised day is over."""
    if value < today:
        return f"承诺{day(value, today=today)}前办好，已过期"
    near = {0: "今天", 1: "明天"}.get((value - today).days)
    return (
        f"承诺{near}（周{WEEKDAYS[value.weekday()]}）办好" if near else f"承诺{day(value, today=today)}前办好"
    )


def moment(value: datetime, *, now: datetime) -> str:
    """今天 10:42, 昨天 16:05, 明天 09:00, else 11月24日（周二）10:42. Takes aware datetimes."""
    local, today = _local(value), _local(now).date()
    near = {0: "今天", -1: "昨天", 1: "明天"}.get((local.date() - today).days)
    return f"{near} {_clock(local)}" if near else f"{day(local.date(), today=today)}{_clock(local)}"


def exact(value: datetime, *, now: datetime) -> str:
    """11月24日（周二）10:42, never relative: for paper and for what is read later."""
    local = _local(value)
    return f"{day(local.date(), today=_local(now).date())}{_clock(local)}"


def before(value: datetime, *, now: datetime) -> str:
    """今天（周二）18:00前, 明天（周三）10:00前, else 11月24日（周二）10:00前."""
    local, today = _local(value), _local(now).date()
    near = {0: "今天", 1: "明天"}.get((local.date() - today).days)
    which = f"{near}（周{WEEKDAYS[local.weekday()]}）" if near else day(local.date(), today=today)
    return f"{which}{_clock(local)}前"


def date_of(value: datetime) -> date:
    """The day on which an aware moment lies; ValueError for a naive one."""
    return _local(value).date()


def until(value: datetime, *, now: datetime) -> str:
    """The same moment as the end of a span: 等到今天（周二）18:00."""
    return before(value, now=now).removesuffix("前")


def hours(opens: time, closes: time) -> str:
    """09:00–18:00."""
    return f"{opens:%H:%M}–{closes:%H:%M}"


def clock_span(starts_at: datetime, ends_at: datetime) -> str:
    """12:30–14:30, 16:30–24:00 up to midnight, 22:00–次日02:00 over it. Takes aware datetimes."""
    start, end = _local(starts_at), _local(ends_at)
    if end.date() == start.date():
        return f"{start:%H:%M}–{end:%H:%M}"
    if end.time() == time(0) and end.date() - start.date() == timedelta(days=1):
        return f"{start:%H:%M}–24:00"
    return f"{start:%H:%M}–次日{end:%H:%M}"


def weekday(value: date) -> str:
    """周四."""
    return f"周{WEEKDAYS[value.weekday()]}"


def span(value: timedelta) -> str:
    """1小时32分, 40分, 0分 for less than a minute. For office time and wall clock alike."""
    minutes = max(value, timedelta(0)) // MINUTE
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}分"
    return f"{hours}小时{rest}分" if rest else f"{hours}小时"


def minutes(number: int) -> str:
    """1小时32分钟, 2分钟, 2小时: where 分 alone could be read as points, or as a moment."""
    words = span(number * MINUTE)
    return f"{words}钟" if words.endswith("分") else words


def wall_span(value: timedelta) -> str:
    """2天3小时, 2天, 5小时, 20分: clock and calendar, nights and days off counted."""
    days, rest = divmod(max(value, timedelta(0)), timedelta(days=1))
    hours = rest // timedelta(hours=1)
    if not days:
        return f"{hours}小时" if hours else span(rest)
    return f"{days}天{hours}小时" if hours else f"{days}天"


def office_span(value: timedelta, day_length: timedelta) -> str:
    """3小时20分 of office time, from one working day on 1个工作日 or 3个工作日2小时."""
    days, rest = divmod(value, day_length)
    if not days:
        return span(value)
    hours = rest // timedelta(hours=1)
    return f"{days}个工作日{hours}小时" if hours else f"{days}个工作日"


def reporter(person: Any) -> str:
    """王秀兰（502，尾号1234）: one of several, for who may see them in full."""
    facts = [person.room, f"尾号{person.phone[-4:]}" if person.phone else ""]
    known = "，".join(fact for fact in facts if fact)
    return f"{person.name or NO_NAME}{f'（{known}）' if known else ''}"


def somebody(person: Any) -> str:
    """王**, or 没留称呼的反映人: one of several, for who may not see them in full."""
    return masked_name(person.name) or f"{NO_NAME}的反映人"


def masked_name(name: str) -> str:
    """王**, whatever the length; empty stays empty."""
    return f"{name[0]}**" if name else ""


def masked_phone(phone: str) -> str:
    """138****1234; a short number keeps its last two digits only."""
    digits = phone.replace(" ", "").replace("-", "")
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if digits else ""


def _clock(local: datetime) -> str:
    """09:30, in a third of the time that `%H:%M` takes."""
    return f"{local.hour:02}:{local.minute:02}"


def _local(value: datetime) -> datetime:
    """Without Django's look for a time zone of this thread: a list asks hundreds of times."""
    if value.tzinfo is None:
        raise ValueError(f"naive: {value}")
    return value.astimezone(timezone.get_default_timezone())
