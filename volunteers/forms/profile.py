"""What is typed into a volunteer's profile, one form for each part of it; volunteers.particulars writes it."""

from datetime import date, time

from django import forms
from django.core.exceptions import ValidationError

from accounts.models.people import mobile_number
from stations.fields import LineField, NearDateField, NumberField
from volunteers import times
from volunteers.models import Profile, Skill

DateInput = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
TimeInput = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
WHICH_DAY = "选一个日期，例如2026-12-01"
WISH = "wish"
OLDEST = 110


class PartForm(forms.Form):
    """A form for one part of a profile; filled with what stands there."""

    use_required_attribute = False

    def __init__(self, data=None, *, profile: Profile, today: date, **kwargs):
        self.profile, self.today = profile, today
        super().__init__(data, initial=self.now_there(profile), **kwargs)

    def now_there(self, profile) -> dict:
        return {name: getattr(profile, name) for name in self.base_fields if hasattr(profile, name)}

    @property
    def told(self) -> dict:
        """What the verb is told."""
        return self.cleaned_data


class ConsentForm(PartForm):
    shows_name = forms.BooleanField(
        label="门口张贴的值班表写我的全名", required=False, help_text="不勾，只写姓，例如“张**”。"
    )
    shows_phone = forms.BooleanField(
        label="同班的志愿者可以看到我的电话",
        required=False,
        help_text="不勾，只有站长看得到。居民任何时候都看不到。",
    )
    may_be_called_out = forms.BooleanField(
        label="缺人的时候可以发消息问我", required=False, help_text="问了也可以不来。"
    )


class CapacityForm(PartForm):
    monthly_hours = NumberField(label="每月大约能来几小时", least=0, most=200, missing="填小时数，例如16")
    weekly_hours = NumberField(
        label="一周最多几小时", least=0, most=56, missing="填小时数，例如20", help_text="超过的班报不上名。"
    )
    about = LineField(
        label="擅长和备注", max_length=200, help_text="例如会下棋、腿脚不好少站。本站站长看得到。"
    )


class LeadsCapacityForm(CapacityForm):
    vest_number = LineField(label="红马甲编号", max_length=12)


class SkillsForm(PartForm):
    """What the person says; what the lead has checked is not here to be unticked."""

    skills = forms.ModelMultipleChoiceField(
        label="会做的勾上",
        queryset=Skill.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "picks-3"}),
        help_text="标“证”的，勾上以后请带证件原件给站长看。",
        error_messages={"invalid_choice": "请从列出的技能里选", "invalid_pk_value": "请从列出的技能里选"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        checked = [held.skill_id for held in self.profile.skills.all() if held.checked_at]
        self.fields["skills"].queryset = Skill.objects.others_than(checked)
        self.fields["skills"].label_from_instance = lambda s: f"{s}（证）" if s.needs_proof else str(s)

    def now_there(self, profile):
        return {"skills": [held.skill_id for held in profile.skills.all()]}


class SkillCheckForm(PartForm):
    """One skill of one person, as the lead has looked at it; `skill` is the one a link was about."""

    def __init__(self, *args, skill=0, **kwargs):
        self.about = skill
        super().__init__(*args, **kwargs)

    def now_there(self, profile):
        held = next((one for one in profile.skills.all() if one.skill_id == self.about), None)
        if held is None:
            return {"skill": self.about or None}
        return {"skill": held.skill_id, "proof": held.proof, "expires_on": held.expires_on}

    skill = forms.ModelChoiceField(
        label="技能",
        queryset=Skill.objects.all(),
        empty_label="选一项",
        error_messages={"required": "选一项技能", "invalid_choice": "请从列出的技能里选"},
    )
    proof = LineField(label="看过的证件", max_length=60, help_text="例如“电工证，看过原件”。不写证件号码。")
    expires_on = forms.DateField(
        label="有效至", required=False, widget=DateInput, error_messages={"invalid": WHICH_DAY}
    )

    def clean(self):
        data = super().clean()
        skill = data.get("skill")
        if skill and skill.needs_proof and not data.get("proof") and "proof" not in self.errors:
            self.add_error("proof", f"{skill}要看证件，写看过什么")
        if data.get("expires_on") and data["expires_on"] < self.today:
            self.add_error("expires_on", "这个证件已经过期了，请看新的证件")
        return data


class AbsenceForm(PartForm):
    from_on = NearDateField(
        label="从哪天", widget=DateInput, error_messages={"required": WHICH_DAY, "invalid": WHICH_DAY}
    )
    until_on = NearDateField(
        label="到哪天",
        required=False,
        widget=DateInput,
        help_text="只请一天就空着。",
        error_messages={"invalid": WHICH_DAY},
    )
    reason = LineField(label="原因", max_length=60, help_text="站长看得到，可以不写。")

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("until_on")
        if first and "until_on" not in self.errors:
            data["until_on"] = last or first
            if data["until_on"] < first:
                self.add_error("until_on", "结束日期不能早于开始日期")
        return data


class GuardianForm(PartForm):
    born_on = forms.DateField(
        label="出生日期",
        required=False,
        widget=DateInput,
        help_text="成年人可以空着。",
        error_messages={"invalid": WHICH_DAY},
    )
    guardian_name = LineField(label="监护人姓名", max_length=30)
    guardian_phone = forms.CharField(
        label="监护人手机号",
        required=False,
        max_length=11,
        validators=[mobile_number],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"max_length": "手机号是11位，例如 13800138000"},
    )
    guardian_consented_on = forms.DateField(
        label="监护人哪天同意的",
        required=False,
        widget=DateInput,
        help_text="看过书面同意或当面问过再填。清空表示同意已撤回，以后的班就不能排了。",
        error_messages={"invalid": WHICH_DAY},
    )

    def clean_born_on(self):
        born = self.cleaned_data["born_on"]
        if born and not 0 <= self.today.year - born.year <= OLDEST or born and born > self.today:
            raise ValidationError("出生日期不对，请再看一遍")
        return born

    def clean(self):
        data = super().clean()
        agreed = data.get("guardian_consented_on")
        if agreed and not data.get("guardian_name"):
            self.add_error("guardian_name", "写上是谁同意的")
        if agreed and agreed > self.today:
            self.add_error("guardian_consented_on", "同意的日期不能在以后")
        return data


class TimesForm(PartForm):
    """For each weekday: parts of the day, most wished, and from when to when for what is not in parts."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        parts = [(key, part[0]) for key, part in times.PARTS.items()]
        for n, name in enumerate(times.DAYS):
            self.fields[f"day{n}"] = forms.MultipleChoiceField(
                label=f"周{name}",
                choices=[*parts, (WISH, "最想来")],
                required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "picks-4 keep-2"}),
                error_messages={"invalid_choice": "请从列出的里面勾"},
            )
            for key, label in (("from", "从"), ("until", "到")):
                self.fields[f"{key}{n}"] = forms.TimeField(
                    label=f"周{name}{label}",
                    required=False,
                    widget=TimeInput,
                    error_messages={"invalid": "填几点几分，例如14:00"},
                )

    def now_there(self, profile):
        found = [
            times.Stretch(a.weekday, a.from_minute, a.until_minute, a.is_wished)
            for a in profile.availabilities.all()
        ]
        there = {}
        for n, day in enumerate(times.days(found)):
            there[f"day{n}"] = [*day.parts, *([WISH] if day.is_wished else [])]
            if day.other:
                there[f"from{n}"], there[f"until{n}"] = (_clock(minute) for minute in day.other)
        return there

    def rows(self):
        """The fields of each weekday, and whether its from and until stand open."""
        for n in range(len(times.DAYS)):
            day, first, last = self[f"day{n}"], self[f"from{n}"], self[f"until{n}"]
            yield {"day": day, "from": first, "until": last, "is_open": bool(first.value() or last.value())}

    def clean(self):
        data = super().clean()
        data["stretches"] = [one for n in range(len(times.DAYS)) for one in self._of(n, data)]
        return data

    @property
    def told(self) -> dict:
        """What the verb is told."""
        return {"stretches": self.cleaned_data["stretches"]}

    def _of(self, n, data):
        if f"from{n}" in self.errors or f"until{n}" in self.errors:
            return []
        first, last = data.get(f"from{n}"), data.get(f"until{n}")
        ticked = data.get(f"day{n}", [])
        day = times.Day([key for key in ticked if key != WISH], None, WISH in ticked)
        if first or last:
            day.other = self._other(n, first, last)
        if day.is_wished and not (day.parts or day.other or self.errors):
            self.add_error(f"day{n}", "勾了最想来，再勾上午、下午或晚上")
        return times.stretches(n, day)

    def _other(self, n, first, last):
        if first is None or last is None:
            self.add_error(f"until{n}" if first else f"from{n}", "从和到都要填")
            return None
        span = _minute(first), _minute(last) or times.LAST
        if span[0] >= span[1]:
            self.add_error(f"until{n}", "结束要晚于开始；到夜里12点填00:00")
            return None
        return span


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _minute(value: time) -> int:
    return value.hour * 60 + value.minute
