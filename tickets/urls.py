"""Addresses of the ticket loop, grouped by who uses them."""

app_name = "tickets"

urlpatterns = []
