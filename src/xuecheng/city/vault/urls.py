from __future__ import annotations

from django.urls import path

from . import views

app_name = "vault"
urlpatterns = [path("", views.show_keys, name="show_keys")]
