"""每晚对账: what was compared last night and what did not agree; the nights before."""

from collections import defaultdict

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations import saying
from tickets.models import Finding, Reconciliation, Ticket
from tickets.reconciling.checks import TITLES
from tickets.reconciling.nightly import MOST

NIGHTS = 30


@require_safe
@for_roles(Post.Role.ADMIN, Post.Role.DISPATCHER, Post.Role.SECRETARY)
def reconciliation(request):
    """The night asked for by ?day=, or else the last one; what was found outside the own communities stays out."""
    now = timezone.now()
    nights = list(Reconciliation.objects.latest_first()[:NIGHTS])
    wanted = request.GET.get("day", "")
    night = next((night for night in nights if str(night.day) == wanted), nights[0] if nights else None)
    seen = Finding.objects.visible_to(request.user)
    context = {
        "back": _back(request.user),
        "night": night,
        "checks": _checks(request.user, night, seen) if night else [],
        "done_at": saying.exact(night.finished_at, now=now) if night else "",
        "nights": _earlier(nights, night, seen, now),
        "most": MOST,
    }
    return render(request, "tickets/reconciliation.html", context)


def _back(user):
    """An administrator comes from the system's state, the others from the report."""
    if user.has_role(Post.Role.ADMIN):
        return {"url": reverse("system_status"), "label": "系统状态"}
    return {"url": reverse("reports:satisfaction"), "label": "服务报告"}


def _checks(user, night, seen):
    """One line for each check of the night, those with findings first."""
    findings = defaultdict(list)
    for finding in seen.of_night(night).in_order():
        findings[finding.check_code].append(finding)
    links = _links(user, findings)
    known = [code for code in TITLES if code in night.checked]
    lines = [_check(code, *night.checked[code], findings[code], links) for code in known]
    return sorted(lines, key=lambda line: not line["found"])


def _check(code, rows, faults, findings, links):
    title, counted = TITLES[code]
    return {
        "code": code,
        "title": title,
        "rows": f"{rows}{counted}",
        "found": [{"finding": found, "url": links.get(found.ticket_id, "")} for found in findings],
        "is_capped": faults > MOST and len(findings) > 0,
    }


def _links(user, findings):
    """A ticket that the reader may not see is named, but leads nowhere."""
    numbers = {found.ticket.number for group in findings.values() for found in group if found.ticket}
    tickets = Ticket.objects.visible_to(user).numbered(numbers) if numbers else []
    return {ticket.pk: ticket.get_absolute_url() for ticket in tickets}


def _earlier(nights, current, seen, now):
    counts = seen.by_night()
    today = timezone.localdate(now)
    return [
        {
            "day": night.day.isoformat(),
            "label": saying.day(night.day, today=today),
            "found": counts.get(night.pk, 0),
            "current": night is current,
        }
        for night in nights
    ]
