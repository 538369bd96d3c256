"""The bell: how many notices nobody has read yet."""

from django.utils.functional import SimpleLazyObject

from notices.models import Notice
from stations.composed import Composed

_unread_of = Composed(Notice.objects.count_unread)


def bell(request):
    """One query, and only on pages that show the bell."""
    return {"unread_notices": SimpleLazyObject(lambda: _unread(request))}


def _unread(request):
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return sum(_unread_of(user.pk)) if signed_in else 0
