"""The dispatcher's queue: the list on the left, the chosen ticket on the right."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations import saying
from tickets import beyond, falling_due, ownerless, presenting, rulebook, story, waiting, workflow
from tickets.album import album
from tickets.due import due_of
from tickets.states import OPEN

ALARMS_SHOWN = 5


@require_safe
@for_roles(Post.Role.DISPATCHER)
def queue(request):
    """What waits under one tab. Everything is a link or a button; the keys only press them."""
    now = timezone.now()
    tab = waiting.tab(request.GET.get("show"))
    queue = waiting.Queue(request.user, now=now)
    place = waiting.Place.of(queue.under(tab), number=request.GET.get("ticket"), page=request.GET.get("page"))
    loaded = queue.load(list(place.page))
    context = {
        "sieves": [_tab(key, count, tab) for key, count in queue.counts().items()],
        "urgent_count": queue.urgent_count,
        **_alarms(queue.alarms, now),
        "rule_faults": rulebook.faults(queue.router),
        "list_url": _address(tab),
        "page_obj": place.page,
        "rows": [_row(entry, ticket, place, tab, now) for entry, ticket in loaded],
        "several_areas": len(queue.areas) > 1,
        "is_open": place.is_found,
        "is_gone": "ticket" in request.GET and not place.is_found,
        **_today(request.user, now),
        **_chosen(request.user, queue, place, loaded, tab, now),
    }
    return render(request, "tickets/queue.html", context)


def _tab(key, count, current):
    return {"label": waiting.TABS[key], "count": count, "url": _address(key), "current": key == current}


def _alarms(alarms, now):
    """The loud line above the list; the rest of very many stands in the list of tickets, which begins with them."""
    shown = alarms.tickets[:ALARMS_SHOWN]
    return {
        "alarm": alarms.sentence if alarms.count else "",
        "alarms": [(ticket, due_of(ticket, now=now)) for ticket in shown],
        "more_alarms": alarms.count - len(shown),
    }


def _row(entry, ticket, place, tab, now):
    return {
        "entry": entry,
        "ticket": ticket,
        "due": due_of(ticket, now=now),
        "received": saying.moment(ticket.received_at, now=now),
        "url": _address(tab, entry),
        "is_on": entry is place.current,
        "why_lost": ownerless.why(entry.lost, ticket.unit, ticket.claimant) if entry.lost else "",
    }


def _chosen(user, queue, place, loaded, tab, now):
    """The right pane; nothing when the list is empty or the chosen one left the queue this very moment."""
    ticket = next((ticket for entry, ticket in loaded if entry is place.current), None)
    if ticket is None:
        return {}
    return {
        **_facts(user, ticket, now),
        "came_back": _came_back(ticket, now) if place.current.has_come_back else [],
        "why": queue.why(place.current, ticket),
        "seen": workflow.unit_seen(ticket),
        "lost": place.current.lost,
        "units": _chips(queue.router, ticket, place.current),
        "previous_url": _address(tab, place.before) if place.before else "",
        "next_url": _address(tab, place.after) if place.after else "",
        "onward_url": _address(tab, place.onward),
        "and_here": urlencode({"next": _address(tab, place.current)}),
        "and_onward": urlencode({"next": _address(tab, place.onward)}),
    }


def _facts(user, ticket, now):
    """What was said, and who waits for an answer."""
    return {
        "ticket": ticket,
        "due": due_of(ticket, now=now),
        "beyond": beyond.chip_of(ticket, now=now),
        "contacts": presenting.contacts(ticket, story.reporters_of(ticket.pk), user, now=now),
        "received": saying.moment(ticket.received_at, now=now),
        "album": album(story.photos_of(ticket.pk), user=user, now=now),
    }


def _came_back(ticket, now):
    """What brought it to the queue again."""
    return presenting.timeline(ticket.events.bringing_back().select_related("by")[:1], now=now)


def _chips(router, ticket, entry):
    """The community's units in a steady order: a digit means the same unit on every ticket."""
    units = router.units[ticket.area_id]
    return [_chip(i, unit, entry.unit, router.has_people(unit)) for i, unit in enumerate(units)]


def _chip(i, unit, proposed, has_people):
    """One unit as a radio chip; one without people is there, but cannot be chosen."""
    attrs = {"id": f"id_unit_{i}", "required": True, "checked": unit == proposed, "data-name": unit.name}
    label = unit.name if has_people else f"{unit.name}（没有人）"
    attrs["disabled"] = not has_people
    return {"type": "radio", "name": "unit", "value": unit.pk, "label": label, "attrs": attrs}


def _today(user, now):
    """How many are due, how many this person has sent on, and the last of them while it can still go elsewhere."""
    day = falling_due.day_of_dispatcher(user, now=now)
    again = day.last if day.last_status in OPEN else ""
    again_url = reverse("tickets:dispatch", args=[again]) if again else ""
    return {"due_today": day.due, "sent_today": day.sent, "again": again_url}


def _address(tab, entry=None) -> str:
    wanted = {"show": tab if tab != waiting.FIRST_TAB else "", "ticket": entry.number if entry else ""}
    query = urlencode({key: value for key, value in wanted.items() if value})
    return reverse("tickets:queue") + (f"?{query}" if query else "")
