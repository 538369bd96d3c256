"""Which unit a ticket is proposed for by the community's rule (定责), and how that is explained."""

from dataclasses import dataclass, field

from stations.models import Unit
from tickets.models import Rule, Ticket


def propose(ticket: Ticket) -> Unit | None:
    """The active unit that the rule for its category and building names, or None: a person chooses."""
    rule = Rule.objects.for_ticket(area=ticket.area, category=ticket.category)
    return rule.propose(ticket.building) if rule else None


@dataclass
class Router:
    """The same for many tickets: rules and active units of some communities, read in two statements."""

    rules: dict[tuple, Rule] = field(default_factory=dict)
    units: dict[int, list[Unit]] = field(default_factory=dict)

    @classmethod
    def of(cls, areas) -> "Router":
        router = cls(units={area.pk: [] for area in areas})
        for rule in Rule.objects.in_areas(areas).select_related("unit"):
            router.rules[rule.area_id, rule.category_id] = rule
        for unit in Unit.objects.active().in_areas(areas).with_buildings():
            router.units[unit.area_id].append(unit)
        return router

    def propose(self, area_id: int, category_id: int | None, building_id: int | None) -> Unit | None:
        rule = self.rules.get((area_id, category_id))
        return rule.choose(self.units[area_id], building_id) if rule else None

    def explain(self, ticket: Ticket) -> str:
        """Why this unit, or why none: 规则：24栋水电气归物业."""
        rule = self.rules.get((ticket.area_id, ticket.category_id))
        if rule is None or not (rule.unit_id or rule.unit_kind):
            return f"{ticket.category}没有规则，请选单位" if ticket.category_id else "没选类别，请选单位"
        unit = rule.choose(self.units[ticket.area_id], ticket.building_id)
        if unit is None:
            return _why_nobody(rule)
        where = ticket.building.name if ticket.building_id else ""
        return f"规则：{where}{ticket.category}归{rule.unit or unit.get_kind_display()}"


def _why_nobody(rule: Rule) -> str:
    if rule.unit_id:
        return f"规则里的{rule.unit}已停用，请另选"
    return f"规则归{rule.get_unit_kind_display()}，但定不下是哪一家，请选单位"
