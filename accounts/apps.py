from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class AccountsConfig(AppConfig):
    default = True
    name = "accounts"
    verbose_name = "人员与岗位"


class DeskAdminConfig(admin_apps.AdminConfig):
    """Django's admin, with our door in front of it."""

    default = False
    default_site = "accounts.admin_site.DeskAdminSite"
