"""为什么算超时: how the due moment of a limit came about, day by day, as anybody may check it with a calendar in hand.

Nothing is decided here. The days are asked of the working calendar anew; where that no longer gives the stored
moment, because the calendar has been changed since, this is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone

from stations import calendars, saying, shipped, telling, workdays
from stations.models import CalendarYear, LocalDay
from stations.shipped import Day
from tickets import clocks, presenting, reckoning
from tickets.due import AWAITED, Due, due_of_clock
from tickets.models import Clock, Event, Rule, Ticket
from tickets.models.rule import REPLY_DAYS, RESOLVE_DAYS
from tickets.states import Verb

DAY = timedelta(days=1)
USUAL: dict[str, int] = {Clock.Kind.REPLY: REPLY_DAYS, Clock.Kind.RESOLVE: RESOLVE_DAYS}
ANNOUNCED = "国务院通知"


@dataclass(frozen=True)
class Line:
    """One day, or the first and the last of days off in a row: whether it counts, why, from when to when, how much."""

    days: list[str]
    counts: bool
    why: str
    span: str = ""
    amount: str = ""


@dataclass(frozen=True)
class Pause:
    """The resident was waited for: from when to when, and the office time that does not count."""

    since: str
    until: str
    amount: str


@dataclass(frozen=True)
class Reckoning:
    """One limit of a ticket. Moments are said in full; `flagged`, `met` and `own` are empty where there are none.

    `calendar` says by what it was reckoned, `version` names it for support; `moved`: what a change of the calendar
    did to it; `agrees`: the calendar as it is now gives the moment that is stored; `is_pending`: it is
    still to be counted anew by that one.
    """

    title: str
    chip: Due
    is_late: bool
    limit: str
    rule: str
    started: str
    due: str
    flagged: str
    met: str
    own: str
    calendar: str
    version: str
    moved: list[str]
    total: str = ""
    lines: list[Line] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    agrees: bool = True
    is_pending: bool = False


@dataclass(frozen=True)
class _Facts:
    """What all limits of a ticket share.

    `reasons`: why its community was closed or open otherwise on a date; `years`: those loaded, with who did.
    """

    ticket: Ticket
    rule: Rule | None
    events: list[Event]
    reasons: dict[date, str]
    years: dict[int, CalendarYear]
    now: datetime

    def said(self, moment: datetime | None) -> str:
        return saying.exact(moment, now=self.now) if moment else ""


def reckonings(
    ticket: Ticket, its_clocks: Iterable[Clock], events: list[Event], *, now: datetime
) -> list[Reckoning]:
    """Of every limit that staff answer for, those of the last round first. Three statements."""
    rule = Rule.objects.for_ticket(area=ticket.area, category=ticket.category)
    of_staff = [clock for clock in its_clocks if clock.is_of_staff]
    years = CalendarYear.objects.select_related("loaded_by").in_bulk() if of_staff else {}
    in_order = sorted(events, key=lambda e: e.pk)
    facts = _Facts(ticket, rule, in_order, _reasons(ticket, of_staff), years, now)
    of_staff.sort(key=lambda clock: (-clock.round, clock.due_at))
    return [_reckoning(clock, facts) for clock in of_staff]


def _reasons(ticket: Ticket, of_staff: list[Clock]) -> dict[date, str]:
    if not of_staff:
        return {}
    first = min(clock.starts_at for clock in of_staff)
    last = max(clock.own_due_at or clock.due_at for clock in of_staff)
    standing = LocalDay.objects.standing().in_area(ticket.area)
    its = standing.between(timezone.localdate(first), timezone.localdate(last))
    return dict(its.values_list("date", "reason"))


def _reckoning(clock: Clock, facts: _Facts) -> Reckoning:
    label, ticket = clock.get_kind_display(), facts.ticket
    limit = (
        f"{clock.hours}小时内{label}，不分昼夜" if clock.hours else f"{clock.working_days}个工作日内{label}"
    )
    return Reckoning(
        title=f"{label}时限" + (f"（第{clock.round}轮）" if ticket.round > 1 else ""),
        chip=due_of_clock(clock, area=ticket.area, now=facts.now),
        is_late=clock.is_late(facts.now),
        limit=limit,
        rule=_rule(clock, ticket, facts.rule),
        started=facts.said(clock.starts_at),
        due=facts.said(clock.due_at),
        flagged=facts.said(clock.flagged_at),
        met=facts.said(clock.met_at),
        own=facts.said(clock.own_due_at),
        calendar=_calendar(clock, facts),
        version=clock.calendar_version,
        moved=[_moved(event, facts) for event in facts.events if _has_moved(event, clock)],
        **({} if clock.hours else _days(clock, facts)),
    )


def _rule(clock: Clock, ticket: Ticket, rule: Any) -> str:
    """Where the limit comes from; a rule may have been changed since."""
    if clock.hours:
        return f"“{ticket.category}”是急事，从接单起按钟点算" if ticket.category_id else "急事，按钟点算"
    ruled = getattr(rule, f"{clock.kind}_days", None)
    if ruled == clock.working_days:
        return f"按“{ticket.category}”一类的规则"
    if ruled is None and clock.working_days == USUAL[clock.kind]:
        return "没有另外的规则，按通常的期限"
    return "按当时的规则，后来规则或类别改过"


def _days(clock: Clock, facts: _Facts) -> dict[str, Any]:
    area, due_at = facts.ticket.area, clock.own_due_at or clock.due_at
    start, end = timezone.localtime(clock.starts_at), timezone.localtime(due_at)
    counted = workdays.office_time(start, end, area=area)
    waited = f"，其中等居民补充的{saying.span(clock.paused_for)}不算" if clock.paused_for else ""
    hours = saying.hours(area.office_opens, area.office_closes)
    return {
        "lines": _lines(start, end, area, facts.reasons),
        "pauses": _pauses(clock, facts) if clock.kind == Clock.Kind.RESOLVE else [],
        "total": f"一共{saying.span(counted)}{waited}。每个工作日按{hours}算。",
        "agrees": clocks.agrees(clock, area),
        "is_pending": clock.is_to_be_recounted(area, facts.now),
    }


def _lines(start: datetime, end: datetime, area: Any, reasons: dict[date, str]) -> list[Line]:
    """Every day from the first to the last; days off in a row with the same reason are one line."""
    dates = [start.date() + n * DAY for n in range((end.date() - start.date()).days + 1)]
    calendar = workdays.calendar(area)
    days = [calendar.day(date) for date in dates]
    found = []
    for (counts, why), group in groupby(days, key=lambda day: (day.is_working, _why(day, reasons))):
        its = [day.date for day in group]
        if counts:
            found += [_worked(date, why, start, end, area) for date in its]
        else:
            found.append(Line(_ends(its), False, why))
    return found


def _why(day: Day, reasons: dict[date, str]) -> str:
    """上班; 周末; 国庆节放假（国务院通知）; 本社区不办公（停电检修）; 暂按上班，待国务院通知."""
    if day.source == calendars.LOCAL:
        reason = reasons.get(day.date)
        return f"{day.name}（{reason}）" if reason else day.name
    name = f"{day.name}放假" if telling.is_holiday(day) else day.name or "上班"
    if day.provisional:
        return f"暂按{name}，{AWAITED}"
    is_ordinary = day.name in ("", workdays.WEEKEND)
    return name if is_ordinary else f"{name}（{ANNOUNCED}）"


def _calendar(clock: Clock, facts: _Facts) -> str:
    """What answered for the days of the limit: 国务院2026年放假通知（软件自带），加上本社区安排1天.

    Of a calendar that has been changed since only its version is left, which says what it was put together from.
    """
    if clock.hours:
        return "按钟点算，不看日历"
    if clock.calendar_version == clocks.MIXED:
        return "等居民补充时日历有变动，前后各按当时的日历"
    if clock.calendar_version != workdays.calendar_version(facts.ticket.area):
        return _former(clock.calendar_version, facts.ticket.area)
    ends = clock.starts_at, clock.own_due_at or clock.due_at
    first, last = (timezone.localdate(moment) for moment in ends)
    own = sum(first <= day <= last for day in facts.reasons)
    said = "；".join(_year(year, facts) for year in range(first.year, last.year + 1))
    return said + (f"，加上本社区安排{own}天" if own else "")


def _former(version: str, area: Any) -> str:
    calendar = workdays.without_hours(version)
    if calendar == workdays.calendar(area).version:
        return f"当时的办公时间是{saying.hours(*workdays.hours_of(version))}，后来改过"
    known, _, entered = calendar.partition(calendars.MARK)
    years, _, local = entered.partition(".")
    shipped_until = known.partition("/")[2].partition("+")[0]
    parts = [f"{ANNOUNCED}到{shipped_until}年（软件自带）"]
    parts += ["录入的放假通知"] * bool(years) + ["本社区安排"] * bool(local)
    return f"当时的日历：{'，加上'.join(parts)}；日历后来有变动"


def _year(year: int, facts: _Facts) -> str:
    """2026年放假通知，王主任11月3日录入; what the product brings; or that it is reckoned, as nothing is announced."""
    loaded = facts.years.get(year)
    if loaded:
        on = timezone.localdate(loaded.loaded_at)
        of_year = "" if on.year == timezone.localdate(facts.now).year else f"{on.year}年"
        who = loaded.loaded_by or "系统管理员"
        return f"{year}年放假通知，{who}{of_year}{saying.month_day(on)}录入"
    if shipped.FIRST_ANNOUNCED_YEAR <= year <= shipped.LAST_ANNOUNCED_YEAR:
        return f"国务院{year}年放假通知（软件自带）"
    return f"{year}年按周末和法定节假日推算（通知未公布）"


def _has_moved(event: Event, clock: Clock) -> bool:
    return event.verb == Verb.RECOUNT and event.data["kind"] == clock.kind and event.round == clock.round


def _moved(event: Event, facts: _Facts) -> str:
    why = "办公时间" if event.data.get("hours") else "日历"
    return f"{facts.said(event.at)} {why}有变动，{presenting.sentence(event)}。{event.words}"


def _worked(date: date, why: str, start: datetime, end: datetime, area: Any) -> Line:
    # In whole minutes, as they are printed: what stands in the lines then adds up to the limit.
    since = max(_minute(start), workdays.at(date, area.office_opens))
    until = min(_minute(end), workdays.at(date, area.office_closes))
    amount = workdays.office_time(since, until, area=area)
    span = f"{since:%H:%M}–{until:%H:%M}" if amount else ""
    return Line([saying.day(date, today=start.date())], True, why, span, saying.span(amount))


def _ends(dates: list[date]) -> list[str]:
    return [saying.day(date, today=date) for date in dict.fromkeys((dates[0], dates[-1]))]


def _pauses(clock: Clock, facts: _Facts) -> list[Pause]:
    """While the ticket waited for the resident in the clock's round; the last one may still go on."""
    spans = reckoning.pauses(facts.events).get((clock.ticket_id, clock.round), ())
    return [_said_pause(since, until, facts) for since, until in spans]


def _said_pause(since: datetime, until: datetime | None, facts: _Facts) -> Pause:
    amount = saying.span(workdays.office_time(since, until, area=facts.ticket.area)) if until else ""
    return Pause(facts.said(since), facts.said(until), amount)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
