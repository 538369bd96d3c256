"""The answer to the residents: whether it can be solved, by when, and whom it was told to.

A day after the limit of the solution is taken, as DESIGN §4 sets no such bound, but never without a word.
"""

from datetime import date, timedelta

from django import forms
from django.utils import timezone

from stations import saying, workdays
from tickets import beyond, presenting
from tickets.forms.photos import WithPhotos
from tickets.forms.verbs import VerbForm, choice_field, words_field
from tickets.models import Answer, Photo, Reply, Reporter
from tickets.workflow.door import NOT_THEIRS
from tickets.workflow.handling import ANSWERED_MEANWHILE, LONGEST_PROMISE, repeated_reply, standing_answer

CHOOSE = "choose"
NO_PHONE = "{}没有留电话，不能算打电话告诉了"
QUICK = ("已到现场看过", "要等配件", "先临时处理", "约好上门时间")


class StandingField(forms.CharField):
    """The answer that stood when the page was made: on a page shown again, the one that stands by then."""

    widget = forms.HiddenInput

    def bound_data(self, data, initial):
        return initial


class ReplyForm(WithPhotos, VerbForm):
    """Can it be solved, by when (three likely days, or any other), in words, and how the resident is told."""

    photo_stage = Photo.Stage.ANSWERED

    solvable = choice_field("能否解决", Answer.choices, "请选能不能解决", css="tall picks-3")
    promised_on = forms.ChoiceField(
        label="何时解决", help_text="能解决或能部分解决的，要选", widget=forms.RadioSelect(attrs={"class": "picks-2"}),
        error_messages={"required": "请选哪天办好", "invalid_choice": "请选哪天办好"},
    )  # fmt: skip
    other_day = forms.DateField(
        label="哪一天", help_text="上面选了“选日期”的，在这里填",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选哪天办好", "invalid": "日期写成 2026-11-30 这样"},
    )  # fmt: skip
    words = words_field(
        "说明",
        "写几句说明，居民会看到",
        help_text="居民会看到，例如：已到现场看过，明天换新接头",
        quick=QUICK,
    )
    told = choice_field("怎么告知居民", Reply.Channel.choices, "请选怎么告知居民", css="picks-2")
    told_to = forms.ModelMultipleChoiceField(
        Reporter.objects.none(), label="告知了哪几位",
        help_text="打了电话或当面说过的，勾上；没勾的列在“待告知”里",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_THEIRS, "invalid_pk_value": NOT_THEIRS, "invalid_list": NOT_THEIRS},
    )  # fmt: skip
    seen = StandingField(required=False)

    def __init__(self, *args, reporters=None, clocks=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = standing_answer(self.ticket)
        self._offer_reporters(reporters)
        its = self.ticket.clocks.all() if clocks is None else clocks
        self.limit = beyond.limit_if_answered(self.ticket, its, now=self.now)
        self._offer_days()

    def remark(self):
        """That the day promised lies after the limit of the solution."""
        day = self.cleaned_data["promised_on"]
        return beyond.remark(day, self.limit, now=self.now) if day else ""

    def _offer_days(self):
        day, today = self.fields["promised_on"], timezone.localdate(self.now)
        day.choices = self._days(today)
        promised = self.ticket.promised_on
        known = f"上次答应的是{saying.day(promised, today=today)}" if promised else ""
        limit = beyond.warning(self.limit, now=self.now)
        day.help_text = "；".join(filter(None, (day.help_text, known, limit)))
        self.fields["other_day"].widget.attrs["min"] = today.isoformat()

    def _offer_reporters(self, known):
        """Whom the reply was told to; not asked where there is only one."""
        everybody, field = Reporter.objects.of_matter(self.ticket), self.fields["told_to"]
        its = list(everybody if known is None else known)
        self._only = its[0] if len(its) == 1 else None
        if len(its) < 2:
            del self.fields["told_to"]
        else:
            field.queryset, field.label_from_instance = everybody, self.name_of

    def clean_told(self):
        told = self.cleaned_data["told"]
        if told == Reply.Channel.PHONE and self._only and not self._only.phone:
            raise forms.ValidationError(f"{NO_PHONE.format('这位居民')}，请改选别的")
        return told

    def clean_told_to(self):
        """Whoever says that it was told must say to whom; on the other ways nobody knows it yet."""
        told, named = self.cleaned_data.get("told"), self.cleaned_data["told_to"]
        is_told = told in (Reply.Channel.PHONE, Reply.Channel.IN_PERSON)
        if is_told and not named:
            raise forms.ValidationError("请勾选告知了哪几位；都还没告知，上面改选“站点转告”")
        silent = [self.name_of(one) for one in named if not one.phone]
        if told == Reply.Channel.PHONE and silent:
            raise forms.ValidationError(f"{NO_PHONE.format('、'.join(silent))}：去掉勾，或上面改选别的")
        return named if is_told else []

    def full_clean(self):
        """Which day is needed depends on the other answers; the labels never call a needed one 选填."""
        likely, other = self.fields["promised_on"], self.fields["other_day"]
        if self.data.get("solvable") == Answer.NO:
            likely.required = other.required = False
        else:
            other.required = self.data.get("promised_on") == CHOOSE
            likely.required = other.required or not self.data.get("other_day")
        whom = [field for name, field in self.fields.items() if name == "told_to"]
        for field in whom:
            field.required = False  # clean_told_to knows
        super().full_clean()
        for field in (likely, other, *whom):
            field.required = True

    def clean(self):
        data = super().clean()
        chosen = data.pop("promised_on", "")
        other = data.pop("other_day", None)
        day = other if chosen in ("", CHOOSE) else date.fromisoformat(chosen)
        data["promised_on"] = None if data.get("solvable") == Answer.NO else day
        self._check_standing(data)
        return data

    def _check_standing(self, data):
        """Each time the page is shown again, so that nothing is replaced that was not read on it."""
        standing = standing_answer(self.ticket)
        data["seen"] = data.get("seen") if "seen" in self.data else None
        if not standing or data["seen"] in (None, standing):
            return
        again = not self.errors and repeated_reply(self.ticket, by=self.user, now=self.now, **data)
        if not again:
            said = presenting.answer(self.ticket, today=timezone.localdate(self.now))
            self.add_error(None, ANSWERED_MEANWHILE.format(f"：{said}"))

    def clean_other_day(self):
        """Said at the date itself; workflow says the same of the whole."""
        day, today = self.cleaned_data["other_day"], timezone.localdate(self.now)
        solvable, chosen = self.cleaned_data.get("solvable"), self.cleaned_data.get("promised_on")
        is_meant = day and solvable != Answer.NO and chosen in ("", None, CHOOSE)
        if is_meant and not today <= day <= today + LONGEST_PROMISE:
            raise forms.ValidationError("日期要在今天到一年之内")
        return day

    def _days(self, today):
        """Today, the next two working days, or any other."""
        days = [today, *workdays.working_days_from(today + timedelta(days=1), 2, area=self.ticket.area)]
        return [*((day.isoformat(), self._day(day, today)) for day in days), (CHOOSE, "选日期")]

    def _day(self, day, today):
        """周五 11月27日, with a word where it lies after a limit that is still to come."""
        is_after = self.limit is not None and self.limit > self.now and beyond.is_beyond(day, self.limit)
        return f"{saying.short_day(day, today=today)}{'，过了时限' if is_after else ''}"
