from __future__ import annotations

from django.urls import path

from . import views

app_name = "mydata"
urlpatterns = [
    path("", views.show, name="show"),
    path("archive/", views.ask_archive, name="ask_archive"),
    path("archive/<uuid:public_id>/", views.take_archive, name="take_archive"),
    path("consents/", views.consents, name="consents"),
    path("ask/", views.ask, name="ask"),
    path("requests/", views.list_requests, name="list_requests"),
    path("requests/<uuid:public_id>/", views.answer_request, name="answer_request"),
    path("requests/<uuid:public_id>/take-back/", views.take_back, name="take_back"),
]
