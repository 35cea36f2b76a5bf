"""The site on a device of one's own: what it is called there, what shows without network, which pages may stay.

The worker keeps a page only if its answer says so, and an answer says so only to the person who chose it on this
device (`identity.keeping`). All else that is answered to a session stays `no-store`, in the worker too (ASVS 14.3.2).
"""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from . import preferences, providers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    View = TypeVar("View", bound=Callable[..., HttpResponseBase])

WORKER = Path(__file__).resolve().parent / "static" / "web" / "worker.js"
_HOUR = "public, max-age=3600"
_TILE, _SHELL = "#0a5f55", "#f2f5f1"


_first: list[str] = []


def kept_at_once(url_name: str) -> None:
    """Name a page that is kept when somebody chooses it, before they see it again. Apps do so from `ready()`."""
    if url_name not in _first:
        _first.append(url_name)


def first_kept() -> str:
    """The addresses of those pages, for the worker."""
    return " ".join(reverse(name) for name in _first)


def readable_offline(view: View) -> View:
    """A page of one's own that may stay on one's own device: without filters, to be read only."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        answer.may_be_kept = request.method == "GET" and not request.GET and answer.status_code == 200  # type: ignore[attr-defined]  # a mark
        return answer

    return cast("View", marked)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. From the root, so that it stands before every page; the same for everybody."""
    answer = HttpResponse(WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = _HOUR
    return answer


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the site is called and looks like among a phone's apps. Browsers ask without cookies: `language` says it."""
    with override("en" if request.GET.get("language") == "en" else "zh-hans"):
        site = providers.installation().site
        told = {
            "id": "/",
            "name": site,
            "short_name": _("Xuecheng"),
            "description": _("What one learns all life long, kept in one account."),
            "lang": "en" if request.GET.get("language") == "en" else "zh-CN",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": _TILE,
            "background_color": _SHELL,
            "icons": [
                {"src": static("web/icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("web/icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {
                    "src": static("web/icon-whole-512.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                },
                {"src": static("web/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
        }
    answer = JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    answer.headers["Cache-Control"] = _HOUR
    return answer


@require_safe
def without_network(request: HttpRequest) -> HttpResponse:
    """What the worker shows when there is no network. It knows nobody; how pages are shown stands in its address."""
    chosen = preferences.from_words(request.GET)
    with override(chosen.language):
        return render(None, "web/offline.html", {"chosen": chosen})  # type: ignore[arg-type]  # of no request
