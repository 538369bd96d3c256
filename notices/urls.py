"""Addresses of one's own notices, what one wants outside, group robots and dead letters."""

from django.urls import path

from notices.views import own, robots, undelivered

app_name = "notices"

urlpatterns = [
    path("notices/", own.notice_list, name="list"),
    path("notices/read/", own.read_all, name="read_all"),
    path("notices/<int:notice_id>/open/", own.open_notice, name="open"),
    path("notices/undelivered/", undelivered.undelivered, name="dead_letters"),
    path("notices/undelivered/<int:delivery_id>/again/", undelivered.send_again, name="send_again"),
    path("notices/undelivered/<int:delivery_id>/give-up/", undelivered.give_up, name="give_up"),
    path("me/notices/", own.preference_page, name="preferences"),
    path("me/notices/ask-again/", own.ask_again, name="ask_again"),
    path("me/notices/confirm/<slug:token>/", own.confirm, name="confirm"),
    path("units/robots/", robots.robot_list, name="robots"),
    path("units/<int:unit_id>/robot/", robots.robot, name="robot"),
    path("units/<int:unit_id>/robot/try/", robots.try_out, name="try_robot"),
    path("units/<int:unit_id>/robot/remove/", robots.remove, name="remove_robot"),
]
