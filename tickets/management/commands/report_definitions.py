"""`manage.py report_definitions > docs/report-definitions.md`: its definitions as a document."""

from django.core.management.base import BaseCommand

from tickets.reports.definitions import as_markdown


class Command(BaseCommand):
    help = "Write the definitions of the report's figures as Markdown."

    def handle(self, *args, **options):
        self.stdout.write(as_markdown(), ending="")
