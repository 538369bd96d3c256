"""What is typed about a team: its name and unit, a new member, a project."""

from django import forms

from accounts.phones import normalise
from stations.fields import LineField
from stations.models import Unit
from volunteers.models import Team


class TeamForm(forms.Form):
    """The unit must be a team of the community; whose it already is, the verb says."""

    use_required_attribute = False
    area = forms.ModelChoiceField(
        label="社区", queryset=None, error_messages={"required": "选一个社区", "invalid_choice": "选一个社区"}
    )
    name = LineField(
        label="队伍名称",
        max_length=30,
        required=True,
        error_messages={"required": "填写队伍名称，例如便民维修队"},
    )
    colour = forms.ChoiceField(
        label="颜色",
        choices=[("", "不标"), *Team.Colour.choices],
        required=False,
        widget=forms.RadioSelect(attrs={"class": "picks-4"}),
        error_messages={"invalid_choice": "从列出的里面选"},
    )
    about = LineField(label="做什么", max_length=120)
    unit = forms.ModelChoiceField(
        label="同时是责任单位",
        queryset=None,
        required=False,
        empty_label="不是，工单不派给这支队伍",
        help_text="选了以后，工单可以派给这支队伍，由在那个单位有岗位的人接。",
        error_messages={"invalid_choice": "从列出的单位里选"},
    )

    def __init__(self, data=None, *, areas, team=None):
        facts = ("area", "name", "colour", "about", "unit")
        initial = {name: getattr(team, name) for name in facts} if team else {}
        super().__init__(data, initial=initial)
        self.fields["area"].queryset = areas
        self.fields["unit"].queryset = Unit.objects.teams_in(areas)
        if team or len(areas) == 1:
            self.fields["area"].disabled = True
            self.fields["area"].initial = team.area if team else areas[0]
            self.fields["area"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        if data.get("unit") and data.get("area") and data["unit"].area_id != data["area"].pk:
            self.add_error("unit", "从列出的单位里选")
        return data


class MemberForm(forms.Form):
    use_required_attribute = False
    words = LineField(
        label="手机号或红马甲编号",
        max_length=30,
        required=True,
        help_text="本社区站点的志愿者。",
        error_messages={"required": "填写手机号或红马甲编号"},
    )
    is_lead = forms.BooleanField(label="当队长", required=False)

    def clean_words(self):
        words = self.cleaned_data["words"]
        digits = normalise(words)
        return digits if digits.isdigit() else words


class ProjectForm(forms.Form):
    use_required_attribute = False
    name = LineField(
        label="项目名称",
        max_length=40,
        required=True,
        error_messages={"required": "填写项目名称，例如每月理发"},
    )
    about = LineField(label="内容", max_length=120)
