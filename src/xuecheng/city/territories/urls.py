from __future__ import annotations

from django.urls import path, re_path

from . import views

app_name = "territories"
_CODE = r"(?P<code>[0-9]{12})"
urlpatterns = [
    path("", views.show_city, name="show_city"),
    re_path(rf"^{_CODE}/$", views.show_division, name="show_division"),
    re_path(rf"^{_CODE}/name/$", views.rename_division, name="rename_division"),
    re_path(rf"^{_CODE}/parent/$", views.move_division, name="move_division"),
    re_path(rf"^{_CODE}/merge/$", views.merge_division, name="merge_division"),
    re_path(rf"^{_CODE}/merge/new/$", views.merge_divisions, name="merge_divisions"),
    re_path(rf"^{_CODE}/split/$", views.split_division, name="split_division"),
]
