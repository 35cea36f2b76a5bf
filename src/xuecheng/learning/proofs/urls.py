from __future__ import annotations

from django.urls import path

from . import views

app_name = "proofs"
urlpatterns = [path("verify/credential/", views.verify_credential, name="verify_credential")]
