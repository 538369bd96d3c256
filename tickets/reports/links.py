"""Where each number leads: the ticket list where its filters can say it, else the report's own list."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from stations.models import Area
from tickets.reports.figures import NONE, OVERDUE, Cut
from tickets.reports.periods import DATES, Period
from tickets.states import Status

# What the ticket list calls these figures.
LIST_FILTERS = {
    "received": {},
    "merged": {"status": Status.MERGED.value},
    "withdrawn": {"status": Status.WITHDRAWN.value},
    OVERDUE: {"overdue": "1"},
}


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


def list_url(code: str, selection: Selection, cut: Cut) -> str:
    """The list of exactly the tickets a figure counts."""
    narrowed = {name: str(value) for name, value in (("unit", cut.unit), ("category", cut.category)) if value}
    area = {"area": str(selection.area.pk)}
    if code in LIST_FILTERS and selection.is_community and NONE not in narrowed.values():
        dates = _dates(cut, "received_after", "received_before") if code != OVERDUE else {}
        return f"{reverse('tickets:list')}?{urlencode({**area, **LIST_FILTERS[code], **dates, **narrowed})}"
    figure = {"figure": code, **area, **_dates(cut, "from", "to"), **narrowed}
    return f"{reverse('reports:tickets')}?{urlencode(figure)}"


def _dates(cut: Cut, first: str, last: str) -> dict[str, str]:
    return {first: str(cut.first), last: str(cut.last)}
