"""What a report's address asks for: area, period, dates, a figure. A bad value gives way to the default.

Dates that cannot be used stay in their fields as they were typed, each with what to do about it.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django import forms

from stations.models import Area
from tickets.reports import periods
from tickets.reports.figures import FIGURES, LEFT, NONE, Cut
from tickets.reports.links import NARROWING, Selection
from tickets.reports.scope import depth

INDENT = "\u3000"
THIS_MONTH = "起止日期没有用上，先显示本月的。"
NO_DATE = "{}看不懂，写成2026-11-01这样"
MISSING = "填上{}"
TURNED = "结束日期不能早于开始日期"
TOO_EARLY = "{}最早选1990年1月1日"
TOO_LATE = "{}最晚选{}年12月31日"
TOO_LONG = "一次最多看10年，把开始日期选近一些"
ONLY_LEFT_OUT = "只有并单和撤单能按经手人看，已改看全部。"
UNKNOWN = "地址里的{}认不出来，已按常用的显示。"
DATES = {"from": "开始日期", "to": "结束日期"}
DateInput = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ReportForm(forms.Form):
    """Area and period. `selection()` always answers; `notes` says what could not be followed."""

    area = forms.TypedChoiceField(label="片区", coerce=int, required=False)
    period = forms.ChoiceField(label="时段", required=False)
    dates_shown = forms.CharField(
        required=False, widget=forms.HiddenInput
    )  # those that the page was sent with

    def __init__(self, asked: Mapping[str, str], *, areas: list[Area], today: date):
        self.areas, self.today = {area.pk: area for area in areas}, today
        default = periods.DATES if asked.get("from") or asked.get("to") else periods.DEFAULT
        given = {name: value for name, value in asked.items() if value and name not in _left_over(asked)}
        super().__init__({"area": areas[0].pk, "period": default, **given})
        self.fields["area"].choices = [(area.pk, INDENT * depth(area, areas) + area.name) for area in areas]
        self.fields["period"].choices = periods.choices(today)
        self.fields |= {name: _date_field(label) for name, label in DATES.items()}
        self.notes: list[str] = []

    def clean(self) -> None:
        """What is wrong with the dates, where they are asked for, is said at the field where it is to be mended."""
        if not self._is_of_dates:
            return
        for name, label in DATES.items():
            if name in self.errors:
                self.fields[name].widget.input_type = "text"  # the other kind would hide what was typed
            elif not self.data.get(name):
                self.add_error(name, MISSING.format(label))
            else:
                self._check_reach(name, label, self.cleaned_data[name])
        if not self.refused:
            self._check_order(self.cleaned_data["from"], self.cleaned_data["to"])

    def _check_reach(self, name: str, label: str, day: date) -> None:
        latest = periods.latest(self.today)
        if day < periods.EARLIEST:
            self.add_error(name, TOO_EARLY.format(label))
        elif day > latest:
            self.add_error(name, TOO_LATE.format(label, latest.year))

    def _check_order(self, first: date, last: date) -> None:
        if last < first:
            self.add_error("to", TURNED)
        elif last - first > periods.LONGEST:
            self.add_error("from", TOO_LONG)

    def selection(self) -> Selection:
        self._note_unknown()
        area = self.areas.get(self.cleaned_data.get("area"), next(iter(self.areas.values())))
        if self._is_of_dates and not self.refused:
            first, last = self.cleaned_data["from"], self.cleaned_data["to"]
            return Selection(area, periods.of_dates(first, last), periods.DATES)
        code = periods.DEFAULT if self._is_of_dates else self.cleaned_data.get("period") or periods.DEFAULT
        return Selection(area, periods.named(code, self.today), code)

    @property
    def _is_of_dates(self) -> bool:
        return self.data["period"] == periods.DATES or any(self.data.get(name) for name in DATES)

    @property
    def refused(self) -> list[str]:
        """What is wrong with the dates, in sentences."""
        return [f"{error}。" for name in DATES for error in self.errors.get(name, ())]

    def below(self, area: Area) -> list[Area]:
        """The area and all below it; whoever may read its report may read theirs."""
        return [self.areas[pk] for pk in area.ids_below]

    def right_below(self, area: Area) -> list[Area]:
        """The areas right below it, by name; none below a community."""
        found = [below for below in self.areas.values() if below.parent_id == area.pk]
        return sorted(found, key=lambda below: below.name)

    def _note_unknown(self) -> None:
        if unknown := [name for name in self.errors if name in self.fields and name not in DATES]:
            self.notes.append(UNKNOWN.format("、".join(str(self.fields[name].label) for name in unknown)))
        if self.refused:
            self.notes.append(THIS_MONTH)

    def shown(self, selection: Selection) -> "ReportForm":
        """The same form filled with what is really shown; what could not be used stays as it was typed."""
        asked = {**selection.query}
        if self.refused:
            asked |= {"period": periods.DATES, **{name: self.data.get(name, "") for name in DATES}}
        asked["dates_shown"] = _typed(asked)
        return type(self)(asked, areas=list(self.areas.values()), today=self.today)


def _typed(asked: Mapping[str, str]) -> str:
    return " ".join(asked[name] for name in DATES if asked.get(name))


def _left_over(asked: Mapping[str, str]) -> Iterable[str]:
    """Dates of the page before give way to the period chosen; whoever types dates means them."""
    is_left = asked.get("period", "") not in ("", periods.DATES) and _typed(asked) == asked.get("dates_shown")
    return DATES if is_left else ()


def _date_field(label: str) -> forms.DateField:
    wrong = {"invalid": NO_DATE.format(label)}
    return forms.DateField(label=label, required=False, widget=DateInput, error_messages=wrong)


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
        super().clean()
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
