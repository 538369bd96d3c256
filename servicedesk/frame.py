"""What stands around every page, without working it out anew each time: `{% load frame %}`."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from stations import saying
from stations.markup import fill, fill_each

BRAND = """<a class="brand" href="{}">
  {}
  <span><b>{}</b>{}</span>
</a>"""
CURRENT = ' aria-current="{}"'
PAGER = """<nav class="pager no-print" aria-label="翻页">
  {}
  <span class="nw">第 {} 页，共 {} 页</span>
  {}
</nav>"""
register = template.Library()


class Once(template.Node):
    """Knows nothing of the page around it, so that nothing of a person or a moment can stay in it."""

    def __init__(self, nodelist: NodeList):
        self.nodelist = nodelist
        self._drawn: str | None = None

    def render(self, context: template.Context) -> str:
        if self._drawn is None:
            bare = template.Context()
            bare.template = context.template
            self._drawn = self.nodelist.render(bare)
        return self._drawn


@register.tag
def once(parser: Parser, token: Token) -> Once:
    """What is the same on every page, such as addresses of files and pages: drawn once while the process runs."""
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(nodelist)


@register.simple_tag
@cache
def page(name: str) -> str:
    """The address of a page without parameters, as `url` says it; it never changes while the process runs."""
    return reverse(name)


@register.simple_tag
def clock() -> str:
    """11月26日（周四） 09:30; app.js keeps it right."""
    now = timezone.localtime()
    return fill(
        '<time class="clock no-print" data-clock datetime="{}">{} <b>{}</b></time>',
        now.isoformat(timespec="seconds"), saying.day(now.date(), today=now.date()), f"{now:%H:%M}",
    )  # fmt: skip


@register.simple_tag
def brand(title: str = "", sub: str = "", *, url: str = "/") -> str:
    """House mark and title in two lines, or one."""
    below = fill("<small>{}</small>", sub) if sub else ""
    return fill(BRAND, url, _mark(), title or "社区服务台", below)


@register.simple_tag
def links(items: Iterable[dict[str, str]]) -> str:
    """label and url of each; current, as aria-current says it, where the page is the one or belongs to it."""
    parts = [
        (it["url"], fill(CURRENT, it["current"]) if it.get("current") else "", it["label"]) for it in items
    ]
    return fill_each('<a href="{}"{}>{}</a>\n', parts)


@register.simple_tag(takes_context=True)
def here(context: template.RequestContext, **changes: Any) -> str:
    """This page's address with other parameters; None takes one out. As `querystring`, which copies much more."""
    parameters = {**dict(context.request.GET.lists()), **{name: [value] for name, value in changes.items()}}
    kept = {name: values for name, values in parameters.items() if values != [None]}
    return f"?{urlencode(kept, doseq=True)}"


@register.simple_tag(takes_context=True)
def pager(context: template.RequestContext, page_obj: Page) -> str:
    """Older and newer pages, where there is more than one; keeps the filters."""
    number, last = page_obj.number, page_obj.paginator.num_pages
    if last < 2:
        return ""
    return fill(
        PAGER,
        _turn(context, "prev", number - 1, "上一页") if number > 1 else "",
        number,
        last,
        _turn(context, "next", number + 1, "下一页") if number < last else "",
    )


def _turn(context: template.RequestContext, way: str, number: int, label: str) -> str:
    pattern = '<a class="btn btn-line" rel="{}" href="{}">{}</a>'
    return fill(pattern, way, here(context, page=number), label)


@cache
def _mark() -> str:
    return render_to_string("components/mark.html")
