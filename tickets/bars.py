"""Draws bars beside each other: columns month by month, or rows for units and categories; no script, no style.

pygal places the bars; they are then drawn anew with their looks as attributes, their values in figures and a legend, so
that the picture is understood without colour and without the table beneath.
"""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

import pygal

from tickets.charts import GRID, INK, Picture, canvas, classes, words, written

Box = tuple[float, float, float, float]  # left, top, width, height
WIDE, NARROW = 720, 360
LEGEND, SLOT, GAP = 28, 18, 8
COLUMNS, FOOT = 180, 24
ROOM = 64  # behind the longest row, for its value
ABOVE = 1.12  # over the highest column, for its value
LETTER, SWATCH = 14, 26
FEW, NOTHING = "样本少于5，不计率", "没有"
INKS = ("#8c241e", "#1b4e80", "#1d5a2b")
FILLS = ("#8c241e", "#cfdcea", "#fff")  # dark, light and empty: told apart in grey too


def columns_svg(picture: Picture, width: int = WIDE) -> bytes:
    """Upright bars, a group for each label, the values above them."""
    top = ABOVE * max(1, *_values(picture))
    chart = pygal.Bar(width=width, height=COLUMNS, range=(0, top), **PLAIN)
    drawn, svg = _drawn(chart, picture), _begun(picture, width, COLUMNS + FOOT)
    plot = SubElement(svg, "g", {"transform": f"translate(0 {LEGEND})"})
    floor = 0.0
    for number, value, (x, y, wide, high) in _bars(drawn):
        floor = max(floor, y + high)
        plot.append(_bar(number, x, y, wide, high))
        plot.append(words(f"{value}{picture.unit}", _place(x + wide / 2, y - 4, "middle")))
    plot.append(Element("path", {"d": f"M0 {floor or COLUMNS:.1f}H{width}", "stroke": GRID}))
    step = width / max(1, len(picture.labels))
    for n, label in enumerate(picture.labels):
        plot.append(words(label, _place(step * (n + 0.5), COLUMNS + FOOT - 8, "middle")))
    return written(svg)


def rows_svg(picture: Picture, width: int = WIDE) -> bytes:
    """Lying bars under the name they belong to, the values behind them."""
    height = (SLOT * (len(picture.series) + 1) + GAP) * max(1, len(picture.labels))
    most = 100.0 if picture.unit == "%" else max(1, *_values(picture))
    chart = pygal.HorizontalBar(width=width - ROOM, height=height, range=(0, most), **PLAIN)
    drawn, svg = _drawn(chart, _with_names(picture)), _begun(picture, width, height)
    plot = SubElement(svg, "g", {"transform": f"translate(0 {LEGEND})"})
    seen: Counter = Counter()
    for number, said, box in _bars(drawn):
        plot.extend(_row(picture, number - 1, len(picture.labels) - 1 - seen[number], said, box))
        seen[number] += 1
    return written(svg)


def _with_names(picture: Picture) -> Picture:
    """With an empty series in front, whose bars keep room for the names; from below, as pygal begins there."""
    names = ("", [0] * len(picture.labels))
    series = [(name, [value or 0 for value in values][::-1]) for name, values in (names, *picture.series)]
    return Picture(picture.kind, picture.title, picture.labels, series)


def _row(picture: Picture, number: int, label: int, said: str, box: Box) -> list[Element]:
    """What is drawn of a bar: the name over its row, the bar with its value, or that there are too few, or none."""
    x, y, wide, high = box
    if number < 0:
        return [words(picture.labels[label], {**_place(0, y + high - 4, "start"), "font-weight": "700"})]
    if picture.series[number][1][label] is None:
        said = NOTHING if [number, label] in picture.empty else FEW
        return [words(said, _place(x + 2, y + high / 2 + 5, "start"))]
    value = words(f"{said}{picture.unit}", _place(x + wide + 6, y + high / 2 + 5, "start"))
    return [_bar(number, x, y, wide, high), value]


PLAIN = {
    "js": (), "margin": 0, "show_legend": False, "show_x_labels": False, "show_y_labels": False,
}  # fmt: skip


def _drawn(chart: pygal.Graph, picture: Picture) -> Element:
    for name, values in picture.series:
        chart.add(name, list(values))
    return chart.render_tree()


def _begun(picture: Picture, width: int, height: float) -> Element:
    """The canvas with its legend on top: a swatch and a name for each series."""
    svg = canvas(picture.title, width, LEGEND + height)
    x = 0
    for number, (name, _) in enumerate(picture.series):
        svg.append(_bar(number, x + 1, 5, 14, 12))
        svg.append(words(name, _place(x + 20, 16, "start")))
        x += SWATCH + LETTER * (len(name) + 1)
    return svg


def _bars(drawn: Element) -> Iterator[tuple[int, str, Box]]:
    """Each bar pygal placed: the number of its series, its value in figures, left, top, width and height."""
    plot = next(group for group in drawn.iter("g") if "plot" in classes(group))
    for group in plot.findall("g"):
        number = next((int(name[6:]) for name in classes(group) if name.startswith("serie-")), None)
        for bar in group.iter("g") if number is not None else ():
            if "bar" in classes(bar):
                box, value = bar.find("rect"), bar.find("desc")
                assert box is not None and value is not None and number is not None
                left, top, wide, high = (float(box.get(name, 0)) for name in ("x", "y", "width", "height"))
                yield number, value.text or "", (left, top, wide, high)


def _bar(number: int, x: float, y: float, wide: float, high: float) -> Element:
    box = {
        "x": f"{x:.1f}",
        "y": f"{y:.1f}",
        "width": f"{max(0.5, wide):.1f}",
        "height": f"{max(0.5, high):.1f}",
    }
    return Element("rect", {**box, "fill": FILLS[number], "stroke": INKS[number]})


def _place(x: float, y: float, anchor: str) -> dict[str, str]:
    return {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "fill": INK}


def _values(picture: Picture) -> list[float]:
    return [value for _, values in picture.series for value in values if value is not None] or [0]
