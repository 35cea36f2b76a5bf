"""Addresses: each app's own, under a plain English path."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from xuecheng.city.identity import urls as identity
from xuecheng.city.linking.urls import provider_patterns

from .api import site

urlpatterns = [
    # First: its statements on privacy and accessibility lie under help/, where the topics of help would hide them.
    path("", include("xuecheng.learning.network.urls")),
    path("", include("xuecheng.web.urls")),
    path("", include("xuecheng.city.desk.urls")),
    path("search/", include("xuecheng.city.search.urls")),
    # Of allauth's pages those that our own do not replace; the others are not reachable.
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("password/", account.password_change, name="account_change_password"),
    path("", include((identity.allauth_patterns, ""))),
    path("", include("xuecheng.city.identity.urls")),
    path("territories/", include("xuecheng.city.territories.urls")),
    path("organisations/", include("xuecheng.city.organisations.urls")),
    path("people/", include("xuecheng.city.people.urls")),
    path("roles/", include("xuecheng.city.access.urls")),
    path("care/", include("xuecheng.city.care.urls")),
    path("jobs/", include("xuecheng.city.jobs.urls")),
    path("", include("xuecheng.city.notices.urls")),
    path("keys/", include("xuecheng.city.vault.urls")),
    path("identity-documents/", include("xuecheng.city.realname.urls")),
    path("my-data/", include("xuecheng.city.mydata.urls")),
    path("imports/", include("xuecheng.city.imports.urls")),
    path("api/v1/", include((site.patterns(), "api"))),
    path("", include("xuecheng.city.linking.urls")),
    path("", include(provider_patterns)),
    path("webhooks/", include("xuecheng.city.webhooks.urls")),
    path("documents/", include("xuecheng.city.documents.urls")),
    # Apart from the pages, so that a proxy may serve them under a host name of their own.
    path("files/", include("xuecheng.city.documents.files")),
    path("workdays/", include("xuecheng.city.workdays.urls")),
    path("operations/", include("xuecheng.city.operations.urls")),
    path("assurance/", include("xuecheng.city.assurance.urls")),
    path("records/", include("xuecheng.learning.records.urls")),
    path("recognition/", include("xuecheng.learning.recognition.urls")),
    path("creditbank/", include("xuecheng.learning.creditbank.urls")),
    path("exchange/", include("xuecheng.learning.exchange.urls")),
    path("rollout/", include("xuecheng.learning.rollout.urls")),
    path("family-points/", include("xuecheng.learning.transfers.urls")),
    path("circles/", include("xuecheng.learning.collectives.urls")),
    path("card/", include("xuecheng.learning.cards.urls")),
    path("redemption/", include("xuecheng.learning.redemption.urls")),
    path("outside-learning/", include("xuecheng.learning.foreign.urls")),
    path("employers/", include("xuecheng.learning.employers.urls")),
    path("prior-learning/", include("xuecheng.learning.priorlearning.urls")),
    path("supervision/", include("xuecheng.learning.supervision.urls")),
    path("account/", include("xuecheng.learning.account.urls")),
    path("", include("xuecheng.learning.badges.urls")),
    # Before credentials, whose codes lie at the same place.
    path("", include("xuecheng.learning.proofs.urls")),
    path("", include("xuecheng.learning.credentials.urls")),
    path("venues/", include("xuecheng.coordination.facilities.urls")),
    path("classes/", include("xuecheng.coordination.classes.urls")),
    path("teaching/", include("xuecheng.coordination.staff.urls")),
    path("volunteers/", include("xuecheng.coordination.volunteers.urls")),
    path("courses/", include("xuecheng.coordination.courses.urls")),
    path("enrolment/", include("xuecheng.coordination.enrolment.urls")),
    path("colleges/", include("xuecheng.coordination.colleges.urls")),
    path("attendance/", include("xuecheng.coordination.teaching.urls")),
]

handler400 = "xuecheng.web.errors.bad_request"
handler403 = "xuecheng.web.errors.denied"
handler404 = "xuecheng.web.errors.not_found"
handler500 = "xuecheng.web.errors.fault"
