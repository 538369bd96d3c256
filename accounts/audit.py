"""Writes down people matters: who did what to whom, from which browser.

Never a password, never an unknown number.
"""

from accounts.models import AuditEntry, Post, User

Action = AuditEntry.Action


def record(
    action: str,
    *,
    actor: User | None = None,
    person: User | None = None,
    post: Post | None = None,
    detail: str = "",
    device: str = "",
) -> AuditEntry:
    """Append one entry; the device is the actor's unless nobody has signed in yet."""
    return AuditEntry.objects.create(
        action=action,
        actor=actor,
        person=person,
        post=post,
        detail=detail,
        device=device or (actor.device if actor else ""),
    )
