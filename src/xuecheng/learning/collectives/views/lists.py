"""The list for everybody, one's own, the institution's desk; applying."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.collectives import forms, queries, services
from xuecheng.web.paging import page_of


@public
@never_cache
@require_GET
def list_open(request: HttpRequest) -> HttpResponse:
    """Circles and organisations with an open account, for everybody."""
    districts = list(queries.districts())
    form = forms.FindOpen(request.GET or None, districts=districts)
    data = form.cleaned_data if form.is_valid() else {}
    path = next((one.path for one in districts if one.code == data.get("district")), "")
    rows = queries.open_accounts(kind=data.get("kind", ""), district=path, words=data.get("words", ""))
    context = {
        "page": page_of(rows, order=("-id",), after=request.GET.get("after", "")),
        "filter": form,
        "is_filtered": any(data.values()),
    }
    return render(request, "collectives/open.html", context)


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """What one belongs to, asks to join or applied for."""
    viewer = standing(request)
    page = page_of(queries.own_accounts(viewer), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "collectives/own.html", {"page": page})


@never_cache
@require_GET
@only_for(queries.SEE)
def list_kept(request: HttpRequest) -> HttpResponse:
    """Accounts at the viewer's institutions, and applications."""
    form = forms.FilterKept(request.GET or None)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = queries.kept_accounts(standing(request), state=state)
    page = page_of(rows, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "collectives/kept.html", {"page": page, "filter": form, "state": state})


@never_cache
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for an account: of a circle, or of an organisation that one represents."""
    actor = standing(request)
    form = forms.Apply(
        request.POST or None, institutions=queries.institutions_keeping(),
        organisations=queries.organisations_represented(actor), initial={"public_id": uuid7()},
    )  # fmt: skip
    if form.is_valid():
        try:
            made = services.apply(
                actor=actor, public_id=form.cleaned_data["public_id"], institution=form.cleaned_data["institution"],
                wish=form.wish(), at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Applied for. The institution answers here."))
            return redirect("collectives:show_account", public_id=made.public_id)
    return render(request, "collectives/apply.html", {"form": form}, status=422 if form.errors else 200)
