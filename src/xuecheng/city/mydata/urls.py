from __future__ import annotations

from django.urls import path

from . import erasure_views, views

app_name = "mydata"
urlpatterns = [
    path("", views.show, name="show"),
    path("archive/", views.ask_archive, name="ask_archive"),
    path("archive/<uuid:public_id>/", views.take_archive, name="take_archive"),
    path("consents/", views.consents, name="consents"),
    path("ask/", views.ask, name="ask"),
    path("erase/", erasure_views.ask_erasure, name="ask_erasure"),
    path("erasures/", erasure_views.list_erasures, name="list_erasures"),
    path("erasures/of/<uuid:public_id>/", erasure_views.open_erasure, name="open_erasure"),
    path("erasures/<uuid:public_id>/", erasure_views.show_erasure, name="show_erasure"),
    path("erasures/<uuid:public_id>/take-back/", erasure_views.take_back_erasure, name="take_back_erasure"),
    path("requests/", views.list_requests, name="list_requests"),
    path("requests/<uuid:public_id>/", views.answer_request, name="answer_request"),
    path("requests/<uuid:public_id>/take-back/", views.take_back, name="take_back"),
]
