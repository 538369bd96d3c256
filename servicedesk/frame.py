"""What stands around every page, without working it out anew each time: `{% load frame %}`."""

from functools import cache

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from stations import saying

register = template.Library()


@register.simple_tag
@cache
def page(name: str) -> str:
    """The address of a page without parameters, as `url` says it; it never changes while the process runs."""
    return reverse(name)


@register.simple_tag
def clock() -> str:
    """11月26日（周四） 09:30; app.js keeps it right."""
    now = timezone.localtime()
    return format_html(
        '<time class="clock no-print" data-clock datetime="{}">{} <b>{}</b></time>',
        now.isoformat(timespec="seconds"), saying.day(now.date(), today=now.date()), f"{now:%H:%M}",
    )  # fmt: skip
