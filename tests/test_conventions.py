"""Keeps the house: each rule of house_rules.py holds for every file and finds the breach planted for it."""

from pathlib import Path

import crispy_bootstrap5
import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.urls import URLPattern, get_resolver

from servicedesk.views import SENTENCES
from tests.house_rules import (
    FLOORS,
    NOTICE_FLOORS,
    PYTHON,
    SCRIPTS,
    TEMPLATES,
    TICKET_FLOORS,
    circles,
    climbs_between_apps,
    climbs_within_notices,
    climbs_within_tickets,
    climbs_within_volunteers,
    decides_in_a_template,
    filters_at_the_door,
    has_inline_code,
    ignores_types_wholesale,
    imported,
    is_too_long,
    is_vague,
    marks_text_as_safe,
    module_of,
    switches_escaping_off,
    writes_html_from_script,
    writes_status,
)

ROOT = Path(settings.BASE_DIR)
LOGIN_FREE = {
    "accounts:login",
    "accounts:large_print",
    "accounts:logout",
    "admin:login",
    "csp_report",
    "tickets:acknowledge",
    "tickets:answer",
    "tickets:leave",
    "tickets:rate",
    "tickets:receipt",
    "tickets:receipt_photo",
    "tickets:track",
    "tickets:track_code",
    "tickets:unlock",
    "tickets:wall",
    "tickets:wall_screen",
    "volunteers:calendar_feed",
}
PLANTED = (
    (climbs_between_apps, "stations/models.py", "from accounts.models import User"),
    (climbs_between_apps, "tickets/views/unit.py", "import servicedesk.views"),
    (climbs_within_tickets, "tickets/models/clock.py", "from tickets import workflow"),
    (climbs_within_tickets, "tickets/clocks.py", "from tickets.forms.verbs import X"),
    (climbs_within_notices, "notices/routing.py", "from notices import delivery"),
    (climbs_within_notices, "notices/channels/mail.py", "from notices.delivery import deliver"),
    (climbs_within_volunteers, "volunteers/limits.py", "from volunteers.seating import door"),
    (writes_status, "volunteers/views/mine.py", "assignment.status = 'done'"),
    (writes_status, "tickets/sweeps.py", "Ticket.objects.update(status='closed')"),
    (writes_status, "tickets/sweeps.py", "ticket.status = 'closed'"),
    (writes_status, "tickets/sweeps.py", "setattr(ticket, 'status', 'closed')"),
    (writes_status, "tickets/views/unit.py", "Ticket(status='closed')"),
    (filters_at_the_door, "tickets/views/unit.py", "Ticket.objects.filter(pk=1)"),
    (filters_at_the_door, "accounts/admin.py", "q.exclude(pk=1)"),
    (is_vague, "tickets/utils.py", ""),
    (is_too_long, "tickets/clocks.py", "\n" * 401),
    (is_too_long, "tickets/desk.html", "\n" * 121),
    (ignores_types_wholesale, "tickets/clocks.py", "x = 1  # type: ignore"),
    (marks_text_as_safe, "tickets/clocks.py", "from django.utils.safestring import mark_safe"),
    (has_inline_code, "a.html", '<p style="color: red">'),
    (has_inline_code, "a.html", "<script>alert(1)</script>"),
    (has_inline_code, "a.html", '<a onclick="x()">'),
    (switches_escaping_off, "a.html", "{{ words|safe }}"),
    (decides_in_a_template, "a.html", "{% for t in tickets.filter %}"),
    (writes_html_from_script, "a.js", "box.innerHTML = words"),
)


def sources(folder, suffix):
    """(path within the checkout, text) of every file of ours under the folder."""
    for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
        name = path.relative_to(ROOT).as_posix()
        if "/migrations/" not in name:
            yield name, path.read_text(encoding="utf-8")


def python_sources():
    return [source for app in FLOORS for source in sources(app, ".py")]


def breaches(rule, files):
    return [f"{path} {complaint}" for path, text in files for complaint in rule(path, text)]


@pytest.mark.parametrize("rule", PYTHON)
def test_python_keeps_the_rule(rule):
    assert breaches(rule, python_sources()) == []


@pytest.mark.parametrize("rule", TEMPLATES)
def test_templates_keep_the_rule(rule):
    assert breaches(rule, sources("templates", ".html")) == []


@pytest.mark.parametrize("rule", SCRIPTS)
def test_scripts_keep_the_rule(rule):
    assert breaches(rule, sources("static/js", ".js")) == []


def test_style_sheets_are_not_too_long():
    assert breaches(is_too_long, sources("static/css", ".css")) == []


@pytest.mark.parametrize("rule", [is_vague, is_too_long])
def test_tests_and_scripts_keep_the_rule(rule):
    assert breaches(rule, [*sources("tests", ".py"), *sources("script", ".py")]) == []


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_planted_breach_is_found(rule, path, text):
    assert breaches(rule, [(path, text)]) != []


def test_every_rule_has_a_planted_breach():
    assert {rule for rule, _, _ in PLANTED} == {*PYTHON, *TEMPLATES, *SCRIPTS}


@pytest.mark.parametrize(("app", "floors"), [("tickets", TICKET_FLOORS), ("notices", NOTICE_FLOORS)])
def test_every_module_has_a_floor(app, floors):
    modules = {p.name.removesuffix(".py") for p in (ROOT / app).iterdir() if p.name[0] not in "_."}
    placed = set().union(*floors, {"apps", "migrations"})

    assert modules <= placed, f"give a floor to {sorted(modules - placed)}"


def test_modules_import_in_no_circle():
    graph = {module_of(path): {*imported(text)} for path, text in python_sources()}

    assert circles(graph) == []


def test_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) != []


def test_every_view_but_the_listed_asks_for_a_sign_in():
    free = {name for name, view in views() if not getattr(view, "login_required", True)}

    assert free == LOGIN_FREE


def test_no_template_lies_unused():
    templates = {path.removeprefix("templates/"): text for path, text in sources("templates", ".html")}
    known = "".join(text for _, text in [*python_sources(), *templates.items()])
    errors = {f"errors/{status}.html" for status in SENTENCES}
    theirs = [Path(module.__file__).parent / "templates" for module in (crispy_bootstrap5, admin)]

    unused = [name for name in templates if f'"{name}"' not in known and name not in errors]
    assert [name for name in unused if not any((folder / name).exists() for folder in theirs)] == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def views():
    """(name with namespaces, callable) of every route."""
    return list(_views(get_resolver(), ()))


def _views(resolver, spaces):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or str(entry.pattern)]), entry.callback
        else:
            yield from _views(entry, (*spaces, entry.namespace) if entry.namespace else spaces)
