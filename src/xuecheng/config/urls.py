"""Addresses: each app's own, under a plain English path."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

urlpatterns = [
    path("", include("xuecheng.web.urls")),
    path("", include("xuecheng.city.desk.urls")),
    # Of allauth's pages those that an account opened by staff needs; the others are not reachable.
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("sign-up/", account.signup, name="account_signup"),
    path("territories/", include("xuecheng.city.territories.urls")),
    path("organisations/", include("xuecheng.city.organisations.urls")),
    path("people/", include("xuecheng.city.people.urls")),
    path("roles/", include("xuecheng.city.access.urls")),
    path("keys/", include("xuecheng.city.vault.urls")),
    path("jobs/", include("xuecheng.city.jobs.urls")),
    path("identity/", include("xuecheng.city.realname.urls")),
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
