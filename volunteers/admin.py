"""Volunteers' profiles in the Django admin; whoever left keeps theirs."""

from django.contrib import admin

from accounts.admin import KeptAdmin
from volunteers.models import Profile


@admin.register(Profile)
class ProfileAdmin(KeptAdmin):
    list_display = ["user", "vest_number", "joined_on", "left_on"]
    list_filter = [("left_on", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__phone__endswith", "vest_number"]
    search_help_text = "按手机号后四位或红马甲编号找人。"
    readonly_fields = ["user"]
    fields = ["user", "vest_number", "joined_on", "left_on", "about"]

    def has_add_permission(self, request):
        """A profile comes with the first post at a station."""
        return False
