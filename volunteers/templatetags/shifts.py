"""Template filters that say shifts and gaps; `{% load shifts %}`. A page is read now, so they look at the clock."""

from django import template
from django.utils import timezone

from stations import saying
from volunteers import coverage

register = template.Library()


@register.filter(is_safe=False)
def as_hours(minutes):
    """77 小时."""
    return coverage.say_hours(minutes)


@register.filter(is_safe=False)
def as_gap(span):
    """周四 12:30–14:30 无人."""
    return coverage.say_gap(span)


@register.filter(is_safe=False)
def as_when(shift):
    """今天 09:00–12:30, 周五 11月27日 16:30–20:00: of a shift or an assignment."""
    day = timezone.localdate(shift.starts_at)
    near = {0: "今天", 1: "明天"}.get((day - timezone.localdate()).days)
    when = near or f"{saying.weekday(day)} {saying.month_day(day)}"
    return f"{when} {saying.clock_span(shift.starts_at, shift.ends_at)}"


@register.filter(is_safe=False)
def as_moment(value):
    """今天 10:42."""
    return saying.moment(value, now=timezone.now())
