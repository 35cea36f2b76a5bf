from __future__ import annotations

from django.urls import path

from . import views

app_name = "assurance"
urlpatterns = [
    path("", views.show_security, name="show_security"),
    path("requirements/", views.list_requirements, name="list_requirements"),
    path("requirements/export/", views.export_requirements, name="export_requirements"),
    path("law/", views.show_law, name="show_law"),
]
