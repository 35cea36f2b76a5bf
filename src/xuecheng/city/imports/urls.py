from __future__ import annotations

from django.urls import path

from . import views

app_name = "imports"
urlpatterns = [
    path("", views.list_imports, name="list_imports"),
    path("new/", views.bring_file, name="bring_file"),
    path("template/<str:kind>.<str:file_format>", views.download_template, name="download_template"),
    path("<uuid:public_id>/", views.show_import, name="show_import"),
    path("<uuid:public_id>/write/", views.write_import, name="write_import"),
    path("<uuid:public_id>/carry-on/", views.carry_on, name="carry_on"),
    path("<uuid:public_id>/abandon/", views.abandon_import, name="abandon_import"),
    path("<uuid:public_id>/to-mend.<str:file_format>", views.download_rejected, name="download_rejected"),
]
