"""签到签退: the page behind the code on the wall, today's seats at the desk, one seat, and the code itself."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations import saying, workdays
from stations.markup import fill
from stations.models import Station
from stations.refusals import Refused
from volunteers import check_in_codes, records
from volunteers.forms.duty import AttestForm, ConfirmForm, ExcuseForm, OutForm, StepForm
from volunteers.models import Assignment, Profile, ServiceRecord
from volunteers.permissions import leads
from volunteers.seating import on_duty, withdrawing
from volunteers.states import COMING, Status

GONE = "这张签到码已经换过了，请扫站里墙上新的那一张。"
NOT_YOURS = "这一班现在不能这样点，请看一眼现在的样子。"
at_station = for_roles(*Post.STATION_ROLES)
STEPS = {
    "in": (StepForm, on_duty.check_in),
    "undo": (StepForm, on_duty.undo_check_in),
    "out": (OutForm, on_duty.check_out),
    "undo_out": (StepForm, on_duty.undo_check_out),
    "excuse": (ExcuseForm, withdrawing.excuse),
    "attest": (AttestForm, on_duty.attest),
    "confirm": (ConfirmForm, on_duty.confirm_out),
}
ONES_OWN = ("in", "undo", "out", "undo_out")


@dataclass(frozen=True)
class Row:
    """A seat of today as the desk shows it: what may be pressed is empty where nothing is."""

    assignment: Assignment
    span: str
    word: str
    step: str
    label: str
    may_undo: bool


@require_http_methods(["GET", "HEAD", "POST"])
@at_station
def check_in(request, token):
    """One large button for the one shift that fits, or in words why there is none."""
    now, station = timezone.now(), check_in_codes.station_of(token)
    if station is None:
        return render(
            request, "volunteers/check_in.html", {"why": GONE, "title": "签到码不能用了"}, status=404
        )
    profile = Profile.objects.of(request.user)
    found = on_duty.fitting(profile, station, now=now) if profile else None
    if request.method == "POST":
        return _pressed(request, station, found, now)
    return _wall(request, station, profile, found, now)


@require_safe
@at_station
def board(request, code):
    """Who is at the station today: the desk checks colleagues in and out who have no phone."""
    now, station = timezone.now(), _own_station(request.user, code)
    first = workdays.at(timezone.localdate(now))
    seats = Assignment.objects.at_stations([station]).for_board()
    undoable = on_duty.undoable_outs(station, now=now)
    unsure = Assignment.objects.at_stations([station]).unconfirmed().for_board()
    page = {
        "station": station,
        "rows": [_row(seat, undoable, now) for seat in seats.of_day(first, first + timedelta(days=1))],
        "unsure": [(seat, *_due(seat, now)) for seat in unsure] if leads(request.user, station) else [],
        "leads": leads(request.user, station),
    }
    return render(request, "volunteers/on_duty.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@at_station
def attend(request, pk):
    """One person's place in a shift: coming, going, excused, when they went."""
    own = [post.station_id for post in request.user.posts_as(*Post.STATION_ROLES)]
    found = get_object_or_404(Assignment.objects.at_stations(own).with_shift(), pk=pk)
    if not _concerns(request.user, found):
        raise Http404
    if request.method != "POST":
        return _seat(request, found)
    name = request.POST.get("step")
    if name not in STEPS:
        return _seat(request, found, wrong=NOT_YOURS, status=422)
    if question := _question(request, found, name):
        return _ask(request, found, question, back=_pressed_on(request, found))
    form, refused = _done(request, found, name, timezone.now())
    if refused:
        fresh = Assignment.objects.with_shift().get(pk=found.pk)
        return _seat(request, fresh, form=form, name=name, status=refused)
    return redirect(_pressed_on(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Post.Role.STATION_LEAD)
def code(request, code):
    """The paper for the wall; a POST makes the old one worthless."""
    station = _own_station(request.user, code, Post.Role.STATION_LEAD)
    if request.method == "POST":
        check_in_codes.renew(station, by=request.user)
        messages.success(request, "签到码换好了，旧的那张马上作废。请打印新的贴上墙。")
        return redirect("volunteers:check_in_code", station.code)
    page = {"station": station, "qr": check_in_codes.drawn(station)}
    return render(request, "volunteers/check_in_code.html", page)


def _concerns(user, seat) -> bool:
    """Of days gone by and to come, only the person and the lead; of today, whoever stands at the desk."""
    is_today = timezone.localdate(seat.starts_at) == timezone.localdate() or seat.status == Status.CHECKED_IN
    return is_today or seat.profile.user_id == user.pk or leads(user, seat.seat.shift.station)


def _own_station(user, code, *roles) -> Station:
    """Of the person's posts; another one looks like a missing one."""
    own = [post.station_id for post in user.posts_as(*(roles or Post.STATION_ROLES))]
    return get_object_or_404(Station.objects.active().select_related("area"), code=code, pk__in=own)


def _pressed(request, station, found, now):
    """The step for the shift the page was opened for; another one by now is shown instead."""
    name = request.POST.get("step")
    profile = Profile.objects.of(request.user)
    meant = found
    if name == "undo_out" and profile:
        meant = on_duty.just_left(profile, station, now=now)
    if meant is None or str(meant.pk) != request.POST.get("seat") or name not in ONES_OWN:
        return _wall(request, station, profile, found, now, wrong=NOT_YOURS, status=409)
    if question := _question(request, meant, name):
        return _ask(request, meant, question, back=request.path)
    form, refused = _done(request, meant, name, now)
    if refused:
        fresh = on_duty.fitting(profile, station, now=now)
        return _wall(request, station, profile, fresh, now, form=form, status=refused)
    return redirect(request.path)


def _question(request, assignment, name):
    """What is asked before the step is taken; empty where it is taken at once."""
    if name != "out" or request.POST.get("sure"):
        return ""
    return on_duty.asked_once_more(assignment, by=request.user, now=timezone.now())


def _ask(request, assignment, question, *, back):
    """Once more, with what was typed."""
    kept = {name: request.POST.get(name, "") for name in ("note", "from")}
    page = {"seat": assignment, "question": question, "back": back, "kept": kept, "span": _span(assignment)}
    return render(request, "volunteers/leaving.html", page)


def _pressed_on(request, assignment):
    """Where the button stood."""
    shift = assignment.seat.shift
    return {
        "mine": reverse("volunteers:my_shifts"),
        "shift": reverse("volunteers:shift", args=[shift.pk]),
    }.get(request.POST.get("from"), reverse("volunteers:on_duty", args=[shift.station.code]))


def _done(request, assignment, name, now):
    """(form, None), or the form with what is wrong with it and the status of the page."""
    form_class, verb = STEPS[name]
    form = form_class(request.POST, assignment=assignment)
    if not form.is_valid():
        return form, 422
    try:
        verb(assignment, by=request.user, now=now, **form.facts())
    except Refused as refusal:
        form.refuse(refusal)
        return form, refusal.http_status
    messages.success(request, _said(assignment, name, request.user))
    return form, None


def _link(assignment, user):
    """To the record, for those who may read it: the person, and the lead."""
    record = ServiceRecord.objects.for_duty(assignment)
    if assignment.profile.user_id != user.pk and not leads(user, assignment.seat.shift.station):
        return ""
    return fill('<a href="{}">服务记录</a>', reverse("volunteers:record", args=[record.pk]))


def _said(assignment, name, user):
    who = assignment.who
    if name in ("out", "confirm", "attest"):
        given = records.given(assignment)
        if assignment.is_out_unsure:
            return f"{who}已签退。比下班晚了很多，几点走的由站长确认。"
        if not given:
            return f"{who}已签退。不满一分钟，没有记服务时间。"
        span = saying.minutes(given)
        return fill("{}已签退，记了{}服务时间。辛苦了！{}", who, span, _link(assignment, user))
    return {
        "in": f"{who}已签到。",
        "undo": f"{who}的签到已撤回。",
        "undo_out": f"{who}的签退已撤回，还在岗。走的时候再签退一次。",
        "excuse": f"{who}已记为请假。",
    }[name]


def _wall(request, station, profile, found, now, *, form=None, wrong="", status=200):
    """The page at the wall. `step`: in, out, or just_in for five minutes, when the button may not be pressed twice."""
    step = ""
    if found:
        step = "in" if found.status != Status.CHECKED_IN else "out"
        step = "just_in" if on_duty.may_undo(found, now=now) else step
    gone = (
        on_duty.just_left(profile, station, now=now) if profile and step not in ("out", "just_in") else None
    )
    page = {
        "gone": _gone(gone, now) if gone else None,
        "station": station,
        "found": found,
        "span": _span(found) if found else "",
        "is_early": found is not None and now < found.ends_at,
        "step": step,
        "wrong": wrong,
        "why": "" if found or gone else _why(profile, station, now),
        "form": form or (OutForm(assignment=found) if found else None),
        "came": saying.moment(found.checked_in_at, now=now) if found and found.checked_in_at else "",
    }
    return render(request, "volunteers/check_in.html", page, status=status)


def _gone(seat, now):
    """What happened to a shift one has gone from, and whether it may be taken back."""
    record = ServiceRecord.objects.reckoned().for_duty(seat)
    said = f"{_span(seat)}这一班，{saying.moment(seat.checked_out_at, now=now)}已经签退"
    if seat.is_out_unsure:
        said += "，几点走的由站长确认"
    elif record:
        said += f"，记了{records.said(record.counts)}"
    return {
        "seat": seat,
        "said": f"{said}。",
        "record": record,
        "may_undo": on_duty.may_undo_out(seat, now=now),
    }


def _why(profile, station, now):
    """No shift now; when the next one is, and from when on one may check in to it."""
    coming = on_duty.next_one(profile, now=now) if profile else None
    if coming is None:
        return f"您现在在{station}没有班，后面也还没有排班。"
    place, opens = coming.seat.shift.station, coming.starts_at - on_duty.EARLY
    when = saying.exact(coming.starts_at, now=now)
    return f"现在没有您的班。下一班是{when}，在{place}，{saying.moment(opens, now=now)}起可以签到。"


def _row(seat, undoable, now):
    if seat.status == Status.CHECKED_IN:
        step, label = "out", "签退"
    elif seat.status in (*COMING, Status.NO_SHOW) and not on_duty.why_not_in(seat, now=now):
        step, label = "in", "签到"
    else:
        step = label = ""
    return Row(seat, _span(seat), seat.get_status_display(), step, label, seat.pk in undoable)


def _span(seat):
    start, end = timezone.localtime(seat.starts_at), timezone.localtime(seat.ends_at)
    is_midnight = end.date() > start.date() and (end.hour, end.minute) == (0, 0)
    return f"{start:%H:%M}–{'24:00' if is_midnight else f'{end:%H:%M}'}"


def _due(seat, now):
    due = records.due_at(seat)
    return _span(seat), saying.before(due, now=now), due < now


def _seat(request, found, *, form=None, name="", wrong="", status=200):
    now, station = timezone.now(), found.seat.shift.station
    is_lead = leads(request.user, station)
    made = {key: kind(assignment=found) for key, (kind, _) in _possible(found, now, is_lead).items()}
    if form is not None:
        made[name] = form
    page = {
        "seat": found,
        "is_own": found.profile.user_id == request.user.pk,
        "station": station,
        "day": saying.day(timezone.localdate(found.starts_at), today=timezone.localdate(now)),
        "span": _span(found),
        "forms": made,
        "form": form,
        "wrong": wrong,
        "why": on_duty.why_not_in(found, now=now) if found.status in (*COMING, Status.NO_SHOW) else "",
        "events": found.events.select_related("by"),
    }
    return render(request, "volunteers/attend.html", page, status=status)


def _possible(found, now, is_lead):
    """Which steps the page offers."""
    expected = found.status in (*COMING, Status.NO_SHOW)
    offered = {
        "in": expected and not on_duty.why_not_in(found, now=now),
        "undo": on_duty.may_undo(found, now=now),
        "out": found.status == Status.CHECKED_IN,
        "undo_out": on_duty.may_undo_out(found, now=now),
        "excuse": is_lead and expected,
        "attest": is_lead and expected and now >= found.ends_at,
        "confirm": is_lead and on_duty.is_to_confirm(found),
    }
    return {name: STEPS[name] for name, is_offered in offered.items() if is_offered}
