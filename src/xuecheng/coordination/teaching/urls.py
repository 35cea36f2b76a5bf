from __future__ import annotations

from django.urls import path

from . import views

app_name = "teaching"
urlpatterns = [
    path("", views.today, name="today"),
    path("my/", views.list_own, name="list_own"),
    path("certificates/<str:code>/", views.see_certificate, name="see_certificate"),
    path("certificates/<str:code>/pdf/", views.download_certificate, name="download_certificate"),
    path("certificates/<str:code>/check/", views.verify_certificate, name="verify_certificate"),
    path("my/<uuid:public_id>/", views.show_own_class, name="show_own_class"),
    path("my/<uuid:public_id>/feedback/", views.give_feedback, name="give_feedback"),
    path("my/<uuid:public_id>/homework/<uuid:session>/", views.hand_in, name="hand_in"),
    path("sessions/<uuid:public_id>/log/", views.keep_lesson, name="keep_lesson"),
    path("classes/<uuid:public_id>/materials/", views.show_materials, name="show_materials"),
    path("classes/", views.list_classes, name="list_classes"),
    path("sessions/<uuid:public_id>/", views.take, name="take"),
    path("sessions/<uuid:public_id>/card/", views.mark_by_card, name="mark_by_card"),
    path("sessions/<uuid:public_id>/marks/", views.sync, name="sync"),
    path("sessions/<uuid:public_id>/code/", views.show_code, name="show_code"),
    path("sessions/<uuid:public_id>/arrivals/<uuid:arrival>/<str:verb>/", views.decide_arrival, name="decide_arrival"),
    path("check-in/<uuid:public_id>/<str:code>/", views.check_in, name="check_in"),
    path("classes/<uuid:public_id>/completion/", views.completion, name="completion"),
    path("classes/<uuid:public_id>/certificates/", views.print_certificates, name="print_certificates"),
    path("classes/<uuid:public_id>/people/<uuid:enrolment>/assess/", views.assess, name="assess"),
    path("classes/<uuid:public_id>/people/<uuid:enrolment>/sessions/<uuid:session>/", views.correct, name="correct"),
]
