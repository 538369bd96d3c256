"""待告知: who does not know the answer yet, and the buttons that say it was told."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Post
from accounts.redirects import next_on_this_host
from stations import paging
from tickets import to_tell, workflow
from tickets.models import Reply, Reporter

PER_PAGE = 25
DONE = {"phone": "已记下：打电话告知了", "in_person": "已记下：当面告知了"}
BEFORE = "这一条已经有人告知过了"
UNDONE = "已撤回，还在待告知里"
UNDONE_BEFORE = "这一条已经撤回过了，还在待告知里"
tellers = for_roles(*Post.STATION_ROLES, *Post.UNIT_ROLES, Post.Role.DISPATCHER)


@require_safe
@tellers
def waiting(request):
    return _page(request)


@require_POST
@tellers
def tell(request, reporter):
    """Note that the reporter was told; once, however often it is pressed."""
    reporter = _reporter(request, reporter)
    channel = request.POST.get("channel", "")
    return _do(request, workflow.tell, (DONE.get(channel, ""), BEFORE), reporter, channel=channel)


@require_POST
@tellers
def untell(request, reporter):
    """Take back what this person has just pressed by mistake; once, however often it is pressed."""
    return _do(request, workflow.untell, (UNDONE, UNDONE_BEFORE), _reporter(request, reporter))


def _reporter(request, pk):
    people = Reporter.objects.told_by(request.user).select_related("ticket__merged_into")
    return get_object_or_404(people, pk=pk)


def _do(request, verb, sentences, reporter, **how):
    """`sentences`: that it is done now, and that it was before.

    The posted reply counts only if it is one of this reporter's matter; else the list is shown anew.
    """
    reply = Reply.objects.of_reporter(reporter).numbered(request.POST.get("reply", ""))
    if reply is None:
        return _page(request, refusal=workflow.OUTDATED, status=409)
    try:
        event = verb(reply, reporter, by=request.user, **how)
    except workflow.Refused as refusal:
        return _page(request, refusal=str(refusal), status=refusal.http_status)
    done, before = sentences
    messages.success(request, done if event else before)
    return redirect(next_on_this_host(request, otherwise=reverse("tickets:to_tell")))


def _page(request, *, refusal="", status=200):
    now = timezone.now()
    page = paging.page(to_tell.listed(request.user), request.GET.get("page"), per_page=PER_PAGE)
    context = {
        "page_obj": page,
        "rows": to_tell.rows(page, request.user, now=now),
        "just_told": to_tell.just_told(request.user, now=now),
        "refusal": refusal,
    }
    return render(request, "tickets/to_tell.html", context, status=status)
