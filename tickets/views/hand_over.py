"""交班: what one shift leaves to the next: its notes, who is there, and which of the station's tickets are open."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from stations.refusals import Refused
from tickets import clocks, desks
from tickets.due import due_of
from tickets.forms.station import NoteForm
from tickets.views.visits import at_station
from volunteers import attendance
from volunteers.models import HandOver
from volunteers.permissions import serves
from volunteers.seating import on_duty


@require_http_methods(["GET", "HEAD", "POST"])
@at_station
def hand_over(request, station):
    """The last notes and the open tickets; a POST leaves a note."""
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _left(request, station, form):
        return redirect("tickets:hand_over")
    now = timezone.now()
    there, rows = attendance.at_desk(station, now=now), desks.handed_over(station)
    pauses = clocks.pauses(rows)
    page = {
        "form": form,
        "station": station,
        "present": there.present(),
        "coming": there.coming(now=now),
        "serves_here": serves(request.user, station),
        "notes": HandOver.objects.last_at(station),
        "open_count": rows[0].in_all if rows else 0,
        "rows": [(t, due_of(t, now=now, pause=pauses.get(t.pk))) for t in rows],
        "all_url": desks.open_list(station),
    }
    return render(request, "tickets/hand_over.html", page, status=form.status)


def _left(request, station, form):
    """Whether the note is there now; why not stands on the form."""
    try:
        on_duty.leave_note(station, words=form.cleaned_data["words"], by=request.user)
    except Refused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, "留言记下了，下一班打开接单台就能看到。")
    return True
