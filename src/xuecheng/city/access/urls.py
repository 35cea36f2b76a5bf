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
    path("<uuid:public_id>/end/", views.end_role, name="end_role"),
]
