from __future__ import annotations

from django.urls import path

from . import views

app_name = "care"
urlpatterns = [
    path("helpers/", views.list_helpers, name="list_helpers"),
    path("helpers/new/<str:step>/", views.choose_helper, name="choose_helper"),
    path("helpers/<uuid:public_id>/end/", views.end_help, name="end_help"),
    path("guardians/<uuid:public_id>/end/", views.end_guardianship, name="end_guardianship"),
    path("guardians/<uuid:public_id>/answer/", views.answer_anew, name="answer_anew"),
    path("helping/", views.list_helped, name="list_helped"),
    path("helping/now/", views.show_entrusted, name="show_entrusted"),
    path("helping/stop/", views.stop_acting, name="stop_acting"),
    path("helping/<uuid:public_id>/consent/", views.consent, name="consent"),
    path("helping/<str:via>/<uuid:public_id>/", views.start_acting, name="start_acting"),
    path("counter/<uuid:public_id>/", views.show_counter, name="show_counter"),
    path("counter/<uuid:public_id>/helper/", views.record_proxy, name="record_proxy"),
    path("counter/<uuid:public_id>/guardian/", views.record_guardian, name="record_guardian"),
]
