from __future__ import annotations

from django.urls import path

from . import views

app_name = "redemption"
urlpatterns = [
    path("", views.show_shelf, name="show_shelf"),
    path("my/", views.list_own, name="list_own"),
    path("offers/", views.list_offers, name="list_offers"),
    path("offers/new/", views.draft_offer, name="draft_offer"),
    path("offers/<uuid:public_id>/", views.show_offer, name="show_offer"),
    path("offers/<uuid:public_id>/reserve/", views.reserve, name="reserve"),
    path("offers/<uuid:public_id>/keep/", views.keep_offer, name="keep_offer"),
    path("offers/<uuid:public_id>/change/", views.change_offer, name="change_offer"),
    path("offers/<uuid:public_id>/follow/", views.follow_offer, name="follow_offer"),
    path("offers/<uuid:public_id>/<str:verb>/", views.move_offer, name="move_offer"),
    path("counter/", views.counter, name="counter"),
    path("counter/<uuid:account>/", views.show_holder, name="show_holder"),
    path("counter/<uuid:account>/reserve/", views.reserve_for, name="reserve_for"),
    path("orders/", views.list_orders, name="list_orders"),
    path("orders/<uuid:public_id>/", views.show_order, name="show_order"),
    path("orders/<uuid:public_id>/<str:verb>/", views.move_order, name="move_order"),
]
