"""`manage.py report_definitions > docs/report-definitions.md`: its definitions as a document."""

from django.core.management.base import BaseCommand

from tickets.reports.definitions import as_markdown


class Command(BaseCommand):
    help = "把报告里每个数的算法写成 Markdown。"

    def handle(self, *args, **options):
        self.stdout.write(as_markdown(), ending="")
