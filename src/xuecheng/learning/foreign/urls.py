from __future__ import annotations

from django.urls import path

from . import views

app_name = "foreign"
urlpatterns = [
    path("", views.list_issuers, name="list_issuers"),
    path("my/", views.list_own, name="list_own"),
    path("my/new/", views.bring, name="bring"),
    path("files/<uuid:public_id>/", views.show_delivery, name="show_delivery"),
    path("files/<uuid:public_id>/<str:verb>/", views.move_delivery, name="move_delivery"),
    path("desk/", views.list_desk, name="list_desk"),
    path("rules/", views.list_rules, name="list_rules"),
    path("rules/new/", views.draft_rule, name="draft_rule"),
    path("rules/<uuid:public_id>/", views.show_rule, name="show_rule"),
    path("rules/<uuid:public_id>/try/", views.try_rule, name="try_rule"),
    path("issuers/", views.keep_issuers, name="keep_issuers"),
    path("law/<str:what>/<uuid:public_id>/<str:verb>/", views.decide_law, name="decide_law"),
    path("<uuid:public_id>/", views.show_record, name="show_record"),
    path("<uuid:public_id>/<str:verb>/", views.move_record, name="move_record"),
]
