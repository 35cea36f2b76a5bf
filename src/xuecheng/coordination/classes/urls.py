from __future__ import annotations

from django.urls import path

from . import views

app_name = "classes"
urlpatterns = [
    path("", views.find_classes, name="find_classes"),
    path("board/", views.show_board, name="show_board"),
    path("board/print/", views.print_list, name="print_list"),
    path("timetable/", views.show_timetable, name="show_timetable"),
    path("mine/", views.show_own, name="show_own"),
    path("mine/address/", views.make_own_feed, name="make_own_feed"),
    path("new/", views.choose_course, name="choose_course"),
    path("new/<uuid:version>/", views.plan_class, name="plan_class"),
    path("seasons/", views.list_seasons, name="list_seasons"),
    path("seasons/new/", views.create_season, name="create_season"),
    path("seasons/<uuid:public_id>/", views.change_season, name="change_season"),
    path("seasons/<uuid:public_id>/again/", views.clone_season, name="clone_season"),
    path("sessions/<uuid:public_id>/move/", views.move_session, name="move_session"),
    path("sessions/<uuid:public_id>/teacher/", views.substitute_teacher, name="substitute_teacher"),
    path("sessions/<uuid:public_id>/substitute/", views.find_substitute, name="find_substitute"),
    path("sessions/<uuid:public_id>/cancel/", views.cancel_session, name="cancel_session"),
    path("sessions/<uuid:public_id>/<slug:verb>/", views.act_on_session, name="act_on_session"),
    path("calendar/<str:secret>.ics", views.read_feed, name="read_feed"),
    path("<uuid:public_id>/", views.show_class, name="show_class"),
    path("<uuid:public_id>/plan/", views.show_plan, name="show_plan"),
    path("<uuid:public_id>/history/", views.show_history, name="show_history"),
    path("<uuid:public_id>/change/", views.change_class, name="change_class"),
    path("<uuid:public_id>/sessions/", views.add_sessions, name="add_sessions"),
    path("<uuid:public_id>/cancel/", views.cancel_class, name="cancel_class"),
    path("<uuid:public_id>/address/", views.make_feed, name="make_feed"),
    path("<uuid:public_id>/<slug:verb>/", views.move_class, name="move_class"),
]
