"""Keeps a volunteer's profile in step with the station posts: begins with the first, ends with the last."""

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Post
from volunteers.models import Profile


def follow(user, *, now, vest_number="") -> None:
    """Called by accounts.people inside the transaction that changed the posts (settings.POST_FOLLOWERS)."""
    today = timezone.localdate(now)
    if user.posts.filter(ended_at=None).as_role(*Post.STATION_ROLES).exists():
        _serve(user, today, vest_number)
    else:
        serving = Profile.objects.filter(user=user, left_on=None)
        serving.update(left_on=Greatest(F("joined_on"), today))


def _serve(user, today, vest_number):
    profile, _ = Profile.objects.get_or_create(user=user, defaults={"joined_on": today})
    profile.left_on = None
    profile.vest_number = vest_number or profile.vest_number
    profile.save(update_fields=["left_on", "vest_number"])
