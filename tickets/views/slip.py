"""The slip a resident takes home; right after filing it is also the page that confirms the ticket."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import audit
from tickets import permissions, receipts, slips
from tickets.models import Clock, Receipt, Ticket

NOT_YOURS = "回执只有当天登记的人和本站站长能打印。请居民到站里，由站长补打。"


@require_http_methods(["GET", "HEAD", "POST"])
def slip(request, number):
    """Show the slip; a POST gives out a new one and makes the old one worthless."""
    now = timezone.now()
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), number=number)
    if not permissions.is_receivers_slip(request.user, ticket, now=now):
        raise PermissionDenied(NOT_YOURS)
    receipt = Receipt.objects.valid().first_of(ticket)
    if receipt is None:
        raise Http404
    if request.method == "POST":
        return _reissue(request, receipt, now=now)
    is_first = slips.is_first_print(receipt, request.user, now=now)
    if not is_first and request.method == "GET":
        # Reading somebody's code is written down, as every reprint is; the ticket itself stays as it was.
        _record(audit.Action.SLIP_PRINTED, request.user, ticket)
    return _page(request, receipt, is_first=is_first, now=now)


@transaction.atomic
def _reissue(request, receipt, *, now):
    ticket = receipt.reporter.ticket
    receipts.reissue(receipt, now=now)
    _record(audit.Action.SLIP_REISSUED, request.user, ticket)
    return redirect(f"{reverse('tickets:slip', args=[ticket.number])}?print=1")


def _record(action, user, ticket):
    post = permissions.may_receive(user, ticket.station)
    audit.record(action, actor=user, post=post, area=ticket.area, subject=ticket.number)


def _page(request, receipt, *, is_first, now):
    ticket = receipt.reporter.ticket
    paper = request.GET.get("paper", "")
    page = {
        "slip": slips.slip(receipt, Clock.objects.promised_reply(ticket), now=now),
        "ticket": ticket,
        "is_first": is_first,
        "paper": paper if paper in slips.PAPERS else "80",
        "papers": slips.PAPERS.items(),
        "page_url": request.path,
    }
    return render(request, "tickets/slip.html", page)
