"""志愿者档案: who serves, what they can do, when they have time, and what may be shown of them to whom."""

from datetime import date

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Post
from accounts.models.people import mobile_number
from stations.models import OpeningHours

OF_AGE = 18
DAY = 24 * 60  # minutes
USUAL_HOURS = 16
USUAL_WEEK = 20


class ProfileQuerySet(models.QuerySet):
    def serving(self):
        return self.filter(left_on=None, user__is_active=True)

    def at_station(self, station):
        """Who holds a post of the station now; leads too."""
        return self.at_stations([station])

    def at_stations(self, stations):
        posts = Post.objects.active().as_role(*Post.STATION_ROLES).filter(station__in=stations)
        return self.serving().filter(user__in=posts.values("user"))

    def with_user(self):
        return self.select_related("user")

    def with_limits(self):
        """With what decides whether somebody may and can take a seat."""
        skills = models.Prefetch("skills", ProfileSkill.objects.select_related("skill"))
        return self.with_user().prefetch_related(skills, "availabilities", "absences")

    def members_of(self, team):
        """Its members now, leads first; nobody for no team."""
        found = self.filter(memberships__team=team, memberships__left_on=None) if team else self.none()
        return found.select_related("user").order_by("-memberships__is_lead", "memberships__pk")

    def with_records(self, records):
        """Whose service these records are."""
        return self.filter(pk__in=records.order_by().values("profile"))

    def of(self, user):
        return self.filter(user=user).first()

    def with_key(self, key):
        return self.filter(pk=key).first()

    def with_all(self):
        """Everything that the page of one person shows."""
        teams = models.Prefetch("memberships", apps.get_model("volunteers", "Member").objects.with_team())
        return self.with_limits().prefetch_related("skills__checked_by", teams)

    def for_leads_of(self, stations):
        """Who serves there now, with everything that a row about a person shows these stations' lead."""
        return self.with_all().at_stations(stations).with_name_unknown(stations).order_by("user__name", "pk")

    def with_name_unknown(self, stations):
        """Marks people whom these stations enrolled under another name, which is not to be learnt this way."""
        posts = Post.objects.active().as_role(*Post.STATION_ROLES).filter(station__in=stations)
        return self.annotate(name_unknown=~Exists(posts.under_right_name().filter(user=OuterRef("user"))))

    def known(self):
        """Of those marked: whose name was given rightly."""
        return self.filter(name_unknown=False)

    def matching(self, words):
        """By part of the phone; of the name and of the vest's number where they may be seen."""
        named = Q(user__name__icontains=words) | Q(vest_number__icontains=words)
        return self.filter(Q(named, name_unknown=False) | Q(user__phone__contains=words))

    def named(self, words):
        """Whose phone or vest number this is, to the letter."""
        return self.filter(Q(user__phone=words) | ~Q(vest_number="") & Q(vest_number__iexact=words))

    def with_skill(self, skill):
        return self.filter(skills__skill=skill)

    def in_team(self, team):
        return self.filter(memberships__team=team, memberships__left_on=None)

    def minors(self, on: date):
        return self.filter(born_on__gt=_birthday_reached(on, OF_AGE))

    def with_proof_ending(self, until: date):
        """With a proof that has expired or will by that day."""
        return self.filter(Exists(ProfileSkill.objects.filter(profile=OuterRef("pk"), expires_on__lte=until)))

    def with_skill_unseen(self):
        """Who say they can do what must be proved, and nobody has looked."""
        unseen = ProfileSkill.objects.filter(profile=OuterRef("pk"), skill__needs_proof=True, proof="")
        return self.filter(Exists(unseen))


class Profile(models.Model):
    """One for a person who ever served at a station; leaving keeps it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="profile", verbose_name="人员"
    )
    vest_number = models.CharField("红马甲编号", max_length=12, blank=True)
    joined_on = models.DateField("加入日期", default=timezone.localdate)
    left_on = models.DateField("离开日期", null=True, blank=True)
    about = models.CharField("擅长和备注", max_length=200, blank=True)
    monthly_hours = models.PositiveSmallIntegerField("每月可服务小时", default=USUAL_HOURS)
    weekly_hours = models.PositiveSmallIntegerField("每周最多小时", default=USUAL_WEEK)
    # Consent: what may be shown of the person to whom. Nothing but what the roster needs unless they agree.
    shows_name = models.BooleanField("张贴的值班表写全名", default=False)
    shows_phone = models.BooleanField("同班的志愿者看得到电话", default=False)
    may_be_called_out = models.BooleanField("缺人时可以问我", default=True)
    consented_at = models.DateTimeField("同意时间", null=True, blank=True)
    born_on = models.DateField("出生日期", null=True, blank=True)
    guardian_name = models.CharField("监护人", max_length=30, blank=True)
    guardian_phone = models.CharField("监护人电话", max_length=11, blank=True, validators=[mobile_number])
    guardian_consented_on = models.DateField("监护人同意日期", null=True, blank=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "志愿者档案"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="profile_left_after_joined",
                violation_error_message="离开日期不能早于加入日期。",
            ),
            models.CheckConstraint(
                condition=Q(guardian_consented_on=None) | ~Q(guardian_name=""),
                name="profile_consent_names_guardian",
                violation_error_message="写了监护人同意日期，也要写监护人姓名。",
            ),
        ]

    def __str__(self):
        """The name, or what may be seen of it by those who enrolled the person under another one."""
        return f"{self.user.name[:1]}**" if getattr(self, "name_unknown", False) else str(self.user)

    def is_minor(self, on: date) -> bool:
        """Under 18 on that date; false where no birthday was given."""
        return self.born_on is not None and on < _birthday(self.born_on, OF_AGE)

    def needs_guardian(self, on: date) -> bool:
        return self.is_minor(on) and self.guardian_consented_on is None


class SkillQuerySet(models.QuerySet):
    def others_than(self, keys):
        return self.exclude(pk__in=keys)


class Skill(models.Model):
    """技能, from the list that the admin keeps: 瓦工, 水电工, 理发, 义诊."""

    name = models.CharField("名称", max_length=20, unique=True)
    ordinal = models.PositiveSmallIntegerField("排序号", default=0)
    needs_proof = models.BooleanField("要看证件", default=False)

    objects = SkillQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "技能"
        ordering = ["ordinal", "name"]

    def __str__(self):
        return self.name


class ProfileSkillQuerySet(models.QuerySet):
    def valid(self, on):
        return self.filter(
            Q(expires_on=None) | Q(expires_on__gte=on), Q(skill__needs_proof=False) | ~Q(proof="")
        )


class ProfileSkill(models.Model):
    """What a volunteer can do, the proof that was seen, and until when it is good."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="skills", verbose_name="志愿者")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="holders", verbose_name="技能")
    proof = models.CharField("证件", max_length=60, blank=True, help_text="例如 电工证，看过原件")
    expires_on = models.DateField("有效至", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核对人",
    )
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)

    objects = ProfileSkillQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "志愿者技能"
        ordering = ["skill__ordinal"]
        constraints = [models.UniqueConstraint(fields=["profile", "skill"], name="profile_skill_once")]

    def __str__(self):
        return str(self.skill_id)

    def is_valid(self, on: date) -> bool:
        """Not expired, and seen where it must be; reads `skill`."""
        return not (self.expires_on and self.expires_on < on) and bool(
            self.proof or not self.skill.needs_proof
        )


class Availability(models.Model):
    """有空的时间: a stretch of a weekday. From and until are minutes since midnight; 1440 is 24:00."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="availabilities", verbose_name="志愿者")
    weekday = models.PositiveSmallIntegerField("星期", choices=OpeningHours.Weekday)
    from_minute = models.PositiveSmallIntegerField("从")
    until_minute = models.PositiveSmallIntegerField("到")
    is_wished = models.BooleanField("最想来", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "有空的时间"
        ordering = ["weekday", "from_minute"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_minute__lt=F("until_minute"), until_minute__lte=DAY),
                name="availability_from_before_until",
                violation_error_message="开始要早于结束。",
            )
        ]

    def __str__(self):
        return f"{self.get_weekday_display()}"


class AbsenceQuerySet(models.QuerySet):
    def coming(self, today: date):
        """Not over yet."""
        return self.filter(until_on__gte=today)

    def meeting(self, first: date, last: date):
        """That have a day in common with these."""
        return self.filter(from_on__lte=last, until_on__gte=first)


class Absence(models.Model):
    """请假: days on which a volunteer is away, first and last included."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="absences", verbose_name="志愿者")
    from_on = models.DateField("从")
    until_on = models.DateField("到")
    reason = models.CharField("原因", max_length=60, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "请假"
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_on__lte=F("until_on")),
                name="absence_from_before_until",
                violation_error_message="开始日期不能晚于结束日期。",
            )
        ]

    def __str__(self):
        return f"{self.from_on}–{self.until_on}"


def _birthday(born_on: date, age: int) -> date:
    """The day on which somebody becomes that old; 1 March for those born on 29 February."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def _birthday_reached(on: date, age: int) -> date:
    """The latest birthday of those who are that old on the day; 28 February stands for a 29th that is not there."""
    try:
        return on.replace(year=on.year - age)
    except ValueError:
        return date(on.year - age, 2, 28)
