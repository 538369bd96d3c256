"""What is asked and answered about a record of service, and which records a list shows."""

from calendar import monthrange
from datetime import date

from django import forms

from stations.fields import LineField, NumberField
from volunteers.records import MOST

ALL = "all"


class RefusableForm(forms.Form):
    use_required_attribute = False

    def refuse(self, refusal):
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def said_line(label, missing, limit):
    line = LineField(label=label, max_length=limit, required=True)
    line.error_messages["required"] = missing
    return line


class AskForm(RefusableForm):
    words = said_line("哪里不对", "写一句哪里不对", 200)


class CorrectForm(RefusableForm):
    minutes = NumberField(
        label="实际服务多少分钟", least=0, most=MOST, missing="填多少分钟", help_text="填0，这条就作废。"
    )
    reason = said_line("为什么改", "写明为什么改", 120)


class AnswerForm(RefusableForm):
    minutes = NumberField(
        label="改成多少分钟",
        least=0,
        most=MOST,
        required=False,
        help_text="记得没错就空着；填0，这条就作废。",
    )
    words = said_line("答复", "写一句答复", 120)


class HoursFilter(forms.Form):
    """Nonsense in an address chooses nothing."""

    use_required_attribute = False
    month = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", label="月份", required=False)
    station = forms.ModelChoiceField(None, label="站点", required=False, empty_label="全部")
    team = forms.ModelChoiceField(None, label="队伍", required=False, empty_label="全部")
    volunteer = forms.ModelChoiceField(None, label="志愿者", required=False, empty_label="全部")

    def __init__(self, *args, stations, teams, volunteers, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["month"].widget = forms.TextInput(attrs={"type": "month"})
        for name, queryset in {"station": stations, "team": teams, "volunteer": volunteers}.items():
            self.fields[name].queryset = queryset

    @property
    def first(self) -> date:
        """Of the month that was asked for, else of this one."""
        chosen = self.cleaned_data.get("month")
        return date.fromisoformat(f"{chosen}-01") if chosen else self.today.replace(day=1)

    @property
    def last(self) -> date:
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    def narrow(self, found):
        """These records, as far as they were asked for."""
        self.is_valid()
        return self._asked(found.between(self.first, self.last))

    def of_year(self, found):
        """The same of the whole year that the month lies in."""
        self.is_valid()
        return self._asked(found.in_year(self.first.year))

    def _asked(self, found):
        if station := self.cleaned_data.get("station"):
            found = found.at_stations([station])
        if team := self.cleaned_data.get("team"):
            found = found.of_teams([team])
        profile = self.cleaned_data.get("volunteer")
        return found.of(profile) if profile else found
