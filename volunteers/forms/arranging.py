"""What a lead types about one shift and about closures: a day and hours, one more seat, a reason."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.fields import LineField, NearDateField, NumberField
from volunteers import clock
from volunteers.forms.clock import ClockField
from volunteers.forms.looked_at import LookedAtForm, date_input
from volunteers.forms.patterns import A_DATE, ANYBODY, LEAD, NEEDED, SKILL, WISHED
from volunteers.models import Skill
from volunteers.models.roster import LONGEST
from volunteers.patterning import Wanted

FAR = timedelta(days=400)
WHY = "写一句原因，例如：站里停电检修"


class DayForm(LookedAtForm):
    """A local day, from when to when; `first` and `minutes` count in minutes."""

    on = forms.DateField(label="哪一天", widget=date_input(), error_messages=A_DATE)
    first = ClockField(label="从几点", help_text="例如09:00")
    last = ClockField(label="到几点", ends_day=True, help_text="例如12:30；到半夜写24:00；比开始早的算第二天")

    def clean_on(self):
        on = self.cleaned_data["on"]
        if abs(on - timezone.localdate()) > FAR:
            raise ValidationError("日期太远了，看看年份对不对")
        return on

    def clean(self):
        data = super().clean()
        if "first" in data and "last" in data:
            self.minutes = clock.lasting(data["first"], data["last"])
            if self.minutes > LONGEST:
                self.add_error("last", f"一班最长{LONGEST // 60}小时")
        return data

    @property
    def span(self):
        return self.cleaned_data["on"], self.cleaned_data["first"], self.minutes


class MoveForm(DayForm):
    """Begins with the time the shift has."""

    def __init__(self, *args, shift, **kwargs):
        first, last = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
        end = "24:00" if f"{last:%H:%M}" == "00:00" else f"{last:%H:%M}"
        kwargs["initial"] = {"on": first.date(), "first": f"{first:%H:%M}", "last": end}
        super().__init__(*args, **kwargs)


class OneOffForm(DayForm):
    """A shift that no pattern makes."""

    needed = NumberField(label="必须有几人", least=0, most=12, initial=2)
    wished = NumberField(label="最好再有几人", least=0, most=12, initial=0)
    has_lead = forms.BooleanField(label="其中1人带班", required=False)
    note = LineField(label="说明", max_length=60, help_text="例如：义诊活动，报名的人看得到")
    again = forms.BooleanField(label="再加一个班", required=False)

    def clean(self):
        data = super().clean()
        if not data.get("needed") and not data.get("wished") and not self.errors:
            self.add_error("needed", "至少要1人")
        return data

    @property
    def asked(self):
        """The fields to be shown: whether to add one more, once it was asked."""
        asks = "again" in self.errors or "again" in self.data
        return [field for field in self if asks or field.name != "again"]

    @property
    def seats(self):
        data = self.cleaned_data
        wanted = [Wanted() for _ in range(data["needed"])]
        wanted += [Wanted(is_needed=False) for _ in range(data["wished"])]
        if data["has_lead"]:
            wanted[0] = Wanted(is_lead=True, is_needed=wanted[0].is_needed)
        return wanted


class SeatForm(LookedAtForm):
    """One more seat of a shift."""

    who = forms.ChoiceField(
        label="再要一个人", error_messages={"required": "选要谁", "invalid_choice": "选要谁"}
    )
    need = forms.ChoiceField(
        label="要不要紧", choices=((NEEDED, "必须有人"), (WISHED, "最好有人")),
        error_messages={"required": "选要不要紧", "invalid_choice": "选要不要紧"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        skills = [(f"{SKILL}{skill.pk}", f"要会{skill}的") for skill in Skill.objects.all()]
        self.fields["who"].choices = [(ANYBODY, "谁都行"), (LEAD, "带班"), *skills]

    @property
    def wanted(self):
        who = self.cleaned_data["who"]
        skill = int(who.removeprefix(SKILL)) if who.startswith(SKILL) else None
        return Wanted(skill, is_lead=who == LEAD, is_needed=self.cleaned_data["need"] == NEEDED)


class ReasonForm(LookedAtForm):
    """Why a shift is cancelled; told to everybody who is in it."""

    reason = LineField(
        label="原因", max_length=60, required=True, help_text="这一班的人都看得到，例如：站里停电检修",
        error_messages={"required": WHY, "max_length": "最多60字，请写短一些"},
    )  # fmt: skip


class ClosureForm(LookedAtForm):
    """From which day to which a station stays shut, and why."""

    from_on = NearDateField(label="从哪天", widget=date_input(), error_messages=A_DATE)
    until_on = NearDateField(
        label="到哪天", widget=date_input(), error_messages=A_DATE, help_text="这一天也不开"
    )
    reason = LineField(
        label="原因", max_length=60, required=True, help_text="值班的人看得到，例如：站里装修",
        error_messages={"required": WHY, "max_length": "最多60字，请写短一些"},
    )  # fmt: skip
