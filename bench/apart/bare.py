"""The least that Django can answer, and the plainest page of the same records: what a shell costs is between the two.

The first is a page without session, template or database, and the same as JSON. The second knows its reader by their session,
asks for what they may see as the product does, and puts it into a template of ten lines.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import RequestContext, Template
from django.urls import path

_LIST = """<!DOCTYPE html><html lang="zh-Hans"><title>Records</title><h1>Records</h1><table>{% for one in rows %}
<tr><th>{{ one.title }}<td>{{ one.learner.name }}<td>{{ one.institution.name_zh }}<td>{{ one.ended_on|date:"Y-m-d" }}
<td>{{ one.minutes }}<td>{{ one.get_status_display }}{% endfor %}</table>"""
_ONE = """<!DOCTYPE html><html lang="zh-Hans"><title>{{ one.title }}</title><h1>{{ one.title }}</h1><dl>
<dt>Learner<dd>{{ one.learner.name }}<dt>Institution<dd>{{ one.institution.name_zh }}<dt>Key<dd>{{ one.record_key }}
<dt>Ended<dd>{{ one.ended_on|date:"Y-m-d" }}<dt>Minutes<dd>{{ one.minutes }}<dt>State<dd>{{ one.get_status_display }}</dl>"""


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!DOCTYPE html><title>Hello</title><h1>Hello</h1>")


def said(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"hello": "world"})


def _records(request: HttpRequest) -> Any:
    """Those that this reader may see, newest first."""
    from xuecheng.city import clock
    from xuecheng.city.access.queries import standing_of, visible
    from xuecheng.learning.records.models import LearningRecord

    standing = standing_of(request.user, today=clock.today())
    allowed = visible(standing, "records.see_record", organisation="institution", territory="institution__territory")
    return LearningRecord.objects.filter(allowed).select_related("learner", "institution")


@cache
def _template(text: str) -> Template:
    return Template(text)


def plain_list(request: HttpRequest) -> HttpResponse:
    rows = _records(request).order_by("-id")[:25]
    return HttpResponse(_template(_LIST).render(RequestContext(request, {"rows": rows})))


def plain_one(request: HttpRequest, number: int) -> HttpResponse:
    one = _records(request).get(pk=number)
    return HttpResponse(_template(_ONE).render(RequestContext(request, {"one": one})))


def plain_json(request: HttpRequest) -> HttpResponse:
    fields = ("record_key", "title", "learner__name", "institution__code", "ended_on", "minutes", "status")
    return JsonResponse({"items": list(_records(request).order_by("-id").values(*fields)[:25])})


urlpatterns = [
    path("page/", page),
    path("json/", said),
    path("plain/", plain_list),
    path("plain/json/", plain_json),
    path("plain/<int:number>/", plain_one),
]


def known(get_response):  # type: ignore[no-untyped-def]
    """The same for pages that know their reader."""
    return SessionMiddleware(AuthenticationMiddleware(here(get_response)))


def here(get_response):  # type: ignore[no-untyped-def]
    """A middleware that leads to the addresses of this file; the only one before a bare page."""

    def answered(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__  # type: ignore[attr-defined]  # read by Django's handler
        return get_response(request)

    return answered
