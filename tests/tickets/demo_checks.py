"""What must hold for any tickets however they came in; each check is asked of the database on its own."""

from collections import defaultdict
from datetime import timedelta
from itertools import groupby, pairwise

from accounts.models import Post
from tickets import clocks, receipts
from tickets.models import Clock, Counter, Event, Rating, Receipt, Reply, Reporter, Ticket
from tickets.states import OPEN, Verb

CALENDAR = ("due_at", "half_at", "warn_at", "provisional")


def numbers_have_no_gaps():
    given = defaultdict(list)
    for station, code, day, sequence, number in Ticket.objects.values_list(
        "station", "station__code", "received_on", "sequence", "number"
    ):
        assert number == f"{code}-{day:%Y%m%d}-{sequence:03d}"
        given[station, day].append(sequence)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in given.values())
    last = {(s, d): n for s, d, n in Counter.objects.values_list("station", "day", "last")}
    assert last == {key: len(found) for key, found in given.items()}


def numbers_follow_time():
    order = Ticket.objects.order_by("station", "received_on", "sequence")
    for _, day in groupby(order.values_list("station", "received_on", "received_at"), lambda row: row[:2]):
        moments = [row[2] for row in day]
        assert moments == sorted(moments)


def events_form_chains(now):
    """From the receipt to the ticket's own status, without a hole, never in the future."""
    status = dict(Ticket.objects.values_list("pk", "status"))
    events = Event.objects.order_by("ticket", "pk").values_list(
        "ticket", "verb", "status_from", "status_to", "at"
    )
    for ticket, chain in groupby(events, lambda row: row[0]):
        rows = list(chain)
        assert rows[0][1:3] == (Verb.RECEIVE, "")
        assert all(a[3] == b[2] and a[4] <= b[4] for a, b in pairwise(rows)), rows
        assert rows[-1][3] == status.pop(ticket) and rows[-1][4] <= now
    assert not status


def staff_events_name_the_post():
    assert not Event.objects.filter(by__isnull=False, post=None).exists()
    named = Event.objects.exclude(post=None).select_related("post__station", "post__unit", "post__area")
    assert all(event.post.user_id == event.by_id and str(event.post) == event.as_whom for event in named)


def clocks_equal_recomputation():
    """The day that a community is closed lies beyond every limit, so it changes the calendar's version alone."""
    for clock in Clock.objects.select_related("area"):
        expected = clocks.deadline(clocks.Limit(clock.working_days, clock.hours), clock.starts_at, clock.area)
        if clock.own_due_at:  # hurries for a duplicate
            assert clock.due_at < clock.own_due_at == expected.due_at
            continue
        assert [getattr(clock, name) for name in CALENDAR] == [getattr(expected, name) for name in CALENDAR]


def overdue_is_flagged(now):
    assert (
        not Clock.objects.ticking()
        .not_paused()
        .unmarked()
        .filter(due_at__lt=now - timedelta(minutes=1))
        .exists()
    )
    flagged = Clock.objects.exclude(flagged_at=None)
    assert flagged.count() == Event.objects.filter(verb=Verb.FLAG).count()
    assert all(clock.due_at < clock.flagged_at <= now for clock in flagged)


def clocks_run_only_where_owed():
    """Resolve, and reply until met, while open, with the waiting for the resident; the rating while that is awaited."""
    running = set(Clock.objects.running().values_list("ticket", "kind", "round"))
    for pk, status, number in Ticket.objects.values_list("pk", "status", "round"):
        if status in OPEN:
            assert (pk, "resolve", number) in running
        if status == "resolved":
            assert (pk, "rating", number) in running
    kinds = {(status, kind) for status, kind in Clock.objects.running().values_list("ticket__status", "kind")}
    assert kinds <= {
        *((status, kind) for status in OPEN for kind in ("reply", "resolve")),
        ("waiting", "waiting"),
        ("resolved", "rating"),
    }


def every_open_ticket_has_its_owner():
    held = set(Post.objects.active().values_list("user", "unit"))
    for ticket in Ticket.objects.open().select_related("unit"):
        if ticket.status == "received":
            assert ticket.unit is None and ticket.claimant_id is None
            assert Post.objects.dispatching(ticket.area_id).exists()
        if ticket.status == "dispatched":
            assert ticket.unit.area_id == ticket.area_id and ticket.claimant_id is None
        if ticket.status == "claimed":
            assert (ticket.claimant_id, ticket.unit_id) in held


def every_reporter_has_a_working_receipt():
    found = list(Receipt.objects.select_related("reporter"))
    assert {receipt.reporter_id for receipt in found} == set(Reporter.objects.values_list("pk", flat=True))
    for receipt in found[:: max(1, len(found) // 50)]:
        sealed = receipts.seal(Receipt(reporter=receipt.reporter, uid=receipt.uid))
        assert (sealed.token_hash, sealed.code_hash) == (receipt.token_hash, receipt.code_hash)


def replies_and_ratings_have_their_events():
    assert Reply.objects.count() == Event.objects.filter(verb=Verb.REPLY).count()
    assert Rating.objects.count() == Event.objects.filter(verb=Verb.REVIEW).count()
    assert not Rating.objects.exclude(reporter__ticket__events__verb=Verb.REVIEW).exists()


def check_all(now):
    numbers_have_no_gaps()
    numbers_follow_time()
    events_form_chains(now)
    staff_events_name_the_post()
    clocks_equal_recomputation()
    overdue_is_flagged(now)
    clocks_run_only_where_owed()
    every_open_ticket_has_its_owner()
    every_reporter_has_a_working_receipt()
    replies_and_ratings_have_their_events()
