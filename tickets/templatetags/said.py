"""Template filters over tickets.saying; `{% load said %}`."""

from django import template

from tickets import saying

register = template.Library()

register.filter("day", saying.day, is_safe=False)
register.filter("promise", saying.promise, is_safe=False)
register.filter("moment", saying.moment, is_safe=False)
register.filter("before", saying.before, is_safe=False)
