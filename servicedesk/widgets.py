"""Django's commonest form controls, drawn without a template each: a filter has 160 options, and every page some field.

The HTML is that of Django's own templates (a test holds the two to each other); all other widgets keep theirs.
"""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html, format_html_join

INPUTS = ("text", "number", "email", "password", "hidden", "date", "time", "checkbox", "file")


class Renderer(TemplatesSetting):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        if draw is None or _is_grouped(context["widget"]):
            return super().render(template_name, context, request)
        return draw(context["widget"])


def _is_grouped(widget: dict[str, Any]) -> bool:
    return any(name for name, *_ in widget.get("optgroups", ()))


def _input(widget: dict[str, Any]) -> str:
    value = widget["value"]
    given = "" if value is None else format_html(' value="{}"', value)
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], given, _attrs(widget["attrs"])
    )


def _textarea(widget: dict[str, Any]) -> str:
    """The browser drops the first line break, so that one of the text's own stays."""
    name, attrs, value = widget["name"], _attrs(widget["attrs"]), widget["value"] or ""
    return format_html('<textarea name="{}"{}>\n{}</textarea>', name, attrs, value)


def _select(widget: dict[str, Any]) -> str:
    options = [option for _, options, _ in widget["optgroups"] for option in options]
    parts = ((option["value"], _attrs(option["attrs"]), option["label"]) for option in options)
    drawn = format_html_join("\n", '<option value="{}"{}>{}</option>', parts)
    return format_html('<select name="{}"{}>\n{}\n</select>', widget["name"], _attrs(widget["attrs"]), drawn)


def _attrs(attrs: dict[str, Any]) -> str:
    """Those that are True stand without a value, those that are False not at all."""
    shown = [_attr(name, value) for name, value in attrs.items() if value is not False]
    return format_html_join("", "{}", ((attr,) for attr in shown)) if shown else ""


def _attr(name: str, value: Any) -> str:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)


_DRAWN: dict[str, Callable[[dict[str, Any]], str]] = {
    **{f"django/forms/widgets/{kind}.html": _input for kind in INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
