"""What a lead types about patterns: a roster, a shift with its seats, to which days a day is copied."""

from django import forms
from django.core.exceptions import ValidationError

from stations.fields import LineField, NearDateField
from stations.workdays import WEEKDAYS
from volunteers import clock, odd
from volunteers.forms.clock import ClockField
from volunteers.forms.looked_at import LookedAtForm, date_input
from volunteers.models import RosterPattern, Skill
from volunteers.models.roster import CYCLES, LONGEST
from volunteers.patterning import Wanted, seats_of, stamp

MOST_SEATS = 12
SPARE = 2  # empty rows under those in use
A_DATE = {"required": "选一个日期", "invalid": "选一个日期，例如2026-12-01"}
ANYBODY, LEAD, SKILL = "anybody", "lead", "skill-"
WHOLE = "all"  # days of a week, when a day is copied
NEEDED, WISHED = "needed", "wished"
NEEDS = (("", "不要"), (NEEDED, "必须有人"), (WISHED, "最好有人"))


class RosterForm(LookedAtForm):
    """The name, rhythm and validity of a roster of a station."""

    name = LineField(
        label="名称", max_length=30, required=True, help_text="例如：平时、寒假、四周轮换",
        error_messages={"required": "起一个名称，例如：平时", "max_length": "最多30字，请写短一些"},
    )  # fmt: skip
    cycle_weeks = forms.TypedChoiceField(
        label="轮换", choices=CYCLES, coerce=int, widget=forms.RadioSelect(attrs={"class": "picks-2"}), initial=1,
        error_messages={"required": "选每周一样，还是四周一轮", "invalid_choice": "选每周一样，还是四周一轮"},
    )  # fmt: skip
    starts_on = NearDateField(
        label="从哪天起", widget=date_input(), error_messages=A_DATE,
        help_text="四周一轮的，这一天所在的那一周是第1周",
    )  # fmt: skip
    ends_on = NearDateField(
        label="到哪天止", required=False, widget=date_input(), help_text="一直用就空着", error_messages=A_DATE
    )

    def __init__(self, *args, roster: RosterPattern, **kwargs):
        known = ("name", "cycle_weeks", "starts_on", "ends_on") if roster.pk else ()
        kwargs["initial"] = {name: getattr(roster, name) for name in known} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.roster = roster

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = RosterPattern.objects.filter(station=self.roster.station, name=name)
        if others.exclude(pk=self.roster.pk).exists():
            raise ValidationError("本站已经有叫这个名称的班表，请换一个名称")
        return name

    def clean_cycle_weeks(self):
        cycle = self.cleaned_data["cycle_weeks"]
        later = self.roster.pk and self.roster.shifts.filter(is_active=True, week__gte=cycle)
        if later and later.exists():
            raise ValidationError("第2周到第4周还有班，先把它们停掉，再改成每周一样")
        return cycle

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期")
        return data

    @property
    def changed(self) -> RosterPattern:
        """The roster as it would be."""
        for name, value in self.cleaned_data.items():
            setattr(self.roster, name, value)
        return self.roster


class ShiftForm(LookedAtForm):
    """From when to when and who is wanted: one row of two choices for each seat."""

    first = ClockField(label="从几点", help_text="例如09:00")
    last = ClockField(label="到几点", ends_day=True, help_text="例如12:30；到半夜写24:00；比开始早的算第二天")
    as_of = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput())

    def __init__(self, *args, shift=None, **kwargs):
        there = seats_of(shift) if shift else []
        if shift:
            end = (clock.start_of(shift.starts_at) + shift.minutes - 1) % clock.DAY + 1
            known = {"first": f"{shift.starts_at:%H:%M}", "last": clock.said(end), "as_of": stamp(shift)}
            kwargs["initial"] = known | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.rows = self._add_rows(there)

    def _add_rows(self, there):
        """Those in use and a few to add; at least as many as were sent."""
        sent = sum(1 for n in range(MOST_SEATS) if f"seat_{n}_need" in self.data)
        number = min(max(len(there) + SPARE, sent, 2 + SPARE), MOST_SEATS)
        skills = [(f"{SKILL}{skill.pk}", f"要会{skill}的") for skill in Skill.objects.all()]
        who = [(ANYBODY, "谁都行"), (LEAD, "带班"), *skills]
        rows = []
        for n in range(number):
            seat = there[n] if n < len(there) else None
            self._add_row(n, who, *(_asked(seat) if seat else _fresh(n, there)))
            rows.append((self[f"seat_{n}_who"], self[f"seat_{n}_need"]))
        return rows

    def _add_row(self, n, who, is_who, need):
        broken = {"invalid_choice": "选这个岗位要谁"}
        looks = {"class": "form-select"}
        self.fields[f"seat_{n}_who"] = forms.ChoiceField(
            label=f"第{n + 1}个岗位",
            choices=who,
            initial=is_who,
            required=False,
            error_messages=broken,
            widget=forms.Select(looks),
        )
        self.fields[f"seat_{n}_need"] = forms.ChoiceField(
            label=f"第{n + 1}个岗位要不要", choices=NEEDS, initial=need, required=False, widget=forms.Select(looks),
            error_messages={"invalid_choice": "选要不要这个岗位"},
        )  # fmt: skip

    def clean(self):
        data = super().clean()
        if "first" in data and "last" in data:
            self.minutes = clock.lasting(data["first"], data["last"])
            if self.minutes > LONGEST:
                self.add_error("last", f"一班最长{LONGEST // 60}小时")
        if not self.errors and not any(self.seats):
            self.add_error("seat_0_need", "至少要一个岗位")
        return data

    @property
    def starts_at(self):
        return clock.time_of(self.cleaned_data["first"])

    @property
    def seats(self) -> list[Wanted | None]:
        """In the order of the rows; None for a row that is not wanted."""
        return [self._wanted(n) for n in range(len(self.rows))]

    def _wanted(self, n):
        who, need = self.cleaned_data[f"seat_{n}_who"], self.cleaned_data[f"seat_{n}_need"]
        if not need:
            return None
        skill = int(who.removeprefix(SKILL)) if who.startswith(SKILL) else None
        return Wanted(skill, is_lead=who == LEAD, is_needed=need == NEEDED)

    @property
    def plain_fields(self):
        return [field for field in self if not field.is_hidden and not field.name.startswith("seat_")]


class NewShiftForm(ShiftForm):
    """The same shift on several days."""

    field_order = ("week", "weekdays", "first", "last")

    def __init__(self, *args, roster: RosterPattern, **kwargs):
        super().__init__(*args, **kwargs)
        self.roster = roster
        if roster.cycle_weeks > 1:
            self.fields["week"] = forms.TypedChoiceField(
                label="哪一周", coerce=int, choices=[(n, f"第{n + 1}周") for n in range(roster.cycle_weeks)],
                widget=forms.RadioSelect(attrs={"class": "picks-4"}), initial=0,
                error_messages={"required": "选哪一周", "invalid_choice": "选哪一周"},
            )  # fmt: skip
        self.fields["weekdays"] = forms.TypedMultipleChoiceField(
            label="哪几天", coerce=int, choices=list(enumerate(f"周{name}" for name in WEEKDAYS)),
            widget=forms.CheckboxSelectMultiple(attrs={"class": "picks-4"}),
            error_messages={"required": "至少选一天", "invalid_choice": "至少选一天"},
        )  # fmt: skip
        self.order_fields(self.field_order)

    @property
    def days(self):
        week = self.cleaned_data.get("week", 0)
        return [(week, weekday) for weekday in self.cleaned_data["weekdays"]]


class CopyForm(LookedAtForm):
    """To which days the shifts of one day are copied."""

    days = forms.MultipleChoiceField(
        label="复制到哪几天",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "picks-4"}),
        error_messages={"required": "至少选一天", "invalid_choice": "至少选一天"},
    )  # fmt: skip

    def __init__(self, *args, roster: RosterPattern, source, **kwargs):
        super().__init__(*args, **kwargs)
        self.source = source
        weeks = [(w, f"第{w + 1}周" if roster.cycle_weeks > 1 else "") for w in range(roster.cycle_weeks)]
        whole = [(f"{w}-{WHOLE}", f"{name}整周（周一到周日）") for w, name in weeks]
        others = [(w, d) for w in range(roster.cycle_weeks) for d in range(7) if (w, d) != source]
        self.fields["days"].choices = [(f"{w}-{d}", odd.day_name(w, d, roster)) for w, d in others]
        self.fields["days"].choices += whole

    @property
    def targets(self) -> list[tuple[int, int]]:
        """Each once, the day that is copied left out."""
        found = []
        for week, _, day in (key.partition("-") for key in self.cleaned_data["days"]):
            found += [(int(week), d) for d in (range(7) if day == WHOLE else [int(day)])]
        return [day for day in dict.fromkeys(found) if day != self.source]


def _asked(seat):
    who = LEAD if seat.is_lead else f"{SKILL}{seat.skill_id}" if seat.skill_id else ANYBODY
    return who, NEEDED if seat.is_needed else WISHED


def _fresh(n, there):
    """A new shift begins with a lead and one more; rows to add begin empty."""
    return (ANYBODY, "") if there or n > 1 else (LEAD if n == 0 else ANYBODY, NEEDED)
