"""docs/ticket-states.md is drawn from the table and stays as the table says."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from tickets import diagram
from tickets.states import MOVES, Move, Status, Verb, Who

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "ticket-states.md"


def test_document_is_fresh():
    assert DOCUMENT.read_text(encoding="utf-8") == diagram.page(), "manage.py draw_states"


def test_every_row_of_the_table_has_a_line_and_the_unbuilt_are_marked():
    page = diagram.page()

    for move in MOVES:
        assert f"| {move.verb.label}{'' if move.built else '（未建）'} | `{move.verb.value}` |" in page


def test_picture_has_an_arrow_for_every_way_between_two_statuses():
    page = diagram.page()

    ways = {(s, t) for move in MOVES for s in move.sources if s for t in move.targets}
    assert ways and all(f"    {source.value} --> {target.value}: " in page for source, target in ways)


def test_a_changed_table_makes_the_document_stale(monkeypatch):
    """Negative control."""
    sneaked = Move(Verb.CLAIM, (Status.CLOSED,), (Status.CLAIMED,), (Who.DISPATCHER,))
    monkeypatch.setattr(diagram, "MOVES", (*MOVES, sneaked))

    assert DOCUMENT.read_text(encoding="utf-8") != diagram.page()


def test_command_writes_the_page(settings, tmp_path):
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path

    call_command("draw_states", stdout=StringIO())

    assert (tmp_path / "docs" / "ticket-states.md").read_text(encoding="utf-8") == diagram.page()
