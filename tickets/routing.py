"""Which unit a ticket is proposed for by the community's rule (定责), and how that is explained."""

from dataclasses import dataclass, field

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from accounts.models import Post, PostQuerySet
from stations.composed import Composed
from stations.models import Unit
from stations.models.places import UnitQuerySet
from tickets.models import Rule, Ticket
from volunteers.models import Member


def propose(ticket: Ticket) -> Unit | None:
    """The unit with people that the rule for its category and building names, or None: a person chooses."""
    return Router.of([ticket.area]).propose(ticket.area_id, ticket.category_id, ticket.building_id)


def choices(ticket: Ticket) -> UnitQuerySet:
    """The units a dispatcher may send it to: active, with people, and another one unless its claimant left."""
    people = people_of_units([ticket.area_id])
    units = Unit.objects.active().in_areas([ticket.area_id]).filter(pk__in=people)
    has_lost = ticket.claimant_id and ticket.claimant_id not in people.get(ticket.unit_id, ())
    return units if has_lost else units.exclude(pk=ticket.unit_id)


def skills_of_teams(area_id: int) -> str:
    """便民维修队：水电工3人、瓦工2人; what volunteers' teams can do, for whoever chooses the unit. One statement."""
    found: dict[str, list[str]] = {}
    for unit, skill, count in Member.objects.skills_by_unit(area_id):
        found.setdefault(unit, []).append(f"{skill}{count}人")
    return "；".join(f"{unit}：{'、'.join(skills)}" for unit, skills in found.items())


def serving(areas) -> PostQuerySet:
    """Who serves in the units of these communities now."""
    return Post.objects.active().filter(unit__area__in=areas)


def people_of_units(areas) -> dict[int, set[int]]:
    """{unit id: {user ids}} of those who serve in the units of these communities now; one statement."""
    return serving(areas).people_by_unit()


def _with_people(area: int) -> UnitQuerySet:
    """The active units of a community with the buildings they serve, and `user_ids`, who serves in each."""
    people = Post.objects.active().filter(unit=OuterRef("pk")).order_by().values("user")
    units = Unit.objects.active().in_areas([area]).with_buildings()
    return units.annotate(user_ids=ArraySubquery(people))


_units_of = Composed(_with_people)
_rules_of = Composed(
    lambda area: Rule.objects.in_areas([area]).with_person().select_related("unit", "category")
)


@dataclass
class Router:
    """The same for many tickets: rules, active units and their people, in two statements for each community."""

    rules: dict[tuple, Rule] = field(default_factory=dict)
    units: dict[int, list[Unit]] = field(default_factory=dict)
    people: dict[int, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, areas) -> "Router":
        router = cls()
        for area in areas:
            router.rules |= {(rule.area_id, rule.category_id): rule for rule in _rules_of(area.pk)}
            router.units[area.pk] = units = _units_of(area.pk)
            router.people |= {unit.pk: set(unit.user_ids) for unit in units}
        return router

    def has_people(self, unit: Unit) -> bool:
        return bool(self.people.get(unit.pk))

    def unit(self, area_id: int, unit_id: int | None) -> Unit | None:
        """An active unit of the community in which somebody serves."""
        return next((u for u in self.units[area_id] if u.pk == unit_id and self.has_people(u)), None)

    def candidates(self, area_id: int, unit_id: int | None, kind: str) -> list[Unit]:
        """Every active unit that a rule may come to, whichever the building; for property the centre too."""
        kinds = {kind, Unit.Kind.PROPERTY_CENTRE} if kind == Unit.Kind.PROPERTY else {kind}
        return [u for u in self.units[area_id] if u.pk == unit_id or (not unit_id and u.kind in kinds)]

    def propose(self, area_id: int, category_id: int | None, building_id: int | None) -> Unit | None:
        rule = self.rules.get((area_id, category_id))
        unit = rule.choose(self.units[area_id], building_id) if rule else None
        return unit if unit and self.has_people(unit) else None

    def explain(self, ticket: Ticket) -> str:
        """Why this unit, or why none: 规则：24栋水电气归物业."""
        rule = self.rules.get((ticket.area_id, ticket.category_id))
        if rule is None or not (rule.unit_id or rule.unit_kind):
            return f"{ticket.category}没有规则，请选单位" if ticket.category_id else "没选类别，请选单位"
        unit = rule.choose(self.units[ticket.area_id], ticket.building_id)
        if unit is None:
            return _why_nobody(rule)
        if not self.has_people(unit):
            return f"规则归{unit}，那里现在没有人，请另选"
        where = ticket.building.name if ticket.building_id else ""
        return f"规则：{where}{ticket.category}归{rule.unit or unit.get_kind_display()}"


def _why_nobody(rule: Rule) -> str:
    if rule.unit_id:
        return f"规则里的{rule.unit}已停用，请另选"
    return f"规则归{rule.get_unit_kind_display()}，但定不下是哪一家，请选单位"
