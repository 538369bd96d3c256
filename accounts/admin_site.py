"""The Django admin in our words; who may enter is decided by User.is_staff, how by accounts.sign_in."""

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.validators import EMPTY_VALUES
from django.forms import BooleanField, ChoiceField, TypedChoiceField
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts import audit
from accounts.models import Post, User
from accounts.views import door
from stations.models import Area

# The order in which a new community is set up; what is not named here comes last.
ORDER = (
    "area",
    "station",
    "unit",
    "building",
    "supply",
    "category",
    "rule",
    "user",
    "post",
    "profile",
    "auditentry",
)
NOTHING = "空"
VERBS = {"added": "加了", "changed": "改了", "deleted": "删了"}
WITH_OWN_RECORD = (User, Post)  # made by the verbs of accounts.people
APPS = ("stations", "tickets", "accounts", "volunteers")


class WrittenDown:
    """Beside Django's own log: one audit entry for each thing made, changed or deleted.

    Of what was changed the labels, and of a tick or of one of our own choices from what to what; what somebody typed
    or whom they picked never enters it.
    """

    def construct_change_message(self, request, form, formsets, add=False):
        """With from what to what, so that on and off do not read alike."""
        message = super().construct_change_message(request, form, formsets, add)
        forms = [] if add else [form] if form.changed_data else []
        forms += [
            _form_of(formset, changed) for formset in formsets or () for changed, _ in formset.changed_objects
        ]
        told = (part["changed"] for part in message if "changed" in part)
        for part, changed in zip(told, forms, strict=True):
            part["fields"] = [_from_to(changed, name) for name in changed.changed_data]
        return message

    def log_addition(self, request, obj, message):
        if not isinstance(obj, WITH_OWN_RECORD):
            _write_down(request, obj, "新建")
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        """A message in words comes from an action, whose verb has written its own entry."""
        if not isinstance(message, str):
            _write_down(request, obj, "、".join(_parts(message)))
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            _write_down(request, obj, "删除")
        return super().log_deletions(request, queryset)


class DeskAdminSite(admin.AdminSite):
    site_header = site_title = "社区服务台·后台"
    index_title = "设置"
    index_template = "admin/desk_index.html"
    site_url = None  # an admin's home page is this one

    def get_app_list(self, request, app_label=None):
        """As one goes about it, not by the alphabet."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: _place(ORDER, model["object_name"].lower()))
        return sorted(apps, key=lambda app: _place(APPS, app["app_label"]))

    def register(self, model_or_iterable, admin_class=None, **options):
        """Every model here is configuration, and each change of it is written down whoever registered it.

        Django's groups mean nothing here: what somebody may do follows from the posts.
        """
        if model_or_iterable not in (Group, (Group,), [Group]):
            own = admin_class or admin.ModelAdmin
            super().register(model_or_iterable, type(own.__name__, (WrittenDown, own), {}), **options)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """No second form without a throttle: strangers go to the door, the others find nothing here."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not self.has_permission(request):
            raise Http404
        return redirect("admin:index")

    def logout(self, request, extra_context=None):
        return door.logout(request)

    def password_change(self, request, extra_context=None):
        return redirect("accounts:password")


def _place(order, name) -> int:
    return order.index(name) if name in order else len(order)


def _write_down(request, obj, what) -> None:
    """楼栋“24栋”：名称、楼群. A person is named by the entry itself."""
    if not what:
        return
    is_person = isinstance(obj, User)
    name = "" if is_person else f"“{obj}”"
    audit.record(
        audit.Action.CONFIGURED,
        actor=request.user,
        person=obj if is_person else None,
        area=_area_of(obj),
        detail=f"{obj._meta.verbose_name}{name}：{what}",
    )


def _form_of(formset, changed):
    return next(form for form in formset.initial_forms if form.instance is changed)


def _from_to(form, name) -> str:
    """启用：是→否; the label alone where the value may be anybody's."""
    field = form.fields[name]
    label = str(field.label or name)
    if type(field) is BooleanField:
        said = {True: "是", False: "否"}
        before, after = bool(form[name].initial), form.cleaned_data[name]
    elif type(field) in (ChoiceField, TypedChoiceField):
        said = {str(value): words for value, words in field.choices if value not in EMPTY_VALUES}
        before, after = (str(value) for value in (form[name].initial, form.cleaned_data[name]))
    else:
        return label
    return f"{label}：{said.get(before, NOTHING)}→{said.get(after, NOTHING)}"


def _area_of(obj) -> Area | None:
    if isinstance(obj, User):
        return obj.home_area
    if isinstance(obj, Area):
        return obj
    return getattr(obj, "area", None) or getattr(getattr(obj, "station", None), "area", None)


def _parts(message):
    """What the form and its lists of related rows have changed, by the labels people see."""
    for part in message:
        for verb, details in part.items():
            labels = "、".join(details.get("fields", []))
            name = f"{details['name']}“{details['object']}”" if "name" in details else ""
            yield f"{VERBS[verb] if name else ''}{name}{f'（{labels}）' if name and labels else labels}"
