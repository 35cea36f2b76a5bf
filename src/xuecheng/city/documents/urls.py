from __future__ import annotations

from django.urls import path

from . import views

app_name = "documents"
urlpatterns = [
    path("", views.list_documents, name="list_documents"),
    path("export/", views.export_documents, name="export_documents"),
    path("kept/", views.show_retention, name="show_retention"),
    path("new/<str:place>/<str:key>/", views.add_document, name="add_document"),
    path("<uuid:public_id>/", views.show_document, name="show_document"),
    path("<uuid:public_id>/new-version/", views.add_version, name="add_version"),
    path("<uuid:public_id>/remove/", views.remove_document, name="remove_document"),
    path("<uuid:public_id>/hold/", views.hold_document, name="hold_document"),
]
