from __future__ import annotations

from django.urls import path

from . import views

app_name = "employers"
urlpatterns = [
    path("", views.list_lists, name="list_lists"),
    path("new/", views.bring, name="bring"),
    path("template.<str:file_format>", views.download_template, name="download_template"),
    path("lists/<uuid:public_id>/", views.show_list, name="show_list"),
    path("lists/<uuid:public_id>/answers.csv", views.download_answers, name="download_answers"),
    path("lists/<uuid:public_id>/continuation/", views.carry_on, name="carry_on"),
    path("my/", views.list_consents, name="list_consents"),
    path("my/new/", views.give_consent, name="give_consent"),
    path("my/<uuid:public_id>/withdrawal/", views.withdraw_consent, name="withdraw_consent"),
]
