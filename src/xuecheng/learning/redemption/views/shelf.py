"""The shelf, for everybody: what there is, where, for how many points."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.learning.redemption import forms, queries
from xuecheng.learning.redemption.models import Offer
from xuecheng.web.paging import page_of


@public
@never_cache
@require_GET
def show_shelf(request: HttpRequest) -> HttpResponse:
    """What can be redeemed, newest first; whoever is signed in reads how many points they have."""
    districts = list(queries.districts_offering(clock.today()))
    form = forms.FindOffer(request.GET or None, districts=districts)
    data = form.cleaned_data if form.is_valid() else {}
    path = next((one.path for one in districts if one.code == data.get("district")), "")
    rows = queries.shelf(clock.today(), kind=data.get("kind", ""), district=path, words=data.get("words", ""))
    context = {
        "page": page_of(rows, order=("-id",), after=request.GET.get("after", "")),
        "filter": form,
        "is_filtered": any(data.values()),
        "points": _points(request),
    }
    return render(request, "redemption/shelf.html", context)


@public
@never_cache
@require_GET
def show_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One offer, and reserving it."""
    row = queries.offer(public_id)
    if row is None:
        raise Http404
    return offer_page(request, row)


def offer_page(request: HttpRequest, row: Offer, *, wrong: django_forms.Form | None = None) -> HttpResponse:
    """The page of an offer, with what was wrong with an attempt to reserve."""
    stock = getattr(row, "stock", None)
    is_open = row.is_open_on(clock.today()) and (stock is None or stock.free > 0)
    most = min(row.most_per_order, stock.free) if stock is not None else row.most_per_order
    form = wrong or forms.Reserve(most=max(most, 1), initial={"public_id": uuid7()})
    points = _points(request)
    lacks = row.points - points.free if points is not None and row.takes_points else 0
    context = {
        "row": row,
        "stock": stock,
        "is_open": is_open,
        "most": most,
        "form": form if is_open and request.user.is_authenticated and lacks <= 0 else None,
        "errors": wrong,
        "points": points,
        "lacks": max(lacks, 0),
        "follower": getattr(row, "followed_by", None),
    }
    return render(request, "redemption/offer.html", context, status=422 if wrong is not None else 200)


def _points(request: HttpRequest) -> queries.Points | None:
    if not request.user.is_authenticated:
        return None
    return queries.points_of(standing(request).person_keys)
