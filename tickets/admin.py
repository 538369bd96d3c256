"""What the admin configures about tickets: categories and rules.

Tickets and their records are not here: role admin sees configuration, no tickets (DESIGN §6).
"""

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS

from stations.models import Area, Unit
from tickets import rulebook
from tickets.models import Category, Rule


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
