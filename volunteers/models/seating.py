"""排班: who has which seat, by whose hand; standing duty, who waits for a seat, who was asked, what was proposed.

`volunteers.seating` is the only code that writes a status. The database refuses two people in one seat, and one
person in two places at once.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Sum
from django.db.models.functions import Greatest

from accounts.models import Post
from stations import saying
from stations.models import Station
from volunteers.models.people import Profile
from volunteers.models.roster import Seat, SeatPattern
from volunteers.states import COMING, OCCUPYING, Status

MINUTE = timedelta(minutes=1)


class _Span(Func):
    """The time of an assignment, its end not included."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class ProposalQuerySet(models.QuerySet):
    def at_station(self, station):
        return self.filter(station=station)

    def led_by(self, user):
        """Of the stations the person leads now."""
        posts = user.posts_as(Post.Role.STATION_LEAD)
        return self.filter(station__in={post.station_id for post in posts})

    def numbered(self, pk):
        """The one of that number, or None."""
        return self.filter(pk=pk).first()

    def with_maker(self):
        return self.select_related("station", "made_by")

    def with_answers(self):
        """Each knows how many were asked, have agreed, and have not answered."""
        agreed = Q(assignments__status__in=OCCUPYING)
        return self.annotate(
            asked=Count("assignments"),
            agreed=Count("assignments", filter=agreed),
            unanswered=Count("assignments", filter=Q(assignments__status=Status.PROPOSED)),
        )


class Proposal(models.Model):
    """自动排班: one proposal for a station and a period, and what it came to."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="proposals", verbose_name="站点")
    from_on = models.DateField("从")
    until_on = models.DateField("到")
    made_at = models.DateTimeField("时间")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    figures = models.JSONField("结果", default=dict)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自动排班"
        ordering = ["-pk"]

    def __str__(self):
        return saying.month_days(self.from_on, self.until_on)


class StandingQuerySet(models.QuerySet):
    def of(self, profile):
        return self.filter(profile=profile)

    def at_station(self, station):
        return self.filter(seat__shift__roster__station=station)

    def at_stations(self, stations):
        return self.filter(seat__shift__roster__station__in=stations)

    def lasting(self, today):
        """That have not ended, begun or not."""
        return self.filter(Q(until_on=None) | Q(until_on__gte=today))

    def with_place(self):
        return self.select_related("seat__shift__roster__station", "seat__skill", "profile__user")


class StandingAssignment(models.Model):
    """固定班: the same person in the same place every week, or every fourth; cover for one day never edits it."""

    seat = models.ForeignKey(SeatPattern, models.PROTECT, related_name="standing", verbose_name="岗位样式")
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="standing", verbose_name="志愿者")
    every_weeks = models.PositiveSmallIntegerField("每几周", default=1, choices=((1, "每周"), (4, "每四周")))
    from_on = models.DateField("从哪天起")
    until_on = models.DateField("到哪天止", null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    set_at = models.DateTimeField("登记时间")

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "固定班"
        ordering = ["seat", "from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="standing_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(condition=Q(every_weeks__in=[1, 4]), name="standing_every_weeks"),
        ]

    def __str__(self):
        return str(self.profile)


class AssignmentQuerySet(models.QuerySet):
    def occupying(self):
        return self.filter(status__in=OCCUPYING)

    def minutes_since(self, moment, profiles):
        """{profile: minutes of shifts}, held since then or still to come; who did not come served nothing."""
        rows = (
            self.occupying().exclude(status=Status.NO_SHOW).filter(profile__in=profiles, ends_at__gt=moment)
        )
        sums = rows.order_by().values_list("profile").annotate(length=Sum(F("ends_at") - F("starts_at")))
        return {key: length // MINUTE for key, length in sums}

    def coming(self):
        return self.filter(status__in=COMING)

    def proposed(self):
        return self.filter(status=Status.PROPOSED)

    def of(self, profile):
        return self.filter(profile=profile)

    def answerable_by(self, user):
        """The own ones, and those at stations that the person leads."""
        led = [post.station_id for post in user.posts_as(Post.Role.STATION_LEAD)]
        return self.filter(Q(profile__user=user) | Q(seat__shift__station__in=led))

    def in_shifts(self, shifts):
        return self.filter(seat__shift__in=shifts)

    def at(self, pk):
        """The one with this key among these, or None."""
        return self.filter(pk=pk).first()

    def since(self, moment):
        """That were not over yet at that moment."""
        return self.filter(ends_at__gt=moment)

    def of_proposal(self, proposal):
        return self.filter(proposal=proposal)

    def between(self, first, last):
        """That have a minute in common with the span of two aware moments."""
        return self.filter(starts_at__lt=last, ends_at__gt=first)

    def attending(self):
        """That somebody is on, or may still come to though late."""
        return self.filter(status__in=(*COMING, Status.CHECKED_IN, Status.NO_SHOW))

    def at_stations(self, stations):
        return self.filter(seat__shift__station__in=stations)

    def on_duty(self):
        return self.filter(status=Status.CHECKED_IN)

    def not_come(self, moment):
        """Expected since that moment at the latest, and nobody has said a word."""
        return self.coming().filter(starts_at__lte=moment)

    def not_gone(self, moment):
        """On duty still, though the shift was over at that moment."""
        return self.on_duty().filter(ends_at__lte=moment)

    def unconfirmed(self):
        """Gone at a time that somebody has to confirm."""
        return self.filter(is_out_unsure=True)

    def just_gone(self, moment, words):
        """Gone since that moment by a button pressed then (the event says one of `words`), not by a lead's word."""
        pressed = Q(events__verb="check_out", events__at__gte=moment, events__detail__in=words)
        gone = self.filter(pressed, status=Status.DONE, is_out_unsure=False, checked_out_at__gte=moment)
        return gone.exclude(events__verb="confirm_out").distinct()

    def gone_from(self, station, moment):
        """Gone from a shift of the station that was not over yet at that moment, the latest first."""
        gone = self.filter(seat__shift__station=station, status=Status.DONE)
        late = Q(ends_at__gt=moment) | Q(checked_out_at__gt=moment)
        return gone.filter(late).with_shift().order_by("-checked_out_at", "-pk")

    def unrecorded(self):
        """Served a minute at least, gone for sure, and no record of it yet."""
        begun = Greatest("checked_in_at", "starts_at")
        served = self.filter(status=Status.DONE, is_out_unsure=False, record=None)
        return served.alias(begun=begun).filter(checked_out_at__gte=F("begun") + MINUTE)

    def of_day(self, first, last):
        """That begin between two aware moments, or that somebody is still on."""
        return self.filter(Q(starts_at__gte=first, starts_at__lt=last) | Q(status=Status.CHECKED_IN))

    def for_board(self):
        """Who was, is and will be there, as seats are shown at the station."""
        shown = (*COMING, Status.CHECKED_IN, Status.DONE, Status.NO_SHOW, Status.EXCUSED)
        return self.filter(status__in=shown).with_shift().order_by("starts_at", "seat__ordinal", "pk")

    def with_shift(self):
        """With the shift's place, and whether the person's name is one that the station does not know."""
        related = self.select_related("seat__shift__station__area", "seat__skill", "profile__user")
        return related.annotate(name_unknown=name_unknown_there("profile__user", "seat__shift__station"))


def name_unknown_there(user, station):
    """Of a row of the outer query: the post at the station was given under another name than the stored one."""
    posts = Post.objects.active().filter(user=OuterRef(user), station=OuterRef(station))
    return Exists(posts.with_name_unknown().filter(name_unknown=True))


class Assignment(models.Model):
    """One person in one seat. Start and end are the shift's, kept here for the constraint that nobody is doubled."""

    class Via(models.TextChoices):
        SELF = "self", "自己报名"
        LEAD = "lead", "站长安排"
        DESK = "desk", "站里代报"
        STANDING = "standing", "固定班"
        PROPOSAL = "proposal", "自动排班"
        STANDIN = "standin", "替班"
        WAITING = "waiting", "候补"
        CALL_OUT = "call_out", "缺人时问到"

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="assignments", verbose_name="岗位")
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="assignments", verbose_name="志愿者")
    status = models.CharField("状态", max_length=16, choices=Status)
    via = models.CharField("怎么来的", max_length=8, choices=Via)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    created_at = models.DateTimeField("时间")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    standing = models.ForeignKey(
        StandingAssignment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name="固定班",
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="自动排班"
    )
    covers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="covered_by", verbose_name="替谁"
    )
    why = models.CharField("为什么", max_length=200, blank=True)
    checked_in_at = models.DateTimeField("签到", null=True, blank=True)
    checked_out_at = models.DateTimeField("签退", null=True, blank=True)
    is_out_unsure = models.BooleanField("签退待确认", default=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "排班"
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(status__in=OCCUPYING), name="seat_taken_once"
            ),
            models.UniqueConstraint(
                fields=["seat", "profile"], condition=Q(status="proposed"), name="seat_proposed_once"
            ),
            ExclusionConstraint(
                name="nobody_in_two_places",
                expressions=[
                    ("profile", RangeOperators.EQUAL),
                    (_Span("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=OCCUPYING),
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="assignment_status_known"),
            models.CheckConstraint(
                condition=Q(checked_out_at=None) | Q(checked_in_at__lte=F("checked_out_at")),
                name="assignment_out_after_in",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["checked_in", "done"]) | Q(checked_in_at__isnull=False),
                name="assignment_on_duty_checked_in",
            ),
        ]
        indexes = [
            models.Index(fields=["profile", "starts_at"], name="assignment_profile_starts"),
            # Few of all there ever were; every filing asks who they are.
            models.Index(
                fields=["ends_at"], condition=Q(status=Status.CHECKED_IN), name="assignment_on_duty"
            ),
        ]

    @property
    def who(self):
        """The name as the people of the station may read it; of a row read `with_shift`."""
        name = self.profile.user.name
        return saying.masked_name(name) if getattr(self, "name_unknown", False) else name

    def __str__(self):
        return f"{self.profile} {self.get_status_display()}"


class AssignmentEventQuerySet(models.QuerySet):
    def of_shift(self, shift):
        """Newest first, with who did it to whose place."""
        events = self.filter(assignment__seat__shift=shift).order_by("-pk")
        return events.select_related("by", "assignment__profile__user")


class AssignmentEvent(models.Model):
    """经过: who did what with a person's place in a shift. Append-only."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="events", verbose_name="排班")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="谁",
        help_text="空着表示系统。",
    )  # fmt: skip
    verb = models.CharField("事项", max_length=16)
    detail = models.CharField("说明", max_length=200, blank=True)

    objects = AssignmentEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "排班经过"
        ordering = ["pk"]

    def __str__(self):
        return self.verb
