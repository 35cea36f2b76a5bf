from __future__ import annotations

from django.urls import path

from . import views

app_name = "records"
urlpatterns = [
    path("", views.list_records, name="list_records"),
    path("desk/", views.show_desk, name="show_desk"),
    path("export/", views.export_records, name="export_records"),
    path("learners/<uuid:public_id>/", views.show_learner, name="show_learner"),
    path("new/", views.enter_record, name="enter_record"),
    path("pending/", views.list_pending, name="list_pending"),
    path("<int:number>/", views.show_record, name="show_record"),
    path("<int:number>/correct/", views.correct_record, name="correct_record"),
    path("<int:number>/withdraw/", views.withdraw_record, name="withdraw_record"),
    path("<int:number>/dispute/", views.dispute_record, name="dispute_record"),
    path("disputes/<int:number>/answer/", views.answer_dispute, name="answer_dispute"),
    path("disputes/<int:number>/drop/", views.drop_dispute, name="drop_dispute"),
    path("doubles/<int:number>/", views.decide_double, name="decide_double"),
]
