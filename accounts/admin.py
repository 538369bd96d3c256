"""People in the Django admin: for role admin only, nothing deleted, passwords only as one-time passwords."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import render

from accounts import people, permissions
from accounts.models import AuditEntry, Post, User
from accounts.phones import PhoneField

# The admin searches by GET, and neither a name nor a whole number belongs into an address.
LAST_DIGITS = ["phone__endswith"]
LAST_DIGITS_HELP = "按手机号后四位找人。"


class KeptAdmin(admin.ModelAdmin):
    """Rows that others name: they end or are switched off, they are never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["phone", "name", "is_active"]
        field_classes = {"phone": PhoneField}
        error_messages = {"phone": {"unique": "这个手机号已经登记过，请在人员里找到这个人。"}}

    def clean_is_active(self):
        is_active = self.cleaned_data["is_active"]
        if not is_active and self.instance.pk and permissions.why_not_switch_off(self.instance):
            raise forms.ValidationError(permissions.LAST_ADMIN)
        return is_active


class HeldPosts(admin.TabularInline):
    """Seen here; given and ended on the page of posts."""

    model = Post
    fields = readonly_fields = ["role", "station", "unit", "area", "started_at", "ended_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(KeptAdmin):
    form = UserForm
    list_display = ["name", "phone", "is_active", "must_change_password", "joined_at"]
    list_filter = ["is_active", "posts__role"]
    search_fields = LAST_DIGITS
    search_help_text = LAST_DIGITS_HELP
    inlines = [HeldPosts]
    actions = ["give_one_time_password"]

    def lookup_allowed(self, lookup, value, request=None):
        """The list's address is no place to guess a password's hash letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.one_time_password = people.create(obj, by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        return _note(request, obj, obj.one_time_password)

    @admin.action(description="给一次性密码（只选一人）")
    def give_one_time_password(self, request, queryset):
        if queryset.count() != 1:
            return self.message_user(request, "一次只能选一个人。", messages.ERROR)
        person = queryset.get()
        password = people.reset_password(person, by=request.user)
        self.log_change(request, person, "给一次性密码")
        return _note(request, person, password)


class PostForm(forms.ModelForm):
    class Meta:
        model = Post
        fields = ["user", "role", "station", "unit", "area"]

    def validate_unique(self):
        """Django skips the constraint about `ended_at`, because it is not on the form."""
        super().validate_unique()
        try:
            if not self.errors:
                self.instance.validate_constraints()
        except forms.ValidationError as error:
            self.add_error(None, error)


@admin.register(Post)
class PostAdmin(KeptAdmin):
    form = PostForm
    list_display = ["user", "role", "scope_label", "started_at", "ended_at"]
    list_filter = ["role", ("ended_at", admin.EmptyFieldListFilter), "station", "unit"]
    list_select_related = ["user", "station", "unit", "area"]
    search_fields = [f"user__{field}" for field in LAST_DIGITS]
    search_help_text = LAST_DIGITS_HELP
    autocomplete_fields = ["user"]
    actions = ["end"]

    def has_change_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        post = people.appoint(by=request.user, **form.cleaned_data)
        obj.pk = post.pk

    @admin.display(description="范围")
    def scope_label(self, post):
        return post.scope_name or "—"

    @admin.action(description="结束所选的岗位身份", permissions=["view"])
    def end(self, request, queryset):
        for post in queryset:
            try:
                people.remove(post, by=request.user)
            except people.Refused as refusal:
                self.message_user(request, f"{post.user}·{post}：{refusal.sentence}", messages.ERROR)
            else:
                self.log_change(request, post, "结束")
                self.message_user(request, f"{post.user}不再是{post}。", messages.SUCCESS)


@admin.register(AuditEntry)
class AuditEntryAdmin(KeptAdmin):
    list_display = ["at", "action", "actor", "person", "post", "detail", "device"]
    list_filter = ["action", "at"]
    list_select_related = ["actor", "person", "post__station", "post__unit", "post__area"]
    search_fields = ["device"]
    search_help_text = "按设备编号找。"
    date_hierarchy = "at"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


def _note(request, person, password):
    """Shown once, in the answer to the POST; it is stored nowhere."""
    note = {"name": person.name, "phone": person.phone, "password": password, "is_admin": True}
    return render(request, "accounts/one_time.html", note)
