"""Writes docs/shift-states.md anew after a change of the transition table."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from volunteers import diagram


class Command(BaseCommand):
    help = "依 volunteers/states.py 重画 docs/shift-states.md。"

    def handle(self, **options):
        path = Path(settings.BASE_DIR) / "docs" / "shift-states.md"
        path.write_text(diagram.page(), encoding="utf-8")
        self.stdout.write(f"已写 {path.relative_to(settings.BASE_DIR)}")
