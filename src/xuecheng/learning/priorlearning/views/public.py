"""Pages for everybody: which units fit what one can do, numbers, and the page of a witness."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.requests import everything, standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import public
from xuecheng.learning.priorlearning import forms, queries, services
from xuecheng.learning.priorlearning.models import Witness
from xuecheng.web.paging import page_of


@public
@require_GET
def find_units(request: HttpRequest) -> HttpResponse:
    """Say what you can do, see which units fit."""
    form = forms.FindUnits(request.GET or None)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    rows = queries.units_found(text, on=clock.today())
    page = page_of(rows, order=("code", "id"), after=request.GET.get("after", ""))
    context = {"form": form, "page": page, "text": text, "has_centre": queries.centres().exists()}
    return render(request, "priorlearning/units.html", context)


@public
@require_GET
def show_numbers(request: HttpRequest) -> HttpResponse:
    """How many units were asked for and recognised."""
    by_centre, by_unit = queries.numbers()
    return render(request, "priorlearning/numbers.html", {"by_centre": by_centre, "by_unit": by_unit})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def speak(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A witness says what they saw: no account, one code, once. The page tells nothing about anybody."""
    witness = Witness.objects.filter(public_id=public_id).first()
    if witness is None:
        raise Http404
    keys = _signed_in(request)
    form = forms.Speak(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.speak_as_witness(
                public_id=public_id, code=data["code"], confirms=data["confirms"] == "yes",
                statement=data["statement"], at=clock.now(), signed_in=keys,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Thank you. What you said is kept with the application."))
            return redirect("priorlearning:speak", public_id=public_id)
    is_open = witness.state == Witness.State.ASKED and clock.now() < witness.closes_at
    context = {
        "form": form,
        "is_open": is_open,
        "has_spoken": witness.state != Witness.State.ASKED,
        "is_learner": queries.is_learner_of(witness, keys),
    }
    return render(request, "priorlearning/witness.html", context, status=422 if form.errors else 200)


def _signed_in(request: HttpRequest) -> frozenset[int]:
    """Keys of whoever is signed in, and of whoever they act for; nobody need be."""
    if not request.user.is_authenticated:
        return frozenset()
    return frozenset(everything(request).person_keys) | frozenset(standing(request).person_keys)
