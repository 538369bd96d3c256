"""志愿服务队办的事: on what terms, by whom, how long. Only what was free may become hours: a rule of the database."""

from django.db import models
from django.db.models import Q

from tickets.models.ticket import Ticket
from volunteers.models import Profile, ServiceRecord


class FeeMode(models.TextChoices):
    FREE = "free", "免费"
    LOW = "low", "低偿"
    PAID = "paid", "有偿"


class TeamJobQuerySet(models.QuerySet):
    def of_round(self, ticket):
        return self.filter(ticket=ticket, round=ticket.round).select_related("profile__user")


class TeamJob(models.Model):
    """One row for each person who did it, one without a person where nobody was named."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="team_jobs", verbose_name="工单")
    round = models.PositiveSmallIntegerField("轮次")
    profile = models.ForeignKey(
        Profile, models.PROTECT, null=True, blank=True, related_name="team_jobs", verbose_name="谁办的"
    )
    fee_mode = models.CharField("收费方式", max_length=4, choices=FeeMode)
    minutes = models.PositiveIntegerField("用了多少分钟", null=True, blank=True)
    record = models.OneToOneField(
        ServiceRecord, models.PROTECT, null=True, blank=True, related_name="team_job", verbose_name="服务记录"
    )
    at = models.DateTimeField("时间")

    objects = TeamJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务队办的事"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "round", "profile"], nulls_distinct=False, name="team_job_once"
            ),
            models.CheckConstraint(
                condition=Q(record=None) | Q(fee_mode="free"), name="team_job_paid_is_no_service"
            ),
            models.CheckConstraint(
                condition=Q(record=None) | Q(profile__isnull=False), name="team_job_record_names_a_person"
            ),
            models.CheckConstraint(condition=Q(fee_mode__in=FeeMode.values), name="team_job_fee_known"),
        ]

    def __str__(self):
        return self.get_fee_mode_display()
