"""Addresses of this app."""

app_name = "volunteers"

urlpatterns: list = []
