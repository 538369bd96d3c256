"""Keeps a volunteer's profile in step with the station posts: begins with the first, ends with the last."""

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Post
from volunteers.models import CalendarFeed, Profile
from volunteers.seating import leaving


def follow(user, *, now, vest_number="") -> None:
    """Called by accounts.people inside the transaction that changed the posts (settings.POST_FOLLOWERS)."""
    today = timezone.localdate(now)
    if user.posts.filter(ended_at=None).as_role(*Post.STATION_ROLES).exists():
        _serve(user, today, vest_number)
    else:
        serving = Profile.objects.filter(user=user, left_on=None)
        serving.update(left_on=Greatest(F("joined_on"), today))
        CalendarFeed.objects.filter(profile__user=user).delete()
    leaving.follow(user, now=now)


def _serve(user, today, vest_number):
    """A number that is worn elsewhere stays; whoever wrote another name down gives none."""
    profile, _ = Profile.objects.get_or_create(user=user, defaults={"joined_on": today})
    if not profile.vest_number or profile.left_on and vest_number:
        newest = Post.objects.held_by(user.pk).with_name_unknown().latest("pk")
        profile.vest_number = profile.vest_number if newest.name_unknown else vest_number
    profile.left_on = None
    profile.save(update_fields=["left_on", "vest_number"])
