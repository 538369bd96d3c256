"""What a report's address asks for: area, period, dates, a figure. A bad value gives way to the default."""

from datetime import date

from django import forms

from stations.models import Area
from tickets.reports import periods
from tickets.reports.figures import FIGURES, LEFT, NONE, Cut
from tickets.reports.links import NARROWING, Selection
from tickets.reports.scope import depth

INDENT = "\u3000"
BAD_DATES = "起止日期有误，已改看本月：开始不能晚于结束，不早于1990年，最多看10年。"
NEEDS_BOTH = "自选日期要填开始和结束两天，已改看本月。"
ONLY_LEFT_OUT = "只有并单和撤单能按经手人看，已改看全部。"
UNKNOWN = "地址里的{}认不出来，已按常用的显示。"
DateInput = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ReportForm(forms.Form):
    """Area and period. `selection()` always answers; `notes` says what could not be followed."""

    area = forms.TypedChoiceField(label="片区", coerce=int, required=False)
    period = forms.ChoiceField(label="时段", required=False)
    dates_shown = forms.CharField(
        required=False, widget=forms.HiddenInput
    )  # those that the page was sent with

    def __init__(self, asked, *, areas: list[Area], today: date):
        self.areas, self.today = {area.pk: area for area in areas}, today
        default = periods.DATES if asked.get("from") or asked.get("to") else periods.DEFAULT
        super().__init__({"area": areas[0].pk, "period": default, **{k: v for k, v in asked.items() if v}})
        self.fields["area"].choices = [(area.pk, INDENT * depth(area, areas) + area.name) for area in areas]
        self.fields["period"].choices = periods.choices(today)
        self.fields["from"] = forms.DateField(label="从哪天", required=False, widget=DateInput)
        self.fields["to"] = forms.DateField(label="到哪天", required=False, widget=DateInput)
        self.notes: list[str] = []

    def selection(self) -> Selection:
        self._note_unknown()
        area = self.areas.get(self.cleaned_data.get("area"), next(iter(self.areas.values())))
        code = self.cleaned_data.get("period") or periods.DEFAULT
        if code == periods.DATES or self._has_new_dates():
            return self._of_dates(area)
        return Selection(area, periods.named(code, self.today), code)

    def _has_new_dates(self) -> bool:
        """Whoever types dates means them; those left over from the page before give way to the period chosen."""
        typed = self._typed_dates()
        return bool(typed) and typed != self.cleaned_data.get("dates_shown")

    def _typed_dates(self) -> str:
        return " ".join(self.data[name] for name in ("from", "to") if self.data.get(name))

    def below(self, area: Area) -> list[Area]:
        """The area and all below it; whoever may read its report may read theirs."""
        return [self.areas[pk] for pk in area.ids_below]

    def right_below(self, area: Area) -> list[Area]:
        """The areas right below it, by name; none below a community."""
        found = [below for below in self.areas.values() if below.parent_id == area.pk]
        return sorted(found, key=lambda below: below.name)

    def _of_dates(self, area: Area) -> Selection:
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and self._is_sensible(first, last):
            return Selection(area, periods.of_dates(first, last), periods.DATES)
        if not self.notes:
            self.notes.append(BAD_DATES if first and last else NEEDS_BOTH)
        return Selection(area, periods.named(periods.DEFAULT, self.today), periods.DEFAULT)

    def _is_sensible(self, first: date, last: date) -> bool:
        in_reach = periods.EARLIEST <= first <= last <= periods.latest(self.today)
        return in_reach and last - first <= periods.LONGEST

    def _note_unknown(self) -> None:
        if not self.is_valid():
            labels = "、".join(str(self.fields[name].label) for name in self.errors if name in self.fields)
            self.notes.append(UNKNOWN.format(labels))

    def shown(self, selection: Selection) -> "ReportForm":
        """The same form filled with what is really shown."""
        asked = {**selection.query}
        asked["dates_shown"] = " ".join(asked[name] for name in ("from", "to") if name in asked)
        return type(self)(asked, areas=list(self.areas.values()), today=self.today)


def _one(label: str) -> forms.RegexField:
    """An id, or NONE for what has none."""
    return forms.RegexField(label=label, regex=rf"^([0-9]{{1,9}}|{NONE})$", required=False)


class FigureForm(ReportForm):
    """One figure of a report, within a unit, station, category, building or hand where these are given."""

    figure = forms.ChoiceField(
        label="项目", choices=[(code, f.label) for code, f in FIGURES.items()], required=False
    )
    unit = _one("单位")
    station = _one("站点")
    category = _one("类别")
    building = _one("楼栋")
    approver = _one("经手人")

    def clean(self) -> None:
        """Only what was merged or withdrawn knows by whom."""
        if FIGURES[self.code].kind is not LEFT and self.cleaned_data.pop("approver", None):
            self.notes.append(ONLY_LEFT_OUT)

    @property
    def code(self) -> str:
        return self.cleaned_data.get("figure") or "received"

    def cut(self, selection: Selection) -> Cut:
        narrowed = {name: _id(self.cleaned_data.get(name)) for name in NARROWING}
        return Cut(selection.period.first, selection.period.last, **narrowed)


def _id(text: str | None) -> int | str | None:
    return int(text) if text and text != NONE else text or None
