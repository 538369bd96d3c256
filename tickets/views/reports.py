"""The secretary's report: the page, its charts, its workbook, the tickets behind a number, the definitions."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.guards import for_roles
from stations import saying
from stations.models import Area
from stations.sheets import SPREADSHEET
from tickets.forms.report import FigureForm, ReportForm
from tickets.reports import drill, layout, links, pictures, satisfaction, sheet
from tickets.reports.definitions import DEFINITIONS
from tickets.reports.figures import FIGURES, OVERDUE, listed
from tickets.reports.links import report_url
from tickets.reports.scope import READERS, areas_for, reading_post, tickets_of

PER_PAGE = 50
TOP_OVERDUE = 5


@require_safe
@for_roles(*READERS)
def page(request):
    """The report, or with ?format=xlsx the same figures as a workbook."""
    now, today = timezone.now(), timezone.localdate()
    form, selection = _asked(request, ReportForm, today)
    tickets = tickets_of(request.user, selection.area)
    areas, children = form.below(selection.area), form.right_below(selection.area)
    report = satisfaction.report(tickets, selection.period, areas, now=now, children=children)
    if request.GET.get("format") == "xlsx" and not form.refused:
        return _workbook(request, report, selection, now)
    context = {
        **layout.page(report, selection, today=today),
        "title": layout.heading(selection, today),
        "form": form.shown(selection),
        "notes": form.notes,
        "quick": links.quick(selection),
        "late": drill.overdue(tickets, TOP_OVERDUE, now=now),
        "charts": pictures.addresses(report),
        "taken": saying.exact(now, now=now),
        "workbook_url": report_url(selection, format="xlsx"),
    }
    return render(request, "reports/satisfaction.html", context)


@require_safe
@for_roles(*READERS)
def chart(request):
    """A picture of the numbers that a report page has put, signed, into its address; it asks the database nothing."""
    picture = pictures.unsigned(request.GET.get("of", ""))
    if picture is None:
        raise Http404
    drawn = pictures.drawn(picture, narrow=request.GET.get("narrow") == "1")
    return HttpResponse(drawn, content_type="image/svg+xml")


@require_safe
@for_roles(*READERS)
def tickets(request):
    """Exactly the tickets behind one number of the report."""
    now, today = timezone.now(), timezone.localdate()
    form, selection = _asked(request, FigureForm, today)
    cut = form.cut(selection)
    rows = listed(form.code, tickets_of(request.user, selection.area), cut, now=now)
    found = Paginator(drill.with_tickets(form.code, rows), PER_PAGE).get_page(request.GET.get("page"))
    parts = drill.narrowed_to(cut, Area.objects.below([selection.area]), found)
    context = {
        "figure": FIGURES[form.code],
        "title": drill.title(form.code, selection, today, parts),
        "dates": "" if form.code == OVERDUE else selection.period.dates(today),
        "notes": [*form.notes, *form.refused],
        "page_obj": found,
        "rows": drill.rows(found, now=now),
        "back": report_url(selection),
    }
    return render(request, "reports/tickets.html", context)


@require_safe
@for_roles(*READERS)
def definitions(request):
    return render(request, "reports/definitions.html", {"definitions": DEFINITIONS})


def _asked(request, form_class, today):
    """The checked form and what it selects; an area out of sight is no area, as with every ticket."""
    areas = areas_for(request.user)
    asked = request.GET.get("area", "")
    if asked.isdecimal() and int(asked) not in {area.pk for area in areas}:
        raise Http404
    form = form_class(request.GET, areas=areas, today=today)
    return form, form.selection()


def _workbook(request, report, selection, now):
    """The workbook; that it was taken along, and how much of it, is written down."""
    tickets = tickets_of(request.user, selection.area)
    book = sheet.workbook(report, selection, tickets, now=now, by=request.user)
    audit.record(
        audit.Action.EXPORTED,
        actor=request.user,
        post=reading_post(request.user, selection.area),
        area=selection.area,
        detail=book.summary,
    )
    disposition = content_disposition_header(True, sheet.filename(selection, timezone.localdate(now)))
    return HttpResponse(book.content, content_type=SPREADSHEET, headers={"Content-Disposition": disposition})
