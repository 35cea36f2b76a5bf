from __future__ import annotations

from django.urls import path

from . import views

app_name = "recognition"
urlpatterns = [
    path("desk/", views.show_desk, name="show_desk"),
    path("rules/", views.list_rules, name="list_rules"),
    path("rules/new/", views.draft_rule, name="draft_rule"),
    path("rules/<uuid:public_id>/", views.show_rule, name="show_rule"),
    path("rules/<uuid:public_id>/edit/", views.edit_draft, name="edit_draft"),
    path("rules/<uuid:public_id>/next/", views.draft_version, name="draft_version"),
    path("rules/<uuid:public_id>/try/", views.try_rule, name="try_rule"),
    path("rules/<uuid:public_id>/propose/", views.propose_rule, name="propose_rule"),
    path("rules/<uuid:public_id>/decide/", views.decide_rule, name="decide_rule"),
    path("rules/<uuid:public_id>/end/", views.end_rule, name="end_rule"),
    path("rules/<uuid:public_id>/anew/", views.recognise_anew, name="recognise_anew"),
    path("start/", views.start_recognition, name="start_recognition"),
    path("runs/<uuid:public_id>/", views.show_run, name="show_run"),
    path("refused/", views.list_refused, name="list_refused"),
    path("refused.csv", views.export_refused, name="export_refused"),
    path("credited/", views.list_credited, name="list_credited"),
    path("credited.csv", views.export_credited, name="export_credited"),
    path("corrections/", views.list_corrections, name="list_corrections"),
    path("records/<int:number>/", views.correct_record, name="correct_record"),
    path("in-force/", views.list_public_rules, name="list_public_rules"),
    path("in-force/<str:code>/<int:version>/", views.show_public_rule, name="show_public_rule"),
]
