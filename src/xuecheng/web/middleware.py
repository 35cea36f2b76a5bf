"""Language by choice, and the headers that keep a page to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import translation

from . import preferences
from .counting import note_sending

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
PERMISSIONS_POLICY = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), browsing-topics=()"


class ChosenLanguage:
    """Chinese unless the reader chose otherwise.

    Django's LocaleMiddleware would follow Accept-Language; many browsers here are set to English by their maker, and
    their owners read Chinese. So only an explicit choice (the language cookie) counts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Speak the chosen language for one request, and say which in the answer."""
        language = preferences.of(request).language
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            # A template response is rendered by now: middleware sees it after the handler has rendered it.
            response.headers.setdefault("Content-Language", language)
        return response


class SecurityHeaders:
    """Nothing is fetched from elsewhere, nothing runs inline, nobody frames a page (ASVS 3.4).

    What is answered to a session is stored nowhere (ASVS 14.3.2): the next at a shared computer finds no page of the
    one before. A view that must loosen either for its page sets the header itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that are not set yet."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        note_sending(request, response)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class HeadAsGet:
    """Whoever asks for the head of a page is told what a reader would be, without the page (RFC 9110 §9.3.2).

    Views know reading and writing only; watchers from outside and previews of links ask with `HEAD`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as to `GET`, and leave the content away."""
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        request.method = "HEAD"  # as it is logged and counted
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = []
        else:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response
