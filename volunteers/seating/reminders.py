"""Under which effects a person is reminded of a shift, and that a reminder is settled once it binds no longer."""

from datetime import UTC, datetime

from notices.models import Notice
from volunteers.models import Assignment

EVENING, SOON = "eve", "soon"


def effect(assignment: Assignment, kind: str) -> str:
    """With the start in it: a shift that was moved reminds anew."""
    return f"{_of(assignment)}{kind}:{assignment.starts_at.astimezone(UTC):%Y%m%d%H%M}"


def settle(assignment: Assignment, *, now: datetime) -> None:
    """Whoever is not to come any more, or is there already, need not read it; by the person's own notices."""
    own = Notice.objects.filter(recipient=assignment.profile.user_id, effect__startswith=_of(assignment))
    effects = list(own.filter(settled_at=None).values_list("effect", flat=True))
    if effects:
        Notice.objects.settle(effects, now=now)


def _of(assignment: Assignment) -> str:
    return f"roster:remind:{assignment.pk}:"
