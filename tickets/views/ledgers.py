"""导入旧台账: a file is sent, looked at, confirmed; how far it has come; the rows that could not be taken."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations import sheets
from stations.models import Station
from stations.refusals import Refused
from tickets.forms.ledger_columns import ColumnsForm
from tickets.forms.ledgers import LedgerForm
from tickets.importing import columns as columns_of
from tickets.importing import noting, remarks, running
from tickets.models import LedgerImport, Ticket
from tickets.reports import links, periods

SHOWN, LAST = 100, 20  # faults on the page, imports in the list


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Post.Role.DISPATCHER)
def ledgers(request):
    """What was imported before, and the form for the next file. Nothing is written yet."""
    areas = _areas(request.user)
    stations = Station.objects.active().in_areas(areas)
    form = LedgerForm(request.POST or None, request.FILES or None, stations=stations)
    if form.is_valid():
        file, station = form.cleaned_data["file"], form.cleaned_data["station"]
        try:
            kept = running.take(
                file.chunks(), name=file.name, size=file.size, station=station, by=request.user,
                answered_ends=form.answered_ends, now=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("tickets:ledger", kept.pk)
    found = LedgerImport.objects.in_communities(areas).shown()[:LAST]
    status = 422 if form.is_bound else 200
    page = {"form": form, "ledgers": found, "limits": _limits(request.user)}
    return render(request, "tickets/ledgers.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Post.Role.DISPATCHER)
def ledger(request, pk):
    """What a file was read as; a POST has it written. Another community's reads like a missing one.

    With `progress` only how far it is, for the page that asks; nothing more once that is over.
    """
    kept, refusal = _own(request, pk), None
    if request.method == "POST":
        try:
            running.confirm(kept, by=request.user, now=timezone.now(), seen=request.POST.get("seen", ""))
        except Refused as refused:
            refusal = refused
        else:
            return redirect("tickets:ledger", kept.pk)
    elif "progress" in request.GET:
        return _progress(request, kept)
    status = refusal.http_status if refusal else 200
    page = _page(request, kept, ColumnsForm(ledger=kept)) | {"refusal": str(refusal or "")}
    return render(request, "tickets/ledger.html", page, status=status)


@require_POST
@for_roles(Post.Role.DISPATCHER)
def columns(request, pk):
    """Somebody says what the columns are; the file is read again, and nothing is written yet."""
    kept = _own(request, pk)
    form, refusal = ColumnsForm(request.POST, ledger=kept), None
    if form.is_valid():
        try:
            running.assign(kept, form.assigned, form.ratings, by=request.user, now=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect("tickets:ledger", kept.pk)
    page = _page(request, kept, form) | {"refusal": str(refusal or "")}
    return render(request, "tickets/ledger.html", page, status=refusal.http_status if refusal else 422)


def _progress(request, kept):
    if kept.is_going:
        return render(request, "tickets/ledger_progress.html", {"ledger": kept})
    return HttpResponse(status=204)


def _page(request, kept, form):
    return {
        "ledger": kept,
        "form": form,
        "is_mine": kept.by_id == request.user.pk,
        "state": kept.state,
        "faults": kept.faults.all()[:SHOWN],
        "more_faults": kept.bad - SHOWN,
        "more_known": kept.known - len(kept.known_rows),
        "unused": "、".join(f"“{heading}”" for heading in columns_of.unused(kept.columns)),
        "coverage": remarks.of_coverage(kept),
        "list_url": f"{reverse('tickets:list')}?{urlencode({'ledger': kept.pk})}",
        "report_url": _report_url(kept),
    }


def _report_url(kept):
    """The report of the days between which the imported cases were received; of many years the last ones."""
    if kept.first_on is None:
        return reverse("reports:satisfaction")
    first = max(kept.first_on, kept.last_on - periods.LONGEST, periods.EARLIEST)
    return links.report_url(links.Selection(kept.area, periods.of_dates(first, kept.last_on), periods.DATES))


@require_safe
@for_roles(Post.Role.DISPATCHER)
def faults(request, pk):
    """The rows that could not be taken, with their reasons, to be mended and sent again by who sent them.

    Names and numbers of residents are in them: that they were taken along is written down.
    """
    kept = _own(request, pk)
    if kept.by_id != request.user.pk:
        raise Http404
    noting.taken(kept, by=request.user, now=timezone.now())
    content = sheets.workbook({"没有导入的行": running.fault_sheet(kept)})
    headers = {"Content-Disposition": content_disposition_header(True, "没有导入的行.xlsx")}
    return HttpResponse(content, content_type=sheets.SPREADSHEET, headers=headers)


def _limits(user):
    """Of each community its name, and up to which day a ledger may be."""
    places = [post.area for post in user.posts_as(Post.Role.DISPATCHER)]
    return [(area.name, remarks.of_desk(Ticket.objects.desk_since(area))) for area in places]


def _own(request, pk):
    kept = LedgerImport.objects.in_communities(_areas(request.user)).with_key(pk)
    if kept is None:
        raise Http404
    return kept


def _areas(user):
    return [post.area_id for post in user.posts_as(Post.Role.DISPATCHER)]
