"""The rules of STYLE and DESIGN §3 as functions: each reads one file and says what is wrong with it.

`tests/test_conventions.py` asks them about every file, and proves each with a planted breach.
"""

import ast
import re
from functools import cache

FLOORS = ("stations", "accounts", "notices", "volunteers", "tickets", "servicedesk")
DOORS = ("views", "views.py", "tasks.py", "admin.py", "admin_site.py")
TICKET_FLOORS = (  # from the cellar up
    {
        "states",
        "promises",
        "search",
        "bars",
        "charts",
        "diagram",
        "images",
        "image_child",
        "copying",
        "photo_files",
    },
    {"models"},
    {"permissions"},
    {"clocks", "receipts", "announce", "throttle", "due", "beyond"},
    {"photos"},
    {"workflow"},
    {
        "sweeps",
        "ladder",
        "falling_due",
        "why_late",
        "rungs",
        "reckoning",
        "causes",
        "recounting",
        "calendaring",
        "office_hours",
        "monthly",
        "almanac",
        "moving",
        "yearly",
        "reports",
        "presenting",
        "album",
        "listing",
        "story",
        "actions",
        "routing",
        "ownerless",
        "rulebook",
        "waiting",
        "desks",
        "duplicates",
        "pairs",
        "holding",
        "resident",
        "slips",
        "keeping",
        "to_tell",
        "revealing",
        "ledger",
        "importing",
        "station_life",
        "upkeep",
        "reconciling",
        "wall",
        "backups",
    },
    {"forms", "filters"},
    {"views", "tasks", "admin", "management", "context", "templatetags", "urls", "urls_reports", "demo"},
)
NOTICE_FLOORS = (
    {"models"},
    {"permissions", "wording"},
    {"channels", "dead_letters", "preferences", "robots"},
    {"routing"},
    {"delivery"},
    {"forms"},
    {"views", "tasks", "management", "context", "urls"},
)
VOLUNTEER_FLOORS = (
    {"states", "diagram", "limits", "recurrence", "clock", "times"},
    {"fair", "coverage", "horizon"},
    {"models"},
    {"permissions", "wording", "planned"},
    {"eligibility", "timetable", "feeds", "records", "check_in_codes", "attendance"},
    {"portrait", "particulars", "teaming"},
    {"roll", "importing"},
    {"week", "hours"},
    {"outlook"},
    {"seating"},
    {"places", "openings", "standing_page"},
    {"own", "shift_page"},
    {"generation", "reminding", "calling", "proposing"},
    {"odd"},
    {"patterning"},
    {"patternbook", "arranging", "closing"},
    {"forms"},
    {"views", "tasks", "admin", "management", "context", "templatetags", "urls"},
)
VAGUE = {"utils", "helpers", "common", "services", "selectors", "misc"}
WRITERS_OF_STATUS = {
    "tickets": ("tickets/workflow/", "tickets/demo/", "tickets/importing/writing.py"),
    "volunteers": ("volunteers/seating/",),
}


# Rules over one Python file: what is wrong with it, one sentence each -------------------------------


def climbs_between_apps(path, text):
    own = path.split("/")[0]
    for name in imported(text):
        other = name.split(".")[0]
        if other in FLOORS and FLOORS.index(other) > FLOORS.index(own):
            yield f"imports {name} from above"


def climbs_within_tickets(path, text):
    return _climbs_within("tickets", TICKET_FLOORS, path, text)


def climbs_within_notices(path, text):
    return _climbs_within("notices", NOTICE_FLOORS, path, text)


def climbs_within_volunteers(path, text):
    return _climbs_within("volunteers", VOLUNTEER_FLOORS, path, text)


def writes_status(path, text):
    writers = WRITERS_OF_STATUS.get(path.split("/")[0])
    if writers and not path.startswith(writers):
        for node in ast.walk(ast.parse(text)):
            if _writes_status(node):
                yield f"writes status in line {node.lineno}"


def filters_at_the_door(path, text):
    if set(path.split("/")) & set(DOORS):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("filter", "exclude"):
                yield f"calls .{node.func.attr}( in line {node.lineno}"


def is_vague(path, text):
    if VAGUE & {part.removesuffix(".py") for part in path.split("/")}:
        yield "says nothing by its name"


def is_too_long(path, text):
    limit = 120 if path.endswith(".html") else 400
    if len(text.splitlines()) > limit:
        yield f"is longer than {limit} lines"


def ignores_types_wholesale(path, text):
    return _found(path, text, r"# type: ignore(?!\[)")


def marks_text_as_safe(path, text):
    """SafeString only where every part is escaped."""
    safe = "" if path == "stations/markup.py" else r"\bSafeString\b|"
    return _found(path, text, safe + r"\bmark_safe\b|\beval\(|\bexec\(|\bpickle\b")


# Rules over templates and scripts -------------------------------------------------------------------


def has_inline_code(path, text):
    return _found(path, text, r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|js:")


def switches_escaping_off(path, text):
    return _found(path, text, r"\|\s*safe(seq)?\b|autoescape off")


def decides_in_a_template(path, text):
    return _found(path, text, r"\.(filter|exclude)\b|\bhas_role\b|\bis_staff\b")


def writes_html_from_script(path, text):
    return _found(path, text, r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")


PYTHON = (
    climbs_between_apps,
    climbs_within_tickets,
    climbs_within_notices,
    climbs_within_volunteers,
    writes_status,
    filters_at_the_door,
    is_vague,
    is_too_long,
    ignores_types_wholesale,
    marks_text_as_safe,
)
TEMPLATES = (has_inline_code, switches_escaping_off, decides_in_a_template, is_too_long)
SCRIPTS = (writes_html_from_script, is_too_long, is_vague)


# How the rules look ---------------------------------------------------------------------------------


@cache
def imported(text):
    """Full names of all that is imported, `from a import b` as a.b."""
    names = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def module_of(path):
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def circles(graph):
    """Modules that can be reached from themselves."""
    reach = {
        name: {m for m in wanted if m in graph} | _parents(wanted, graph) for name, wanted in graph.items()
    }
    found = []
    for start in reach:
        seen, todo = set(), list(reach[start])
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += reach[name]
        if start in seen:
            found.append(start)
    return found


def _parents(wanted, graph):
    """`from tickets.models import Ticket` wants the module tickets.models."""
    return {name.rpartition(".")[0] for name in wanted if name not in graph} & graph.keys()


def _climbs_within(app, floors, path, text):
    own = _floor(floors, path.removeprefix(f"{app}/").removesuffix(".py").split("/")[0])
    if path.startswith(f"{app}/") and own is not None:
        for name in imported(text):
            above = _floor(floors, name.split(".")[1]) if name.startswith(f"{app}.") else None
            if above is not None and above > own:
                yield f"imports {name} from above"


def _floor(floors, module):
    return next((n for n, modules in enumerate(floors) if module in modules), None)


def _writes_status(node):
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(t, ast.Attribute) and t.attr == "status" for t in targets)
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
    if name == "setattr":
        return getattr(node.args[1], "value", None) == "status"
    writes = name in ("update", "create", "get_or_create", "update_or_create", "Ticket")
    return writes and any(keyword.arg == "status" for keyword in node.keywords)


def _found(path, text, pattern):
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(pattern, line):
            yield f"line {number}: {line.strip()[:80]}"
