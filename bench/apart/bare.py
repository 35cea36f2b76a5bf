"""The least that Django can answer: a page without session, template or database, and the same as JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!DOCTYPE html><title>Hello</title><h1>Hello</h1>")


def said(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"hello": "world"})


urlpatterns = [path("page/", page), path("json/", said)]


def here(get_response):  # type: ignore[no-untyped-def]
    """A middleware that leads to the addresses of this file; the only one before a bare page."""

    def answered(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__  # type: ignore[attr-defined]  # read by Django's handler
        return get_response(request)

    return answered
