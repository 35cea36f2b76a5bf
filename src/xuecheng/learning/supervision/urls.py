from __future__ import annotations

from django.urls import path

from . import views

app_name = "supervision"
urlpatterns = [
    path("", views.show_statistics, name="show_statistics"),
    path("suspicions/", views.list_suspicions, name="list_suspicions"),
    path("suspicions/<uuid:public_id>/", views.show_suspicion, name="show_suspicion"),
    path("suspicions/<uuid:public_id>/<str:verb>/", views.move_suspicion, name="move_suspicion"),
    path("questions/", views.list_questions, name="list_questions"),
    path("questions/<uuid:public_id>/", views.show_question, name="show_question"),
    path("withdrawals/", views.list_withdrawals, name="list_withdrawals"),
    path("withdrawals/mine/", views.list_own, name="list_own"),
    path("withdrawals/new/", views.find_credit, name="find_credit"),
    path("withdrawals/new/<int:number>/", views.open_case, name="open_case"),
    path("withdrawals/<uuid:public_id>/", views.show_withdrawal, name="show_withdrawal"),
    path("withdrawals/<uuid:public_id>/<str:verb>/", views.move_withdrawal, name="move_withdrawal"),
    path("audits/new/", views.plan_audit, name="plan_audit"),
    path("audits/<uuid:public_id>/", views.show_audit, name="show_audit"),
    path("audits/<uuid:public_id>/list.csv", views.download_list, name="download_list"),
    path("audits/<uuid:public_id>/publish/", views.publish_audit, name="publish_audit"),
    path("audits/<uuid:public_id>/<str:number>/", views.show_item, name="show_item"),
]
