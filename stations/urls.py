"""Addresses of stations, for staff."""

from django.urls import path

from stations import views

app_name = "stations"

urlpatterns = [path("stations/<str:code>/", views.station, name="station")]
