"""Addresses of the secretary's reports."""

app_name = "reports"

urlpatterns = []
