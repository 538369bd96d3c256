"""What is said when somebody comes or goes: a word to the next shift, a reason, the time of going."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from stations.fields import LineField, WordsField
from stations.workdays import SHANGHAI


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
    reason.error_messages["required"] = "写一句为什么"


class ConfirmForm(StepForm):
    at = forms.TimeField(
        label="几点走的", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "填几点走的", "invalid": "时间写成 12:30 这样"},
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("at", timezone.localtime(self.assignment.ends_at).time())

    def facts(self):
        """The first such time after the check-in: of a shift over midnight, on the next day."""
        came = self.assignment.checked_in_at.astimezone(SHANGHAI).replace(second=0, microsecond=0)
        went = datetime.combine(came.date(), self.cleaned_data["at"], SHANGHAI)
        went += timedelta(days=went < came)
        return {"at": max(went, self.assignment.checked_in_at)}
