"""The form of one rule: to whom, who is told first, within how many working days, by itself or not."""

from django import forms

from accounts.models import User
from stations.models import Unit
from tickets import routing, rulebook
from tickets.models import Rule

UNIT, KIND = "unit", "kind"
DAYS = "“{}”填1到60的整数"
NOT_OURS = "请选本社区的责任单位或类型"
NOT_THEIRS = "先告诉的人要在责任单位里，请另选"


def days_field(label):
    errors = dict.fromkeys(("required", "invalid", "min_value", "max_value"), DAYS.format(label))
    return forms.IntegerField(
        label=label, min_value=1, max_value=60, help_text="工作日",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=errors,
    )  # fmt: skip


class RuleForm(forms.Form):
    """Everything offered is of the community; `changes` is what rulebook.change takes."""

    use_required_attribute = False

    whom = forms.ChoiceField(
        label="派给", required=False, help_text="按楼栋找的，楼栋没有物业时归物业综合服务中心",
        error_messages={"invalid_choice": NOT_OURS},
    )  # fmt: skip
    person = forms.ChoiceField(
        label="先告诉谁", required=False, help_text="这个人的通知会写明规则定他先接；单位里谁都可以认领",
        error_messages={"invalid_choice": NOT_THEIRS},
    )  # fmt: skip
    reply_days = days_field("几天内答复")
    resolve_days = days_field("几天内办结")
    is_automatic = forms.BooleanField(
        label="接单后自动派出", required=False, help_text="定得下单位的由系统直接派，定不下的还到派单台"
    )
    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput())

    def __init__(self, *args, rule: Rule, **kwargs):
        super().__init__(*args, initial=_initial(rule), **kwargs)
        self.router = routing.Router.of([rule.area])
        self.area_id = rule.area_id
        self.faults = rulebook.faults_of(rule, self.router)
        self.fields["whom"].choices = self._whom()
        self.fields["person"].choices = self._people()
        if rule.category.is_emergency:
            del self.fields["reply_days"]

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        if not data["whom"] and (data["person"] or data["is_automatic"]):
            self.add_error("whom", "要先告诉一个人，或要自动派出，先定派给谁")
        elif data["person"] and not rulebook.is_of(int(data["person"]), self._candidates(), self.router):
            self.add_error("person", NOT_THEIRS)
        if data["resolve_days"] < data.get("reply_days", 1):
            self.add_error("resolve_days", "办结的天数不能比答复的少")
        return data

    @property
    def changes(self) -> dict:
        """The columns of the rule."""
        unit, kind = self._chosen()
        names = ("reply_days", "resolve_days", "is_automatic")
        person = self.cleaned_data["person"]
        return {
            "unit": next((u for u in self.router.units[self.area_id] if u.pk == unit), None),
            "unit_kind": kind,
            "person": User.objects.get(pk=person) if person else None,
            **{name: self.cleaned_data[name] for name in names if name in self.cleaned_data},
        }

    def _candidates(self):
        return self.router.candidates(self.area_id, *self._chosen())

    def _chosen(self) -> tuple[int | None, str]:
        how, _, what = self.cleaned_data["whom"].partition("-")
        return (int(what), "") if how == UNIT else (None, what)

    def _whom(self):
        units = [(f"{UNIT}-{unit.pk}", unit.name) for unit in self.router.units[self.area_id]]
        kinds = [(f"{KIND}-{value}", f"按楼栋找{label}") for value, label in Unit.Kind.choices]
        return [("", "由派单员选"), ("指定一个单位", units), ("按楼栋找单位类型", kinds)]

    def _people(self):
        posts = routing.serving([self.area_id]).for_list().order_by("unit", "pk")
        units = dict.fromkeys(post.unit for post in posts)
        of = {
            unit: [(post.user_id, post.shown_name) for post in posts if post.unit == unit] for unit in units
        }
        return [("", "不定，一起告诉"), *((unit.name, dict(of[unit]).items()) for unit in units)]


def _initial(rule: Rule) -> dict:
    whom = f"{UNIT}-{rule.unit_id}" if rule.unit_id else f"{KIND}-{rule.unit_kind}" if rule.unit_kind else ""
    names = ("reply_days", "resolve_days", "is_automatic")
    values = {name: getattr(rule, name) for name in names}
    return {"whom": whom, "person": rule.person_id or "", "seen": rulebook.stamp(rule), **values}
