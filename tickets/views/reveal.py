"""Looking at a reporter's full name and phone: the reason is asked by GET, the answer stands on the POST's page."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tickets import permissions, presenting, revealing, workflow
from tickets.forms.reveal import RevealForm
from tickets.models import Reporter, Ticket


@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request, number, reporter_id):
    """Nothing is kept: leaving or loading the page again asks again. Whoever sees it anyway goes to the ticket."""
    now = timezone.now()
    seen = Ticket.objects.visible_to(request.user).with_people().select_related("area__parent")
    ticket = get_object_or_404(seen, number=number)
    reporter = get_object_or_404(Reporter.objects.shown_on(ticket), pk=reporter_id)
    if permissions.sees_contact(request.user, ticket, reporter, now=now):
        return redirect(ticket)
    answer = permissions.may_reveal(request.user, ticket, reporter, now=now)
    if not answer.allowed:
        raise PermissionDenied(answer.sentence)
    form = RevealForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, ticket, reporter, form=form, status=422 if form.is_bound else 200)
    return _show(request, ticket, reporter, form)


def _show(request, ticket, reporter, form):
    try:
        shown = revealing.reveal(reporter, on=ticket, by=request.user, **form.cleaned_data)
    except workflow.Invalid as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, ticket, reporter, form=form, status=422)
    except workflow.NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from None
    return _page(request, ticket, reporter, shown=shown)


def _page(request, ticket, reporter, *, form=None, shown=None, status=200):
    page = {
        "ticket": ticket,
        "contact": shown or presenting.masked(reporter, may_reveal=False),
        "is_shown": shown is not None,
        "form": form,
    }
    return render(request, "tickets/reveal.html", page, status=status)
