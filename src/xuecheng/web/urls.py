"""Pages of the shell itself."""

from __future__ import annotations

from django.urls import path

from . import machines, offline, views

app_name = "web"
urlpatterns = [
    path("preferences/", views.set_preferences, name="set_preferences"),
    path("worker.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("robots.txt", machines.robots, name="robots"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path(".well-known/security.txt", machines.security_contact, name="security_contact"),
    path(".well-known/change-password", machines.change_password, name="change_password"),
    path("offline/", offline.without_network, name="without_network"),
    path("parts/", views.parts, name="parts"),
    path("help/all/", views.list_help, name="list_help"),
    path("help/words/", views.show_words, name="show_words"),
    path("help/<slug:key>/", views.show_help, name="show_help"),
]
