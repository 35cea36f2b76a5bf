from __future__ import annotations

from django.urls import path

from . import views

app_name = "colleges"
urlpatterns = [
    path("", views.show_network, name="show_network"),
    path("list/", views.list_colleges, name="list_colleges"),
    path("new/", views.found_college, name="found_college"),
    path("covering/", views.find_covering, name="find_covering"),
    path("gaps/", views.show_gaps, name="show_gaps"),
    path("gaps/<code>/", views.show_district_gaps, name="show_district_gaps"),
    path("gaps/<code>/file.csv", views.export_gaps, name="export_gaps"),
    path("to-do/", views.show_todo, name="show_todo"),
    path("sharing/", views.list_sharing, name="list_sharing"),
    path("sharing/<uuid:public_id>/end/", views.end_offer, name="end_offer"),
    path("standards/", views.set_standard, name="set_standard"),
    path("targets/", views.set_targets, name="set_targets"),
    path("evidence/<uuid:public_id>/", views.show_evidence, name="show_evidence"),
    path("evidence/<uuid:public_id>/review/", views.review_evidence, name="review_evidence"),
    path("<uuid:public_id>/", views.show_college, name="show_college"),
    path("<uuid:public_id>/move/", views.move_college, name="move_college"),
    path("<uuid:public_id>/close/", views.close_college, name="close_college"),
    path("<uuid:public_id>/coverage/", views.set_coverage, name="set_coverage"),
    path("<uuid:public_id>/offers/new/", views.declare_offer, name="declare_offer"),
    path("<uuid:public_id>/requirements/<code>/", views.give_evidence, name="give_evidence"),
]
