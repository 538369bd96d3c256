"""The working calendar: a community's month, one of its days, the State Council's notice pasted in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from tickets import almanac, calendaring, monthly, moving, recounting, workflow, yearly
from tickets.forms.calendar import DaysForm, NoticeForm, TrialForm

NO_AREA = "工作日历给社区里的工作人员看。"
DAYS_CHANGED = "结束的日子和刚才看的不一样了，请再看一遍。"
NOT_COMPARED = "先对照通知原文，看读成的对不对，再勾选“对照原文看过了”。"
CHANGED = "通知的文字或者日历和刚才看的不一样了，请再看一遍。"
loaders = for_roles(Post.Role.DISPATCHER, Post.Role.ADMIN)


@require_safe
def month(request):
    """Everybody on the staff reads the calendar of their communities; a community's dispatcher sets days of it."""
    now, areas = timezone.now(), almanac.areas_of(request.user)
    may_load = calendaring.may_apply_notice(request.user)
    if not areas and not may_load:
        raise PermissionDenied(NO_AREA)
    area, today = almanac.chosen(areas, request.GET.get("area")), timezone.localdate(now)
    first = monthly.month_named(request.GET.get("month", ""), today=today)
    form = TrialForm(request.GET, now=now)
    context = {
        "area": area,
        "areas": areas,
        "month": monthly.month(first, area=area, notes=almanac.notes(area, first), today=today),
        "query": f"area={area.pk}&" if len(areas) > 1 else "",
        "may_change": area is not None and area.pk in calendaring.areas_edited_by(request.user),
        "may_load": may_load,
        "left": moving.left(area, everywhere=may_load),
        "form": form,
        "trial": monthly.trial(**form.cleaned_data, area=area, now=now) if form.is_valid() else None,
        "history": almanac.history(area, now=now),
    }
    return render(request, "tickets/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Post.Role.DISPATCHER)
def day(request, area_id, key):
    """One date: what it is, and the community's own closure or opening, looked at before it holds."""
    area = calendaring.areas_edited_by(request.user).get(area_id)
    date = monthly.date_named(key)
    if area is None or date is None:
        raise Http404
    sheet = almanac.sheet(area, date, now=timezone.now())
    if request.method != "POST":
        return _day_page(request, sheet, _days_form(sheet), is_together="all" in request.GET)
    if "withdraw" in request.POST:
        return _withdraw_day(request, sheet)
    form = DaysForm(request.POST, first=date, today=sheet.today)
    if not form.is_valid():
        return _day_page(request, sheet, form, refusal=sheet.why_not_set, status=422)
    try:
        return _set_days(request, sheet, form)
    except workflow.Refused as refusal:
        return _day_page(request, sheet, form, refusal=str(refusal), status=refusal.http_status)


def _set_days(request, sheet, form):
    """Several days hold only as they were looked at; one is what the page is about."""
    span = almanac.span(sheet, form.last, works=form.works, now=timezone.now())
    is_sure, seen = "sure" in request.POST, request.POST.get("seen", sheet.key)
    if not is_sure or seen != form.last.isoformat():
        told = {"refusal": DAYS_CHANGED, "status": 409} if is_sure else {}
        moves = _moved_by(sheet, span.days, form.works)
        return _day_page(request, sheet, form, span=span, moves=moves, **told)
    reason = form.cleaned_data["reason"]
    calendaring.set_days(sheet.area, sheet.date, form.last, works=form.works, reason=reason, by=request.user)
    what = "本社区加开" if form.works else "本社区不办公"
    return _day_done(request, sheet, f"{span.dates}{what}，已经生效")


def _days_form(sheet):
    return DaysForm(first=sheet.date, today=sheet.today, initial={"wanted": sheet.wanted})


def _withdraw_day(request, sheet):
    """Only what was seen is taken back. Pressed twice, it says the same the second time."""
    together, seen = request.POST["withdraw"] == "all", almanac.ids_seen(request.POST.get("seen", ""))
    how = {"by": request.user, "together": together, "seen": seen}
    try:
        held = calendaring.withdraw(sheet.local, **how) if sheet.local else []
    except workflow.Refused as refusal:
        return _not_withdrawn(request, sheet, together, str(refusal), refusal.http_status)
    if not held and (sentence := almanac.why_none_taken_back(sheet, seen)):
        return _not_withdrawn(request, sheet, together, sentence, 409)
    dates = almanac.dates_of([day.date for day in held], today=sheet.today) or sheet.title
    return _day_done(request, sheet, f"{dates}的本地安排已撤回")


def _not_withdrawn(request, sheet, together, sentence, status):
    """With the page as it is now."""
    now = almanac.sheet(sheet.area, sheet.date, now=timezone.now())
    return _day_page(request, now, _days_form(now), is_together=together, refusal=sentence, status=status)


def _day_done(request, sheet, said):
    messages.success(request, said + _moved([sheet.area.pk]))
    return redirect(sheet.month_url)


def _day_page(request, sheet, form, *, span=None, moves=None, is_together=False, refusal="", status=200):
    """Taking back needs no words, so what it moves is shown at once."""
    with_it = None
    if sheet.may_withdraw and moves is None:
        with_it = almanac.taken_back(sheet, together=True, now=timezone.now())
        span = with_it if is_together else None
        moves = _moved_by(sheet, span.days if span else [sheet.date], None)
    context = {
        "sheet": sheet,
        "form": form,
        "span": span,
        "with_it": with_it,
        "moves": moves,
        "refusal": refusal,
    }
    return render(request, "tickets/calendar_day.html", context, status=status)


def _moved_by(sheet, days, works):
    return moving.by_local_days(sheet.area, days, works, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@loaders
def notice(request):
    """Paste, look, load: nothing holds before the button under the preview is pressed."""
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _notice_page(request, form)
    if not form.is_valid():
        return _notice_page(request, form, quotes=form.quotes, status=422)
    plan = yearly.plan(form.said)
    if "sure" not in request.POST:
        return _notice_page(request, form, plan=plan)
    if form.cleaned_data["seen"] != plan.stamp:
        return _notice_page(request, form, plan=plan, refusal=CHANGED, status=409)
    if plan.remarks and "compared" not in request.POST:
        return _notice_page(request, form, plan=plan, refusal=NOT_COMPARED, status=422)
    return _load(request, form, plan)


def _load(request, form, plan):
    try:
        changed = calendaring.apply_notice(plan.days, by=request.user, document=plan.document)
    except workflow.Refused as refusal:
        return _notice_page(request, form, plan=plan, refusal=str(refusal), status=refusal.http_status)
    said = f"{plan.year}年放假安排已录入" if changed else f"{plan.year}年放假安排早已录入，没有变化"
    messages.success(request, said + _moved())
    return redirect(f"{reverse('tickets:calendar')}?month={plan.year}-01")


def _notice_page(request, form, *, plan=None, quotes=(), refusal="", status=200):
    now = timezone.now()
    moves = moving.by_notice(plan.days, user=request.user, now=now) if plan else None
    context = {
        "form": form,
        "plan": plan,
        "moves": moves,
        "quotes": quotes,
        "refusal": refusal,
        "years": almanac.loaded_years(request.user, now=now),
        "left": "" if plan else moving.left(everywhere=True),
    }
    return render(request, "tickets/calendar_notice.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@loaders
def withdraw_notice(request, year):
    """Take a loaded year back; what answers then is what answered before it."""
    loaded = almanac.loaded_year(year)
    if loaded is None:
        raise Http404
    if sentence := calendaring.why_not_withdraw_notice(request.user, loaded):
        raise PermissionDenied(sentence)
    if request.method != "POST":
        return _withdrawal_page(request, year)
    try:
        calendaring.withdraw_notice(year, by=request.user)
    except workflow.Refused as refusal:
        return _withdrawal_page(request, year, refusal=str(refusal), status=refusal.http_status)
    messages.success(request, f"{year}年放假安排已撤回" + _moved())
    return redirect("tickets:calendar_notice")


def _withdrawal_page(request, year, *, refusal="", status=200):
    context = {
        "year": year,
        "moves": moving.by_withdrawal(year, user=request.user, now=timezone.now()),
        "instead": almanac.instead_of(year),
        "refusal": refusal,
    }
    return render(request, "tickets/calendar_withdraw.html", context, status=status)


def _moved(area_ids=None):
    """What was saved holds; many limits, and those of tickets that somebody has in hand, follow with the sweep."""
    try:
        number = recounting.begin(area_ids, now=timezone.now())
    except OperationalError:
        return "，时限过一两分钟跟着改"
    if recounting.left(area_ids):
        return f"，{number}个时限已经改了，其余的接着重算" if number else "，时限接着重算"
    return f"，{number}个时限跟着改了" if number else "，没有时限要跟着改"
