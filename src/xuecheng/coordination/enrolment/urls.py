from __future__ import annotations

from django.urls import path

from . import views

app_name = "enrolment"
urlpatterns = [
    path("my/", views.list_own, name="list_own"),
    path("my/classes.ics", views.take_calendar, name="take_calendar"),
    path("rolls/", views.list_rolls, name="list_rolls"),
    path("verify_lottery.py", views.lottery_script, name="lottery_script"),
    path("desk/", views.list_charges, name="list_charges"),
    path("desk/<str:code>/<str:on>/", views.show_day, name="show_day"),
    path("charges/<uuid:public_id>/", views.show_charge, name="show_charge"),
    path("charges/<uuid:public_id>/<str:verb>/", views.move_charge, name="move_charge"),
    path("classes/<uuid:public_id>/enrol/", views.enrol, name="enrol"),
    path("classes/<uuid:public_id>/roll/", views.show_roll, name="show_roll"),
    path("classes/<uuid:public_id>/print/", views.print_list, name="print_list"),
    path("classes/<uuid:public_id>/counter/", views.enrol_person, name="enrol_person"),
    path("classes/<uuid:public_id>/numbers/", views.set_numbers, name="set_numbers"),
    path("classes/<uuid:public_id>/lottery/", views.show_lottery, name="show_lottery"),
    path("classes/<uuid:public_id>/lottery.json", views.lottery_file, name="lottery_file"),
    path("classes/<uuid:public_id>/lottery/<str:verb>/", views.run_lottery, name="run_lottery"),
    path("<uuid:public_id>/", views.show_enrolment, name="show_enrolment"),
    path("<uuid:public_id>/transfer/", views.transfer, name="transfer"),
    path("<uuid:public_id>/<str:verb>/", views.move_enrolment, name="move_enrolment"),
]
