"""How a lead looks for volunteers: words by POST only, since they are personal; the rest is chosen from lists."""

from django import forms

from accounts import forms as people_forms
from volunteers.models import Skill, Team

WHO = [
    ("", "全部"),
    ("unseen", "证件没核对"),
    ("expiring", "证件快到期或已过期"),
    ("minor", "未满18岁"),
    ("left", "已离开"),
]


class SearchForm(people_forms.SearchForm):
    """As on the page of people."""


class FilterForm(forms.Form):
    """A wrong value narrows nothing."""

    who = forms.ChoiceField(label="只看", choices=WHO, required=False)
    skill = forms.ModelChoiceField(
        label="技能", queryset=Skill.objects.all(), required=False, empty_label="全部"
    )
    team = forms.ModelChoiceField(
        label="队伍", queryset=Team.objects.none(), required=False, empty_label="全部"
    )

    def __init__(self, data, *, stations):
        super().__init__(data, auto_id="f_%s")
        areas = {station.area_id for station in stations}
        self.fields["team"].queryset = Team.objects.active().in_areas(areas)

    def asked(self) -> dict:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def wants_left(self) -> bool:
        return self.asked().get("who") == "left"
