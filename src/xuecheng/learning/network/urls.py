from __future__ import annotations

from django.urls import path

from . import views

app_name = "network"
urlpatterns = [
    path("", views.show_home, name="show_home"),
    path("me/", views.show_learner_home, name="show_learner_home"),
    path("places/", views.list_places, name="list_places"),
    path("help/", views.show_help, name="show_help"),
    path("help/accessibility/", views.show_accessibility, name="show_accessibility"),
    path("help/privacy/", views.show_privacy, name="show_privacy"),
]
