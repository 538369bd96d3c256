"""The volunteer's desk: the form that takes a request, beside it what is open and was filed today."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import for_roles
from accounts.models import Post
from stations.models import Loan
from tickets import clocks, desks, duplicates, station_life, throttle, to_tell, workflow
from tickets.due import due_of
from tickets.forms.receive import ReceiveForm
from tickets.models import Reporter
from tickets.models.ticket import url_of
from tickets.permissions import is_receivers_slip
from tickets.views import photos
from volunteers import attendance
from volunteers.permissions import serves

DESK, CALM, SAME, DIFFERENT = "desk", "calm", "same_as", "not_duplicate"
NOT_SHOWN = "那一张已经不在办了，或者和现在写的不像同一件，没有加入。再按一次“接单”，会再找一遍像的"
TOO_OFTEN = "查像不像查得太多了，没有加入。请过几分钟再按，或登记成新的一件"
MOVED = "原来的站点不能再接单。现在的站点是{station}，没有错就再按一次“接单”"
at_desk = for_roles(*Post.STATION_ROLES, Post.Role.DISPATCHER)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def desk(request):
    """The page of the desk chosen for this session; a POST chooses another one."""
    own = desks.desks_of(request.user)
    if request.method == "POST":
        return _choose(request, own)
    station = desks.chosen(own, request.session.get(DESK))
    if station is None or "choose" in request.GET:
        return ask(request, own)
    return show(request, own, ReceiveForm(station=station))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def receive(request):
    """File the request at the desk the form was opened for, and go on to its slip."""
    if request.method != "POST":
        return redirect("tickets:desk")
    own = desks.desks_of(request.user)
    meant = desks.named(own, request.POST.get(DESK))
    station = meant or desks.chosen(own, request.session.get(DESK))
    if station is None:
        return ask(request, own, status=409)
    form = ReceiveForm(request.POST, request.FILES, station=station)
    pictures = photos.taken(request, form, now=timezone.now())
    if CALM in request.POST:
        form.calm()
        return show(request, own, form)
    if not form.is_valid():
        return show(request, own, form, status=422)
    if meant is None and DESK in request.POST:
        form.add_error(None, MOVED.format(station=station))
        return show(request, own, form, status=409)
    if SAME in request.POST:
        return _join(request, own, form, pictures)
    if DIFFERENT not in request.POST and (doubts := _doubts(request.user, form)):
        return show(request, own, form, doubts=doubts, status=409)
    return _file(request, own, form, pictures)


@require_POST
@at_desk
def hints(request):
    """What may be the matter that is being typed: open tickets of the desk's community, and nothing of a person."""
    station = desks.named(desks.desks_of(request.user), request.POST.get(DESK))
    if station is None:
        return render(request, "tickets/desk_hints.html", status=409)
    now = timezone.now()
    if not throttle.may_see_hints(request.user, now=now):
        return HttpResponse(status=429)
    typed = ReceiveForm(request.POST, station=station).typed()
    found = duplicates.hints(station.area, typed, now=now)
    return render(request, "tickets/desk_hints.html", {"hints": found})


def _doubts(user, form):
    """What has to be asked before another ticket is filed: never of an emergency, nor of what is filed already."""
    typed = form.typed()
    if typed.category and typed.category.is_emergency:
        return []
    now = timezone.now()
    found = duplicates.doubts(form.station.area, typed, now=now)
    if not found or Reporter.objects.of_form(form.submission).exists():
        return []
    return found if throttle.may_see_hints(user, now=now) else []


def _file(request, own, form, pictures):
    try:
        facts = {**form.cleaned_data, **pictures, "on_duty": _on_duty(request, form)}
        receipt = workflow.receive(by=request.user, station=form.station, **facts)
    except workflow.CallFirst as stop:
        return show(request, own, form, stop=stop.category, status=stop.http_status)
    except workflow.Refused as refusal:
        form.refuse(refusal)
        return show(request, own, form, status=refusal.http_status)
    photos.say_left_out(request, form, receipt.left_out)
    return HttpResponseRedirect(f"{url_of(receipt.reporter.ticket.number, 'slip')}?print=1")


def _on_duty(request, form):
    """Whoever was chosen of those who are checked in at this moment; who filed it, or the only one there."""
    typed = request.POST.get("on_duty", "")
    return attendance.named(form.station, typed, request.user, now=timezone.now())


def _join(request, own, form, pictures):
    """The same matter: no new ticket, but one more reporter of that one, with a slip of their own."""
    try:
        ticket = _shown(request.user, form, request.POST[SAME])
        if stop := form.urgent_apart_from(ticket):
            return show(request, own, form, stop=stop, status=422)
        facts = {**form.joining(ticket), **pictures, "on_duty": _on_duty(request, form)}
        receipt = workflow.attach(ticket, by=request.user, station=form.station, **facts)
    except workflow.Refused as refusal:
        form.refuse(refusal)
        return show(request, own, form, status=refusal.http_status)
    photos.say_left_out(request, form, receipt.left_out)
    reporter = receipt.reporter
    slip = reverse("tickets:slip_of", args=[reporter.ticket.number, reporter.pk])
    return HttpResponseRedirect(f"{slip}?print=1")


def _shown(user, form, number):
    """The open ticket that is meant: one of those shown for these words, not any whose number is guessed."""
    now, area = timezone.now(), form.station.area
    if not throttle.may_see_hints(user, now=now):
        raise workflow.Conflict(TOO_OFTEN)
    is_shown = duplicates.is_shown(area, form.typed(), number, now=now)
    ticket = duplicates.open_one(area, number) if is_shown else None
    if ticket is None:
        raise workflow.Conflict(NOT_SHOWN)
    return ticket


def _choose(request, own):
    station = desks.named(own, request.POST.get(DESK))
    if station is None:
        return ask(request, own, status=422)
    request.session[DESK] = station.code
    return redirect("tickets:desk")


def _duty(request, station, now):
    """在岗, who comes next, and of several the one who takes this request down."""
    there = attendance.at_desk(station, now=now)
    chosen = there.named(request.POST.get("on_duty", ""), request.user)
    return {
        "present": there.present(),
        "coming": there.coming(now=now),
        "takers": [(one, one.user == chosen) for one in there.on] if len(there.on) > 1 else [],
        "serves_here": serves(request.user, station),
    }


def _may_print(user, ticket, now):
    """The slip of who filed it; whoever joined has another one, which the ticket's page offers."""
    return ticket.taken == ticket.received_at and is_receivers_slip(user, ticket, now=now)


def ask(request, own, *, status=200):
    closed = [] if own else desks.closed_to(request.user)
    page = {"desks": own, "left_out": Loan.objects.at_stations(closed).out().count() if closed else 0}
    return render(request, "tickets/desk_choose.html", page, status=status)


def show(request, own, form, *, stop=None, doubts=(), status=200):
    """The desk with this form in it."""
    now, station, user = timezone.now(), form.station, request.user
    rows = desks.open_tickets(station)
    pauses = clocks.pauses(rows)
    today = desks.todays_tickets(station, now=now)
    due, other_dues = desks.reply_dues(station, now=now)
    context = {
        "form": form,
        "stop": stop,
        "doubts": doubts,
        "station": station,
        "has_other_desks": len(own) > 1,
        "due": due,
        "other_dues": other_dues.items(),
        "open_count": rows[0].in_all if rows else 0,
        "asked_count": rows[0].asked_in_all if rows else 0,
        "asked_url": desks.waiting_list(station),
        "rows": [(t, due_of(t, now=now, pause=pauses.get(t.pk))) for t in rows],
        "today": [(t, t.status in desks.CALLED_OFF, _may_print(user, t, now)) for t in today],
        "today_url": desks.todays_list(station),
        "today_count": today[0].in_all if today else 0,
        "next_of_today": desks.next_number(today),
        "to_tell": to_tell.count(user),
        **station_life.card(station, user, now=now),
        **_duty(request, station, now),
        "bar_title": station.name,
        "bar_sub": f"{station.get_kind_display()}·{station.area.name}",
    }
    return render(request, "tickets/desk.html", context, status=status)
