"""Addresses of rosters, all below /roster/, grouped by what they are about."""

from django.urls.resolvers import URLPattern

app_name = "volunteers"

urlpatterns: list[URLPattern] = [
    # people and teams
    # patterns and shifts
    # seats
    # proposals
    # on duty, and records of service
    # the week, coverage, the calendar on the phone
]
