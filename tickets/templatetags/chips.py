"""Chips for status, time limit and choices: a page shows dozens of them, so no template is run for each."""

from functools import cache

from django import template
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from heroicons.templatetags.heroicons import heroicon_outline

from stations.markup import fill
from tickets.due import WALL_CLOCK
from tickets.states import Status

ICON_OF_STATUS = {
    Status.RECEIVED: "inbox-arrow-down",
    Status.DISPATCHED: "paper-airplane",
    Status.CLAIMED: "wrench",
    Status.WAITING: "chat-bubble-left-ellipsis",
    Status.RESOLVED: "star",
    Status.CLOSED: "check-circle",
    Status.MERGED: "square-2-stack",
    Status.WITHDRAWN: "arrow-uturn-left",
}
ICON_OF_DUE = {
    "over": "exclamation-triangle",
    "half": "clock",
    "near": "bell-alert",
    "provisional": "calendar-days",
    "paused": "pause",
    "moved": "calendar-days",
    "kept": "check",
    "left": "clock",
}
URGENT = fill('<span class="urgent" aria-hidden="true">{}</span>', "急")
register = template.Library()
_icon = cache(heroicon_outline)


@register.simple_tag
@cache
def status_chip(code: str) -> str:
    status = Status(code)
    return fill(
        '<span class="st st-{}">{}{}</span>', status.value, _icon(ICON_OF_STATUS[status]), status.label
    )


PLAIN_CHIP = '<span class="due due-{}"{}>{}{}</span>'
CHIP = (
    '<span class="due due-{}"{}>{}<span class="due-t"><span class="visually-hidden">{}</span><span>{}</span>'
    '<span class="counted{}">{}</span><span class="visually-hidden">{}</span></span></span>'
)


@register.simple_tag
def due_chip(due, *, exact=False) -> str:
    """A tickets.due.Due; hovering shows which limit it is and the absolute moment, and why that day.

    A reader of the screen hears which limit it is; `exact`: the moment too, where it does not stand beside the chip.
    """
    if not due:
        return ""
    icon = _icon(ICON_OF_DUE[due.kind]) if due.kind in ICON_OF_DUE else ""
    moment = "，".join(filter(None, (due.exact, due.note)))
    title = fill(' title="{}"', f"{due.title} {moment}".strip()) if moment else ""
    if not due.title:
        return fill(PLAIN_CHIP, due.kind, title, icon, due.text)
    return fill(
        CHIP,
        due.kind,
        title,
        icon,
        f"{due.title}：",
        due.text,
        " by-wall" if due.counted == WALL_CLOCK else "",
        f"（{due.counted}）" if due.counted else "",
        f"，{moment}" if exact and moment else "",
    )


@register.simple_tag
def radio_chip(option, key=None, *, tall=False, urgent=False) -> str:
    """One choice of a group, as Django's widgets tell it; key: the digit for it; tall: with a picture."""
    attrs = {name: value for name, value in option["attrs"].items() if name != "class"}
    return fill(
        '<label class="pick"><input type="{}" name="{}" value="{}"{}>'
        "<span>{}{}{}<span>{}</span></span></label>",
        option["type"],
        option["name"],
        option["value"],
        flatatt(attrs),
        fill('<span class="key" aria-hidden="true">{}</span>', key) if key else "",
        URGENT if urgent else "",
        _picture(str(option["value"]), option["name"]) if tall else "",
        option["label"],
    )


@cache
def _picture(value: str, name: str) -> str:
    return render_to_string("components/answer_icon.html", {"value": value, "option": {"name": name}})
