"""Volunteers' profiles in the Django admin; whoever left keeps theirs."""

from django.contrib import admin
from django.utils import timezone

from accounts.admin import KeptAdmin
from volunteers import particulars
from volunteers.models import Member, Profile, ProfileSkill, Project, Skill, Team


class HeldSkills(admin.TabularInline):
    """Where a station has one lead, the lead's own proof is looked at here."""

    model = ProfileSkill
    fields = ["skill", "proof", "expires_on", "checked_by", "checked_at"]
    readonly_fields = ["checked_by", "checked_at"]
    extra = 0


@admin.register(Profile)
class ProfileAdmin(KeptAdmin):
    list_display = ["user", "vest_number", "joined_on", "left_on"]
    list_filter = [("left_on", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__phone__endswith", "vest_number"]
    search_help_text = "按手机号后四位或红马甲编号找人。"
    readonly_fields = ["user"]
    fields = ["user", "vest_number", "joined_on", "left_on", "about"]
    inlines = [HeldSkills]

    def has_add_permission(self, request):
        """A profile comes with the first post at a station."""
        return False

    def save_formset(self, request, form, formset, change):
        """Whoever writes a proof down has looked at it."""
        for held in formset.save(commit=False):
            particulars.note_check(held, by=request.user, now=timezone.now())
        for held in formset.deleted_objects:
            held.delete()


@admin.register(Skill)
class SkillAdmin(KeptAdmin):
    list_display = ["name", "needs_proof", "ordinal"]
    list_editable = ["ordinal"]


class Members(admin.TabularInline):
    """Seen here; teams keep their own members."""

    model = Member
    fields = readonly_fields = ["profile", "is_lead", "joined_on", "left_on"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Team)
class TeamAdmin(KeptAdmin):
    list_display = ["name", "area", "unit", "ended_on"]
    list_filter = ["area", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["area", "unit"]
    inlines = [Members]


@admin.register(Project)
class ProjectAdmin(KeptAdmin):
    list_display = ["name", "team", "is_active"]
    list_filter = ["is_active", "team"]
    list_select_related = ["team"]
