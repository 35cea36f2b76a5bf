from __future__ import annotations

from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.list_jobs, name="list_jobs"),
    path("routines/", views.list_routines, name="list_routines"),
    path("<uuid:public_id>/", views.show_job, name="show_job"),
    path("<uuid:public_id>/cancel/", views.cancel_job, name="cancel_job"),
    path("<uuid:public_id>/retry/", views.retry_job, name="retry_job"),
]
