from __future__ import annotations

from django.urls import path

from . import views

app_name = "transfers"
urlpatterns = [
    path("", views.list_own, name="list_own"),
    path("offer/", views.offer, name="offer"),
    path("kin/new/", views.record_kinship, name="record_kinship"),
    path("kin/", views.find_kinships, name="find_kinships"),
    path("kin/<uuid:public_id>/at-counter/", views.end_at_counter, name="end_at_counter"),
    path("kin/<uuid:public_id>/<str:verb>/", views.move_kinship, name="move_kinship"),
    path("rules/", views.list_rules, name="list_rules"),
    path("rules/new/", views.draft_rules, name="draft_rules"),
    path("rules/<uuid:public_id>/<str:verb>/", views.move_rules, name="move_rules"),
    path("<uuid:public_id>/<str:verb>/", views.move_gift, name="move_gift"),
]
