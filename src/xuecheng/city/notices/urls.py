from __future__ import annotations

from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.list_notices, name="list_notices"),
    path("notices/read/", views.mark_all_read, name="mark_all_read"),
    path("notices/choices/", views.choose, name="choose"),
    path("notices/choices/off/", views.switch_off, name="switch_off"),
    path("outbox/", views.list_messages, name="list_messages"),
    path("outbox.csv", views.export_messages, name="export_messages"),
    path("outbox/<uuid:message_id>/again/", views.send_again, name="send_again"),
    path("notices/<uuid:message_id>/", views.open_notice, name="open_notice"),
    path("notices/<uuid:message_id>/unread/", views.mark_unread, name="mark_unread"),
]
