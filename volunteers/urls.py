"""Addresses of rosters, all below /roster/, grouped by what they are about."""

from django.urls import path, re_path
from django.urls.resolvers import URLPattern

from volunteers.views import week

app_name = "volunteers"

urlpatterns: list[URLPattern] = [
    # people and teams
    # patterns and shifts
    # seats
    # proposals
    # on duty, and records of service
    # the week, coverage, the calendar on the phone
    path("", week.rosters, name="rosters"),
    path("coverage/", week.coverage, name="coverage"),
    re_path(r"^(?P<code>[A-Z]{2,4}[0-9]{2})/$", week.roster, name="roster"),
    re_path(r"^(?P<code>[A-Z]{2,4}[0-9]{2})/wall/$", week.wall, name="wall"),
]
