"""The chips for status and time limit: a list shows them fifty times, so no template is run for each."""

from functools import cache

from django import template
from django.utils.html import format_html
from heroicons.templatetags.heroicons import heroicon_outline

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
    "near": "bell-alert",
    "provisional": "calendar-days",
    "paused": "pause",
    "kept": "check",
    "left": "clock",
}
register = template.Library()
_icon = cache(heroicon_outline)


@register.simple_tag
@cache
def status_chip(code: str) -> str:
    status = Status(code)
    return format_html(
        '<span class="st st-{}">{}{}</span>', status.value, _icon(ICON_OF_STATUS[status]), status.label
    )


@register.simple_tag
def due_chip(due) -> str:
    """A tickets.presenting.Due; hovering shows which limit it is and the absolute moment."""
    if not due:
        return ""
    icon = _icon(ICON_OF_DUE[due.kind]) if due.kind in ICON_OF_DUE else ""
    title = format_html(' title="{}"', f"{due.title} {due.exact}".strip()) if due.exact else ""
    return format_html('<span class="due due-{}"{}>{}{}</span>', due.kind, title, icon, due.text)
