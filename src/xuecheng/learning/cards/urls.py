from __future__ import annotations

from django.urls import path

from . import views

app_name = "cards"
urlpatterns = [
    path("", views.keep_card, name="keep_card"),
    path("device/", views.enrol_device, name="enrol_device"),
    path("devices/<uuid:public_id>/off/", views.revoke_device, name="revoke_device"),
    path("counter/", views.counter, name="counter"),
    path("terms/", views.show_terms, name="show_terms"),
    path("found/", views.report_found, name="report_found"),
    path("of/<uuid:person_id>/", views.show_card_of, name="show_card_of"),
    path("<uuid:public_id>/", views.show_kept, name="show_kept"),
    path("<uuid:public_id>/freeze/", views.freeze_card, name="freeze_card"),
    path("<uuid:public_id>/<str:verb>/", views.change_card, name="change_card"),
]
