from __future__ import annotations

from django.urls import path

from . import views

app_name = "access"
urlpatterns = [
    path("", views.list_own, name="list_own"),
    path("at/<str:code>/", views.list_holdings, name="list_holdings"),
    path("at/<str:code>/grant/", views.grant_role, name="grant_role"),
    path("over/<str:code>/", views.list_holdings_over, name="list_holdings_over"),
    path("over/<str:code>/grant/", views.grant_role_over, name="grant_role_over"),
    path("of/<uuid:public_id>/", views.list_roles_of, name="list_roles_of"),
    path("waiting/", views.list_waiting, name="list_waiting"),
    path("expiring/", views.list_expiring, name="list_expiring"),
    path("expiring.csv", views.export_expiring, name="export_expiring"),
    path("catalogue/", views.list_roles, name="list_roles"),
    path("catalogue/new/", views.make_role, name="make_role"),
    path("catalogue/<str:code>/", views.show_role, name="show_role"),
    path("catalogue/<str:code>/draft/", views.draft_role, name="draft_role"),
    path("drafts/<uuid:public_id>/", views.decide_role, name="decide_role"),
    path("readings/", views.list_own_readings, name="list_own_readings"),
    path("readings/of/<uuid:public_id>/", views.list_readings_of, name="list_readings_of"),
    path("who-sees/<str:kind>/<str:number>/", views.explain, name="explain"),
    path("emergencies/", views.list_glass, name="list_glass"),
    path("emergencies/open/<str:kind>/<str:number>/", views.break_glass, name="break_glass"),
    path("emergencies/<uuid:public_id>/close/", views.close_glass, name="close_glass"),
    path("emergencies/<uuid:public_id>/review/", views.review_glass, name="review_glass"),
    path("<uuid:public_id>/decide/", views.decide_holding, name="decide_holding"),
    path("<uuid:public_id>/end/", views.end_role, name="end_role"),
]
