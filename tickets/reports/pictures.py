"""The charts of a report: what they show is put, signed, into their addresses.

So they need no counting of their own, and always show the numbers of the tables beside them.
"""

from collections.abc import Sequence

from django.core import signing
from django.urls import reverse
from django.utils.http import urlencode

from tickets import bars, charts
from tickets.charts import Picture
from tickets.reports.satisfaction import MAIN, Line, Report, series

SALT = "tickets.reports.pictures"
MOST_ROWS = 8
LONGEST = 8000  # characters of an address that are looked at
DRAWN = {
    "trend": (charts.trend_svg, charts.WIDE, charts.NARROW),
    "columns": (bars.columns_svg, bars.WIDE, bars.NARROW),
    "rows": (bars.rows_svg, bars.NARROW, bars.NARROW),  # its table stands beside it
}


def addresses(report: Report) -> dict[str, dict[str, str]]:
    """For each chart of the page its address, the one for a phone, and what it shows."""
    months = [line.label for line in report.trend]
    units = [line for line in report.units if any(value is not None for _, (value,) in series([line]))][
        :MOST_ROWS
    ]
    made = {
        "trend": Picture("trend", "近六个月三个率的走势", months, series(report.trend), "%"),
        "flow": Picture("columns", "近六个月收到的和其中已解决的单数", months, _counts(report.trend)),
        "categories": _of_lines("各类别收到的和其中已解决的单数", report.categories),
        "units": Picture(
            "rows", "各单位三个率", [line.label for line in units], series(units), "%", _empty(units)
        ),
    }
    return {name: _address(picture) for name, picture in made.items() if picture.labels}


def drawn(picture: Picture, *, narrow: bool) -> bytes:
    """The picture as SVG."""
    draw, wide, small = DRAWN[picture.kind]
    return draw(picture, small if narrow else wide)  # type: ignore[operator]


def unsigned(text: str) -> Picture | None:
    """The picture that an address of ours stands for; None for anything else."""
    try:
        return Picture(*signing.loads(text[:LONGEST], salt=SALT))
    except signing.BadSignature:
        return None


def _of_lines(title: str, lines: list[Line]) -> Picture:
    shown = [line for line in lines if line.sums["received"]][:MOST_ROWS]
    return Picture("rows", title, [line.label for line in shown], _counts(shown))


def _counts(lines: Sequence[Line]) -> list[tuple[str, list[float | None]]]:
    named = (("收到", "received"), ("其中已解决", "solved"))
    return [(name, [line.sums[code] for line in lines]) for name, code in named]


def _empty(lines: Sequence[Line]) -> list[list[int]]:
    """Where a rate is of nothing: its number among the rates, and that of the line."""
    return [[r, n] for r, name in enumerate(MAIN) for n, line in enumerate(lines) if not line.rate(name).n]


def _address(picture: Picture) -> dict[str, str]:
    facts = (picture.kind, picture.title, picture.labels, picture.series, picture.unit, picture.empty)
    asked = {"of": signing.dumps(facts, salt=SALT, compress=True)}
    url = reverse("reports:chart")
    wide, narrow = f"{url}?{urlencode(asked)}", f"{url}?{urlencode({**asked, 'narrow': '1'})}"
    return {"wide": wide, "narrow": narrow, "title": picture.title}
