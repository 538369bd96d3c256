"""The audit page: what was done in the reader's area, station or unit, and who looked at whose number."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import AuditEntry
from stations import paging
from tickets import ledger
from tickets.filters import AuditFilter
from tickets.models import Ticket


@require_safe
@for_roles(*AuditEntry.READERS)
def audit(request):
    seen = AuditEntry.objects.visible_to(request.user).for_page()
    chosen = AuditFilter(request.GET, seen, request=request)
    page = paging.page(chosen.qs, request.GET.get("page"))
    lines = _lines(request.user, list(page))
    context = {
        "filter": chosen,
        "page_obj": page,
        "lines": lines,
        "person": _chosen_name(chosen, lines),
        "narrowed": any(value for name, value in request.GET.items() if name != "page"),
    }
    return render(request, "tickets/audit.html", context)


def _lines(user, entries):
    """Each entry in words; a ticket that the reader no longer sees is named, but leads nowhere."""
    now = timezone.now()
    numbers = {entry.subject for entry in entries if entry.subject}
    tickets = Ticket.objects.visible_to(user).numbered(numbers) if numbers else []
    urls = {ticket.number: ticket.get_absolute_url() for ticket in tickets}
    return [ledger.line(entry, url=urls.get(entry.subject, ""), now=now) for entry in entries]


def _chosen_name(chosen, lines) -> str:
    """Whose entries these are, as the lines say it: an id alone must not tell a name."""
    pk = chosen.form.cleaned_data.get("person") if chosen.is_bound and chosen.form.is_valid() else None
    if not pk:
        return ""
    return next((line.who for line in lines if line.who_id == pk), "一个人")
