"""Which colleague is signed up; changes nothing."""

from django import forms

from volunteers.models import Profile

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
