from __future__ import annotations

from django.urls import path

from . import views

app_name = "collectives"
urlpatterns = [
    path("", views.list_open, name="list_open"),
    path("my/", views.list_own, name="list_own"),
    path("apply/", views.apply, name="apply"),
    path("kept/", views.list_kept, name="list_kept"),
    path("<uuid:public_id>/", views.show_account, name="show_account"),
    path("<uuid:public_id>/join/", views.join, name="join"),
    path("<uuid:public_id>/deposit/", views.deposit, name="deposit"),
    path("<uuid:public_id>/deposits/<uuid:deposit_id>/take-back/", views.take_back, name="take_back"),
    path("<uuid:public_id>/members/<uuid:membership_id>/<str:verb>/", views.move_member, name="move_member"),
    path("<uuid:public_id>/<str:verb>/", views.move_account, name="move_account"),
]
