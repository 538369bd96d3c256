"""What is pressed on the pages of seating: one verb each, then back to where it was pressed.

A refusal shows that page as it is now, with the sentence.
"""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from accounts.guards import for_roles
from accounts.models import Post
from stations.refusals import Refused
from volunteers import proposing, wording
from volunteers.forms.seating import NOBODY, ColleagueForm
from volunteers.models import Assignment, Profile, Seat, Waiting
from volunteers.openings import NO_PROFILE
from volunteers.seating import answering, signing_up, standins, telling, waiting, withdrawing
from volunteers.states import Status
from volunteers.views import seating
from volunteers.views.seating import station_people

SOUGHT = "已经请大家替班，有人接了就通知您。有人接之前，还是您的班。"
COVERED = "候补的人接了这一班，您不用来了。"
# After a refusal the address of the button stands in the browser: who opens it again is led to the shift.
pressed = require_http_methods(["GET", "HEAD", "POST"])


@pressed
@station_people
def take(request, pk):
    """我来, or a colleague whom one signs up."""
    seat = get_object_or_404(Seat.objects.visible_to(request.user).with_shift(), pk=pk)
    said, what = "{who}报上名了：{what}。", wording.whole(seat, now=timezone.now())
    return _for_somebody(request, seat.shift, partial(signing_up.take, seat), said, what)


@pressed
@station_people
def wait(request, pk):
    """候补, for oneself or a colleague."""
    shift = seating.find_shift(request, pk)
    said = "{who}排上候补了，有人退出就轮到{turn}。"
    return _for_somebody(request, shift, partial(waiting.wait, shift), said)


@pressed
@station_people
def stop_waiting(request, pk):
    rows = Waiting.objects.answerable_by(request.user).with_shift()
    own = get_object_or_404(rows, pk=pk)
    return _done(request, own.shift, partial(waiting.stop, own), "不再候补了。")


@pressed
@station_people
def accept(request, pk):
    return _answer(request, pk, answering.accept, "定下了：{}。")


@pressed
@station_people
def decline(request, pk):
    assignment = _place(request, pk)
    reply = partial(proposing.decline, assignment, why=_why(request))
    return _done(request, assignment.seat.shift, reply, _said_no(request, assignment))


@pressed
@station_people
def seek(request, pk):
    assignment = _place(request, pk)
    find = partial(standins.seek, assignment, why=_why(request))
    said = lambda: SOUGHT if assignment.status == Status.SEEKING else COVERED  # noqa: E731
    return _done(request, assignment.seat.shift, find, said)


@pressed
@station_people
def keep(request, pk):
    return _answer(request, pk, standins.keep, "好的，还是您来：{}。")


@pressed
@station_people
def withdraw(request, pk):
    return _answer(request, pk, partial(withdrawing.withdraw, why=_why(request)), "退出了：{}。")


@pressed
@for_roles(Post.Role.STATION_LEAD)
def excuse(request, pk):
    return _answer(request, pk, partial(withdrawing.excuse, why=_why(request)), "准了假：{}。")


def _answer(request, pk, verb, said):
    assignment = _place(request, pk)
    what = wording.whole(assignment.seat, now=timezone.now())
    return _done(request, assignment.seat.shift, partial(verb, assignment), said.format(what))


def _said_no(request, assignment):
    """With the way back: a slip of the finger is seen at once."""
    shift, person = assignment.seat.shift, assignment.profile
    name = "您" if person.user_id == request.user.pk else telling.name_of(person.user, shift.station)
    return format_html(
        '记下了：{} {}去不了。<a href="{}">改主意了？</a>',
        wording.when(shift, now=timezone.now()), name, telling.address(shift),
    )  # fmt: skip


def _place(request, pk):
    """One's own, or one of a station that one leads; others look like missing ones."""
    return get_object_or_404(Assignment.objects.answerable_by(request.user).with_shift(), pk=pk)


def _why(request):
    return " ".join(request.POST.get("why", "").split())[:200]


def _for_somebody(request, shift, verb, said, what=""):
    if request.method != "POST":
        return _to_shift(shift)
    form = ColleagueForm(request.POST, station=shift.station)
    is_colleague = "profile" in request.POST
    person = form.chosen if is_colleague else Profile.objects.of(request.user)
    if person is None:
        return _refused(request, shift, Refused(NOBODY if is_colleague else NO_PROFILE))
    name = telling.name_of(person.user, shift.station)
    who, turn = ("", "您") if person.user_id == request.user.pk else (f"给{name}", name)
    return _done(request, shift, partial(verb, person), said.format(who=who, turn=turn, what=what))


def _done(request, shift, verb, said):
    """Back to where it was pressed; `said` may be asked only once it is done."""
    if request.method != "POST":
        return _to_shift(shift)
    try:
        verb(by=request.user, now=timezone.now())
    except Refused as refusal:
        return _refused(request, shift, refusal)
    messages.success(request, said() if callable(said) else said)
    if request.POST.get("from") == "mine":
        return redirect("volunteers:my_shifts")
    if request.POST.get("from") == "open":
        return redirect("volunteers:open_seats")
    return _to_shift(shift)


def _to_shift(shift):
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
