"""What is pressed on the pages of seating: one verb each, then back to where it was pressed.

A refusal shows that page as it is now, with the sentence.
"""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.guards import for_roles
from accounts.models import Post
from stations.refusals import Refused
from volunteers import proposing, wording
from volunteers.forms.seating import NOBODY, ColleagueForm
from volunteers.models import Assignment, Profile, Seat, Waiting
from volunteers.openings import NO_PROFILE
from volunteers.seating import answering, signing_up, standins, waiting, withdrawing
from volunteers.states import Status
from volunteers.views import seating
from volunteers.views.seating import station_people

SOUGHT = "已经请大家替班，有人接了就通知您。有人接之前，还是您的班。"
COVERED = "候补的人接了这一班，您不用来了。"


@require_POST
@station_people
def take(request, pk):
    """我来, or a colleague whom one signs up."""
    seat = get_object_or_404(Seat.objects.visible_to(request.user).with_shift(), pk=pk)
    when = wording.when(seat.shift, now=timezone.now())
    said = "{}报上名了：" + when + "。"
    return _for_somebody(request, seat.shift, partial(signing_up.take, seat), said)


@require_POST
@station_people
def wait(request, pk):
    """候补, for oneself or a colleague."""
    shift = seating.find_shift(request, pk)
    said = "{}排上候补了，有人退出就轮到。"
    return _for_somebody(request, shift, partial(waiting.wait, shift), said)


@require_POST
@station_people
def stop_waiting(request, pk):
    rows = Waiting.objects.answerable_by(request.user).with_shift()
    own = get_object_or_404(rows, pk=pk)
    return _done(request, own.shift, partial(waiting.stop, own), "不再候补了。")


@require_POST
@station_people
def accept(request, pk):
    return _answer(request, pk, answering.accept, "定下了：{}。")


@require_POST
@station_people
def decline(request, pk):
    assignment = _place(request, pk)
    reply = partial(proposing.decline, assignment, why=_why(request))
    return _done(request, assignment.seat.shift, reply, "记下了，谢谢您回话。")


@require_POST
@station_people
def seek(request, pk):
    assignment = _place(request, pk)
    find = partial(standins.seek, assignment, why=_why(request))
    said = lambda: SOUGHT if assignment.status == Status.SEEKING else COVERED  # noqa: E731
    return _done(request, assignment.seat.shift, find, said)


@require_POST
@station_people
def keep(request, pk):
    return _answer(request, pk, standins.keep, "好的，还是您来：{}。")


@require_POST
@station_people
def withdraw(request, pk):
    return _answer(request, pk, partial(withdrawing.withdraw, why=_why(request)), "退出了：{}。")


@require_POST
@for_roles(Post.Role.STATION_LEAD)
def excuse(request, pk):
    return _answer(request, pk, partial(withdrawing.excuse, why=_why(request)), "准了假：{}。")


def _answer(request, pk, verb, said):
    assignment = _place(request, pk)
    when = wording.when(assignment.seat.shift, now=timezone.now())
    return _done(request, assignment.seat.shift, partial(verb, assignment), said.format(when))


def _place(request, pk):
    """One's own, or one of a station that one leads; others look like missing ones."""
    return get_object_or_404(Assignment.objects.answerable_by(request.user).with_shift(), pk=pk)


def _why(request):
    return " ".join(request.POST.get("why", "").split())[:200]


def _for_somebody(request, shift, verb, said):
    form = ColleagueForm(request.POST, station=shift.station)
    is_colleague = "profile" in request.POST
    person = form.chosen if is_colleague else Profile.objects.of(request.user)
    if person is None:
        return _refused(request, shift, Refused(NOBODY if is_colleague else NO_PROFILE))
    who = "" if person.user_id == request.user.pk else f"给{person}"
    return _done(request, shift, partial(verb, person), said.format(who))


def _done(request, shift, verb, said):
    """Back to where it was pressed; `said` may be asked only once it is done."""
    try:
        verb(by=request.user, now=timezone.now())
    except Refused as refusal:
        return _refused(request, shift, refusal)
    messages.success(request, said() if callable(said) else said)
    if request.POST.get("from") == "mine":
        return redirect("volunteers:my_shifts")
    if request.POST.get("from") == "open":
        return redirect("volunteers:open_seats")
    return redirect("volunteers:shift", shift.pk)


def _refused(request, shift, refusal):
    messages.error(request, str(refusal))
    status, pressed_on = refusal.http_status, request.POST.get("from")
    if pressed_on == "mine":
        return seating.show_mine(request, status=status)
    if pressed_on == "open":
        return seating.show_open(request, status=status)
    shift.refresh_from_db()
    return seating.show_shift(request, shift, status=status)
