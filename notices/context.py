"""The bell: how many notices nobody has read yet; and which of the pages about notices are a person's own."""

from django.utils.functional import SimpleLazyObject

from notices import permissions
from notices.models import Notice
from stations.composed import Composed

_unread_of = Composed(Notice.objects.count_unread)


def bell(request):
    """One query, and only on pages that show the bell; none for the other two."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_notices": 0}
    return {
        "unread_notices": SimpleLazyObject(lambda: _unread(user)),
        "sets_robots": SimpleLazyObject(lambda: permissions.sets_robots(user)),
        "decides_dead_letters": SimpleLazyObject(lambda: permissions.decides_about_dead_letters(user)),
    }


def _unread(user):
    return sum(_unread_of(user.pk)) if permissions.reads_notices(user) else 0
