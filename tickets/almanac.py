"""Whose calendar somebody may look at, what its community set otherwise and who did, which years were loaded."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from stations import calendars, saying
from stations.models import Area, CalendarYear, LocalDay
from tickets import calendaring, monthly

HISTORY_SHOWN = 12
CLOSE, OPEN = "close", "open"


@dataclass(frozen=True)
class Entry:
    """One line of what the community set and took back."""

    day: str
    what: str
    who: str


@dataclass(frozen=True)
class Sheet:
    """One date of a community: what it is, and what its dispatcher may do about it."""

    area: Area
    today: date
    date: date
    words: str
    local: LocalDay | None
    wanted: str
    may_set: bool
    may_withdraw: bool
    is_today: bool
    is_over: bool

    @property
    def title(self) -> str:
        return saying.day(self.date, today=self.today)

    @property
    def key(self) -> str:
        return self.date.isoformat()

    @property
    def why_not_set(self) -> str:
        """Where the form is not shown; empty where it is, since there each field says what is wrong with it."""
        if self.local:
            return f"{self.title}已经有本地安排，先撤回再改"
        return "" if self.may_set else f"{self.title}的安排现在改不了"

    @property
    def month_url(self) -> str:
        return f"{reverse('tickets:calendar')}?area={self.area.pk}&month={self.date:%Y-%m}"


@dataclass(frozen=True)
class Span:
    """The days from one date to another that would be set; so many between them need not be.

    `seen` names those that would be taken back, for the button under them; `back` says which of those to be set
    could not be taken back, or only today.
    """

    days: list[date]
    dates: str
    left: int
    seen: str = ""
    back: str = ""

    @property
    def count(self) -> int:
        return len(self.days)


@dataclass(frozen=True)
class Loaded:
    """One year that was loaded."""

    year: int
    source: str
    who: str
    at: str
    may_withdraw: bool


def areas_of(user: User) -> list[Area]:
    """The communities in which this person works or which they oversee; all of them for the admin."""
    found = Area.objects.all() if user.is_staff else Area.objects.below(user.area_ids)
    return list(found.communities())


def chosen(areas: list[Area], asked: str | None) -> Area | None:
    """The community asked for, if it is one of these; else the first. None where there is none."""
    return next((area for area in areas if str(area.pk) == asked), areas[0] if areas else None)


def notes(area: Area | None, first: date) -> dict[date, str]:
    """What the community's own days of a month say: the reason and who set it."""
    if area is None:
        return {}
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    standing = LocalDay.objects.standing().in_area(area).between(first, last).select_related("set_by")
    return {day.date: f"{day.reason}（{day.set_by}登记）" for day in standing}


def sheet(area: Area, day: date, *, now: datetime) -> Sheet:
    """What a page about one date shows. A day off can be worked, a working day be closed."""
    its, today = area.calendar.day(day), timezone.localdate(now)
    local = LocalDay.objects.standing().in_area(area).between(day, day).select_related("set_by").first()
    wanted = CLOSE if its.is_working else OPEN
    return Sheet(
        area=area,
        today=today,
        date=day,
        words=monthly.words_of(its),
        local=local,
        wanted=wanted,
        may_set=local is None and calendaring.may_set(day, works=wanted == OPEN, today=today),
        may_withdraw=local is not None and calendaring.may_withdraw(local, today=today),
        is_today=day == today,
        is_over=day < today,
    )


def span(sheet: Sheet, last: date, *, works: bool, now: datetime) -> Span:
    """What closing or opening from the sheet's date to another would set; refused as `calendaring.set_days` is."""
    today = timezone.localdate(now)
    days = calendaring.days_to_set(sheet.area, sheet.date, last, works=works, today=today)
    left = (last - sheet.date).days + 1 - len(days)
    return Span(days, dates_of(days, today=today), left, back=_back(days, today))


def _back(days: list[date], today: date) -> str:
    """As `calendaring.may_withdraw` has it."""
    over = dates_of((day for day in days if day < today), today=today)
    said = [
        f"{over}已经过去，定了就不能撤回。" if over else "",
        "今天的只能在今天撤回。" if today in days else "",
    ]
    return "".join(said)


def taken_back(sheet: Sheet, *, together: bool, now: datetime) -> Span:
    """What taking the day back, or all that was set in one go with it, would take back."""
    today = timezone.localdate(now)
    local = sheet.local and calendaring.withdrawn_with(sheet.local, together=together, today=today)
    days = [day.date for day in local or ()]
    return Span(days, dates_of(days, today=today), 0, "-".join(str(day.pk) for day in local or ()))


def ids_seen(posted: str) -> list[int]:
    """The ids that `Span.seen` names, of no more days than are ever set in one go; none for anything else."""
    parts = posted.split("-")
    is_ours = len(parts) <= calendaring.MOST_DAYS and all(re.fullmatch("[0-9]{1,18}", part) for part in parts)
    return [int(part) for part in parts] if is_ours else []


def why_none_taken_back(sheet: Sheet, seen: Collection[int]) -> str:
    """What is said where no day was left to take back; empty where all that was seen is taken back already."""
    known = LocalDay.objects.in_area(sheet.area).named(seen)
    if not known:
        return f"{sheet.title}没有本地安排，没有什么要撤回的"
    return calendaring.NOT_AS_SEEN if known.standing() else ""


def dates_of(days: Iterable[date], *, today: date) -> str:
    """11月25日（周三）至27日（周五）、11月30日（周一）."""
    return "、".join(run.dates for run in monthly.runs(((day, "", "") for day in days), year=today.year))


def loaded_years(user: User, *, now: datetime) -> list[Loaded]:
    """The years loaded by pasting or by command, the latest first."""
    years = CalendarYear.objects.select_related("loaded_by").order_by("-year")
    return [
        Loaded(
            year=one.year,
            source=f"{one.get_source_display()} {one.document}".strip(),
            who=str(one.loaded_by or "用命令录入"),
            at=saying.moment(one.loaded_at, now=now),
            may_withdraw=not calendaring.why_not_withdraw_notice(user, one),
        )
        for one in years
    ]


def loaded_year(year: int) -> CalendarYear | None:
    return CalendarYear.objects.select_related("loaded_by").filter(pk=year).first()


def instead_of(year: int) -> str:
    """What answers for a year once its last loading is taken back, in words."""
    if calendars.year_before(year):
        return f"撤回后，{year}年回到上一次录入的样子。"
    if calendars.package_year(year):
        return f"撤回后，{year}年按软件自带的放假安排算。"
    return f"撤回后，{year}年又是“暂按”：法定节假日和通常的放假天数，不猜调休。"


def history(area: Area | None, *, now: datetime) -> list[Entry]:
    """The latest of the community's own days, withdrawn ones too; those set and taken back together are one line."""
    if area is None:
        return []
    own = LocalDay.objects.in_area(area).select_related("set_by", "withdrawn_by")
    latest = own.order_by("-set_at", "works", "-withdrawn_at", "-date")
    together = groupby(latest[: HISTORY_SHOWN * calendaring.MOST_DAYS], key=_set_and_taken_back)
    return [_entry([*days], now) for _, days in together][:HISTORY_SHOWN]


def _set_and_taken_back(day: LocalDay) -> tuple[datetime, bool, str, datetime | None]:
    return day.set_at, day.works, day.reason, day.withdrawn_at


def _entry(days: list[LocalDay], now: datetime) -> Entry:
    day = days[0]
    what = f"{'加开' if day.works else '不办公'}：{day.reason}"
    who = f"{day.set_by} {saying.moment(day.set_at, now=now)}登记"
    if day.withdrawn_at:
        who += f"，{day.withdrawn_by} {saying.moment(day.withdrawn_at, now=now)}撤回"
    return Entry(dates_of((day.date for day in reversed(days)), today=timezone.localdate(now)), what, who)
