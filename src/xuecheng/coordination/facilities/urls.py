from __future__ import annotations

from django.urls import path

from . import views

app_name = "facilities"
urlpatterns = [
    path("", views.list_venues, name="list_venues"),
    path("free/", views.find_free, name="find_free"),
    path("new/", views.create_venue, name="create_venue"),
    path("bookings/", views.list_bookings, name="list_bookings"),
    path("bookings/<uuid:public_id>/", views.show_booking, name="show_booking"),
    path("bookings/<uuid:public_id>/cancel/", views.cancel_booking, name="cancel_booking"),
    path("bookings/<uuid:public_id>/check-in/", views.check_in, name="check_in"),
    path("bookings/<uuid:public_id>/confirm/", views.confirm_booking, name="confirm_booking"),
    path("bookings/<uuid:public_id>/excuse/", views.excuse_no_show, name="excuse_no_show"),
    path("waits/", views.list_waits, name="list_waits"),
    path("waits/<uuid:public_id>/<slug:verb>/", views.answer_wait, name="answer_wait"),
    path("series/<uuid:public_id>/", views.show_series, name="show_series"),
    path("series/<uuid:public_id>/cancel/", views.cancel_series, name="cancel_series"),
    path("rooms/<uuid:public_id>/change/", views.change_space, name="change_space"),
    path("rooms/<uuid:public_id>/book/", views.book_space, name="book_space"),
    path("rooms/<uuid:public_id>/series/", views.book_series, name="book_series"),
    path("closures/<uuid:public_id>/end/", views.end_closure, name="end_closure"),
    path("loans/<uuid:public_id>/end/", views.end_loan, name="end_loan"),
    path("requests/", views.list_requests, name="list_requests"),
    path("requests/<uuid:public_id>/", views.show_request, name="show_request"),
    path("requests/<uuid:public_id>/<slug:verb>/", views.answer_request, name="answer_request"),
    path("terms/", views.set_terms, name="set_terms"),
    path("<uuid:public_id>/", views.show_venue, name="show_venue"),
    path("<uuid:public_id>/change/", views.change_venue, name="change_venue"),
    path("<uuid:public_id>/state/", views.change_state, name="change_state"),
    path("<uuid:public_id>/hours/", views.set_hours, name="set_hours"),
    path("<uuid:public_id>/closures/new/", views.add_closure, name="add_closure"),
    path("<uuid:public_id>/ask/", views.ask_for_room, name="ask_for_room"),
    path("<uuid:public_id>/lend/", views.lend_room, name="lend_room"),
    path("<uuid:public_id>/rooms/new/", views.add_space, name="add_space"),
]
