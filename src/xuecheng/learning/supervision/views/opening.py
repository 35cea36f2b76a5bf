"""Opening a case that no search found: a tip, a call from the institution, what an audit showed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.ids import uuid7
from xuecheng.city.people.groups import keys_of
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.supervision import forms, queries, services
from xuecheng.learning.supervision.queries import INVESTIGATE

FORMS = ["GET", "POST"]


@never_cache
@require_http_methods(FORMS)
@only_for(INVESTIGATE)
def find_credit(request: HttpRequest) -> HttpResponse:
    """The credited records of one learner. Who was asked for stands in no address."""
    viewer = standing(request)
    form = forms.FindCredit(request.POST or None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        learner = form.cleaned_data["learner"]
        rows = queries.credited_records(viewer, keys_of(learner.id))
        if learner.id not in viewer.person_keys:
            seen(request, person_id=learner.id, what=Reading.What.RECORDS)
        context |= {"name": learner.name, "rows": rows}
    return render(request, "supervision/find_credit.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(FORMS)
@only_for(INVESTIGATE)
def open_case(request: HttpRequest, number: int) -> HttpResponse:
    """Open a case about the credit of one record: it is frozen at once, and both sides are told next."""
    viewer = standing(request)
    one = queries.credited_record(viewer, number)
    if one is None:
        raise Http404
    record = one.record
    if record.learner_id not in viewer.person_keys:
        seen(request, person_id=record.learner_id, what=Reading.What.RECORD, thing=str(record.pk))
    form = forms.OpenWithdrawal(
        request.POST or None, records=[(str(record.pk), record.title)], initial={"public_id": uuid7()}
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.open_withdrawal(
                actor=viewer, public_id=data["public_id"], record=record, ground=data["ground"], reason=data["reason"],
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The credit is frozen. Give notice now."))
            return redirect("supervision:show_withdrawal", public_id=made.public_id)
    context = {"one": one, "form": form}
    return render(request, "supervision/open_case.html", context, status=422 if form.errors else 200)
