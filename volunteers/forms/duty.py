"""What is said when somebody comes or goes: a word to the next shift, a reason, the time of going."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from stations.fields import LineField, WordsField
from stations.workdays import SHANGHAI
from volunteers.seating.on_duty import EARLY
from volunteers.seating.withdrawing import WHY


class StepForm(forms.Form):
    """Pressed without a word; `facts` is what the verb takes."""

    use_required_attribute = False

    def __init__(self, *args, assignment, **kwargs):
        super().__init__(*args, **kwargs)
        self.assignment = assignment

    def facts(self):
        return self.cleaned_data

    def refuse(self, refusal):
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class OutForm(StepForm):
    note = WordsField(
        label="交班留言", required=False, max_length=500, rows=2,
        help_text="给下一班：还有什么没办完、要留意什么。没有就不写。",
        error_messages={"max_length": "最多500字，请写要点"},
    )  # fmt: skip


class ExcuseForm(StepForm):
    reason = LineField(label="为什么", max_length=60, required=True)
    reason.error_messages["required"] = WHY

    def facts(self):
        return {"why": self.cleaned_data["reason"]}


def clock_field(label):
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": f"填{label}", "invalid": "时间写成 12:30 这样"},
    )  # fmt: skip


def first_at(clock, since):
    """The first moment from `since` on at which the clock in Shanghai shows this: over midnight, the next day."""
    start = since.astimezone(SHANGHAI).replace(second=0, microsecond=0)
    moment = datetime.combine(start.date(), clock, SHANGHAI)
    return moment + timedelta(days=moment < start)


class ConfirmForm(StepForm):
    at = clock_field("几点走的")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("at", timezone.localtime(self.assignment.ends_at).time())

    def facts(self):
        came = self.assignment.checked_in_at or self.assignment.starts_at  # the verb says if nobody came
        return {"at": max(first_at(self.cleaned_data["at"], came), came)}


class AttestForm(StepForm):
    came = clock_field("几点到的")
    went = clock_field("几点走的")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        span = {"came": self.assignment.starts_at, "went": self.assignment.ends_at}
        self.initial = {name: timezone.localtime(moment).time() for name, moment in span.items()}

    def facts(self):
        """Coming may be a little before the start; going is after it."""
        came = first_at(self.cleaned_data["came"], self.assignment.starts_at - EARLY)
        return {"came": came, "went": first_at(self.cleaned_data["went"], came)}
