"""The map of the house: each app brings its own pages."""

from django.contrib import admin
from django.urls import include, path

from servicedesk import views
from tickets.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("", include("tickets.urls")),
    path("", include("stations.urls")),
    path("roster/", include("volunteers.urls")),
    path("", include("notices.urls")),
    path("reports/", include("tickets.urls_reports")),
    path("status/", views.system_status, name="system_status"),
    path("admin/", admin.site.urls),
    path("csp-report/", views.csp_report, name="csp_report"),
]

handler400 = "servicedesk.views.bad_request"
handler403 = "servicedesk.views.permission_denied"
handler404 = "servicedesk.views.page_not_found"
handler500 = "servicedesk.views.server_error"
