from __future__ import annotations

from django.urls import path

from . import views, views_agreements, views_sharing

app_name = "staff"
urlpatterns = [
    path("my/", views.show_own, name="show_own"),
    path("my/profile/", views.keep_profile, name="keep_profile"),
    path("my/close/", views.close_own, name="close_own"),
    path("my/qualifications/new/", views.claim_qualification, name="claim_qualification"),
    path("qualifications/<uuid:public_id>/", views.show_qualification, name="show_qualification"),
    path("qualifications/<uuid:public_id>/review/", views.review_qualification, name="review_qualification"),
    path("qualifications/<uuid:public_id>/withdraw/", views.withdraw_qualification, name="withdraw_qualification"),
    path("teachers/", views.list_teachers, name="list_teachers"),
    path("teachers/find/", views.find_teachers, name="find_teachers"),
    path("teachers/structure/", views.show_structure, name="show_structure"),
    path("teachers/load/", views_sharing.show_sharing, name="show_sharing"),
    path("teachers/limits/", views.set_limits, name="set_limits"),
    path("teachers/<uuid:public_id>/", views.show_teacher, name="show_teacher"),
    path("teachers/<uuid:public_id>/decide/", views.decide_teacher, name="decide_teacher"),
    path("teachers/<uuid:public_id>/agree/", views_agreements.draft_agreement, name="draft_agreement"),
    path("agreements/", views_agreements.list_agreements, name="list_agreements"),
    path("agreements/<uuid:public_id>/", views_agreements.show_agreement, name="show_agreement"),
    path("agreements/<uuid:public_id>/<str:verb>/", views_agreements.move_agreement, name="move_agreement"),
]
