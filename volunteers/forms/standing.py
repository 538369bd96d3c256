"""Who stands in which place every week or every fourth, and when that ends; changes nothing."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from stations.fields import NearDateField
from volunteers import timetable
from volunteers.forms.looked_at import LookedAtForm, date_input
from volunteers.forms.seating import NOBODY
from volunteers.models import Profile, SeatPattern
from volunteers.standing_page import named

NO_DATE = {"required": "选一个日期", "invalid": "选一个日期"}
NO_PLACE = {"required": "选一个岗位", "invalid_choice": "选一个本站在用的岗位"}
NO_PERSON = {"required": NOBODY, "invalid_choice": NOBODY}


class PlaceField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return named(obj)


class PersonField(forms.ModelChoiceField):
    """`masked`: whose stored name is not to be learnt here."""

    masked: set[int] = set()

    def label_from_instance(self, obj):
        return timetable.name_of(obj.user, self.masked)


class StandingForm(forms.Form):
    """固定班 of a station."""

    use_required_attribute = False
    place = PlaceField(
        SeatPattern.objects.none(), label="哪个岗位", empty_label="请选择", error_messages=NO_PLACE
    )
    profile = PersonField(Profile.objects.none(), label="谁", empty_label="请选择", error_messages=NO_PERSON)
    every_weeks = forms.TypedChoiceField(
        label="多久一次", choices=((1, "每周"), (4, "每四周")), coerce=int, initial=1,
        widget=forms.RadioSelect(attrs={"class": "picks-2"}), error_messages={"required": "选每周或每四周"},
    )  # fmt: skip
    from_on = NearDateField(label="从哪天起", widget=date_input(), error_messages=NO_DATE)
    until_on = NearDateField(
        label="到哪天止",
        required=False,
        help_text="不填就一直值下去",
        widget=date_input(),
        error_messages=NO_DATE,
    )

    def __init__(self, *args, station, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.refused_with = timezone.localdate(now), 422
        self.fields["place"].queryset = SeatPattern.objects.in_use(station)
        person = self.fields["profile"]
        person.queryset = Profile.objects.at_station(station).with_user().order_by("user__name", "pk")
        person.masked = timetable.masked_at(station)
        self.fields["from_on"].initial = self.today

    def clean_from_on(self):
        if self.cleaned_data["from_on"] < self.today:
            raise ValidationError("从今天或以后起")
        return self.cleaned_data["from_on"]

    def refuse(self, refusal):
        """Say at the field why it was not set; what was chosen stays."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        self.refused_with = refusal.http_status


class EndForm(LookedAtForm):
    """The last day; what it frees is looked at first."""

    last_on = NearDateField(label="值到哪天为止", widget=date_input(), error_messages=NO_DATE)

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["last_on"].initial = today

    def clean_last_on(self):
        if self.cleaned_data["last_on"] < self.today:
            raise ValidationError("选今天或以后的一天，已经值过的班不变")
        return self.cleaned_data["last_on"]
