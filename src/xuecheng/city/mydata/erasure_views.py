"""Pages of being erased: one's own wish with its wait, and the officers' pages for who asks at a counter."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.identity.recent import require_recent
from xuecheng.city.ids import uuid7
from xuecheng.city.people import queries as people
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.web.paging import page_of

from . import queries, services
from .forms import AskErasure, ConfirmErasure, OpenErasure
from .models import Erasure


@never_cache
@require_http_methods(["GET", "POST"])
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """What goes, what stays and why, until when it can be taken back; one tick. Asks for a fresh proof."""
    viewer = standing(request)
    require(viewer, services.ERASE, on=queries.scope_of(viewer.person))
    require_recent(request)
    form = AskErasure(request.POST or None, initial={"public_id": uuid7()})
    if form.is_valid():
        try:
            services.ask_erasure(actor=viewer, public_id=form.cleaned_data["public_id"], at=clock.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is noted. It can be taken back at any time until it is carried out."))
            return redirect("mydata:show")
    context = {
        "form": form,
        "days": settings.MYDATA_ERASURE_DAYS,
        "hindrances": queries.hindrances_of(viewer.person, at=clock.now()),
        "under_way": _under_way(queries.erasure_of(viewer.person_keys)),
    }
    return render(request, "mydata/ask_erasure.html", context, status=422 if form.errors else 200)


def _under_way(erasure: Erasure | None) -> Erasure | None:
    return erasure if erasure is not None and erasure.is_open else None


@require_POST
def take_back_erasure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One click, by the person or by an officer at the person's word. No fresh proof: nothing is lost by it."""
    viewer = standing(request)
    own = Erasure.objects.filter(public_id=public_id, person__in=viewer.person_keys).first()
    erasure = own or queries.visible_erasures(viewer, only_open=False).filter(public_id=public_id).first()
    if erasure is None:
        raise Http404
    try:
        services.take_back_erasure(actor=viewer, erasure=erasure, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is taken back. Nothing was erased."))
    return redirect("mydata:show") if own is not None else redirect("mydata:list_erasures")


@never_cache
@require_GET
@only_for("mydata.open_erasure")
def list_erasures(request: HttpRequest) -> HttpResponse:
    """Erasures that wait: for a second officer, or for their day."""
    viewer = standing(request)
    page = page_of(queries.visible_erasures(viewer), order=("id",), after=request.GET.get("after", ""))
    return render(request, "mydata/erasures.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
def open_erasure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open it for somebody who stands at the counter: what to tell them stands on the page."""
    viewer = standing(request)
    person = people.person(viewer, public_id)
    if person is None:
        # Whether somebody has an account at all is their own affair.
        raise Http404
    require(viewer, "mydata.open_erasure", on=queries.residence_of(person))
    seen(request, person_id=person.pk, what="person")
    form = OpenErasure(request.POST or None, initial={"public_id": uuid7()})
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.open_erasure(
                actor=viewer, public_id=data["public_id"], person=person, reason=data["reason"], at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Noted. A colleague must hear the person, too, and confirm."))
            return redirect("mydata:show_erasure", public_id=made.public_id)
    context = {
        "form": form,
        "person": person,
        "days": settings.MYDATA_ERASURE_DAYS,
        "hindrances": queries.hindrances_of(person, at=clock.now()),
        "under_way": _under_way(queries.erasure_of(keys_of(person))),
    }
    return render(request, "mydata/open_erasure.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def show_erasure(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One erasure: how far it is; a second officer confirms it here."""
    viewer = standing(request)
    erasure = get_object_or_404(queries.visible_erasures(viewer, only_open=False), public_id=public_id)
    seen(request, person_id=erasure.person_id, what="person", thing=erasure.public_id)
    may_confirm = (
        erasure.state == Erasure.State.OPENED
        and erasure.opened_by_id not in viewer.person_keys
        and viewer.may("mydata.confirm_erasure", erasure.access_scope())
    )
    form = ConfirmErasure(request.POST or None)
    if request.method == "POST":
        require(viewer, "mydata.confirm_erasure", on=erasure)
    if form.is_valid():
        try:
            services.confirm_erasure(actor=viewer, erasure=erasure, reason=form.cleaned_data["reason"], at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Confirmed. From now on it waits, and can be taken back."))
            return redirect("mydata:show_erasure", public_id=erasure.public_id)
    context = {
        "form": form,
        "erasure": erasure,
        "may_confirm": may_confirm,
        "may_take_back": erasure.is_open and viewer.may("mydata.open_erasure", erasure.access_scope()),
        "days": settings.MYDATA_ERASURE_DAYS,
        "history": trace.history_of(erasure),
    }
    return render(request, "mydata/erasure.html", context, status=422 if form.errors else 200)
