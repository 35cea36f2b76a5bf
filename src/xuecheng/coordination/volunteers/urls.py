from __future__ import annotations

from django.urls import path

from . import views

app_name = "volunteers"
urlpatterns = [
    path("", views.list_calls, name="list_calls"),
    path("calls/<uuid:public_id>/", views.show_call, name="show_call"),
    path("calls/shifts/<uuid:public_id>/apply/", views.apply, name="apply"),
    path("my/", views.show_own, name="show_own"),
    path("my/entry/", views.keep_entry, name="keep_entry"),
    path("my/leave/", views.leave, name="leave"),
    path("my/shifts/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("my/certificates/", views.issue_certificate, name="issue_certificate"),
    path("my/certificates/<uuid:public_id>/", views.take_certificate, name="take_certificate"),
    path("certificates/<str:code>/", views.verify_certificate, name="verify_certificate"),
    path("activities/", views.list_activities, name="list_activities"),
    path("activities/new/", views.draft_activity, name="draft_activity"),
    path("activities/<uuid:public_id>/", views.show_activity, name="show_activity"),
    path("activities/<uuid:public_id>/change/", views.change_activity, name="change_activity"),
    path("activities/<uuid:public_id>/shifts/new/", views.add_shift, name="add_shift"),
    path("activities/<uuid:public_id>/<str:verb>/", views.move_activity, name="move_activity"),
    path("shifts/<uuid:public_id>/", views.show_shift, name="show_shift"),
    path("shifts/<uuid:public_id>/cancel/", views.cancel_shift, name="cancel_shift"),
    path("shifts/<uuid:public_id>/enter/", views.enter_volunteer, name="enter_volunteer"),
    path("shifts/<uuid:public_id>/late/", views.register_late, name="register_late"),
    path("late/", views.list_late, name="list_late"),
    path("late/<uuid:public_id>/", views.decide_late, name="decide_late"),
    path("assignments/<uuid:public_id>/<str:verb>/", views.move_assignment, name="move_assignment"),
    path("people/", views.list_volunteers, name="list_volunteers"),
    path("people/file/", views.export_volunteers, name="export_volunteers"),
    path("people/new/", views.register_person, name="register_person"),
    path("people/<uuid:public_id>/", views.show_volunteer, name="show_volunteer"),
    path("people/<uuid:public_id>/<str:verb>/", views.keep_volunteer, name="keep_volunteer"),
    path("reviews/", views.list_reviews, name="list_reviews"),
    path("reviews/<uuid:public_id>/", views.decide_service, name="decide_service"),
    path("numbers/", views.set_numbers, name="set_numbers"),
]
