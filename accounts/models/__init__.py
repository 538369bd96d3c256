"""People: who signs in and for what (people), what was done about it (audit), failed sign-ins (attempt), sessions."""

from accounts.models.attempt import Attempt
from accounts.models.audit import AuditEntry, AuditQuerySet
from accounts.models.people import Post, PostQuerySet, User, UserManager, mobile_number
from accounts.models.session import Session

__all__ = [
    "Attempt",
    "AuditEntry",
    "AuditQuerySet",
    "Post",
    "PostQuerySet",
    "Session",
    "User",
    "UserManager",
    "mobile_number",
]
