"""Which roles a page is for; everybody else reads why not."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from accounts.models import Post


def for_roles(*roles):
    """Admit people holding one of the roles; others get the 403 page with this sentence."""
    names = "、".join(dict(Post.Role.choices)[role] for role in roles)

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.has_role(*roles):
                raise PermissionDenied(f"这一页给{names}用。")
            return view(request, *args, **kwargs)

        return guarded

    return decorate
