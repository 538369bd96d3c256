"""Django's static files without the parts of Bootstrap that no page loads: compressing them costs time."""

from django.contrib.staticfiles.apps import StaticFilesConfig

UNUSED = ("bootstrap-grid*", "bootstrap-reboot*", "bootstrap-utilities*", "*.rtl.*", "bootstrap.esm*")


class StaticFiles(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, *UNUSED, "version.txt"]
