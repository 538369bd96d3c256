"""For which days a lead wants a proposal."""

from datetime import date, timedelta

from django import forms

from stations.fields import NearDateField
from volunteers.proposing import Period
from volunteers.proposing.drafting import LONGEST

WEEK, MONTH, DATES = "week", "month", "dates"
SPANS = ((WEEK, "到本周日"), (MONTH, "接下来四周"), (DATES, "自己选日期"))
A_DATE = {"required": "选一个日期", "invalid": "选一个日期，例如2026-12-01"}
DAY = timedelta(days=1)


def _date(label, help_text):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return NearDateField(
        label=label, required=False, widget=widget, help_text=help_text, error_messages=A_DATE
    )


class PeriodForm(forms.Form):
    use_required_attribute = False
    span = forms.ChoiceField(
        label="排哪一段时间", choices=SPANS, initial=MONTH, widget=forms.RadioSelect(attrs={"class": "picks-3"}),
        error_messages={"required": "选排哪一段时间", "invalid_choice": "选排哪一段时间"},
    )  # fmt: skip
    first = _date("从哪天起", "选了“自己选日期”才填")
    last = _date("到哪天止", f"那一天也排；一次最多{LONGEST}天")
    wished = forms.BooleanField(
        label="“最好有人”的岗位也请人", required=False, help_text="不选就只排必须有人的岗位和带班"
    )

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self):
        data = super().clean()
        if data.get("span") == DATES:
            self._check_dates(data)
        return data

    @property
    def period(self) -> Period:
        """Of a valid form; what is over already is left out."""
        data, today = self.cleaned_data, self.today
        ends = {WEEK: today + (6 - today.weekday()) * DAY, MONTH: today + 27 * DAY}
        if data["span"] in ends:
            return Period(today, ends[data["span"]], data["wished"])
        return Period(max(data["first"], today), data["last"], data["wished"])

    def _check_dates(self, data):
        first, last = data.get("first"), data.get("last")
        for name in ("first", "last"):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, A_DATE["required"])
        if not first or not last:
            return
        if last < max(first, self.today):
            self.add_error("last", "结束的日期已经过去，或者早于开始的日期")
        elif last - max(first, self.today) >= LONGEST * DAY:
            self.add_error("last", f"一次最多排{LONGEST}天")
