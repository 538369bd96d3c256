"""What is typed about the working calendar: a pasted notice, a community's own day, a moment to try out."""

from collections.abc import Sequence
from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations import announcement, saying
from stations.fields import LineField
from stations.workdays import SHANGHAI
from tickets.almanac import CLOSE, OPEN
from tickets.calendaring import MOST_DAYS

PASTE = "把通知全文粘贴进来"
TOO_LONG = "文字太长了。请只粘贴通知，不要整个网页。"
WHY = "写一句原因，例如：社区办公楼停电检修"
UNTIL = "选一个日期，例如2026-12-01；只定一天就空着"
DAYS = "填1到60的整数"
MOMENT = "选日期和时间，例如2026年12月31日 15:00"
FIRST_YEAR, LAST_YEAR = 2018, 2035
MOST_FAULTS = 12  # a text that is no notice at all can have thousands


class NoticeForm(forms.Form):
    """`said` is what the text says once it agrees with itself. `seen` names the preview that was looked at."""

    use_required_attribute = False
    text = forms.CharField(
        label="通知全文",
        help_text="连标题一起，从中国政府网或别处复制都行；多了空格、换行、前后文字不要紧",
        widget=forms.Textarea(attrs={"rows": 12, "class": "paste", "spellcheck": "false"}),
        strip=False,
        error_messages={"required": PASTE},
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())
    said: announcement.Announcement | None = None

    def clean_text(self):
        text = self.cleaned_data["text"]
        if not text.strip():
            raise ValidationError(PASTE)
        if len(text) > announcement.LONGEST_TEXT:
            raise ValidationError(TOO_LONG)
        self.said = announcement.read(text)
        if self.said.faults:
            raise ValidationError(_told(self.said.faults))
        return text

    @property
    def quotes(self) -> list[str]:
        """The lines of the notice that something is wrong with, each once."""
        faults = self.said.faults[:MOST_FAULTS] if self.said else ()
        return list(dict.fromkeys(fault.line for fault in faults if fault.line))


def _told(faults: Sequence[announcement.Fault]) -> list[str]:
    """The first of them, each once, and how many more there are."""
    said = list(dict.fromkeys(fault.sentence for fault in faults))
    rest = len(said) - MOST_FAULTS
    more = [f"另外还有{rest}处不对，先核对贴的是不是通知全文。"] if rest > 0 else []
    return [*said[:MOST_FAULTS], *more]


class DaysForm(forms.Form):
    """Until which day from `first` on a community is closed or open, and why; without `until` on `first` alone."""

    use_required_attribute = False
    until = forms.DateField(
        required=False, help_text=f"只定一天就空着，最多{MOST_DAYS}天",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": UNTIL},
    )  # fmt: skip
    reason = LineField(
        label="原因", max_length=60, required=True, help_text="工单上和日历里都会写，例如：社区办公楼停电检修",
        error_messages={"required": WHY, "max_length": "最多60字，请写短一些"},
    )  # fmt: skip
    wanted = forms.ChoiceField(
        choices=[(CLOSE, "本社区不办公"), (OPEN, "本社区加开")], widget=forms.HiddenInput()
    )

    def __init__(self, *args, first: date, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.first, self.today = first, today
        self.fields["until"].label = f"从{self._said(first)}到哪天"
        reach = {"min": first, "max": first + timedelta(days=MOST_DAYS - 1)}
        self.fields["until"].widget.attrs |= {name: day.isoformat() for name, day in reach.items()}

    def clean_until(self):
        """The last day, as the rules have it: told at the field, so that it is mended where it was typed."""
        until = self.cleaned_data["until"] or self.first
        if until < self.first:
            raise ValidationError(f"不能早于{self._said(self.first)}")
        if until - self.first >= timedelta(days=MOST_DAYS):
            last = self.first + timedelta(days=MOST_DAYS - 1)
            raise ValidationError(f"一次最多定{MOST_DAYS}天，到{self._said(last)}为止；更长的分几次定")
        return until

    def _said(self, day: date) -> str:
        return saying.day(day, today=self.today)

    @property
    def last(self) -> date:
        return self.cleaned_data["until"]

    @property
    def works(self) -> bool:
        return self.cleaned_data["wanted"] == OPEN


class TrialForm(forms.Form):
    """A request received at a moment, with a limit of so many working days."""

    use_required_attribute = False
    received = forms.DateTimeField(
        label="什么时候接的单",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={"required": MOMENT, "invalid": MOMENT},
    )
    days = forms.IntegerField(
        label="几个工作日", min_value=1, max_value=60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), DAYS),
    )  # fmt: skip

    def __init__(self, asked, *, now):
        local = timezone.localtime(now, SHANGHAI)
        is_asked = "received" in asked or "days" in asked
        super().__init__(asked if is_asked else {"received": f"{local:%Y-%m-%dT%H:%M}", "days": 1})

    def clean_received(self):
        received = self.cleaned_data["received"]
        if not FIRST_YEAR <= received.year <= LAST_YEAR:
            raise ValidationError(f"年份在{FIRST_YEAR}到{LAST_YEAR}之间")
        return received
