"""The secretary's report: the page, its chart, its workbook, the tickets behind a number, the definitions."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.guards import for_roles
from stations.models import Area, Unit
from tickets import charts
from tickets.forms.report import FigureForm, ReportForm
from tickets.models import Category
from tickets.reports import drill, layout, satisfaction, sheet
from tickets.reports.definitions import DEFINITIONS
from tickets.reports.figures import FIGURES, OVERDUE, listed
from tickets.reports.links import report_url
from tickets.reports.scope import READERS, areas_for, reading_post, tickets_of

PER_PAGE = 50
TOP_OVERDUE = 5
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@for_roles(*READERS)
def page(request):
    """The report, or with ?format=xlsx the same figures as a workbook."""
    now, today = timezone.now(), timezone.localdate()
    form, selection = _asked(request, ReportForm, today)
    tickets = tickets_of(request.user, selection.area)
    its_areas = form.below(selection.area)
    with_area = not selection.is_community
    report = satisfaction.report(tickets, selection.period, its_areas, now=now, with_area=with_area)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, report, selection, now, today)
    context = {
        **layout.page(report, selection, today=today),
        "title": layout.heading(selection, today),
        "form": form.shown(selection),
        "notes": form.notes,
        "late": drill.overdue(tickets, TOP_OVERDUE, now=now),
        "chart_url": report_url(selection, "chart"),
        "narrow_chart_url": report_url(selection, "chart", narrow="1"),
        "workbook_url": report_url(selection, format="xlsx"),
    }
    return render(request, "reports/satisfaction.html", context)


@require_safe
@for_roles(*READERS)
def chart(request):
    """The trend as a picture of its own, for the same people."""
    _, selection = _asked(request, ReportForm, timezone.localdate())
    lines = satisfaction.trend(tickets_of(request.user, selection.area), selection.period, now=timezone.now())
    frame = charts.NARROW if request.GET.get("narrow") == "1" else charts.WIDE
    drawn = charts.trend_svg([line.label for line in lines], satisfaction.series(lines), frame)
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
    units = Unit.objects.in_areas(Area.objects.below([selection.area]))
    unit = drill.name_of(units, cut.unit, "派单台")
    context = {
        "figure": FIGURES[form.code],
        "title": drill.title(
            form.code, selection, today, unit, drill.name_of(Category.objects.all(), cut.category, "没选类别")
        ),
        "dates": "" if form.code == OVERDUE else selection.period.dates(today),
        "notes": form.notes,
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


def _workbook(request, report, selection, now, today):
    """The workbook; that it was taken along, and how much of it, is written down."""
    book = sheet.workbook(report, selection, now=now, today=today)
    audit.record(
        audit.Action.EXPORTED,
        actor=request.user,
        post=reading_post(request.user, selection.area),
        area=selection.area,
        detail=sheet.summary(report, selection, now=now, today=today),
    )
    disposition = content_disposition_header(True, sheet.filename(selection, today))
    return HttpResponse(book, content_type=SPREADSHEET, headers={"Content-Disposition": disposition})
