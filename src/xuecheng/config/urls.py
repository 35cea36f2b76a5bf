"""Addresses: each app's own, under a plain English path."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("xuecheng.web.urls")),
    path("", include("xuecheng.city.desk.urls")),
    path("sign-in/", include("allauth.account.urls")),
    path("jobs/", include("xuecheng.city.jobs.urls")),
    path("imports/", include("xuecheng.city.imports.urls")),
    path("records/", include("xuecheng.learning.records.urls")),
    path("recognition/", include("xuecheng.learning.recognition.urls")),
    path("creditbank/", include("xuecheng.learning.creditbank.urls")),
    path("account/", include("xuecheng.learning.account.urls")),
    path("", include("xuecheng.learning.credentials.urls")),
    path("", include("xuecheng.learning.network.urls")),
]

handler400 = "xuecheng.web.errors.bad_request"
handler403 = "xuecheng.web.errors.denied"
handler404 = "xuecheng.web.errors.not_found"
handler500 = "xuecheng.web.errors.fault"
