"""类别规则: what each rule says in words, what is wrong with it, and its change with what was before and after.

A rule holds for what is filed from now on; clocks that run and tickets that are out keep what they had.
"""

from dataclasses import dataclass

from django.db import transaction

from accounts import audit
from accounts.models import AuditEntry, Post, User
from stations import saying
from stations.models import Area, Unit
from tickets.models import Category, Rule
from tickets.models.rule import REPLY_DAYS
from tickets.routing import Router
from tickets.workflow import Conflict

HISTORY_SHOWN = 20
STALE = "这条规则刚刚被别人改过，下面是现在的样子，请看过再改。"


@dataclass(frozen=True)
class Row:
    """One category of a community: its rule in words, and what is wrong with it."""

    category: Category
    said: dict[str, str]
    faults: list[str]


@dataclass(frozen=True)
class Change:
    """One line of the history."""

    at: str
    who: str
    what: str


def areas_of(user: User) -> list[Area]:
    """The communities whose rules this person may read: a dispatcher's, and those in a secretary's node."""
    own = {post.area for post in user.posts_as(Post.Role.DISPATCHER)}
    nodes = [post.area_id for post in user.posts_as(Post.Role.SECRETARY)]
    seen = set(Area.objects.below(nodes).communities()) if nodes else set()
    return sorted(own | seen, key=lambda area: (area.name, area.pk))


def areas_edited_by(user: User) -> dict[int, Area]:
    """The communities whose rules this person may change."""
    return {post.area_id: post.area for post in user.posts_as(Post.Role.DISPATCHER)}


def rows(area: Area) -> list[Row]:
    """Every category in use, with the community's rule or the defaults."""
    router = Router.of([area])
    return [_row(area, category, router) for category in Category.objects.active()]


def _row(area: Area, category: Category, router: Router) -> Row:
    rule = router.rules.get((area.pk, category.pk)) or Rule(area=area, category=category)
    return Row(category, said(rule), faults_of(rule, router))


def said(rule: Rule) -> dict[str, str]:
    """A rule in words, by what each part is called."""
    return {
        "派给": _whom(rule),
        "先告诉": rule.first_told or "没有定",
        "答复": _reply(rule),
        "办结": f"{rule.resolve_days}个工作日",
        "自动派单": "是" if rule.is_automatic else "否",
    }


def faults(router: Router) -> list[tuple[Rule, str]]:
    """What is wrong with the rules of some communities, each with its rule."""
    used = [rule for rule in router.rules.values() if rule.category.is_active]
    return [(rule, fault) for rule in used for fault in faults_of(rule, router)]


def faults_of(rule: Rule, router: Router) -> list[str]:
    """Why it cannot act as it says; tickets then wait for the dispatcher."""
    found = []
    units = router.candidates(rule.area_id, rule.unit_id, rule.unit_kind)
    if rule.unit_id or rule.unit_kind:
        found += _faults_of_unit(rule, units, router)
    elif rule.is_automatic:
        found.append("要自动派单，却没有定派给谁")
    if rule.person_id and not is_of(rule.person_id, units, router):
        found.append(f"{rule.first_told}已不在责任单位，先告诉不到")
    return found


def is_of(user_id: int, units: list[Unit], router: Router) -> bool:
    """Whether the person serves in one of the units that the rule may come to."""
    return any(user_id in router.people.get(unit.pk, ()) for unit in units)


def _faults_of_unit(rule: Rule, units: list[Unit], router: Router) -> list[str]:
    named = str(rule.unit or rule.get_unit_kind_display())
    if not units:
        return [f"{named}已停用" if rule.unit_id else f"社区里没有正在使用的“{named}”单位"]
    said = named if rule.unit_id else f"社区里的“{named}”单位"
    return [] if any(router.has_people(unit) for unit in units) else [f"{said}现在没有人"]


@transaction.atomic
def change(area: Area, category: Category, *, by: User, seen: str | None = None, **new) -> list[str]:
    """Set the rule of a community for a category; what changed, in words. Conflict if it is no longer as `seen`.

    Sent twice, it changes nothing the second time.
    Locks the community, so that two people making the first rule of a category do not both make one.
    """
    Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    rule = Rule.objects.shown(area, category)
    if all(getattr(rule, name) == value for name, value in new.items()):
        return []
    if seen is not None and seen != stamp(rule):
        raise Conflict(STALE)
    before = said(rule)
    for name, value in new.items():
        setattr(rule, name, value)
    rule.save()
    changed = _changed(before, said(Rule.objects.shown(area, category)))
    for words in changed:
        _note(area, category, words, by)
    return changed


def _changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What reads otherwise than before; nothing does where somebody of the same name takes over."""
    parts = [f"{part} {before[part]} → {after[part]}" for part in after if before[part] != after[part]]
    return parts or [f"先告诉 {before['先告诉']} → 同名的另一位"]


def stamp(rule: Rule) -> str:
    """What a form was shown for, to notice that somebody else was faster."""
    whom = rule.unit_id or rule.unit_kind
    return f"{whom}/{rule.person_id}/{rule.reply_days}/{rule.resolve_days}/{rule.is_automatic:d}"


def history(area: Area, *, now) -> list[Change]:
    """The latest changes of the community's rules."""
    kept = AuditEntry.objects.filter(area=area, action=audit.Action.RULE_CHANGED).select_related("actor")
    entries = kept.order_by("-at", "-pk")[:HISTORY_SHOWN]
    return [Change(saying.moment(e.at, now=now), e.actor.name if e.actor else "", e.detail) for e in entries]


def _note(area: Area, category: Category, words: str, by: User) -> None:
    post = next((p for p in by.posts_as(Post.Role.DISPATCHER) if p.area_id == area.pk), None)
    audit.record(audit.Action.RULE_CHANGED, actor=by, post=post, area=area, detail=f"{category}：{words}")


def _whom(rule: Rule) -> str:
    if rule.unit_id:
        return rule.unit.name
    return f"按楼栋找{rule.get_unit_kind_display()}" if rule.unit_kind else "由派单员选"


def _reply(rule: Rule) -> str:
    """Emergencies have their hours from the category, the same in every community."""
    hours = rule.category.emergency_hours
    return f"{hours}小时，不分昼夜" if hours else f"{rule.reply_days or REPLY_DAYS}个工作日"
