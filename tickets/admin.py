"""What the admin configures about tickets: categories and rules.

Tickets and their records are not here: role admin sees configuration, no tickets (DESIGN §6).
"""

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS

from stations.models import Area, Unit
from tickets.models import Category, Rule


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "ordinal", "is_active"]
    list_editable = ["ordinal", "is_active"]

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
        self.fields["area"].queryset = Area.objects.communities()
        self.fields["unit"].queryset = Unit.objects.by_area()
        self.fields["unit"].label_from_instance = lambda unit: f"{unit.area}·{unit}"


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    form = RuleForm
    list_display = ["category", "area", "unit", "unit_kind", "reply_days", "resolve_days"]
    list_filter = ["area", "category"]
    list_select_related = ["category", "area", "unit"]
