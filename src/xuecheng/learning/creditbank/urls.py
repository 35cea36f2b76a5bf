from __future__ import annotations

from django.urls import path

from . import views

app_name = "creditbank"
urlpatterns = [
    path("frameworks/", views.list_frameworks, name="list_frameworks"),
    path("frameworks/<str:code>/<int:version>/", views.see_framework, name="see_framework"),
    path("units/", views.list_units, name="list_units"),
    path("units/new/", views.draft_unit, name="draft_unit"),
    path("units/<str:code>/<int:version>/", views.see_unit, name="see_unit"),
    path("units/<str:code>/<int:version>/next/", views.draft_unit, name="draft_next_version"),
    path("units/<str:code>/<int:version>/edit/", views.edit_unit, name="edit_unit"),
    path("units/<str:code>/<int:version>/decide/", views.decide_unit, name="decide_unit"),
    path("units/<str:code>/<int:version>/end/", views.end_unit, name="end_unit"),
    path("ledger/", views.see_ledger_health, name="see_ledger_health"),
    path("ledger/check/", views.check_ledger, name="check_ledger"),
    path("ledger/checks/<uuid:public_id>/", views.see_check, name="see_check"),
]
