"""The navigation of each role, the words at the left of the bar, and a missing year, for every staff page."""

from functools import cache

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import AuditEntry, Post
from accounts.permissions import MANAGES
from stations import coverage
from stations.composed import Composed
from tickets import calendaring, upkeep
from tickets.models import Ticket

Role = Post.Role
DESK = ("接单台", "tickets:desk", (*Post.STATION_ROLES, Role.DISPATCHER))
QUEUE = ("派单台", "tickets:queue", (Role.DISPATCHER,))
TO_TELL = ("待告知", "tickets:to_tell", (*Post.STATION_ROLES, Role.DISPATCHER))
TICKETS = ("工单", "tickets:list", tuple(role for role in Role if role != Role.ADMIN))
ROSTER = ("排班", "volunteers:rosters", (*Post.STATION_ROLES, Role.DISPATCHER, Role.SECRETARY))
# A lead finds the own shifts beside the week: one line of the bar holds no more.
MY_SHIFTS = ("我的班次", "volunteers:my_shifts", (Role.VOLUNTEER,))
REPORT = ("服务报告", "reports:satisfaction", (Role.SECRETARY, Role.DISPATCHER))
CALENDAR = ("日历", "tickets:calendar", (Role.DISPATCHER, Role.SECRETARY, Role.ADMIN))
RULES = ("规则", "tickets:rules", (Role.DISPATCHER, Role.SECRETARY))
AUDIT = ("操作记录", "tickets:audit", (Role.SECRETARY,))
COUNTS = ("来访", "tickets:counts", (Role.STATION_LEAD, Role.SECRETARY))
VOLUNTEERS = ("志愿者", "volunteers:people", (Role.STATION_LEAD,))
PEOPLE = ("人员", "accounts:people", (Role.UNIT_LEAD,))
STATUS = ("系统状态", "system_status", (Role.ADMIN,))
ADMIN = ("后台", "admin:index", (Role.ADMIN,))
PLACES = (
    QUEUE,
    DESK,
    MY_SHIFTS,  # early: in a row that scrolls it is at hand at once
    TO_TELL,
    TICKETS,
    ROSTER,
    REPORT,
    COUNTS,
    RULES,
    CALENDAR,
    AUDIT,
    VOLUNTEERS,
    PEOPLE,
    STATUS,
    ADMIN,
)
OFFICE = (Role.DISPATCHER, Role.SECRETARY)
EVERYBODY = ()  # also who holds no post
# The menu of one's own, at the right end of the bar.
OWN_PLACES = (
    ("我的档案", "volunteers:me", Post.STATION_ROLES),
    ("我的账号", "accounts:me", EVERYBODY),
    ("回音壁", "tickets:wall_desk", OFFICE),
    ("志愿服务队", "volunteers:teams", OFFICE),
    ("改密码", "accounts:password", EVERYBODY),
    ("人员", "accounts:people", tuple(role for role, others in MANAGES.items() if others)),
    ("操作记录", "tickets:audit", AuditEntry.READERS),
)
UNIT_PLACES = (
    ("待认领", "tickets:unit_to_claim", "inbox-arrow-down", "to_claim"),
    ("我的", "tickets:unit_mine", "wrench", "mine"),
    ("已办", "tickets:unit_done", "check-circle", "done"),
)
# Pages without a place of their own in the navigation.
PART_OF = {
    "tickets:my_promises": "tickets:unit_mine",
    "tickets:duplicates": "tickets:queue",
    "tickets:due_today": "tickets:queue",
    "tickets:rule": "tickets:rules",
    "tickets:reconciliation": "system_status",
    "tickets:calendar_day": "tickets:calendar",
    "tickets:calendar_notice": "tickets:calendar",
    "tickets:calendar_withdraw": "tickets:calendar",
    "tickets:hand_over": "tickets:desk",
    "tickets:ledgers": "tickets:list",
    "tickets:ledger": "tickets:list",
    "tickets:ledger_columns": "tickets:list",
    "volunteers:open_seats": "volunteers:my_shifts",
    "accounts:people": "volunteers:people",  # a station lead's way there; unit leads have a place for it
    "accounts:enrol": "volunteers:people",
    "volunteers:person": "volunteers:people",
    "volunteers:part": "volunteers:people",
    "volunteers:import": "volunteers:people",
    "volunteers:import_preview": "volunteers:people",
    "volunteers:my_records": "volunteers:my_shifts",
    "volunteers:calendar": "volunteers:my_shifts",
    "volunteers:me": "volunteers:my_shifts",
    "volunteers:my_part": "volunteers:my_shifts",
    "volunteers:check_in": "volunteers:my_shifts",
}
# The same for pages that are opened from one of two places: the address says from=mine.
FROM_MINE = {"volunteers:shift": "volunteers:my_shifts"}
# Where pages belong that have no place of their own and are not named above.
OF_APP = {"volunteers": "volunteers:rosters"}

_address = cache(reverse)  # of pages without parameters it never changes
_unit_counts = Composed(Ticket.objects.unit_counts)


def navigation(request):
    """What the frame and the home pages show; worked out only by a page that shows it.

    Templates call a function each time they name it; what they name twice, or asks the database, is a lazy object.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "nav": SimpleLazyObject(lambda: _nav(user, request)),
        "own_pages": lambda: _own_pages(_roles(user)),
        "has_tabs": lambda: user.has_role(*Post.UNIT_ROLES),
        "tabs": lambda: _tabs(user, request),
        "calendar_gap": SimpleLazyObject(lambda: _gap(user)),
        "bar_title": lambda: _title(user)[0],
        "bar_sub": lambda: _title(user)[1],
        "no_flags_since": SimpleLazyObject(upkeep.no_flags_since),
    }


def _gap(user):
    """The year that nobody has loaded, for those who can; a dispatcher's community is at hand already."""
    if not calendaring.may_apply_notice(user):
        return None
    now = timezone.now()
    year = coverage.missing_year(now, area=next(iter(calendaring.areas_edited_by(user).values()), None))
    return {"year": year, "is_late": coverage.is_late(now)} if year else None


def _nav(user, request):
    shown = _places(_roles(user))
    place = _part_of(request, shown.values())
    return [_item(label, name, request, place) for label, name in shown.items()]


def _roles(user):
    return frozenset(post.role for post in user.active_posts)


@cache
def _places(roles):
    """{label: name of the page} in the bar of whoever holds posts of these roles."""
    units = UNIT_PLACES if roles.intersection(Post.UNIT_ROLES) else ()
    return {label: name for label, name, *_ in units} | _meant_for(roles, PLACES)


@cache
def _own_pages(roles):
    return [{"label": label, "url": _address(name)} for label, name in _meant_for(roles, OWN_PLACES).items()]


def _meant_for(roles, places):
    return {label: name for label, name, its in places if its is EVERYBODY or roles.intersection(its)}


def _tabs(user, request):
    """The bottom bar of unit staff on phones, with counts."""
    if not user.has_role(*Post.UNIT_ROLES):
        return []
    counts = dict(*_unit_counts(user.pk))
    place = _part_of(request, {name for _, name, *_ in UNIT_PLACES})
    return [
        {**_item(label, name, request, place), "icon": icon, "count": counts.get(count)}
        for label, name, icon, count in UNIT_PLACES
    ]


def _item(label, name, request, place):
    """`current` as aria-current says it: this very page, or the place it belongs to."""
    url = _address(name)
    current = "page" if request.path == url else "true" if place == name else ""
    return {"label": label, "url": url, "current": current}


def _part_of(request, shown):
    """The place under which a page without one is found; its app's where the reader has not the one named for it."""
    match = request.resolver_match
    if match is None:
        return None
    named = PART_OF.get(match.view_name)
    if request.GET.get("from") == "mine":
        named = FROM_MINE.get(match.view_name, named)
    if named in shown:
        return named
    return OF_APP.get(match.namespace) if match.view_name not in shown else None


def _title(user):
    """Station or unit on top, its kind and community below; the community for the office."""
    for post in user.active_posts:
        if post.station_id:
            return post.station.name, f"{post.station.get_kind_display()}·{post.station.area.name}"
        if post.unit_id:
            return post.unit.name, f"{post.unit.area.name}·{post.get_role_display()}"
        if post.area_id:
            return post.area.name, post.get_role_display()
    return "社区服务台", "系统管理" if user.is_staff else ""
