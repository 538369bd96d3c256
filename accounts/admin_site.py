"""The Django admin in our words; who may enter is decided by User.is_staff, how by accounts.sign_in."""

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from accounts.views import door

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
APPS = ("stations", "tickets", "accounts", "volunteers")


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
        """Django's groups mean nothing here: what somebody may do follows from the posts."""
        if model_or_iterable not in (Group, (Group,), [Group]):
            super().register(model_or_iterable, admin_class, **options)

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
