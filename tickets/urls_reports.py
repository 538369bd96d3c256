"""Addresses of the secretary's reports."""

from django.urls import path

from tickets.views import reports

app_name = "reports"

urlpatterns = [
    path("satisfaction/", reports.page, name="satisfaction"),
    path("satisfaction/chart.svg", reports.chart, name="chart"),
    path("satisfaction/tickets/", reports.tickets, name="tickets"),
    path("definitions/", reports.definitions, name="definitions"),
]
