"""Template filters over tickets.saying; `{% load said %}`. A page is read now, so they look at the clock themselves."""

from django import template
from django.utils import timezone

from stations import saying

register = template.Library()


@register.filter(is_safe=False)
def day(value):
    return saying.day(value, today=timezone.localdate())


@register.filter(is_safe=False)
def promise(value):
    return saying.promise(value, today=timezone.localdate())


@register.filter(is_safe=False)
def moment(value):
    return saying.moment(value, now=timezone.now())


@register.filter(is_safe=False)
def before(value):
    return saying.before(value, now=timezone.now())
