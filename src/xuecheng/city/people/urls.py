from __future__ import annotations

from django.urls import path

from . import duplicate_views, views

app_name = "people"
urlpatterns = [
    path("", views.list_people, name="list_people"),
    path("new/", views.open_account, name="open_account"),
    path("duplicates/", duplicate_views.list_duplicates, name="list_duplicates"),
    path("duplicates/<uuid:public_id>/", duplicate_views.decide_duplicate, name="decide_duplicate"),
    path("merges/<uuid:public_id>/undo/", duplicate_views.undo_merge, name="undo_merge"),
    path("<uuid:public_id>/merge/", duplicate_views.merge_person, name="merge_person"),
    path("<uuid:public_id>/", views.show_person, name="show_person"),
    path("<uuid:public_id>/name/", views.change_name, name="change_name"),
    path("<uuid:public_id>/facts/", views.change_person, name="change_person"),
    path("<uuid:public_id>/password/", views.set_password, name="set_password"),
    path("<uuid:public_id>/sign-in/", views.change_sign_in, name="change_sign_in"),
]
