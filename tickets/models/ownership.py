"""Whether somebody can act on an open ticket, and if not, why nobody can."""

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from accounts.models import Post
from tickets.states import IN_UNIT, WITH_CLAIMANT, Status


class Lost(models.TextChoices):
    """The ways in which a ticket's owner can go missing without anybody touching the ticket."""

    NO_DISPATCHER = "no_dispatcher", "社区没有派单员"
    UNIT_CLOSED = "unit_closed", "责任单位已停用"
    UNIT_EMPTY = "unit_empty", "责任单位没有人了"
    CLAIMANT_GONE = "claimant_gone", "经办人已不在这个单位"


def owner_lost() -> Case:
    """The code of Lost for a ticket of a query, NULL while its owner is there."""
    active = Post.objects.active()
    dispatching = active.filter(role=Post.Role.DISPATCHER, area=OuterRef("area"))
    of_unit = active.filter(unit=OuterRef("unit"))
    in_unit, in_hand = Q(status__in=IN_UNIT), Q(status__in=WITH_CLAIMANT)
    return Case(
        When(Q(status=Status.RECEIVED) & ~Exists(dispatching), then=Value(Lost.NO_DISPATCHER.value)),
        When(in_unit & Q(unit__is_active=False), then=Value(Lost.UNIT_CLOSED.value)),
        When(in_unit & ~Exists(of_unit), then=Value(Lost.UNIT_EMPTY.value)),
        When(
            in_hand & ~Exists(of_unit.filter(user=OuterRef("claimant"))),
            then=Value(Lost.CLAIMANT_GONE.value),
        ),
        output_field=models.CharField(null=True),
    )
