"""The ticket list with its filters and search, and the page of one ticket."""

import secrets

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Post
from stations import paging
from tickets import beyond, keeping, listing, ownerless, presenting, promises, story, to_tell, why_late
from tickets.actions import actions_for
from tickets.album import album
from tickets.due import due_of_clock, why_then
from tickets.filters import DEFAULT_SORT, TicketFilter
from tickets.forms.asking import AnsweredForm
from tickets.forms.replying import ReplyForm
from tickets.forms.search import SearchForm
from tickets.forms.verbs import ResolveForm
from tickets.models import Ticket
from tickets.permissions import is_receivers_slip, leads_unit_of, may_add_photo
from tickets.states import DONE, WITH_CLAIMANT, Status, Verb
from tickets.wall import editing

SEARCHES = "ticket_searches"
KEPT_SEARCHES = 10
ALL = ("list", "工单")
UNFILTERED = {"page", "search"}
NARROWS_NOTHING = UNFILTERED | {"sort", "choose"}  # choose: only opens the filter


@require_safe
def ticket_list(request):
    """The newest tickets, or what was searched for; the filter is only worked out when it is used."""
    now = timezone.now()
    text = request.session.get(SEARCHES, {}).get(request.GET.get("search", ""), "")
    chosen = _filter(request, text, now)
    keys = paging.keys_of(chosen.qs) if chosen else listing.newest(request.user, text)
    page = paging.page_of_keys(keys, request.GET.get("page"))
    context = {
        "filter": chosen,
        "page_obj": page,
        "count": f"{page.paginator.count}{'+' if page.paginator.is_capped else ''}",
        "rows": listing.rows(page.object_list, now=now),
        "text": text,
        "narrowed": bool(text) or any(v for k, v in request.GET.items() if k not in NARROWS_NOTHING),
        "may_import": request.user.has_role(Post.Role.DISPATCHER),
        "filters": _without_search(request.GET),
    }
    return render(request, "tickets/ticket_list.html", context)


def _filter(request, text, now):
    """None while nothing is filtered or sorted: its choices are most of the page's work."""
    if not request.GET.keys() - UNFILTERED:
        return None
    seen = Ticket.objects.visible_to(request.user).matching(text)
    return TicketFilter({"sort": DEFAULT_SORT, **request.GET.dict()}, seen, request=request, now=now)


@require_POST
def search(request):
    """Keep the words in the session and go to the list: names and phones never stand in an address."""
    form = SearchForm(request.POST)
    if not form.is_valid():
        return render(request, "tickets/search_refused.html", {"form": form}, status=422)
    parameters = form.cleaned_data["filters"]
    if form.cleaned_data["q"]:
        parameters["search"] = _keep(request.session, form.cleaned_data["q"])
    return redirect(f"{reverse('tickets:list')}?{urlencode(parameters)}")


@require_safe
def detail(request, number):
    now = timezone.now()
    seen = Ticket.objects.visible_to(request.user).values_list("pk", flat=True)
    [ticket] = story.ticket_of(get_object_or_404(seen, number=number))
    return render(request, "tickets/ticket_detail.html", _detail_context(request, ticket, now))


@require_safe
def limits(request, number):
    """How each limit of the ticket was reckoned, day by day, and by which calendar."""
    now = timezone.now()
    seen = Ticket.objects.visible_to(request.user).values_list("pk", flat=True)
    [ticket] = story.ticket_of(get_object_or_404(seen, number=number))
    clocks, events = story.clocks_of(ticket.pk), story.events_of(ticket.pk)
    found = why_late.reckonings(ticket, clocks, events, now=now)
    is_late = any(reckoning.is_late for reckoning in found)
    return render(
        request, "tickets/ticket_limits.html", {"ticket": ticket, "reckonings": found, "is_late": is_late}
    )


def _detail_context(request, ticket, now):
    clocks, events = story.clocks_of(ticket.pk), story.events_of(ticket.pk)
    reporters = story.reporters_of(ticket.pk)
    ratings = story.ratings_of(ticket.pk) if presenting.has_ratings(events) else []
    actions = actions_for(request.user, ticket, events, reporters, now=now)
    allowed = [action for action in actions if action.allowed]
    contacts = presenting.contacts(ticket, reporters, request.user, now=now)
    said = {"contacts": contacts, "ratings": ratings, "now": now}
    here = _form_here(request.user, ticket, allowed, {"reporters": reporters, "clocks": clocks}, now)
    current = [c for c in clocks if c.round == ticket.round and c.is_of_staff and not c.stopped_at]
    return {
        "ticket": ticket,
        "dues": [_due(clock, ticket.area, now) for clock in current],
        "contacts": contacts,
        "terms": presenting.terms_of(ticket, events),
        "taken_by": presenting.taken_by(ticket, reporters),
        **_family(request.user, ticket, reporters),
        "entries": keeping.marked(presenting.timeline(events, clocks=clocks, **said), events),
        "promise": _promise(ticket, events, today=timezone.localdate(now)),
        "beyond": beyond.chip(ticket, clocks, now=now),
        "asked": presenting.asked(ticket, events, clocks, now=now),
        "lost": ownerless.why_of(ticket) if presenting.is_open(ticket) else "",
        "again": presenting.why_again(ticket, events, **said),
        "rate_by": next(
            (c.due_at for c in clocks if c.kind == "rating" and not (c.met_at or c.stopped_at)), None
        ),
        "actions": allowed,
        "refused": [action for action in actions if not action.allowed],
        "here": here,
        "has_bar": bool(here) or any(action.verb == Verb.CLAIM for action in allowed),
        "names_colleague": leads_unit_of(request.user, ticket),
        "to_tell": to_tell.of_ticket(request.user, ticket, reporters, now=now) if ticket.solvable else [],
        "album": album(story.photos_of(ticket.pk), user=request.user, now=now),
        "may_add_photo": may_add_photo(request.user, ticket, now=now).allowed,
        "may_tell": not editing.why_not_write(request.user, ticket),
        "may_print_slip": is_receivers_slip(request.user, ticket, now=now),
        "back": _back(request.user, ticket),
        "is_late": any(c.is_late(now) and not c.met_at for c in current),
    }


def _promise(ticket, events, *, today):
    return keeping.chip(promises.standing(events, ticket.round, today=today), today=today)


def _due(clock, area, now):
    return clock, due_of_clock(clock, area=area, now=now), why_then(clock, area)


def _family(user, ticket, reporters):
    """What it was merged into, and what was merged into it, as far as this person sees them."""
    seen = Ticket.objects.visible_to(user)
    return {
        "sees_master": ticket.merged_into is not None and seen.is_there(ticket.merged_into),
        "duplicates": seen.duplicates_of(ticket) if len(reporters) > 1 else (),
    }


def _back(user, ticket):
    """The list this person most likely came from."""
    if user.has_role(*Post.UNIT_ROLES):
        name, label = _unit_list(user, ticket)
    elif ticket.status == Status.RECEIVED and user.has_role(Post.Role.DISPATCHER):
        return {
            "url": f"{reverse('tickets:queue')}?{urlencode({'ticket': ticket.number})}",
            "label": "派单台",
        }
    else:
        name, label = ALL
    return {"url": reverse(f"tickets:{name}"), "label": label}


def _unit_list(user, ticket):
    if ticket.status == Status.DISPATCHED:
        return "unit_to_claim", "待认领"
    if ticket.claimant_id != user.pk:
        return ALL
    return ("unit_done", "已办") if ticket.status in DONE else ("unit_mine", "我的")


def _form_here(user, ticket, allowed, rows, now):
    """The claimant takes the next step on the page itself: (action, form); the other steps are links."""
    actions = {action.verb: action for action in allowed}
    if ticket.status not in WITH_CLAIMANT or Verb.RESOLVE not in actions:
        return None
    known = {"ticket": ticket, "user": user, "now": now}
    if ticket.status == Status.WAITING and Verb.RESIDENT_ANSWERED in actions:
        return actions[Verb.RESIDENT_ANSWERED], AnsweredForm(**known, reporters=rows["reporters"])
    if ticket.solvable:
        return actions[Verb.RESOLVE], ResolveForm(**known)
    return actions[Verb.REPLY], ReplyForm(**known, **rows)


def _without_search(parameters) -> str:
    kept = parameters.copy()
    for name in ("search", "page", "choose"):
        kept.pop(name, None)
    return kept.urlencode()


def _keep(session, text) -> str:
    """Remember the last searches of this session under short random keys, so that tabs keep their own."""
    kept = list(session.get(SEARCHES, {}).items())[1 - KEPT_SEARCHES :]
    key = secrets.token_hex(4)
    session[SEARCHES] = dict([*kept, (key, text)])
    return key
