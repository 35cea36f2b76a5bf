"""Display preferences, and the page of all parts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from . import gallery, helping, preferences, providers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SeeOther(HttpResponseRedirect):
    """303: after a POST, GET the page there."""

    status_code = 303


@require_http_methods(["GET", "POST"])
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Show the choices, or keep those that were sent and go back to where they were made."""
    if request.method != "POST":
        now = preferences.of(request)
        form = preferences.PreferencesForm(
            initial={name: getattr(now, name) for name in preferences.PreferencesForm.base_fields}
        )
        return render(
            request, "web/preferences.html", {"form": form, "next": safe_path(request, request.GET.get("next", ""))}
        )
    form = preferences.PreferencesForm(request.POST)
    next_path = safe_path(request, request.POST.get("next", ""))
    if not form.is_valid():
        return render(request, "web/preferences.html", {"form": form, "next": next_path}, status=422)
    response = SeeOther(next_path)
    preferences.remember(response, form.chosen())
    return response


def safe_path(request: HttpRequest, wanted: str) -> str:
    """`wanted` as a path of this site, else the home page: nobody is sent to a stranger by our own button."""
    if not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return "/"
    parts = urlsplit(wanted)
    # Browsers take a backslash for a slash, and what follows two of them for a host.
    path = "/" + parts.path.lstrip("/\\")
    return f"{path}?{parts.query}" if parts.query else path


@require_GET
def parts(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with made-up words."""
    return render(request, "web/parts.html", gallery.context(request))


@require_GET
def list_help(request: HttpRequest) -> HttpResponse:
    """All help, by whom it is for."""
    return render(request, "web/help_all.html", {"layout": _layout(request), "sections": helping.by_section()})


@require_GET
def show_help(request: HttpRequest, key: str) -> HttpResponse:
    """The help for one page: what it is for, what one can do there, whom to ask."""
    topic = helping.everything().topics.get(key)
    if topic is None:
        raise Http404
    return render(request, "web/help.html", {"layout": _layout(request), "topic": topic})


@require_GET
def show_words(request: HttpRequest) -> HttpResponse:
    """Words of the field in plain words."""
    return render(request, "web/words.html", {"layout": _layout(request), "words": helping.everything().words})


def _layout(request: HttpRequest) -> str:
    """Staff keep their rail beside the help of their work."""
    person = providers.person_of(request)
    return "web/staff.html" if person is not None and person.is_staff else "web/base.html"
