from __future__ import annotations

from django.urls import path

from . import views

app_name = "courses"
urlpatterns = [
    path("", views.list_courses, name="list_courses"),
    path("kept/", views.list_kept, name="list_kept"),
    path("shared/", views.find_shared, name="find_shared"),
    path("reviews/", views.list_reviews, name="list_reviews"),
    path("new/", views.write_course, name="write_course"),
    path("versions/<uuid:public_id>/", views.show_version, name="show_version"),
    path("versions/<uuid:public_id>/edit/", views.edit_version, name="edit_version"),
    path("versions/<uuid:public_id>/send/", views.send_version, name="send_version"),
    path("versions/<uuid:public_id>/decide/", views.decide_version, name="decide_version"),
    path("versions/<uuid:public_id>/retire/", views.retire_version, name="retire_version"),
    path("<uuid:public_id>/", views.show_course, name="show_course"),
    path("<uuid:public_id>/next/", views.draft_version, name="draft_version"),
    path("<uuid:public_id>/share/", views.share_course, name="share_course"),
    path("<uuid:public_id>/copy/", views.copy_course, name="copy_course"),
]
