from __future__ import annotations

from django.urls import path

from . import views

app_name = "webhooks"
urlpatterns = [
    path("", views.list_subscriptions, name="list_subscriptions"),
    path("new/", views.subscribe, name="subscribe"),
    path("<uuid:public_id>/", views.show_subscription, name="show_subscription"),
    path("<uuid:public_id>/secret/", views.rotate_secret, name="rotate_secret"),
    path("<uuid:public_id>/end/", views.end_subscription, name="end_subscription"),
    path("<uuid:public_id>/<uuid:message_id>/replay/", views.replay, name="replay"),
]
