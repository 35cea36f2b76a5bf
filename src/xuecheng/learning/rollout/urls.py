from __future__ import annotations

from django.urls import path

from . import views

app_name = "rollout"
urlpatterns = [
    path("", views.show_open, name="show_open"),
    path("institutions/", views.list_register, name="list_register"),
    path("institutions/<str:code>/", views.show_institution, name="show_institution"),
    path("accreditations/", views.list_accreditations, name="list_accreditations"),
    path("accreditations/new/", views.propose_accreditation, name="propose_accreditation"),
    path("accreditations/<uuid:public_id>/", views.show_accreditation, name="show_accreditation"),
    path("accreditations/<uuid:public_id>/renew/", views.renew_accreditation, name="renew_accreditation"),
    path("accreditations/<uuid:public_id>/<str:verb>/", views.move_accreditation, name="move_accreditation"),
    path("phases/", views.list_phases, name="list_phases"),
    path("phases/new/", views.plan_phase, name="plan_phase"),
    path("phases/<uuid:public_id>/", views.show_phase, name="show_phase"),
    path("phases/<uuid:public_id>/change/", views.change_phase, name="change_phase"),
    path("phases/<uuid:public_id>/<str:verb>/", views.move_phase, name="move_phase"),
    path("readiness/", views.list_readiness, name="list_readiness"),
    path("readiness/bounds/", views.list_thresholds, name="list_thresholds"),
    path("readiness/bounds/<str:measure>/", views.set_threshold, name="set_threshold"),
]
