"""Whose session it is: every page asks for the person and for the posts held now, so one statement tells both."""

from django.contrib.auth.backends import ModelBackend

from accounts import sessions
from accounts.models import Post
from stations.composed import Composed

_held_by = Composed(lambda user_id: Post.objects.held_by(user_id).select_related("user"))


class PersonBackend(ModelBackend):
    def get_user(self, user_id):
        """The person with `active_posts` filled; who holds none is looked up alone."""
        if known := sessions.person(int(user_id)):
            return known
        posts = _held_by(int(user_id))
        return sessions.holder(posts) if posts else super().get_user(user_id)
