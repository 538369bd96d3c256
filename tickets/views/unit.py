"""The unit's people on their phones: to claim, mine, done."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import Post
from stations import paging, saying
from tickets import beyond, clocks, falling_due, keeping, listing
from tickets.due import due_of
from tickets.models import Rating, Ticket

SATISFIED = dict(Rating.Satisfied.choices)
unit_people = for_roles(*Post.UNIT_ROLES)


@require_safe
@unit_people
def to_claim(request):
    return _to_claim(request)


@require_safe
@unit_people
def mine(request):
    seen = Ticket.objects.visible_to(request.user)
    units = [post.unit_id for post in request.user.posts_as(Post.Role.UNIT_LEAD)]
    counts = seen.promise_counts(request.user, units, timezone.localdate())
    mine = seen.in_hand_of(request.user)
    return _cards(request, mine, "tickets/unit_mine.html", promised=counts)


@require_safe
@unit_people
def my_promises(request):
    """What this person has promised, by day, and what this week's came to; for a lead with ?whose=unit the unit's."""
    now, user = timezone.now(), request.user
    today = timezone.localdate(now)
    leads = user.has_role(Post.Role.UNIT_LEAD)
    of_unit = leads and request.GET.get("whose") == "unit"
    context = {
        "groups": keeping.grouped(keeping.open_promises(user, of_unit=of_unit), now=now),
        "settled": keeping.settled_this_week(user, of_unit=of_unit, today=today),
        "last_week": keeping.last_week(user, of_unit=of_unit, today=today),
        "leads": leads,
        "of_unit": of_unit,
    }
    return render(request, "tickets/my_promises.html", context)


@require_safe
@unit_people
def done(request):
    tickets = Ticket.objects.visible_to(request.user).done_by(request.user).with_people().with_rating()
    page = paging.page(tickets.order_by("-resolved_at", "-pk"), request.GET.get("page"))
    rows = [(ticket, SATISFIED.get(ticket.rated, "")) for ticket in page]
    return render(request, "tickets/unit_done.html", {"page_obj": page, "rows": rows})


def claim_lost(request, ticket, sentence, *, status):
    """The list again after a lost race: the card says who was first, in the place of the button."""
    lost = Ticket.objects.with_people().with_due().get(pk=ticket.pk)
    return _to_claim(request, lost=(lost, sentence), status=status)


def _to_claim(request, lost=None, status=200):
    units = [post.unit_id for post in request.user.posts_as(*Post.UNIT_ROLES)]
    seen = Ticket.objects.visible_to(request.user).to_claim(units)
    return _cards(request, seen, "tickets/unit_to_claim.html", lost=lost, status=status)


def _cards(request, tickets, template, *, lost=None, status=200, **more):
    now = timezone.now()
    page = paging.page_of_keys(paging.keys_of(tickets.with_due().by_due()), request.GET.get("page"))
    shown = listing.cards(page.object_list, today=timezone.localdate(now))
    pauses = clocks.pauses(shown)
    cards = [_card(ticket, pauses.get(ticket.pk), now=now) for ticket in shown]
    if lost:
        cards.insert(0, _card(lost[0], None, lost=lost[1], now=now))
    urgent_count = sum(ticket.is_pressing for ticket in shown)
    due = falling_due.counts(request.user, falling_due.days(request.user, now=now))
    context = {
        "page_obj": page,
        "cards": cards,
        "urgent_count": urgent_count,
        "falls_due": due,
        "sees_unit": falling_due.sees_more_than_own(request.user),
        **more,
    }
    return render(request, template, context, status=status)


def _card(ticket, pause, *, lost="", now):
    return {
        "ticket": ticket,
        "due": due_of(ticket, now=now, pause=pause),
        "promise": keeping.chip_of(ticket, today=timezone.localdate(now)) if not lost else None,
        "beyond": beyond.chip_of(ticket, now=now) if not lost else None,
        "lost": lost,
        "until": saying.until(pause.until, now=now) if pause else "",
    }
