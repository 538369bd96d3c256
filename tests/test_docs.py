"""What is written for people holds: decisions have numbers of their own, links lead somewhere, nothing is left out."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from servicedesk.health import CHECKS

ROOT = Path(settings.BASE_DIR)
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "bench").glob("*.md"),
]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
FOR_DEVELOPERS = {"draw_shift_states", "draw_states", "report_definitions"}
LINK = re.compile(r"\]\(([^)#\s]+)")


def test_decisions_are_numbered_one_after_the_other():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    titles = [path.read_text().split(maxsplit=2)[1] for path in DECISIONS]

    assert numbers == [*range(1, len(DECISIONS) + 1)]
    assert titles == [path.name[:4] for path in DECISIONS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_of_ours(page):
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_readme_names_every_command_for_those_who_run_it():
    commands = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")} - FOR_DEVELOPERS
    readme = (ROOT / "README.md").read_text()

    assert {name for name in commands if f"manage.py {name}" not in readme} == set()


def test_every_cause_of_a_warning_is_explained():
    deploy = (ROOT / "docs" / "deploy.md").read_text()

    assert [cause for cause in CHECKS if f"`{cause}`" not in deploy] == []
