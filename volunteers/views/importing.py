"""A lead's spreadsheet of volunteers: sent, looked at, written; what could not be read taken home again."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from stations.refusals import Refused
from volunteers import roll
from volunteers.forms.importing import UploadForm
from volunteers.importing import workbooks, writing
from volunteers.models import PeopleImport, Skill, Team
from volunteers.views.people import lead_only

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 300  # rows of a preview


@require_http_methods(["GET", "HEAD", "POST"])
@lead_only
def upload(request):
    """Nothing is written yet: the next page shows what the file was read as."""
    form = UploadForm(request.POST or None, request.FILES or None, stations=roll.stations_led(request.user))
    if form.is_valid():
        file, station = form.cleaned_data["file"], form.cleaned_data["station"]
        try:
            kept, unused = writing.take(
                file, size=file.size, station=station, by=request.user, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            if unused:
                messages.info(request, f"没有用到的列：{'、'.join(unused)}")
            return redirect("volunteers:import_preview", kept.pk)
    return render(request, "volunteers/import.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@lead_only
@sensitive_variables("written")
def preview(request, pk):
    """What was read, and what is wrong; a POST enrols everybody who can be."""
    kept = _own(request, pk)
    if request.method == "POST":
        try:
            written = writing.write(kept, by=request.user, now=timezone.now())
        except Refused as refusal:
            return _preview(request, kept, refusal)
        return render(request, "volunteers/imported.html", {"kept": kept, "written": written})
    return _preview(request, kept)


@require_safe
@lead_only
def faults(request, pk):
    """The rows that could not be read, as a workbook."""
    return _file(workbooks.faults(_own(request, pk).faults), "没有登记的.xlsx")


@require_safe
@lead_only
def template(request):
    areas = {station.area_id for station in roll.stations_led(request.user)}
    skills = [skill.name for skill in Skill.objects.all()]
    teams = [team.name for team in Team.objects.active().in_areas(areas)]
    return _file(workbooks.template(skills=skills, teams=teams), "志愿者名单模板.xlsx")


def _preview(request, kept, refusal=None):
    page = {
        "kept": kept,
        "rows": kept.rows[:SHOWN],
        "more": len(kept.rows) - SHOWN,
        "at_once": min(len(kept.rows), writing.AT_ONCE),
        "refusal": str(refusal or ""),
    }
    status = refusal.http_status if refusal else 200
    return render(request, "volunteers/import_preview.html", page, status=status)


def _file(content, name):
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _own(request, pk):
    """Another lead's file, and one an hour old, look like a missing one."""
    kept = PeopleImport.objects.of(request.user, now=timezone.now()).with_key(pk)
    if kept is None:
        raise Http404
    return kept
