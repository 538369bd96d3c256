"""Changing the working calendar: applying a year's notice, and a community's own closures and openings.

Decides who may and what is refused; every change is audited and stamps the areas it concerns with the version of
their new calendar, in one transaction and one after the other. The clocks follow by `tickets.recounting`, with the
next sweep, the first of them at once where a page asks for it; `recounting.preview` says beforehand what would move.

For pages: `apply_notice` (a whole year), `set_days`, `withdraw`; a refusal is one of workflow's (`Invalid` names the
field, `NotAllowed`, `Conflict`). `areas_edited_by` and `may_apply_notice` say
beforehand who may, `days_to_set` which days of a span would be set. What holds is read by `stations.calendars`:
`area.calendar.day(date)`, `CalendarYear` and `LocalDay.objects.standing()`.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Post, User
from notices.models import Notice
from stations import calendars, saying, stamps
from stations.calendars import YearDays
from stations.models import Area, CalendarDay, CalendarYear, LocalDay
from tickets import monthly, recounting
from tickets.workflow import Conflict, Invalid, NotAllowed
from tickets.workflow.door import require

DAY = timedelta(days=1)
REASON_LENGTH = 60
CLOSED_BEFORE = timedelta(days=7)  # a closure may be written down so long afterwards
AHEAD = timedelta(days=400)
MOST_DAYS = 31  # of one span
LOADED, UNCHANGED, KEPT, UNKNOWN = "loaded", "unchanged", "kept", "unknown"
STILL_COUNTING = "上一次改日历，时限还在重算。请过一两分钟再改。"
NOT_AS_SEEN = "和刚才看的不一样了，请再看一遍"
STAYS = "不办公期间本来已经到期的，从撤回起最多再给一个工作日"
WHO_CHANGES = "工作日历要由派单员来改"
WHO_CHANGES_HERE = "本地安排要由本社区的派单员来定"


def areas_edited_by(user: User) -> dict[int, Area]:
    """The communities whose own days this person may set: a dispatcher's."""
    return {post.area_id: post.area for post in user.posts_as(Post.Role.DISPATCHER)}


def may_apply_notice(user: User) -> bool:
    """Whether this person may load a year: it holds for every community, and any dispatcher may paste the notice."""
    return user.has_role(Post.Role.DISPATCHER, Post.Role.ADMIN)


@transaction.atomic
def apply_notice(days: YearDays, *, by: User | None, document: str = "", now: datetime | None = None) -> bool:
    """Let a year's notice hold everywhere; False where it already does, and nothing is written.

    `by` None is the command. NotAllowed for others than dispatchers and admins, Invalid for days that are not of the
    year.
    """
    now = now or timezone.now()
    if by and not may_apply_notice(by):
        raise NotAllowed(WHO_CHANGES)
    _check_days(days)
    take_turn()
    before = calendars.rows_of(None)
    if before.with_year(days).stamp == before.stamp:
        return False
    catch_up(now)
    _write_year(days, document, by, now)
    stamps.stamp(now=now, caught_up=True)
    detail = f"录入{days.year}年放假安排{document}：放假{len(days.days_off)}天，调休上班{len(days.worked)}天"
    audit.record(audit.Action.CALENDAR_CHANGED, actor=by, post=_post(by), detail=detail, now=now)
    _tell_the_others(days.year, detail, by, now)
    return True


@transaction.atomic
def load_year(year: int, *, now: datetime | None = None) -> str:
    """Let the days of chinesecalendar hold for a year: LOADED, UNCHANGED or UNKNOWN (to the package).

    KEPT where the notice itself was pasted: whoever read it, and corrected it since, knows better.
    """
    days = calendars.package_year(year)
    if days is None:
        return UNKNOWN
    take_turn()
    known = calendars.rows_of(None).years.get(year)
    if known and known.source == calendars.NOTICE:
        return UNCHANGED if known.says_as(days) else KEPT
    return LOADED if apply_notice(days, by=None, now=now) else UNCHANGED


@transaction.atomic
def withdraw_notice(year: int, *, by: User, now: datetime | None = None) -> None:
    """Take the last loading of a year back: the year is again as it was before, or as shipped.

    NotAllowed for others than who loaded it and the admin, Conflict where it is not loaded (any more).
    """
    now = now or timezone.now()
    take_turn()
    held = CalendarYear.objects.select_related("loaded_by").filter(pk=year).first()
    if held is None:
        raise Conflict(f"{year}年的放假安排已经撤回了")
    if sentence := why_not_withdraw_notice(by, held):
        raise NotAllowed(sentence)
    catch_up(now)
    _put_back(held, calendars.year_before(year))
    stamps.stamp(now=now, caught_up=True)
    detail = f"撤回{year}年放假安排"
    audit.record(audit.Action.CALENDAR_CHANGED, actor=by, post=_post(by), detail=detail, now=now)
    _tell_the_others(year, detail, by, now)


def _tell_the_others(year: int, detail: str, by: User | None, now: datetime) -> None:
    """A year holds for all communities: their dispatchers and secretaries hear who loaded it or took it back."""
    posts = Post.objects.active().as_role(Post.Role.DISPATCHER, Post.Role.SECRETARY)
    told = set(posts.values_list("user", flat=True)) - {by.pk if by else None}
    who = f"{by}（{_post(by)}）" if by else "系统管理员"
    text = f"{who}{detail}。各社区的时限都照此算，请看一看对不对"
    url = f"{reverse('tickets:calendar')}?month={year}-01"
    Notice.objects.tell(told, f"year:{year}:{now:%Y%m%d%H%M%S%f}", text, url, now=now)


def why_not_withdraw_notice(user: User, year: CalendarYear) -> str:
    """The sentence for whoever may not: only the admin and who loaded it may; empty for those."""
    if user.has_role(Post.Role.ADMIN) or (may_apply_notice(user) and year.loaded_by_id == user.pk):
        return ""
    return f"{year.loaded_by or '系统管理员'}录入的，请本人或系统管理员撤回"


def _put_back(year: CalendarYear, days: YearDays | None) -> None:
    if days is None or year.before is None:
        year.delete()
        return
    facts = {name: year.before[name] for name in ("source", "document", "loaded_at")}
    CalendarYear.objects.filter(pk=year.pk).update(**facts, loaded_by=year.before["loaded_by"], before=None)
    _write_days(year, days)


@transaction.atomic
def set_days(
    area: Area, first: date, last: date, *, works: bool, reason: str, by: User, now: datetime | None = None
) -> list[LocalDay]:
    """Let the community's office be closed, or work, from one day to another (Asia/Shanghai): all of it or nothing.

    Closed are the working days of the span, from a week ago to a year ahead; opened (`works`) its days off, from
    tomorrow on, since time that has passed would suddenly count. Clocks that were late by then stay late. Of days
    that have begun the secretaries hear, since closing them takes clocks that are about to be late some hours back.
    Invalid names `date`, `until` or `reason`, NotAllowed for others than the community's dispatcher.
    """
    now = now or timezone.now()
    _require_dispatcher(by, area.pk)
    reason = reason.strip()
    require(reason, "写明原因，例如：社区换届选举", limit=REASON_LENGTH)
    take_turn()
    fresh = Area.objects.get(pk=area.pk)
    days = days_to_set(fresh, first, last, works=works, today=timezone.localdate(now))
    catch_up(now)
    facts = {"area": fresh, "works": works, "reason": reason, "set_at": now, "set_by": by}
    local = LocalDay.objects.bulk_create(LocalDay(date=day, **facts) for day in days)
    _settle(fresh, _said(local), by, now)
    _tell_if_begun(local, by, now)
    return local


def close_day(area: Area, day: date, *, reason: str, by: User, now: datetime | None = None) -> LocalDay:
    """`set_days` for one working day to be closed."""
    return set_days(area, day, day, works=False, reason=reason, by=by, now=now)[0]


def open_day(area: Area, day: date, *, reason: str, by: User, now: datetime | None = None) -> LocalDay:
    """`set_days` for one day off to be worked."""
    return set_days(area, day, day, works=True, reason=reason, by=by, now=now)[0]


def days_to_set(area: Area, first: date, last: date, *, works: bool, today: date) -> list[date]:
    """The days of a span, both ends included, that closing or opening (`works`) it would set; never none.

    Those that are off, or worked, without that are left as they are; Invalid where the first is one of them, and for
    a span that is upside down, too long, out of reach or has days in it that the community has set before.
    """
    _check_span(first, last, today, works=works)
    _check_free(area, first, last, today)
    its = calendars.calendar_of(calendars.rows_of(area.pk))
    if its.day(first).is_working == works:
        raise Invalid(f"{saying.day(first, today=today)}本来就{'上班' if works else '不上班'}", "date")
    days = (first + n * DAY for n in range((last - first).days + 1))
    return [day for day in days if its.day(day).is_working != works]


@transaction.atomic
def withdraw(
    local: LocalDay,
    *,
    by: User,
    together: bool = False,
    seen: Collection[int] | None = None,
    now: datetime | None = None,
) -> list[LocalDay]:
    """Let the day be again as everywhere, through the day itself; `together` with the others set in one go.

    Clocks that are late by then stay late, and none becomes late by it: see `tickets.reckoning`. Of a day that has
    begun the secretaries hear. What is withdrawn stays as it is, so a second time it gives none. NotAllowed and
    Conflict as sentences for the user; Conflict too where it would take back other days than those `seen`, by id.
    """
    now = now or timezone.now()
    _require_dispatcher(by, local.area_id)
    take_turn()
    held = withdrawn_with(local, together=together, today=timezone.localdate(now))
    if not held:
        return []
    if seen is not None and {day.pk for day in held} != {*seen}:
        raise Conflict(NOT_AS_SEEN)
    catch_up(now)
    for day in held:
        day.withdrawn_at, day.withdrawn_by = now, by
    LocalDay.objects.bulk_update(held, ["withdrawn_at", "withdrawn_by"])
    _settle(local.area, f"撤回{_said(held)}{_stays(held, now)}", by, now)
    _tell_if_begun(held, by, now)
    return held


def withdrawn_with(local: LocalDay, *, together: bool, today: date) -> list[LocalDay]:
    """The days that `withdraw` would take back, in order, none where it was; Conflict where the day is over."""
    standing = LocalDay.objects.standing().set_with(local).select_related("area").order_by("date")
    if not together:
        standing = standing.between(local.date, local.date)
    if standing and not may_withdraw(local, today=today):
        raise Conflict(f"{saying.day(local.date, today=today)}已经过去，不能再撤回")
    return [day for day in standing if may_withdraw(day, today=today)]


def may_set(day: date, *, works: bool, today: date) -> bool:
    """Whether a date is near enough to be opened (`works`) or closed by a community."""
    first = today + DAY if works else today - CLOSED_BEFORE
    return first <= day <= today + AHEAD


def may_withdraw(local: LocalDay, *, today: date) -> bool:
    """Through its day; what is over was counted by it."""
    return local.date >= today


def _check_span(first: date, last: date, today: date, *, works: bool) -> None:
    if last < first:
        raise Invalid(f"结束的日子不能早于{saying.day(first, today=today)}", "until")
    if last - first >= MOST_DAYS * DAY:
        raise Invalid(f"一次最多定{MOST_DAYS}天，更长的分几次定", "until")
    for day, field in ((first, "date"), (last, "until")):
        if not may_set(day, works=works, today=today):
            since = "明天起" if works else "一周前起"
            raise Invalid(f"日期要在{since}、{AHEAD.days}天以内", field)


def _check_free(area: Area, first: date, last: date, today: date) -> None:
    taken = LocalDay.objects.standing().in_area(area).between(first, last).values_list("date", flat=True)
    if taken:
        more = f"等{len(taken)}天" if len(taken) > 1 else ""
        raise Invalid(f"{saying.day(taken[0], today=today)}{more}已经有本地安排，先撤回再改", "date")


def _check_days(days: YearDays) -> None:
    """A notice names days of its year and, at most, of the week before it."""
    first = date(days.year, 1, 1) - timedelta(days=7)
    named = {*days.days_off, *days.worked}
    if not named:
        raise Invalid("没有读到任何放假的日子", "text")
    if not first <= min(named) <= max(named) <= date(days.year, 12, 31):
        raise Invalid(f"有的日子不在{days.year}年里", "text")
    if set(days.days_off) & {*days.worked}:
        raise Invalid("同一天又放假又上班，请核对", "text")


def _write_year(days: YearDays, document: str, by: User | None, now: datetime) -> None:
    facts = {"source": days.source, "loaded_at": now, "loaded_by": by}
    year, is_new = CalendarYear.objects.get_or_create(
        year=days.year, defaults={**facts, "document": document}
    )
    if not is_new:
        facts |= {"document": document} if document else {}
        CalendarYear.objects.filter(pk=year.pk).update(**facts, before=year.snapshot())
    _write_days(year, days)


def _write_days(year: CalendarYear, days: YearDays) -> None:
    year.days.all().delete()
    rows = days.days().values()
    CalendarDay.objects.bulk_create(
        CalendarDay(year=year, date=day.date, works=day.is_working, name=day.name) for day in rows
    )


def catch_up(now: datetime) -> None:
    """Before a change, what waits for the one before it; Conflict where somebody is at such a ticket.

    Then the change waits, and not the page.
    """
    with _or_conflict():
        recounting.catch_up(now=now)


def take_turn() -> None:
    """Be the only one who changes the calendar or counts by it until the transaction ends; Conflict after a wait."""
    with _or_conflict():
        stamps.alone()


@contextmanager
def _or_conflict() -> Iterator[None]:
    """Pages wait for a lock no longer than WEB_LIMITS lets them."""
    try:
        with transaction.atomic():
            yield
    except OperationalError:
        raise Conflict(STILL_COUNTING) from None


def _settle(area: Area, detail: str, by: User, now: datetime) -> None:
    stamps.stamp(now=now, caught_up=True)
    area.refresh_from_db(fields=["calendar_version", "recount_since"])
    post = _post(by, area.pk)
    audit.record(audit.Action.CALENDAR_CHANGED, actor=by, post=post, area=area, detail=detail, now=now)


def _tell_if_begun(local: list[LocalDay], by: User, now: datetime) -> None:
    """Working time of a day that has begun is gone, or back: the secretaries hear of it, but not who did it."""
    first, last, today = local[0], local[-1], timezone.localdate(now)
    if first.date > today:
        return
    told = set(Post.objects.overseeing(first.area).values_list("user", flat=True)) - {by.pk}
    shown = monthly.Run(first.date, last.date, today.year).dates
    what = (
        f"撤回了{shown}的{_word(first)}" if first.withdrawn_at else f"把{shown}定为不办公（{first.reason}）"
    )
    whither = "提前" if first.withdrawn_at and not first.works else "往后移"
    text = f"{first.area}：{by.name}{what}，有的时限因此{whither}{_stays(local, now)}，请核对"
    url = f"{reverse('tickets:calendar')}?area={first.area_id}&month={first.date:%Y-%m}"
    Notice.objects.tell(
        told, f"{'day_back' if first.withdrawn_at else 'day_gone'}:{first.pk}", text, url, now=now
    )


def _stays(local: list[LocalDay], now: datetime) -> str:
    """Limits that would have come due while a closure held stay pushed back: none is made late by the withdrawal."""
    is_back = local[0].withdrawn_at and not local[0].works and local[0].date <= timezone.localdate(now)
    return f"；{STAYS}" if is_back else ""


def _word(local: LocalDay) -> str:
    return "加开" if local.works else "不办公"


def _said(local: list[LocalDay]) -> str:
    """2026-11-24不办公：停电检修; 2026-11-25至2026-12-01不办公（5天）：停电检修."""
    first, last = local[0], local[-1]
    if first == last:
        return f"{first.date}{'加开一天' if first.works else '不办公'}：{first.reason}"
    return f"{first.date}至{last.date}{_word(first)}（{len(local)}天）：{first.reason}"


def _require_dispatcher(by: User, area_id: int) -> None:
    if area_id not in areas_edited_by(by):
        raise NotAllowed(WHO_CHANGES_HERE)


def _post(by: User | None, area_id: int | None = None) -> Post | None:
    posts = by.posts_as(Post.Role.DISPATCHER, Post.Role.ADMIN) if by else []
    return next((post for post in posts if area_id in (None, post.area_id)), None)
