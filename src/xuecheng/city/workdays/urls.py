from __future__ import annotations

from django.urls import path

from . import views

app_name = "workdays"
urlpatterns = [
    path("", views.show_today, name="show_today"),
    path("<int:year>/", views.show_year, name="show_year"),
    path("<int:year>/export/", views.export_year, name="export_year"),
]
