"""Addresses of sign-in, one's own account, and a lead's people."""

from django.urls import path

from accounts.views import door, own, people

app_name = "accounts"

urlpatterns = [
    path("sign-in/", door.login, name="login"),
    path("sign-out/", door.logout, name="logout"),
    path("me/", own.me, name="me"),
    path("me/password/", own.password, name="password"),
    path("large-print/", own.large_print, name="large_print"),
    path("people/", people.people, name="people"),
    path("people/enrol/", people.enrol, name="enrol"),
    path("people/<int:post_id>/remove/", people.remove, name="remove"),
    path("people/<int:post_id>/password/", people.reset_password, name="reset_password"),
]
