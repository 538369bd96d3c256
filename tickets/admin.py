"""What the admin configures about tickets: areas, whose office hours move limits, categories and rules.

Tickets and their records are not here: role admin sees configuration, no tickets (DESIGN §6).
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import NON_FIELD_ERRORS

from stations.admin import SwitchedOffAdmin
from stations.models import Area, Unit
from tickets import office_hours, recounting, rulebook
from tickets.models import Category, Clock, Rule
from tickets.workflow import Refused

HOURS = ("office_opens", "office_closes")


class AreaForm(forms.ModelForm):
    def clean_office_closes(self):
        """Of a new area too; what was so before is left alone."""
        opens, closes = self.cleaned_data.get("office_opens"), self.cleaned_data["office_closes"]
        if opens and {*HOURS} & {*self.changed_data}:
            try:
                office_hours.check(opens, closes)
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return closes

    def clean(self):
        """Refused here, where a sentence can be shown; the turn lasts until all is saved."""
        if self.instance.pk and {*HOURS} & {*self.changed_data}:
            try:
                office_hours.wait_for_turn()
            except Refused as refusal:
                self.add_error("office_closes", str(refusal))
        return super().clean()


@admin.register(Area)
class AreaAdmin(SwitchedOffAdmin):
    form = AreaForm
    list_display = ["name", "kind", "parent", *HOURS]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        """What a change of the hours does is said before it is made."""
        return super().get_form(
            request, obj, change, help_texts={"office_closes": _what_follows(obj)}, **kwargs
        )

    def save_model(self, request, obj, form, change):
        """Hours by their own verb, and of the rest only what was typed: the sweep writes into the row too.

        It has its turn first and then the row, so hours come first here as well.
        """
        if not change:
            super().save_model(request, obj, form, change)
            return
        if {*HOURS} & {*form.changed_data}:
            _change_hours(obj, request)
        obj.save(update_fields=[name for name in form.changed_data if name not in HOURS])


def _change_hours(area, request):
    opens, closes = area.office_opens, area.office_closes
    moves = recounting.preview_hours(area, opens, closes, shown=0)
    if office_hours.change(area, opens=opens, closes=closes, by=request.user):
        messages.info(request, _what_moves(moves))


def _what_follows(area):
    """Community by community: hours of a street are not those of what is below it."""
    if area is None or area.kind != Area.Kind.COMMUNITY:
        return "工作日按社区自己的上下班时间算；街道、区县的时间不影响下面的社区。"
    open_now = Clock.objects.unmarked().in_community(area).count()
    return (
        f"本社区的工作日按这段时间算。改了以后，没办完的时限（现在{open_now}个）一两分钟内按新的时间从头重算，"
        "改到几时记在办理经过里，手上有单的人收到通知；已经超时的还是超时，谁也不会事后变成超时。"
    )


def _what_moves(moves):
    if not moves.count:
        return "办公时间改了，没有时限要跟着改。"
    least = "至少" if moves.is_cut else ""
    return f"办公时间改了，{least}{moves.tickets}张工单的{moves.count}个时限一两分钟内跟着改，已经超时的还是超时。"


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "ordinal", "is_active", "emergency_hours", "emergency_call"]
    list_editable = ["ordinal", "is_active"]
    fieldsets = [
        (None, {"fields": ["name", "ordinal", "is_active"]}),
        (
            "急事",
            {
                "fields": ["emergency_hours", "emergency_call", "emergency_advice"],
                "description": "选了几小时内答复就是急事：接单时先显示电话，打过再登记；时限按钟点算，到处排最前。",
            },
        ),
    ]

    def has_delete_permission(self, request, obj=None):
        """Tickets name it: it is switched off, never deleted."""
        return False


class RuleForm(forms.ModelForm):
    class Meta:
        model = Rule
        fields = ["category", "area", "unit", "unit_kind", "reply_days", "resolve_days"]
        error_messages = {
            NON_FIELD_ERRORS: {"unique_together": "这个社区已经有这一类的规则，请改那一条。"},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "area" in self.fields:
            self.fields["area"].queryset = Area.objects.communities()
        self.fields["unit"].queryset = Unit.objects.by_area()
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.area}·{unit}"


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    form = RuleForm
    list_display = ["category", "area", "unit", "unit_kind", "reply_days", "resolve_days"]
    list_filter = ["area", "category"]
    list_select_related = ["category", "area", "unit"]

    def get_readonly_fields(self, request, obj=None):
        """A rule stays with its community and category, so that its history does."""
        return ["category", "area"] if obj else []

    def save_model(self, request, obj, form, change):
        """As from the dispatcher's page, where every change stands with what was before."""
        names = ("unit", "unit_kind", "reply_days", "resolve_days")
        rulebook.change(obj.area, obj.category, by=request.user, **{n: getattr(obj, n) for n in names})
        obj.pk = Rule.objects.shown(obj.area, obj.category).pk
        if obj.pk is None:  # all as without a rule, so there was nothing to change
            super().save_model(request, obj, form, change)
