"""Error pages say what is so and what to do; a fault has an id that finds its one log entry."""

from __future__ import annotations

import logging
import re

import pytest
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from xuecheng.config.urls import handler400, handler403, handler404, handler500
from xuecheng.config.urls import urlpatterns as all_urls
from xuecheng.web import errors

pytestmark = pytest.mark.django_db


def broken(request):
    raise ZeroDivisionError("as planned")


broken.is_public = True
urlpatterns = [path("broken/", broken), *all_urls]
__all__ = ["handler400", "handler403", "handler404", "handler500"]


def test_nothing_here_is_said_kindly(client):
    answer = client.get("/parts/nothing/")
    assert answer.status_code == 404
    assert answer.content.decode().count("<h1>") == 1


@pytest.mark.parametrize(("page", "status"), [(errors.bad_request, 400), (errors.denied, 403), (errors.not_found, 404)])
def test_each_error_has_its_page(page, status):
    request = RequestFactory().get("/")
    answer = page(request, Exception())
    assert answer.status_code == status
    assert 'href="/"' in answer.content.decode()


def test_an_old_form_is_told_apart_from_a_denial():
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["django_language"] = "en"
    assert "This form is too old" in strict.post("/preferences/", {}).content.decode()


@pytest.mark.urls(__name__)
def test_the_id_of_a_fault_finds_the_one_log_entry_with_its_trace(client, caplog):
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR), translation.override("en"):
        answer = client.get("/broken/")
    assert answer.status_code == 500
    shown = re.search(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", answer.content.decode())
    assert shown
    entries = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(entries) == 1
    assert shown[0] in entries[0].getMessage()
    assert "as planned" in caplog.text


@pytest.mark.urls(__name__)
def test_a_fault_page_shows_nothing_of_the_inside(client):
    client.raise_request_exception = False
    page = client.get("/broken/").content.decode()
    assert "as planned" not in page
    assert "Traceback" not in page
