"""The adjectives of tickets that speak of promises."""

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from tickets.models.clock import Clock
from tickets.models.reply import Reply
from tickets.promises import Promise
from tickets.states import IN_UNIT, WITH_CLAIMANT


class PromisedQuerySet(models.QuerySet):
    """A part of TicketQuerySet, which knows what is open."""

    def promised(self):
        """Open ones with a day on which they are to be done."""
        return self.filter(status__in=IN_UNIT, promised_on__isnull=False)

    def promised_beyond(self):
        """Open ones with a promise for a day after the limit for getting them done."""
        limits = Clock.objects.ending_before(OuterRef("promised_on")).filter(ticket=OuterRef("pk"))
        return self.open().filter(Exists(limits))

    def broken(self, today):
        """With a promise of this round that was not kept, whether or not another day was promised since."""
        broken = Reply.objects.of_this_round().with_outcome(today).filter(outcome=Promise.BROKEN)
        return self.filter(Exists(broken))

    def with_promise(self, today):
        """`promise`, the outcome of this round's promises so far, and `first_promised_on`; None without any."""
        own = Reply.objects.of_this_round().with_outcome(today)
        return self.annotate(
            promise=models.Subquery(own.values("outcome")[:1]),
            first_promised_on=models.Subquery(own.values("promised_on")[:1]),
        )

    def promise_counts(self, user, units, today):
        """{"mine_over", "mine_today", "unit_over", "unit_today"}: open promises past their day, and due today."""
        over, now = Q(promised_on__lt=today), Q(promised_on=today)
        mine, theirs = Q(claimant=user, status__in=WITH_CLAIMANT), Q(unit__in=units)
        return self.promised().aggregate(
            mine_over=Count("pk", filter=mine & over),
            mine_today=Count("pk", filter=mine & now),
            mine=Count("pk", filter=mine),
            unit_over=Count("pk", filter=theirs & over),
            unit_today=Count("pk", filter=theirs & now),
        )
