"""Pages of the shell itself."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "web"
urlpatterns = [
    path("preferences/", views.set_preferences, name="set_preferences"),
    path("parts/", views.parts, name="parts"),
    path("help/all/", views.list_help, name="list_help"),
    path("help/words/", views.show_words, name="show_words"),
    path("help/<slug:key>/", views.show_help, name="show_help"),
]
