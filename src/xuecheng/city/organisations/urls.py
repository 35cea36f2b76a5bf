from __future__ import annotations

from django.urls import path

from . import views

app_name = "organisations"
urlpatterns = [
    path("", views.list_organisations, name="list_organisations"),
    path("organisations.csv", views.export_organisations, name="export_organisations"),
    path("new/", views.create_organisation, name="create_organisation"),
    path("<str:code>/", views.show_organisation, name="show_organisation"),
    path("<str:code>/change/", views.change_organisation, name="change_organisation"),
    path("<str:code>/status/", views.change_status, name="change_status"),
]
