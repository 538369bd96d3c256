"""docs/shift-states.md is drawn from the table and stays as the table says."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from volunteers import diagram
from volunteers.states import TRANSITIONS, Status

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "shift-states.md"


def test_document_is_fresh():
    assert DOCUMENT.read_text(encoding="utf-8") == diagram.page(), "manage.py draw_shift_states"


def test_document_would_not_be_fresh_after_a_change(monkeypatch):
    """Negative control: a verb sneaks in."""
    sneaked = {**TRANSITIONS, "sneak": ((Status.DONE,), Status.ACCEPTED)}
    monkeypatch.setattr(diagram, "TRANSITIONS", sneaked)
    monkeypatch.setitem(diagram.LABELS, "sneak", "溜走")

    assert DOCUMENT.read_text(encoding="utf-8") != diagram.page()


def test_command_writes_the_document(tmp_path, settings):
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path

    call_command("draw_shift_states", stdout=StringIO())

    assert (tmp_path / "docs" / "shift-states.md").read_text(encoding="utf-8") == diagram.page()
