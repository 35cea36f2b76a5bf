"""Pages of linking: an operator's keys and sites, a person's own links, and the page for programmers."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.api.declared import OPERATIONS
from xuecheng.city.api.problems import TITLES
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for, public
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from . import queries, services
from .forms import MakeKey, RegisterSite, RotateKey, Why
from .models import Link, LinkedSite, ServiceKey
from .queries import MANAGE_KEYS, MANAGE_SITES
from .scopes import FOR_PEOPLE, SCOPES


@never_cache
@require_GET
@only_for(MANAGE_KEYS)
def list_keys(request: HttpRequest) -> HttpResponse:
    """Service keys: whose, what for, until when, last used."""
    page = page_of(queries.visible_keys(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    now = clock.now()
    rows = [(key, _state_of(key, now)) for key in page]
    return render(request, "linking/keys.html", {"page": page, "rows": rows})


def _state_of(key: ServiceKey, now: Any) -> tuple[str, str]:
    if key.revoked_at is not None:
        return "no", _("revoked")
    if key.ends_at <= now:
        return "neutral", _("ended")
    return ("done", _("works")) if key.begins_at <= now else ("wait", _("begins later"))


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(MANAGE_KEYS)
def make_key(request: HttpRequest) -> HttpResponse:
    """A new key; its secret is on the answer to this form only."""
    viewer = standing(request)
    form = MakeKey(request.POST or None, viewer=viewer)
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        data = form.cleaned_data
        wish = services.KeyWish(
            name=data["name"],
            holder=data["holder"],
            scopes=data["scopes"],
            begins_at=clock.now(),
            ends_at=form.ends_at,
            organisation=data["organisation"],
        )
        try:
            key, secret = services.make_key(actor=viewer, public_id=data["public_id"], wish=wish, reason=data["reason"])
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "ends_on", str(refusal))
        else:
            return render(request, "linking/secret.html", {"key": key, "secret": secret})
    return render(request, "linking/make_key.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def rotate_key(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A key that follows this one; for some days both work."""
    key = get_object_or_404(queries.visible_keys(standing(request)), public_id=public_id)
    form = RotateKey(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made, secret = services.rotate_key(
                actor=standing(request),
                public_id=data["public_id"],
                key=key,
                at=clock.now(),
                overlap=timedelta(days=data["overlap_days"]),
                reason=data["reason"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "linking/secret.html", {"key": made, "secret": secret})
    heading = _("A new key in the place of “%(key)s”") % {"key": key.name}
    return _form(request, form, heading, _("Make the new key"), "linking:list_keys")


@never_cache
@require_http_methods(["GET", "POST"])
def revoke_key(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a key at once."""
    key = get_object_or_404(queries.visible_keys(standing(request)), public_id=public_id)
    form = Why(request.POST or None)
    if form.is_valid():
        services.revoke_key(actor=standing(request), key=key, at=clock.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("The key is revoked. Its next request is refused."))
        return redirect("linking:list_keys")
    heading = _("Revoke the key “%(key)s”?") % {"key": key.name}
    return _form(request, form, heading, _("Revoke the key"), "linking:list_keys")


@never_cache
@require_GET
@only_for(MANAGE_SITES)
def list_sites(request: HttpRequest) -> HttpResponse:
    """Linked sites and their programs."""
    page = page_of(
        queries.visible_sites(standing(request)), order=("-registered_at", "pk"), after=request.GET.get("after", "")
    )
    return render(request, "linking/sites.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(MANAGE_SITES)
def register_site(request: HttpRequest) -> HttpResponse:
    """A new site; its secret is on the answer to this form only."""
    viewer = standing(request)
    form = RegisterSite(request.POST or None, viewer=viewer)
    if (found := found_in(request, form)) is not None:
        return found
    if form.is_valid():
        data = form.cleaned_data
        plain = ("name_zh", "name_en", "purpose_zh", "purpose_en", "organisation", "scopes", "holder", "is_public")
        wish = services.SiteWish(**{name: data[name] for name in plain}, redirect_uris=form.addresses)
        try:
            site, secret = services.register_site(
                actor=viewer, public_id=data["public_id"], wish=wish, at=clock.now(), reason=data["reason"]
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return render(request, "linking/secret.html", {"site": site, "secret": secret})
    return render(request, "linking/register_site.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def change_site_secret(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another secret for a site; the old one ends at once."""
    site = _site(request, public_id)
    form = Why(request.POST or None)
    if form.is_valid():
        try:
            secret = services.new_secret(actor=standing(request), site=site, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "linking/secret.html", {"site": site, "secret": secret})
    heading = _("A new secret for “%(site)s”?") % {"site": _name(site)}
    return _form(request, form, heading, _("Make a new secret"), "linking:list_sites")


@never_cache
@require_http_methods(["GET", "POST"])
def end_site(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a site and all links with it."""
    site = _site(request, public_id)
    form = Why(request.POST or None)
    if form.is_valid():
        try:
            services.end_site(actor=standing(request), site=site, at=clock.now(), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The site has ended, and all links with it."))
            return redirect("linking:list_sites")
    heading = _("End the site “%(site)s”?") % {"site": _name(site)}
    return _form(request, form, heading, _("End the site"), "linking:list_sites")


@never_cache
@require_GET
def list_links(request: HttpRequest) -> HttpResponse:
    """The sites that one has linked, and what each may see and do."""
    links = [
        (link, _name(link.client.linked_site), [SCOPES[name].label for name in link.scopes if name in SCOPES])
        for link in queries.links_of(standing(request).person)
    ]
    return render(request, "linking/links.html", {"links": links})


@never_cache
@require_POST
def end_link(request: HttpRequest, client_id: str) -> HttpResponse:
    """End one's link with a site, at once."""
    person = standing(request).person
    link = get_object_or_404(Link, person=person, client=client_id, given_at__isnull=False)
    services.end_link(person=person, link=link, at=clock.now())
    messages.success(request, _("The link is ended. The site sees nothing of yours any more."))
    return redirect("linking:list_links")


@public
@require_GET
def show_docs(request: HttpRequest) -> HttpResponse:
    """The interface for programmers: how to, examples that were run, scopes, problems."""
    english = get_language() == "en"
    return render(
        request,
        "linking/docs.html",
        {
            "examples": [one | {"title": one["title_en"] if english else one["title_zh"]} for one in _examples()],
            "scopes": [(name, scope.label, name in FOR_PEOPLE) for name, scope in SCOPES.items()],
            "problems": [(code.replace("_", "-"), title) for code, title in TITLES.items()],
            "operations": sorted(OPERATIONS.values(), key=lambda one: (one.path, one.method)),
            "base": request.build_absolute_uri("/api/v1/"),
        },
    )


@public
@require_GET
def show_operation(request: HttpRequest, name: str) -> HttpResponse:
    """One operation with an example that was run."""
    declared = OPERATIONS.get(name)
    if declared is None:
        raise Http404
    scope = SCOPES.get(declared.scope)
    context = {
        "one": declared,
        "scope_label": scope.label if scope else "",
        "example": _shipped("operations.json").get(name),
    }
    return render(request, "linking/operation.html", context)


def _examples() -> list[dict[str, str]]:
    """The examples of the page as they were run last; a test proves that they are current."""
    found: list[dict[str, str]] = _shipped("examples.json")
    return found


@cache
def _shipped(file_name: str) -> Any:
    return json.loads(files("xuecheng.city.linking").joinpath("data", file_name).read_text("utf-8"))


def _form(request: HttpRequest, form: django_forms.Form, heading: str, submit: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "back": back}
    return render(request, "linking/form.html", context, status=422 if form.errors else 200)


def _site(request: HttpRequest, public_id: UUID) -> LinkedSite:
    return get_object_or_404(queries.visible_sites(standing(request)), public_id=public_id)


def _name(site: LinkedSite) -> str:
    return site.name_en if get_language() == "en" else site.name_zh
