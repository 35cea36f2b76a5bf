"""Pages of the shell itself."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "web"
urlpatterns = [
    path("preferences/", views.set_preferences, name="set_preferences"),
    path("parts/", views.parts, name="parts"),
]
