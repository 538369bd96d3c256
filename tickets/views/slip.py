"""The slip a resident takes home; right after filing it is also the page that confirms the ticket."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import audit
from tickets import permissions, receipts, slips
from tickets.models import Clock, Receipt, Ticket

NOT_YOURS = "回执只有当天登记的人和本站站长能打印。请居民到站里，由站长补打。"


@require_http_methods(["GET", "HEAD", "POST"])
def slip(request, number, reporter=None):
    """Show the slip of this reporter or the first one; a POST gives out a new one and makes the old one worthless."""
    now = timezone.now()
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), number=number)
    if reporter is None:
        reporter = ticket.reporters.first()
    else:
        reporter = get_object_or_404(ticket.reporters, pk=reporter)
    if not _may_print(request.user, ticket, reporter, now):
        raise PermissionDenied(NOT_YOURS)
    receipt = Receipt.objects.valid().held_by(reporter)
    if receipt is None:
        raise Http404
    if request.method == "POST":
        return _reissue(request, receipt, now=now)
    is_first = slips.is_first_print(receipt, request.user, now=now)
    if not is_first and request.method == "GET":
        # Reading somebody's code is written down, as every reprint is; the ticket itself stays as it was.
        _record(audit.Action.SLIP_PRINTED, request.user, reporter)
    return _page(request, receipt, is_first=is_first, now=now)


def _may_print(user, ticket, reporter, now):
    if reporter.has_joined:
        return permissions.is_joiners_slip(user, reporter, now=now)
    return permissions.is_receivers_slip(user, ticket, now=now)


@transaction.atomic
def _reissue(request, receipt, *, now):
    receipts.reissue(receipt, now=now)
    _record(audit.Action.SLIP_REISSUED, request.user, receipt.reporter)
    return redirect(f"{request.path}?print=1")


def _record(action, user, reporter):
    post, ticket = permissions.may_receive(user, reporter.came_to), reporter.ticket
    audit.record(action, actor=user, post=post, area=ticket.area, subject=ticket.number)


def _page(request, receipt, *, is_first, now):
    ticket = receipt.reporter.ticket
    paper = request.GET.get("paper", "")
    page = {
        "slip": slips.slip(receipt, Clock.objects.promised_reply(ticket.matter), now=now),
        "ticket": ticket,
        "has_joined": receipt.reporter.has_joined,
        "is_first": is_first,
        "is_reissued": receipt.version > 1,
        "paper": paper if paper in slips.PAPERS else "80",
        "papers": slips.PAPERS.items(),
        "page_url": request.path,
    }
    return render(request, "tickets/slip.html", page)
