"""The navigation of each role, the words at the left of the bar, and a missing year, for every staff page."""

from functools import cache

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import AuditEntry, Post
from stations import coverage
from stations.composed import Composed
from tickets import calendaring, upkeep
from tickets.models import Ticket

Role = Post.Role
DESK = ("接单台", "tickets:desk", (*Post.STATION_ROLES, Role.DISPATCHER))
QUEUE = ("派单台", "tickets:queue", (Role.DISPATCHER,))
TO_TELL = ("待告知", "tickets:to_tell", (*Post.STATION_ROLES, Role.DISPATCHER))
TICKETS = ("工单", "tickets:list", tuple(role for role in Role if role != Role.ADMIN))
REPORT = ("服务报告", "reports:satisfaction", (Role.SECRETARY, Role.DISPATCHER))
CALENDAR = ("日历", "tickets:calendar", (Role.DISPATCHER, Role.SECRETARY, Role.ADMIN))
RULES = ("规则", "tickets:rules", (Role.DISPATCHER, Role.SECRETARY))
AUDIT = ("操作记录", "tickets:audit", (Role.SECRETARY,))
COUNTS = ("来访", "tickets:counts", (Role.STATION_LEAD, Role.SECRETARY))
PEOPLE = ("人员", "accounts:people", (Role.STATION_LEAD, Role.UNIT_LEAD))
STATUS = ("系统状态", "system_status", (Role.ADMIN,))
ADMIN = ("后台", "admin:index", (Role.ADMIN,))
PLACES = (QUEUE, DESK, TO_TELL, TICKETS, REPORT, COUNTS, RULES, CALENDAR, AUDIT, PEOPLE, STATUS, ADMIN)
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
}

_address = cache(reverse)  # of pages without parameters it never changes
_unit_counts = Composed(Ticket.objects.unit_counts)


def navigation(request):
    """What the frame and the home pages show; asked of the database only by a page that shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "nav": SimpleLazyObject(lambda: _nav(user, request)),
        "has_tabs": SimpleLazyObject(lambda: user.has_role(*Post.UNIT_ROLES)),
        "tabs": SimpleLazyObject(lambda: _tabs(user, request)),
        "reads_audit": SimpleLazyObject(lambda: user.has_role(*AuditEntry.READERS)),
        "calendar_gap": SimpleLazyObject(lambda: _gap(user)),
        "bar_title": SimpleLazyObject(lambda: _title(user)[0]),
        "bar_sub": SimpleLazyObject(lambda: _title(user)[1]),
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
    items = []
    if user.has_role(*Post.UNIT_ROLES):
        items += [_item(label, name, request) for label, name, *_ in UNIT_PLACES]
    items += [_item(label, name, request) for label, name, roles in PLACES if user.has_role(*roles)]
    return items


def _tabs(user, request):
    """The bottom bar of unit staff on phones, with counts."""
    if not user.has_role(*Post.UNIT_ROLES):
        return []
    counts = dict(*_unit_counts(user.pk))
    return [
        {**_item(label, name, request), "icon": icon, "count": counts.get(count)}
        for label, name, icon, count in UNIT_PLACES
    ]


def _item(label, name, request):
    """`current` as aria-current says it: this very page, or the place it belongs to."""
    match, url = request.resolver_match, _address(name)
    part_of = PART_OF.get(match.view_name) if match else None
    current = "page" if request.path == url else "true" if part_of == name else ""
    return {"label": label, "url": url, "current": current}


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
