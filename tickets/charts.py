"""Draws the trend of the rates as one SVG without script or style, which the policy would refuse.

pygal places lines, marks and labels; the looks are then written into attributes. Colours, dashes and marks
are those of the table beneath (static/css/report.css).
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

import pygal

# pygal hooks every later import for plug-ins we have none of, in a way Python has since dropped.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

HEIGHT = 208


@dataclass(frozen=True)
class Frame:
    """Where things stand from left to right; the guides are measured from the plot's left edge."""

    width: int
    margin_left: int
    margin_right: int
    guide_from: int
    guide_to: int


# The wide one's points stand over the columns of the table beneath: a fifth for names, the rest for months.
WIDE = Frame(720, 154, 38, -38, 538)
NARROW = Frame(360, 31, 18, -16, 301)
FONTS = (
    "PingFang SC, HarmonyOS Sans SC, MiSans, Microsoft YaHei, Noto Sans SC, Noto Sans CJK SC, "
    "WenQuanYi Micro Hei, sans-serif"
)
INK, GRID = "#575149", "#e4dfd7"
SVG = "http://www.w3.org/2000/svg"
SQUARE = {"width": "9", "height": "9"}
STEPS = (5, 10, 20, 25)


@dataclass(frozen=True)
class Look:
    """Colour, dash and mark of a series: told apart without colour."""

    colour: str
    dashes: str
    mark: str


LOOKS = (Look("#8c241e", "", "ring"), Look("#1b4e80", "7 4", "square"), Look("#1d5a2b", "2 4", "triangle"))


@dataclass(frozen=True)
class Picture:
    """What a chart shows: trend (lines), columns or rows (bars); each series has a value or None for every label.

    `empty`: where the None is of nothing at all and not of too few, the series and the label by number.
    """

    kind: str
    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float | None]]]
    unit: str = ""
    empty: Sequence[Sequence[int]] = ()


def trend_svg(picture: Picture, frame: Frame = WIDE) -> bytes:
    """Up to three rates in percent, month by month; None leaves a gap."""
    values = [value for _, line in picture.series for value in line if value is not None]
    levels = _levels(min(values, default=0))
    chart = pygal.Line(
        js=(), width=frame.width, height=HEIGHT, margin=8,
        margin_left=frame.margin_left, margin_right=frame.margin_right, show_legend=False,
        range=(levels[0], 100), y_labels=levels, allow_interruptions=True,
    )  # fmt: skip
    chart.x_labels = list(picture.labels)
    for name, line in picture.series:
        chart.add(name, list(line))
    return written(_dressed(chart.render_tree(), frame, picture.title))


def canvas(title: str, width: int, height: float) -> Element:
    """An empty picture with its name."""
    words = {"font-family": FONTS, "font-size": "14", "fill": INK}
    picture = Element("svg", {"xmlns": SVG, "viewBox": f"0 0 {width} {height:g}", "role": "img", **words})
    SubElement(picture, "title").text = title
    return picture


def written(picture: Element) -> bytes:
    return tostring(picture, encoding="utf-8", xml_declaration=True)


def _dressed(drawn: Element, frame: Frame, title: str) -> Element:
    """What pygal placed, drawn anew with looks as attributes and nothing else."""
    picture = canvas(title, frame.width, HEIGHT)
    plots = [group for group in drawn.iter("g") if "plot" in classes(group)]
    for plot in plots[:2]:  # the lines, then the marks; the rest is for the pointer
        group = SubElement(picture, "g", {"transform": plot.get("transform", "")})
        group.extend(piece for node in plot.iter("g") for piece in _pieces(node, frame))
    return picture


def _pieces(group: Element, frame: Frame) -> Iterator[Element]:
    """The shapes standing directly in one of pygal's groups."""
    its = classes(group)
    if "axis" in its:
        draw = _level if "y" in its else _month
        for guide in group.findall("g"):
            yield from draw(guide, frame)
    for number, look in enumerate(LOOKS):
        if f"serie-{number}" in its:
            yield from _series(group, look)


def _level(guide: Element, frame: Frame) -> Iterator[Element]:
    line, label = guide.find("path"), guide.find("text")
    assert line is not None and label is not None
    height = line.get("d", "").split()[1]
    yield Element("path", {"d": f"M{frame.guide_from} {height}H{frame.guide_to}", "stroke": GRID})
    yield words(
        f"{label.text}%", {"x": str(frame.guide_from - 10), "y": label.get("y", ""), "text-anchor": "end"}
    )


def _month(guide: Element, frame: Frame) -> Iterator[Element]:
    label = guide.find("text")
    assert label is not None
    yield words(label.text or "", {"x": label.get("x", ""), "y": str(HEIGHT - 14), "text-anchor": "middle"})


def words(text: str, place: dict[str, str]) -> Element:
    words = Element("text", place)
    words.text = text
    return words


def _series(group: Element, look: Look) -> Iterator[Element]:
    for line in group.findall("path"):
        looks = {
            "fill": "none",
            "stroke": look.colour,
            "stroke-width": "2.4",
            "stroke-dasharray": look.dashes,
        }
        yield Element("path", {"d": line.get("d", ""), **{k: v for k, v in looks.items() if v}})
    for dot in group.iter("circle"):
        yield _mark(float(dot.get("cx", 0)), float(dot.get("cy", 0)), look)


def _mark(x: float, y: float, look: Look) -> Element:
    if look.mark == "square":
        return Element("rect", {"x": f"{x - 4.5:.1f}", "y": f"{y - 4.5:.1f}", **SQUARE, "fill": look.colour})
    if look.mark == "triangle":
        return Element("path", {"d": f"M{x:.1f} {y - 6:.1f}l6 10.5h-12z", "fill": look.colour})
    ring = {"stroke": look.colour, "stroke-width": "2.4", "fill": "#fff"}
    return Element("circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "4.5", **ring})


def classes(node: Element) -> list[str]:
    return node.get("class", "").split()


def _levels(least: float) -> list[int]:
    """Even steps from a round number at or under the least value up to 100."""
    step = next(step for step in STEPS if 100 - 4 * step <= least)
    return list(range(100 - 4 * step, 101, step))
