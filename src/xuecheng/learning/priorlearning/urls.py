from __future__ import annotations

from django.urls import path

from . import views

app_name = "priorlearning"
urlpatterns = [
    path("", views.find_units, name="find_units"),
    path("numbers/", views.show_numbers, name="show_numbers"),
    path("witness/<uuid:public_id>/", views.speak, name="speak"),
    path("my/", views.list_own, name="list_own"),
    path("my/new/", views.begin, name="begin"),
    path("cases/", views.list_cases, name="list_cases"),
    path("work/", views.list_work, name="list_work"),
    path("moderation/", views.moderate, name="moderate"),
    path("assessors/", views.keep_assessors, name="keep_assessors"),
    path("centres/", views.keep_centres, name="keep_centres"),
    path("units/<str:code>/questions/", views.write_guide, name="write_guide"),
    path("groups/", views.list_groups, name="list_groups"),
    path("groups/new/", views.lodge_group, name="lodge_group"),
    path("groups/answer/", views.answer_group, name="answer_group"),
    path("groups/<uuid:public_id>/", views.show_group, name="show_group"),
    path("<uuid:public_id>/", views.show_application, name="show_application"),
    path("<uuid:public_id>/answers/", views.answer_questions, name="answer_questions"),
    path("<uuid:public_id>/evidence/", views.keep_evidence, name="keep_evidence"),
    path("<uuid:public_id>/evidence/<str:kind>/", views.add_evidence, name="add_evidence"),
    path("<uuid:public_id>/portfolio/", views.take_portfolio, name="take_portfolio"),
    path("<uuid:public_id>/assess/<int:number>/", views.assess, name="assess"),
    path("<uuid:public_id>/<str:verb>/", views.move_application, name="move_application"),
]
