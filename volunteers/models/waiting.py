"""候补和问人: who waits for a seat of a shift, and who was asked to fill a gap."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Post
from volunteers.models.people import Profile
from volunteers.models.roster import Seat, Shift
from volunteers.models.seating import Assignment


class WaitingQuerySet(models.QuerySet):
    def present(self):
        return self.filter(ended_at=None)

    def ahead(self, now):
        """For shifts that take place and have not begun."""
        return (
            self.present()
            .filter(shift__starts_at__gt=now, shift__cancelled_at=None)
            .order_by("shift__starts_at", "pk")
        )

    def of_shift(self, shift):
        return self.filter(shift=shift).order_by("pk")

    def of(self, profile):
        return self.filter(profile=profile)

    def answerable_by(self, user):
        """The own places in lists, and those in the lists of stations that the person leads."""
        led = [post.station_id for post in user.posts_as(Post.Role.STATION_LEAD)]
        return self.filter(Q(profile__user=user) | Q(shift__station__in=led))

    def with_shift(self):
        return self.select_related("shift__station", "profile__user")


class Waiting(models.Model):
    """候补: who would take a seat of the shift when one comes free, in the order of asking."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="waiting", verbose_name="班次")
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="waiting", verbose_name="志愿者")
    since = models.DateTimeField("时间")
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    assignment = models.OneToOneField(
        Assignment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="补上的岗位"
    )

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "候补"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "profile"], condition=Q(ended_at=None), name="waiting_once_at_a_time"
            )
        ]

    def __str__(self):
        return str(self.profile)


class AskingQuerySet(models.QuerySet):
    def lacking(self):
        """For shifts that take place and still lack somebody."""
        return self.filter(shift__in=Seat.objects.open().values("shift"))

    def unanswered(self, profile, now):
        """Of this person, for shifts that take place, have not begun and still lack somebody."""
        rows = self.lacking().filter(profile=profile, declined_at=None, shift__starts_at__gt=now)
        return rows.select_related("shift__station").order_by("shift__starts_at", "pk")


class Asking(models.Model):
    """Who was asked to fill a gap, so that the next time those are asked who were asked least."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="askings", verbose_name="班次")
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="askings", verbose_name="志愿者")
    at = models.DateTimeField("时间")
    declined_at = models.DateTimeField("说去不了的时间", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = AskingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问过谁"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["shift", "profile"], name="asked_once_per_shift")]
        indexes = [models.Index(fields=["profile", "at"], name="asking_profile_at")]

    def __str__(self):
        return str(self.profile)
