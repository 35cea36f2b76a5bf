from __future__ import annotations

from django.urls import path

from . import views

app_name = "exchange"
urlpatterns = [
    path("agreements/", views.list_agreements, name="list_agreements"),
    path("agreements/ours/", views.list_kept, name="list_kept"),
    path("agreements/to-decide/", views.list_to_decide, name="list_to_decide"),
    path("agreements/new/", views.draft_agreement, name="draft_agreement"),
    path("agreements/<uuid:public_id>/", views.show_agreement, name="show_agreement"),
    path("agreements/<uuid:public_id>/change/", views.change_agreement, name="change_agreement"),
    path("agreements/<uuid:public_id>/follow/", views.follow_agreement, name="follow_agreement"),
    path("agreements/<uuid:public_id>/lines/", views.add_term, name="add_term"),
    path("agreements/<uuid:public_id>/lines/<int:number>/remove/", views.remove_term, name="remove_term"),
    path("agreements/<uuid:public_id>/<str:verb>/", views.move_agreement, name="move_agreement"),
    path("my/", views.show_wallet, name="show_wallet"),
    path("my/ask/", views.ask, name="ask"),
    path("my/requests/", views.list_own, name="list_own"),
    path("cases/", views.list_cases, name="list_cases"),
    path("cases/<uuid:public_id>/", views.show_case, name="show_case"),
    path("cases/<uuid:public_id>/<str:verb>/", views.move_case, name="move_case"),
    path("graduates/", views.list_batches, name="list_batches"),
    path("graduates/new/", views.lodge_batch, name="lodge_batch"),
    path("graduates/<uuid:public_id>/", views.show_batch, name="show_batch"),
    path("graduates/<uuid:public_id>/accept/", views.accept_batch, name="accept_batch"),
    path("appeals/", views.list_appeals, name="list_appeals"),
    path("clearing/", views.keep_periods, name="keep_periods"),
    path("clearing/statements/", views.list_statements, name="list_statements"),
    path("clearing/statements/<uuid:public_id>/", views.show_statement, name="show_statement"),
    path("clearing/statements/<uuid:public_id>/<str:verb>/", views.move_statement, name="move_statement"),
    path("clearing/<uuid:public_id>/", views.show_period, name="show_period"),
    path("clearing/<uuid:public_id>/close/", views.close_period, name="close_period"),
]
