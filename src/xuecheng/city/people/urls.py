from __future__ import annotations

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("", views.list_people, name="list_people"),
    path("new/", views.open_account, name="open_account"),
    path("<uuid:public_id>/", views.show_person, name="show_person"),
    path("<uuid:public_id>/name/", views.change_name, name="change_name"),
    path("<uuid:public_id>/facts/", views.change_person, name="change_person"),
    path("<uuid:public_id>/password/", views.set_password, name="set_password"),
    path("<uuid:public_id>/sign-in/", views.change_sign_in, name="change_sign_in"),
]
