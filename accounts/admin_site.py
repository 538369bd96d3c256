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


class DeskAdminSite(admin.AdminSite):
    site_header = site_title = "社区服务台·后台"
    index_title = "设置"

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
