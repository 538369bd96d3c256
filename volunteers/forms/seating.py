"""Which colleague is signed up, and who stands where every week; changes nothing."""

from django import forms
from django.utils import timezone

from volunteers import wording
from volunteers.models import Profile, SeatPattern

NOBODY = "选一位本站的志愿者"


class ColleagueForm(forms.Form):
    """One of the station's volunteers."""

    profile = forms.ModelChoiceField(Profile.objects.none())

    def __init__(self, *args, station, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["profile"].queryset = Profile.objects.at_station(station).with_user()

    @property
    def chosen(self) -> Profile | None:
        return self.cleaned_data["profile"] if self.is_valid() else None


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, place):
        facts = [str(place.shift), wording.seat(place), f"第{place.ordinal}个"]
        return "·".join(fact for fact in facts if fact)


class StandingForm(forms.Form):
    """固定班 of a station; `place` may come with the address."""

    use_required_attribute = False
    place = PlaceField(
        SeatPattern.objects.none(), label="哪个岗位", empty_label="请选择",
        error_messages={"required": "选一个岗位", "invalid_choice": "选一个本站在用的岗位"},
    )  # fmt: skip
    profile = forms.ModelChoiceField(
        Profile.objects.none(), label="谁", empty_label="请选择",
        error_messages={"required": NOBODY, "invalid_choice": NOBODY},
    )  # fmt: skip
    every_weeks = forms.TypedChoiceField(
        label="多久一次", choices=((1, "每周"), (4, "每四周")), coerce=int, initial=1,
        widget=forms.RadioSelect(attrs={"class": "picks-2"}), error_messages={"required": "选每周或每四周"},
    )  # fmt: skip
    from_on = forms.DateField(
        label="从哪天起", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "填从哪天起", "invalid": "选一个日期"},
    )  # fmt: skip
    until_on = forms.DateField(
        label="到哪天止", required=False, help_text="不填就一直值下去",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages={"invalid": "选一个日期"},
    )  # fmt: skip

    def __init__(self, *args, station, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = SeatPattern.objects.in_use(station)
        self.fields["profile"].queryset = Profile.objects.at_station(station).with_user().by_name()
        self.fields["from_on"].initial = timezone.localdate(now)

    @property
    def status(self) -> int:
        return 422 if self.is_bound else 200

    def refuse(self, refusal):
        """Say at the field why it was not set; what was chosen stays."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class EndForm(forms.Form):
    """The last day of a 固定班."""

    use_required_attribute = False
    last_on = forms.DateField(
        label="值到哪天为止", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="之后已经排好的班会空出来",
        error_messages={"required": "填最后一天", "invalid": "选一个日期"},
    )  # fmt: skip
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput())
