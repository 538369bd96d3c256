"""How a time limit is shown: what is left or overdue in words, by which time it counts, and the moment itself.

Pure functions of rows already loaded; no queries here. Half time and 80 % are words too, never a colour alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stations import saying, workdays
from tickets import clocks
from tickets.models import Clock

OFFICE_TIME, WALL_CLOCK = "工作时间", "不分昼夜"
HALF, MOST = "已过半", "已过八成"
AWAITED = "待国务院通知"


@dataclass(frozen=True)
class Due:
    """A due chip: kind left, half, near, over, provisional, paused, moved, kept or none.

    `text` are its words and `counted` what they count (工作时间); `exact` is the absolute moment in words, `note` why
    that day (10月10日（周六）调休上班), `title` which limit it is.
    """

    kind: str
    text: str
    exact: str = ""
    title: str = ""
    counted: str = ""
    note: str = ""

    @property
    def verb(self) -> str:
        """答复 or 办结: what has to be done by then."""
        return self.title.removesuffix("时限")

    @property
    def moment(self) -> str:
        """明天（周二）10:00前答复."""
        moment = self.exact
        if self.kind not in ("provisional", "paused"):
            moment += self.verb
        return f"{moment}（{self.note}）" if self.note else moment


def due_of(ticket: Any, *, now: datetime, pause: Any = None) -> Due | None:
    """The chip of a ticket read `with_due()`: its next running reply or resolve clock, else the one that is paused."""
    if ticket.due_at is None:
        has_paused = pause is not None and pause.due_at is not None
        return paused(pause.paused_at, pause.due_at, area=ticket.area) if has_paused else None
    return due(
        ticket.due_at,
        ticket.half_at,
        ticket.warn_at,
        ticket.due_kind,
        ticket.due_provisional,
        hours=ticket.due_hours,
        area=ticket.area,
        now=now,
    )


def due_of_clock(clock: Clock, *, area: Any, now: datetime) -> Due:
    """The chip of one clock; once it was met, whether in time and else how late."""
    if clock.paused_at and clock.met_at is None:
        return paused(clock.paused_at, clock.due_at, area=area)
    if clock.met_at is None:
        return due(
            clock.due_at,
            clock.half_at,
            clock.warn_at,
            clock.kind,
            clock.provisional,
            hours=clock.hours,
            area=area,
            now=now,
        )
    label = Clock.Kind(clock.kind).label
    exact, title = saying.before(clock.due_at, now=now), f"{label}时限"
    if clock.met_at <= clock.due_at:
        return Due("kept", f"按时{label}", exact, title)
    late = _span(clock.due_at, clock.met_at, clock.hours, area)
    # Done on the evening after the due moment is late, but by no office time.
    return Due("none", f"{f'迟了{late}' if late else '稍迟'}{label}", exact, title)


def due(
    due_at: datetime,
    half_at: datetime,
    warn_at: datetime,
    kind: str,
    provisional: bool,
    *,
    hours: int | None = None,
    area: Any,
    now: datetime,
) -> Due:
    """Left or overdue in office time, in hours by the wall; 暂按 while not announced, unless 80 % has passed."""
    exact, title = saying.before(due_at, now=now), f"{Clock.Kind(kind).label}时限"
    counted = WALL_CLOCK if hours else OFFICE_TIME
    if due_at < now:
        late = _span(due_at, now, hours, area)
        return Due("over", f"超时{late}" if late else "刚超时", exact, title, counted if late else "")
    left = f"还剩{_span(now, due_at, hours, area) or saying.span(timedelta(0))}"
    note = AWAITED if provisional else "" if hours else why_that_day(due_at, area)
    if warn_at <= now:
        return Due("near", f"{MOST}，{left}", exact, title, counted, note)
    if provisional:
        day = saying.day(saying.date_of(due_at), today=saying.date_of(now))
        return Due("provisional", f"暂按{day}", f"{exact}，{AWAITED}", title, f"{left}，{counted}")
    if half_at <= now:
        return Due("half", f"{HALF}，{left}", exact, title, counted, note)
    return Due("left", left, exact, title, counted, note)


def why_then(clock: Clock, area: Any) -> str:
    """One sentence where a running limit does not simply run on day by day: days off on the way, 调休, 暂按."""
    is_running = not (clock.hours or clock.met_at or clock.paused_at)
    return why_due(clock, area) if is_running else ""


def why_due(clock: Clock, area: Any) -> str:
    """The same sentence, running or not; '' where the calendar of now is not the one by which it was counted."""
    return workdays.explain(clock.starts_at, clock.due_at, area=area) if clocks.agrees(clock, area) else ""


def waited(since: datetime, *, area: Any, now: datetime) -> str:
    """How much office time somebody has waited: 已等3小时20分; 刚答复 while it is none, or not a minute yet."""
    span = _span(since, now, None, area) if now - since >= saying.MINUTE else ""
    return f"已等{span}" if span else "刚答复"


def paused(paused_at: datetime, due_at: datetime, *, area: Any) -> Due:
    """The solution's clock stands still until the resident has answered, with so much left."""
    left = _span(paused_at, due_at, None, area)
    return Due("paused", f"暂停，剩{left}", "居民补充后接着算", "办结时限", OFFICE_TIME)


def why_that_day(due_at: datetime, area: Any) -> str:
    """A day off elsewhere that is worked: 10月10日（周六）调休上班."""
    day = workdays.day(saying.date_of(due_at), area=area)
    is_worked = day.name in (workdays.MAKE_UP, workdays.OPENED)
    return f"{saying.day(day.date, today=day.date)}{day.name}" if is_worked else ""


def _span(start: datetime, end: datetime, hours: int | None, area: Any) -> str:
    """How much time that counts lies between: office time, or all of it for a limit in hours; '' for none."""
    if hours:
        return saying.span(end - start) if end - start >= saying.MINUTE else ""
    spent = workdays.office_time(start, end, area=area)
    return saying.office_span(spent, workdays.office_days(1, area=area)) if spent else ""
