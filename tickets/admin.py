"""What the admin configures about tickets: categories and rules.

Tickets and their records are not here: role admin sees configuration, no tickets (DESIGN §6).
"""

from django.contrib import admin

from tickets.models import Category, Rule


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "ordinal", "is_active"]
    list_editable = ["ordinal", "is_active"]

    def has_delete_permission(self, request, obj=None):
        """Tickets name it: it is switched off, never deleted."""
        return False


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    list_display = ["category", "area", "unit", "unit_kind", "reply_days", "resolve_days"]
    list_filter = ["area", "category"]
    list_select_related = ["category", "area", "unit"]
