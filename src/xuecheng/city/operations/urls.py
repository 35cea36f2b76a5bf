from __future__ import annotations

from django.urls import path

from . import views

app_name = "operations"
urlpatterns = [
    path("", views.show_health, name="show_health"),
    path("standing/", views.show_standing, name="show_standing"),
]
