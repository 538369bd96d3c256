"""Beside the tables of rates: this period and the one before, who rated how, what was left out, the heat map."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from tickets.models import Rating, WithdrawReason
from tickets.reports.cells import Desk, Number, RateCell, hours_text, percent_text
from tickets.reports.figures import FIGURES, NONE, Cut
from tickets.reports.medians import Medians
from tickets.reports.satisfaction import RATES, Line, Rate, Report, rate

COUNTS = ("received", "merged", "withdrawn", "reopened")
LEFT = ("left_merged", *(f"left_{reason}" for reason in WithdrawReason.values), "left_unsaid")
TOOK = (("答复", "reply", "answered"), ("办结", "resolve", "finished"))
EVEN = "持平"
SHADES = 5
MOST_PLACES = 40
DEFINED = {"first": "content", "received": "received", "merged": "solve", "withdrawn": "solve"}


@dataclass(frozen=True)
class Side:
    """A figure of one of the two periods: a percentage or hours in words, and the counts they rest on; or a count."""

    text: str
    good: Number | None
    n: Number
    is_count: bool = False

    @property
    def is_nothing(self) -> bool:
        """There is not one case to make a rate or a median of."""
        return not self.is_count and not self.n.value

    @property
    def is_few(self) -> bool:
        return not self.text and self.good is not None and not self.is_nothing


@dataclass(frozen=True)
class Pair:
    """A row of 本期与上期; `code` is its definition, `change` in the unit of the row."""

    code: str
    title: str
    now: Side
    before: Side
    change: str


def compared(report: Report, desk: Desk, name: str, before: str) -> dict[str, Any]:
    """Every figure of the period with that of the one before."""
    cuts = (desk.selection.cut, replace(desk.selection.cut, **_days(report.period.before)))
    both = _Both(report, desk, cuts)
    rates, counts = [both.rate(code) for code in RATES], [both.count(code) for code in COUNTS]
    took = [both.took(*which, share) for which in TOOK for share in ("median", "ninth")]
    return {"name": name, "before": before, "rows": [counts[0], *rates, *counts[1:], *took]}


def _days(period: Any) -> dict[str, Any]:
    return {"first": period.first, "last": period.last}


class _Both:
    """Rows of the two periods side by side."""

    def __init__(self, report: Report, desk: Desk, cuts: tuple[Cut, Cut]):
        self.desk = desk
        self.sides = list(zip((report.total, report.before), cuts, ("", "上期"), strict=True))
        self.hours = list(zip((report.medians, report.medians_before), cuts, ("", "上期"), strict=True))
        self.report = report

    def rate(self, code: str) -> Pair:
        cells = [self.desk.rate(code, *side) for side in self.sides]
        change = rate(self.report.total, code).change(rate(self.report.before, code))
        now, before = (Side(f"{cell.text}%" if cell.text else "", cell.good, cell.n) for cell in cells)
        title = cells[0].title
        said = "" if change is None else f"{change:+}个百分点" if change else EVEN
        return Pair(DEFINED.get(code, code), title, now, before, said)

    def count(self, code: str) -> Pair:
        now, before = (Side("", None, self.desk.number(code, *side), is_count=True) for side in self.sides)
        change = self.report.total[code] - self.report.before[code]
        said = f"{change:+}单" if change else EVEN
        return Pair(DEFINED.get(code, code), FIGURES[code].label, now, before, said)

    def took(self, what: str, kind: str, code: str, share: str) -> Pair:
        hours = [getattr(getattr(medians, kind), share) for medians, *_ in self.hours]
        now, before = (
            Side(hours_text(one), None, self._cases(kind, code, *side))
            for one, side in zip(hours, self.hours, strict=True)
        )
        change = "" if None in hours else f"{round(hours[0], 1) - round(hours[1], 1):+.1f}工时"
        said = EVEN if change in ("+0.0工时", "-0.0工时") else change
        return Pair("median", f"{what}{'中位' if share == 'median' else '九成'}", now, before, said)

    def _cases(self, kind: str, code: str, medians: Medians, cut: Cut, whose: str) -> Number:
        return self.desk.number(code, Counter({code: getattr(medians, kind).n}), cut, whose)


def channels(report: Report, desk: Desk, cut: Cut) -> list[RateCell]:
    """Who rated on which way: how many, and how many of them were content."""
    sums = report.total
    return [
        RateCell(
            channel.label,
            percent_text(Rate(sums[f"{channel}_good"], sums[f"{channel}_rated"])),
            desk.number(f"{channel}_good", sums, cut),
            desk.number(f"{channel}_rated", sums, cut),
        )
        for channel in Rating.Channel
    ]


def approved(report: Report, desk: Desk, cut: Cut) -> list[tuple[str, list[tuple[str, Number]]]]:
    """What the solving rate leaves out: for each who merged or withdrew, how many for which reason."""
    return [(line.label, _reasons(desk, line, replace(cut, approver=line.key))) for line in report.approvers]


def _reasons(desk: Desk, line: Line, cut: Cut) -> list[tuple[str, Number]]:
    found = [code for code in LEFT if line.sums[code]]
    return [(FIGURES[code].label, desk.number(code, line.sums, cut, line.label)) for code in found]


@dataclass(frozen=True)
class Cell:
    """A cell of the heat map: its number, and how dark it is, from 0 (none) to 5 (the most)."""

    title: str
    number: Number
    shade: int


def heat(report: Report, desk: Desk) -> dict[str, Any]:
    """What was received by place and category, the places with the most first; what has no place is not shaded."""
    dimension = "building" if desk.selection.is_community else "area"
    places = [
        line for line in report.places if line.sums["received"] and (dimension != "area" or line.key != NONE)
    ]
    columns = [line for line in sorted(report.categories, key=_in_order) if line.sums["received"]]
    most = max((n for (place, _), n in report.map.items() if place != NONE), default=0)
    rows = [
        {
            "label": place.label,
            "cells": [_cell(report, desk, dimension, place, column, most) for column in columns],
            "total": _sum(desk, dimension, place),
        }
        for place in places[:MOST_PLACES]
    ]
    left = len(places) - len(rows)
    return {"columns": [line.label for line in columns], "rows": rows, "left": left, "of": dimension}


def _in_order(line: Line) -> tuple[bool, int]:
    return line.key == NONE, line.ordinal


def _cell(report: Report, desk: Desk, dimension: str, place: Line, column: Line, most: int) -> Cell:
    n = report.map[place.key, column.key]
    cut = replace(desk.selection.cut, **{dimension: place.key}, category=column.key)
    number = desk.number("received", Counter(received=n), cut, f"{place.label}{column.label}")
    shade = -(-SHADES * n // most) if most and place.key != NONE else 0
    return Cell(column.label, number, shade)


def _sum(desk: Desk, dimension: str, place: Line) -> Number:
    return desk.number(
        "received", place.sums, replace(desk.selection.cut, **{dimension: place.key}), place.label
    )
