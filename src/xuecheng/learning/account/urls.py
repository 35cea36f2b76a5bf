from __future__ import annotations

from django.urls import path

from . import views

app_name = "account"
urlpatterns = [
    path("", views.see_account, name="see_account"),
    path("statement.csv", views.export_statement, name="export_statement"),
    path("lines/<uuid:key>/", views.see_line, name="see_line"),
    path("records/", views.list_records, name="list_records"),
    path("card/", views.see_card, name="see_card"),
    path("card/<str:number>/", views.read_card, name="read_card"),
    path("checks/", views.explain_checks, name="explain_checks"),
    path("of/<uuid:person_id>/", views.see_account_of, name="see_account_of"),
    path("of/<uuid:person_id>/lines/<uuid:key>/", views.see_line_of, name="see_line_of"),
]
