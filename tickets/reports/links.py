"""Where each number leads: the ticket list where its filters can say it, else the report's own list."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.http import urlencode

from stations.models import Area
from tickets.reports.figures import DIMENSIONS, NONE, OVERDUE, Cut
from tickets.reports.periods import DATES, NAMED, Period
from tickets.states import Status

# What the ticket list calls these figures.
LIST_FILTERS = {
    "received": {},
    "merged": {"status": Status.MERGED.value},
    "withdrawn": {"status": Status.WITHDRAWN.value},
    OVERDUE: {"overdue": "1"},
}
NARROWING = (*DIMENSIONS, "approver")


@dataclass(frozen=True)
class Selection:
    """What a report is about: an area and a period, which stands in addresses under its code."""

    area: Area
    period: Period
    code: str

    @property
    def query(self) -> dict[str, str]:
        """The parameters that lead back to this report."""
        area = {"area": str(self.area.pk)}
        if self.code == DATES:
            return {**area, "from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        return {**area, "period": self.code}

    @property
    def is_community(self) -> bool:
        return self.area.kind == Area.Kind.COMMUNITY

    @property
    def cut(self) -> Cut:
        return Cut(self.period.first, self.period.last)


def report_url(selection: Selection, name: str = "satisfaction", **more: str) -> str:
    return f"{reverse(f'reports:{name}')}?{urlencode({**selection.query, **more})}"


def quick(selection: Selection) -> list[dict[str, object]]:
    """The periods asked for most, each one press away."""
    return [
        {"name": name, "url": report_url(replace(selection, code=code)), "here": code == selection.code}
        for code, name in NAMED.items()
    ]


def list_url(code: str, selection: Selection, cut: Cut) -> str:
    """The list of exactly the tickets a figure counts."""
    narrowed = {name: str(value) for name in NARROWING if (value := getattr(cut, name)) is not None}
    area = {"area": str(cut.area or selection.area.pk)}
    if code in LIST_FILTERS and selection.is_community and _is_said_by_list(narrowed):
        dates = _dates(cut, "received_after", "received_before") if code != OVERDUE else {}
        return f"{reverse('tickets:list')}?{urlencode({**area, **LIST_FILTERS[code], **dates, **narrowed})}"
    figure = {"figure": code, **area, **_dates(cut, "from", "to"), **narrowed}
    return f"{reverse('reports:tickets')}?{urlencode(figure)}"


def _is_said_by_list(narrowed: dict[str, str]) -> bool:
    """The ticket list has no filter for what is without a unit, and offers buildings to few readers only.

    Of a station it lists what somebody joined there too, which is no ticket of that station's figures.
    """
    return not {"station", "building", "approver"} & set(narrowed) and NONE not in narrowed.values()


def _dates(cut: Cut, first: str, last: str) -> dict[str, str]:
    return {first: str(cut.first), last: str(cut.last)}
