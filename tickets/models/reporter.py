"""Who brought a matter to a desk, and how to find them again."""

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Length, Right

from accounts.models import Post
from stations.models import Station

WORDS_LIMIT = 4000
PHONE_TAIL = 4
# What the mask shows of a whole number in front (tickets.saying.masked_phone): 138****1234.
WHOLE, PHONE_HEAD = 11, 3


class ReporterQuerySet(models.QuerySet):
    def named_or_reached_at(self, text):
        """The name exactly as given, or the last four digits of the phone.

        Of a whole number only what the mask shows is compared: else ten tries a digit would read out the rest.
        """
        digits = text.replace(" ", "").replace("-", "")
        if digits.isdecimal() and digits.isascii() and len(digits) >= PHONE_TAIL:
            found = self.alias(tail=Right("phone", PHONE_TAIL)).exclude(phone="")
            found = found.filter(tail=digits[-PHONE_TAIL:])
            return found.with_head(digits[:PHONE_HEAD]) if len(digits) >= WHOLE else found
        return self.named(text)

    def named(self, name):
        return self.filter(Q(name=name) & ~Q(name=""))

    def with_head(self, digits):
        """Whole numbers that begin so; the mask of a short number shows no beginning."""
        return self.alias(length=Length("phone")).filter(length__gte=WHOLE, phone__startswith=digits)

    def of(self, tickets):
        return self.filter(ticket__in=tickets)

    def of_matter(self, ticket):
        """Everybody who waits for this ticket: its own reporters and those of the duplicates merged into it."""
        tickets = self.model._meta.get_field("ticket").related_model.objects.of_matter(ticket)
        return self.filter(ticket__in=tickets.order_by().values("pk"))

    def joined_at(self, station):
        """Those who joined somebody else's ticket there."""
        return self.filter(station=station)

    def who_came_on(self, day):
        return self.filter(created_at__date=day)

    def of_merged(self):
        """Those whose ticket goes on within another one."""
        return self.filter(ticket__merged_into__isnull=False)

    def stations(self):
        """Where they came to."""
        return self.order_by().values_list(Coalesce("station", "ticket__station"), flat=True)

    def parted_from(self, ticket):
        """Who had waited for one matter with this ticket's: who left it, and those whom they left."""
        tickets = self.model._meta.get_field("ticket").related_model.objects
        left = Q(ticket__split_from__in=tickets.of_matter(ticket).order_by().values("pk"), station=None)
        if ticket.split_from_id is None:
            return self.filter(left)
        return self.filter(
            left | Q(ticket=ticket.split_from_id) | Q(ticket__merged_into=ticket.split_from_id)
        )

    def shown_on(self, ticket):
        """The same with what a page shows beside them: the own ticket and the station where they came."""
        return self.of_matter(ticket).select_related(
            "station", "ticket__station", "ticket__building", "on_duty"
        )

    def with_known(self):
        """`known`: the ids of the replies of which each has learnt."""
        return self.annotate(known=ArrayAgg("tellings__reply"))

    def of_form(self, submission_id):
        """Who was written down with this form; nobody without its number."""
        return self.filter(submission_id=submission_id).exclude(submission_id=None)

    def submitted(self, submission_id, by):
        """Whom this person has written down with this form."""
        return self.of_form(submission_id).filter(logged_by=by)

    def desks(self):
        """({station ids}, {ids of who logged}): where these people brought their matter, and to whom."""
        brought = list(self.values_list("station", "ticket__station", "logged_by"))
        return {own or first for own, first, _ in brought}, {logger for *_, logger in brought}

    def told_by(self, user):
        """Those whom this person may tell of an answer: who came to the own station, the dispatcher's community,
        and the claimant's own tickets. A duplicate's reporters go with the ticket it was merged into.
        """
        scope = Q(pk__in=[])
        for post in user.active_posts:
            if post.role in Post.STATION_ROLES:
                scope |= Q(station=post.station_id) | Q(station=None, ticket__station=post.station_id)
            elif post.role == Post.Role.DISPATCHER:
                scope |= Q(ticket__area=post.area_id)
            elif post.role in Post.UNIT_ROLES:
                scope |= Q(ticket__claimant=user, ticket__unit=post.unit_id, ticket__merged_into=None)
                scope |= Q(ticket__merged_into__claimant=user, ticket__merged_into__unit=post.unit_id)
        return self.filter(scope)

    def not_merged(self):
        """Whose own ticket was not merged into another one."""
        return self.filter(ticket__merged_into=None)

    def merged_into(self, tickets):
        """Whose own ticket was merged into one of these."""
        return self.filter(ticket__merged_into__in=tickets)

    def not_rated(self, ticket):
        """Those who have not rated this ticket in its round."""
        return self.exclude(pk__in=ticket.ratings.filter(round=ticket.round).order_by().values("reporter"))


class Reporter(models.Model):
    """反映人: someone who brought the matter to a desk. Name, room and phone may all be empty.

    The first reporter's words and station are the ticket's; who joined later has own ones.
    """

    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, related_name="reporters", verbose_name="工单"
    )
    name = models.CharField("怎么称呼", max_length=30, blank=True)
    phone = models.CharField("手机号", max_length=20, blank=True)
    room = models.CharField("房号", max_length=20, blank=True)
    words = models.TextField("他的说法", max_length=WORDS_LIMIT, blank=True)
    place = models.CharField(
        "他说的地点", max_length=121, blank=True, help_text="后来加入的人说的楼栋和位置，和工单的不一样时。"
    )
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="加入时的站点"
    )
    submission_id = models.UUIDField("提交号", unique=True, null=True, editable=False)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name="登记人"
    )
    on_duty = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="值班",
    )
    created_at = models.DateTimeField("登记时间")

    objects = ReporterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "反映人"
        ordering = ["pk"]
        indexes = [
            models.Index(Right("phone", 4), condition=~Q(phone=""), name="reporter_phone_tail"),
            models.Index(fields=["name"], condition=~Q(name=""), name="reporter_name"),
            models.Index(
                fields=["station", "ticket"], condition=Q(station__isnull=False), name="reporter_joined"
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id}"

    @property
    def matter(self):
        """The ticket this person gets the answers of: the own one, or what that was merged into."""
        return self.ticket.matter

    @property
    def has_joined(self) -> bool:
        """Joined a ticket that was there already."""
        return self.station_id is not None

    @property
    def came_to(self) -> Station:
        """The station where this person told it."""
        return self.station or self.ticket.station
