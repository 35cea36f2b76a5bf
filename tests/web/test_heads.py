"""Asked for its head, a page answers as to a reader, without its content (RFC 9110 §9.3.2)."""

from __future__ import annotations

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from xuecheng.web.middleware import HeadAsGet

pytestmark = pytest.mark.django_db

ADDRESSES = ("/", "/classes/", "/sign-in/", "/account/", "/api/v1/openapi.json", "/nowhere/")


def bodies_of(method: str, address: str) -> tuple[int, dict[str, str], bytes]:
    """As a server asks, without what Django's test client takes away itself."""
    told: dict[str, str] = {}
    status: list[int] = []

    def begin(line: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        status.append(int(line.split(maxsplit=1)[0]))
        told.update(headers)

    environ = RequestFactory().generic(method, address).environ
    answer = WSGIHandler()(environ, begin)
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    return status[0], told, body


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_head_of_a_page_is_that_of_a_reader_without_content(address: str) -> None:
    Client().get(address)  # what is made once a process
    status, headers, body = bodies_of("GET", address)
    head_status, head, nothing = bodies_of("HEAD", address)
    assert (head_status, nothing) == (status, b"")
    assert head["Content-Type"] == headers["Content-Type"]
    if status == 200:
        assert body
        assert abs(int(head["Content-Length"]) - int(headers["Content-Length"])) < 200  # tokens and tries differ


def test_what_only_takes_something_in_has_no_head() -> None:
    assert Client().head("/sign-out/").status_code in (302, 405)
    assert Client().head("/api/v1/records").status_code == 401


def test_a_file_that_is_sent_in_pieces_is_not_read_for_its_head() -> None:
    def pieces():
        pytest.fail("it was read")
        yield b""

    def view(request: HttpRequest) -> HttpResponse:
        assert request.method == "GET"
        return StreamingHttpResponse(pieces(), headers={"Content-Length": "9"})  # type: ignore[return-value]

    request = RequestFactory().head("/file")
    answer = HeadAsGet(view)(request)
    assert b"".join(answer.streaming_content) == b""  # type: ignore[attr-defined]
    assert (answer["Content-Length"], request.method) == ("9", "HEAD")
