"""The holder's pages: to whom one agreed, who asked."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.learning.employers import forms, queries, services
from xuecheng.web.paging import page_of


@never_cache
@require_GET
def list_consents(request: HttpRequest) -> HttpResponse:
    """Who may verify my certificates, and who asked."""
    viewer, now = standing(request), clock.now()
    rows = list(queries.own_consents(viewer).order_by("-pk")[:100])
    context = {
        "open": [one for one in rows if one.is_open(now)],
        "ended": [one for one in rows if not one.is_open(now)][:20],
        "page": page_of(queries.inquiries(viewer), order=("-id",), after=request.GET.get("after", "")),
    }
    return render(request, "employers/consents.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def give_consent(request: HttpRequest) -> HttpResponse:
    """Let an organisation verify one's certificates until a day."""
    viewer = standing(request)
    form = forms.GiveConsent(
        request.POST if request.method == "POST" else None,
        places=Organisation.objects.filter(is_active=True).order_by("code"),
        initial={"public_id": uuid7()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.give_consent(
                actor=viewer, public_id=data["public_id"], learner=viewer.person, organisation=data["organisation"],
                until=form.until(), at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, until="last_day")
        else:
            messages.success(request, _("Agreed. You can take it back at any time."))
            return redirect("employers:list_consents")
    return render(request, "employers/give.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_POST
def withdraw_consent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """From now on the organisation gets no answers."""
    viewer = standing(request)
    row = queries.own_consent(viewer, public_id)
    if row is None:
        raise Http404
    services.withdraw_consent(actor=viewer, consent=row, at=clock.now())
    messages.success(request, _("Taken back. From now on it gets no answers."))
    return redirect("employers:list_consents")
