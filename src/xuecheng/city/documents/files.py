"""Addresses of the files themselves, apart from every page: a proxy may give them a host name of their own."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "files"
urlpatterns = [
    path("<uuid:public_id>/", views.download, name="download"),
    path("<uuid:public_id>/preview.jpg", views.show_preview, name="preview"),
]
