"""不是同一件: two tickets that look alike and that a dispatcher has judged to be two matters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tickets.models.ticket import Ticket


class ApartQuerySet(models.QuerySet):
    def of(self, one, other):
        """The row of these two, whichever is named first."""
        first, second = sorted((one.pk, other.pk))
        return self.filter(one=first, other=second)

    def among(self, tickets):
        """{(id, id)} of the pairs judged apart among these, the smaller id first."""
        return set(self.filter(one__in=tickets, other__in=tickets).values_list("one", "other"))

    def keep(self, one, other, *, by, at):
        """Remember that these are two matters; said twice it is remembered once."""
        first, second = sorted((one, other), key=lambda ticket: ticket.pk)
        self.get_or_create(one=first, other=second, defaults={"by": by, "at": at})

    def from_ticket(self, ticket):
        """The ids of those that were judged to be another matter than this one."""
        pairs = self.filter(Q(one=ticket.pk) | Q(other=ticket.pk)).values_list("one", "other")
        return {pk for pair in pairs for pk in pair} - {ticket.pk}

    def lately_in(self, areas):
        """The last ones of these communities, to be taken back."""
        near = self.filter(one__area__in=areas, other__area__in=areas)
        return near.select_related("one", "other", "by").order_by("-at", "-pk")


class Apart(models.Model):
    """One pair, once: `one` is the older row."""

    one = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="+", verbose_name="一张")
    other = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="+", verbose_name="另一张")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="谁看的"
    )
    at = models.DateTimeField("时间")

    objects = ApartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "不是同一件"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="apart_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="apart_in_order"),
        ]

    def __str__(self):
        return f"{self.one_id} {self.other_id}"
