"""Writes down people matters: who did what to whom, in which community, from which browser.

Never a password, never an unknown number, never a resident's name, phone or room.
"""

from datetime import datetime

from django.utils import timezone

from accounts.models import AuditEntry, Post, User
from stations.models import Area

Action = AuditEntry.Action
LONGEST = 200


def record(
    action: str,
    *,
    actor: User | None = None,
    person: User | None = None,
    post: Post | None = None,
    area: Area | None = None,
    subject: str = "",
    detail: str = "",
    device: str = "",
    is_marked: bool = False,
    now: datetime | None = None,
) -> AuditEntry:
    """Append one entry; `subject` is a ticket's number.

    The area is the post's unless given; the device is the actor's unless nobody has signed in yet.
    """
    return AuditEntry.objects.create(
        at=now or timezone.now(),
        action=action,
        actor=actor,
        person=person,
        post=post,
        area=area or (post.place if post else None),
        subject=subject,
        detail=detail[:LONGEST],
        device=device or (actor.device if actor else ""),
        is_marked=is_marked,
    )
