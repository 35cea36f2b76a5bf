from __future__ import annotations

from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("capacity/", views.switch_capacity, name="switch_capacity"),
    path("today/", views.show_today, name="show_today"),
    path("today/counter/", views.show_counter, name="show_counter"),
]
