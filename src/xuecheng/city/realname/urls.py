from __future__ import annotations

from django.urls import path

from . import views

app_name = "realname"
urlpatterns = [
    path("", views.list_documents, name="list_documents"),
    path("mine/", views.list_own, name="list_own"),
    path("find/", views.find_number, name="find_number"),
    path("looks/", views.list_unmaskings, name="list_unmaskings"),
    path("of/<uuid:person_id>/", views.list_documents_of, name="list_documents_of"),
    path("of/<uuid:person_id>/new/", views.claim_document, name="claim_document"),
    path("<uuid:public_id>/", views.show_document, name="show_document"),
    path("<uuid:public_id>/verify/", views.verify_document, name="verify_document"),
    path("<uuid:public_id>/refuse/", views.refuse_document, name="refuse_document"),
    path("<uuid:public_id>/whole/", views.unmask_number, name="unmask_number"),
]
