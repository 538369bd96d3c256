"""Addresses of rosters, all below /roster/, grouped by what they are about."""

from django.urls import path, re_path

from volunteers.views import (
    arranging,
    calling,
    closures,
    duty,
    feed,
    importing,
    patterns,
    people,
    places,
    records,
    seating,
    teams,
    week,
)

app_name = "volunteers"

urlpatterns = [
    # people and teams
    path("me/", people.me, name="me"),
    path("me/<slug:part>/", people.my_part, name="my_part"),
    path("people/", people.people, name="people"),
    path("people/import/", importing.upload, name="import"),
    path("people/import/template/", importing.template, name="import_template"),
    path("people/import/<int:pk>/", importing.preview, name="import_preview"),
    path("people/import/<int:pk>/faults/", importing.faults, name="import_faults"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/<slug:part>/", people.part, name="part"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.found, name="found_team"),
    path("teams/<int:pk>/", teams.team, name="team"),
    path("teams/<int:pk>/edit/", teams.edit, name="edit_team"),
    # patterns and shifts
    path("<str:code>/patterns/", patterns.patterns, name="patterns"),
    path("<str:code>/patterns/generate/", patterns.generate, name="generate"),
    path("<str:code>/patterns/new/", patterns.add_pattern, name="add_pattern"),
    path("<str:code>/patterns/three/", patterns.quick_start, name="quick_start"),
    path("<str:code>/patterns/changed/", arranging.changed, name="changed"),
    path("<str:code>/patterns/<int:pk>/", patterns.pattern, name="pattern"),
    path("<str:code>/patterns/<int:pk>/edit/", patterns.edit_pattern, name="edit_pattern"),
    path("<str:code>/patterns/<int:pk>/copy/", patterns.copy_day, name="copy_day"),
    path("<str:code>/patterns/<int:pk>/shifts/new/", patterns.add_shift, name="add_shift"),
    path("<str:code>/patterns/<int:pk>/shifts/<int:shift_pk>/", patterns.edit_shift, name="edit_shift"),
    path("<str:code>/patterns/<int:pk>/shifts/<int:shift_pk>/end/", patterns.end_shift, name="end_shift"),
    path("<str:code>/closures/", closures.closures, name="closures"),
    path("<str:code>/closures/<int:pk>/withdraw/", closures.withdraw_closure, name="withdraw_closure"),
    path("<str:code>/one-off/", arranging.add_one_off, name="add_one_off"),
    path("shifts/<int:pk>/edit/", arranging.edit_shift, name="edit_shift_of_day"),
    # seats
    path("mine/", seating.my_shifts, name="my_shifts"),
    path("open/", seating.open_seats, name="open_seats"),
    path("shifts/<int:pk>/", seating.shift, name="shift"),
    path("shifts/<int:pk>/wait/", places.wait, name="wait"),
    path("waiting/<int:pk>/stop/", places.stop_waiting, name="stop_waiting"),
    path("seats/<int:pk>/take/", places.take, name="take"),
    path("places/<int:pk>/accept/", places.accept, name="accept"),
    path("places/<int:pk>/decline/", places.decline, name="decline"),
    path("places/<int:pk>/seek/", places.seek, name="seek"),
    path("places/<int:pk>/keep/", places.keep, name="keep"),
    path("places/<int:pk>/withdraw/", places.withdraw, name="withdraw"),
    path("places/<int:pk>/excuse/", places.excuse, name="excuse"),
    # proposals
    # on duty, and records of service
    path("check-in/<str:token>/", duty.check_in, name="check_in"),
    path("on-duty/<int:pk>/", duty.attend, name="attend"),
    path("<str:code>/on-duty/", duty.board, name="on_duty"),
    path("<str:code>/check-in-code/", duty.code, name="check_in_code"),
    path("records/", records.mine, name="my_records"),
    path("records/<int:pk>/", records.record, name="record"),
    path("corrections/", records.requests, name="corrections"),
    path("corrections/<int:pk>/", records.answer, name="correction"),
    path("service-hours/", records.service_hours, name="hours"),
    # the week, coverage, the calendar on the phone
    path("", week.rosters, name="rosters"),
    path("coverage/", week.coverage, name="coverage"),
    path("shifts/<int:pk>/call-out/", calling.call_out, name="call_out"),
    path("called/<int:pk>/", calling.called, name="called"),
    path("mine/calendar/", feed.calendar, name="calendar"),
    path("mine/calendar/end/", feed.calendar_revoke, name="calendar_revoke"),
    path("feed/<str:token>.ics", feed.calendar_feed, name="calendar_feed"),
    re_path(r"^(?P<code>[A-Z]{2,4}[0-9]{2})/$", week.roster, name="roster"),
    re_path(r"^(?P<code>[A-Z]{2,4}[0-9]{2})/wall/$", week.wall, name="wall"),
]
