"""The verbs of the ticket page: each address shows its form and does the verb. The rules are in workflow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.redirects import next_on_this_host
from tickets import presenting, routing, workflow
from tickets.actions import BUTTONS, LABELS
from tickets.forms import asking, detaching, merging, replying
from tickets.forms import verbs as forms
from tickets.models import Reporter, Ticket
from tickets.models.ticket import url_of
from tickets.permissions import permit
from tickets.states import Verb
from tickets.views import photos, unit

DOUBLE_TAP = timedelta(minutes=1)
REFUSED = (403, 409, 422)


@dataclass(frozen=True)
class Page:
    """How a verb is done by a form: its form, the workflow function, and what is said afterwards.

    `leads_on`: to the ticket that its event names, not back to this one.
    """

    verb: Verb
    form: type[forms.VerbForm]
    perform: Callable
    done: str
    button: str
    leads_on: bool = False


PAGES = {
    page.verb: page
    for page in (
        Page(Verb.AMEND, forms.AmendForm, workflow.amend, "已更正", "保存更正"),
        Page(Verb.DISPATCH, forms.DispatchForm, workflow.dispatch, "已派给{ticket.unit}", "派单"),
        Page(Verb.CLAIM, forms.ClaimForm, workflow.claim, "已认领，请尽快联系居民", "认领"),
        Page(Verb.RELEASE, forms.ReleaseForm, workflow.release, "已放回，同事可以认领", "放回"),
        Page(Verb.HAND_BACK, forms.HandBackForm, workflow.hand_back, "已退给派单员", "退给派单员"),
        Page(Verb.REPLY, replying.ReplyForm, workflow.reply, "答复已发出", BUTTONS[Verb.REPLY]),
        Page(
            Verb.ASK_RESIDENT,
            asking.AskForm,
            workflow.ask_resident,
            "问题已发出，等居民补充",
            BUTTONS[Verb.ASK_RESIDENT],
        ),
        Page(
            Verb.RESIDENT_ANSWERED,
            asking.AnsweredForm,
            workflow.resident_answered,
            "居民的补充已记下",
            BUTTONS[Verb.RESIDENT_ANSWERED],
        ),
        Page(Verb.RESOLVE, forms.ResolveForm, workflow.resolve, "已办结，等居民评单", "办结"),
        Page(Verb.REVIEW, forms.ReviewForm, workflow.review, "评价已记下", "记下评价"),
        Page(Verb.REOPEN, forms.ReopenForm, workflow.reopen, "已重办", "重办"),
        Page(Verb.MERGE, merging.MergeForm, workflow.merge, "已并入{ticket.merged_into}", "看看是不是同一件"),
        Page(
            Verb.DETACH,
            detaching.DetachForm,
            workflow.detach,
            "已另开一单，原来加入的那张是{ticket.number}",
            "另开一单",
            leads_on=True,
        ),
        Page(Verb.UNMERGE, merging.UnmergeForm, workflow.unmerge, "已拆开，各办各的", "拆单"),
        Page(Verb.WITHDRAW, forms.WithdrawForm, workflow.withdraw, "已撤单，7天内派单员可以恢复", "撤单"),
        Page(Verb.RESTORE, forms.RestoreForm, workflow.restore, "已恢复，请派单", "恢复"),
    )
}


def _view(verb: Verb):
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, number: str) -> HttpResponse:
        ticket = get_object_or_404(Ticket.objects.visible_to(request.user).with_people(), number=number)
        return (
            _submit(request, ticket, PAGES[verb])
            if request.method == "POST"
            else _show(request, ticket, PAGES[verb])
        )

    view.__name__ = view.__qualname__ = verb.value
    return view


amend = _view(Verb.AMEND)
dispatch = _view(Verb.DISPATCH)
claim = _view(Verb.CLAIM)
release = _view(Verb.RELEASE)
hand_back = _view(Verb.HAND_BACK)
reply = _view(Verb.REPLY)
ask_resident = _view(Verb.ASK_RESIDENT)
resident_answered = _view(Verb.RESIDENT_ANSWERED)
resolve = _view(Verb.RESOLVE)
review = _view(Verb.REVIEW)
reopen = _view(Verb.REOPEN)
merge = _view(Verb.MERGE)
unmerge = _view(Verb.UNMERGE)
withdraw = _view(Verb.WITHDRAW)
_detach = _view(Verb.DETACH)
restore = _view(Verb.RESTORE)


@require_http_methods(["GET", "HEAD", "POST"])
def detach(request: HttpRequest, number: str) -> HttpResponse:
    """A second press leads to what the first has made, also where the desk sees the ticket they had joined no more."""
    if made := detaching.made_by(request.POST, request.user):
        return redirect(made)
    try:
        answer = _detach(request, number)
    except Http404:
        answer = None
    # Both at once: this one was refused because of what the first has just done.
    is_done = answer is not None and answer.status_code not in REFUSED
    if not is_done and (made := detaching.made_by(request.POST, request.user)):
        return redirect(made)
    if answer is None:
        raise Http404
    return answer


def bound(page: Page, ticket, user, data=None, files=None, *, now, initial=None):
    """The page's form for this ticket; the dispatcher finds the rule's proposal chosen."""
    if page.verb == Verb.DISPATCH and data is None:
        initial = {"unit": routing.propose(ticket)}
    return page.form(data, files, ticket=ticket, user=user, now=now, initial=initial)


def _show(request, ticket, page) -> HttpResponse:
    now = timezone.now()
    answer = permit(page.verb, request.user, ticket, now=now)
    if not answer.allowed:
        return _page(
            request, ticket, page, refusal=answer.sentence, status=409 if answer.wrong_status else 403
        )
    meant = {"reporter": request.GET["reporter"]} if "reporter" in request.GET else None
    form = bound(page, ticket, request.user, now=now, initial=meant)
    if form.dead_end:
        return _page(request, ticket, page, refusal=form.dead_end, status=409)
    return _page(request, ticket, page, form=form)


def _submit(request, ticket, page) -> HttpResponse:
    now = timezone.now()
    form = bound(page, ticket, request.user, request.POST, request.FILES, now=now)
    try:
        # First of all: whoever may not do this is not told what was wrong with the form either.
        workflow.admit(ticket, page.verb, by=request.user, now=now)
        if form.dead_end:
            raise workflow.Conflict(form.dead_end)
        is_again = partial(_is_answer_again, ticket, page.verb, form, now)
        pictures = photos.taken(request, form, ticket, now=now, is_again=is_again)
        if not form.is_valid():
            return _page(request, ticket, page, form=form, status=422)
        if form.preview:
            return _page(request, ticket, page, form=form)
        event = page.perform(ticket, by=request.user, **{**form.cleaned_data, **pictures})
    except workflow.Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, ticket, page, form=form, status=422)
    except workflow.Refused as refusal:
        return _refused(request, ticket, page, form, refusal)
    photos.say_left_out(request, form)
    messages.success(request, f"{_done(page, ticket, request.user)}：{ticket.title}")
    if remark := form.remark():
        messages.warning(request, remark)
    return redirect(url_of(event.data["number"]) if page.leads_on else _next(request, ticket))


def _done(page, ticket, user) -> str:
    """What is said afterwards; a lead who named a colleague has nobody to call."""
    if page.verb == Verb.CLAIM and ticket.claimant != user:
        return f"已交给{ticket.claimant}办"
    return page.done.format(ticket=ticket)


def _refused(request, ticket, page, form, refusal) -> HttpResponse:
    if isinstance(refusal, workflow.Conflict) and _is_double_tap(ticket, page.verb, form):
        photos.bring_again(request, ticket, form)
        return redirect(_next(request, ticket))
    if page.verb == Verb.CLAIM and request.POST.get("from") == "list":
        return unit.claim_lost(request, ticket, str(refusal), status=refusal.http_status)
    return _page(request, ticket, page, refusal=str(refusal), typed=form.typed(), status=refusal.http_status)


def _is_double_tap(ticket, verb, form) -> bool:
    """The second tap of an unsure finger: the same person did just this a moment ago, and said nothing else."""
    last = ticket.events.apart_from_photos().last()
    recent = timezone.now() - DOUBLE_TAP
    if last is None or last.verb != verb or last.by_id != form.user.pk or last.at <= recent:
        return False
    return form.is_valid() and form.is_said_in(last)


def _is_answer_again(ticket, verb, form, now) -> bool:
    """The same answer once more: whatever photos it brings are added to those of the first."""
    return (
        verb == Verb.REPLY
        and form.is_valid()
        and workflow.repeated_reply(ticket, by=form.user, now=now, **form.cleaned_data) is not None
    )


def _page(request, ticket, page, *, form=None, refusal="", typed=(), status=200) -> HttpResponse:
    """With its form, or refused: then with what was typed, and nothing that a form would read for its choices."""
    names_colleague = form is not None and "colleague" in form.fields
    context = {
        "ticket": ticket,
        "verb": page.verb.value,
        "heading": _heading(page, ticket, names_colleague),
        "button": "确定" if names_colleague else page.button,
        "form": form,
        "refusal": refusal,
        "typed": typed,
        "next": _next(request, ticket),
        "latest": _if_in_sight(request, ticket) if refusal else "",
        "contacts": presenting.contacts(
            ticket, Reporter.objects.shown_on(ticket), request.user, now=timezone.now()
        ),
    }
    return render(request, "tickets/verb.html", context, status=status)


def _heading(page, ticket, names_colleague) -> str:
    if page.verb == Verb.DISPATCH and ticket.unit_id:
        return "改派"
    return "指定谁办" if names_colleague else LABELS.get(page.verb, page.verb.label)


def _next(request, ticket) -> str:
    """Where to go afterwards: a page of this host, else the ticket; the lists when it is out of sight now."""
    own = ticket.get_absolute_url()
    wanted = next_on_this_host(request, otherwise=own)
    if wanted.startswith(own) and not _if_in_sight(request, ticket):
        return "/"
    return wanted


def _if_in_sight(request, ticket) -> str:
    """The address of the ticket's page; none when this person sees it no more."""
    return ticket.get_absolute_url() if Ticket.objects.visible_to(request.user).is_there(ticket) else ""
