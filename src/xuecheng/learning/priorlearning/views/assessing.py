"""Pages of assessors: their cases, the grid of evidence with one's own opinion; and how far assessors agree."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.learning.priorlearning import forms, queries, services
from xuecheng.learning.priorlearning.models import Assignment, Claim
from xuecheng.learning.priorlearning.rules import Ticks

_TICKS = ("valid", "authentic", "sufficient", "current")
_QUARTERS = 8


@never_cache
@require_GET
def list_work(request: HttpRequest) -> HttpResponse:
    """What now? Everything that waits for the viewer as an assessor, of cases that were drawn to them."""
    duties = queries.duties_of(standing(request), at=clock.now())
    return render(request, "priorlearning/work.html", {"duties": duties, "today": clock.today()})


@never_cache
@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """One unit: tick what was found of each piece, then say what one thinks; nobody sees the other's before."""
    actor = standing(request)
    row = queries.application(actor, public_id)
    mine = queries.my_assignment(actor, row) if row is not None else None
    claim = queries.claim_of(row, number) if row is not None else None
    if row is None or mine is None or claim is None or mine.purpose != Assignment.Purpose.ASSESSING:
        raise Http404
    seen(request, person_id=row.learner_id, what=Reading.What.RESULT, thing=row.public_id)
    form = forms.GiveOpinion(request.POST if "opinion" in request.POST else None)
    if request.method == "POST":
        answer = _assessed(request, mine, claim, form)
        if answer is not None:
            return answer
    said = mine.opinions.filter(claim=claim).first()
    others = queries.opinions_on(claim, round_=row.round) if said is not None else []
    context = {
        "row": row, "claim": claim, "mine": mine, "grid": queries.grid_of(mine, claim, row, on=clock.today()),
        "form": form, "said": said, "others": [one for one in others if one.assignment_id != mine.pk],
        "may_write": said is None and claim.state == Claim.State.CLAIMED and row.paused_at is None,
    }  # fmt: skip
    return render(request, "priorlearning/assess.html", context, status=422 if form.errors else 200)


def _assessed(request: HttpRequest, mine: Assignment, claim: Claim, form: forms.GiveOpinion) -> HttpResponse | None:
    """Keep the ticks, and the opinion if one was given; None where the page has to be shown again."""
    actor, now, row = standing(request), clock.now(), mine.application
    grid = queries.grid_of(mine, claim, row, on=clock.today())
    ticks = {
        (cell.piece.number, cell.outcome): Ticks(*[f"{cell.name}_{name}" in request.POST for name in _TICKS])
        for _number, _says, _answer, cells in grid.rows
        for cell in cells
    }
    try:
        services.tick_evidence(actor=actor, assignment=mine, claim=claim, ticks=ticks, at=now)
        if "opinion" not in request.POST:
            messages.success(request, _("Saved."))
            return redirect("priorlearning:assess", public_id=row.public_id, number=claim.number)
        if not form.is_valid():
            return None
        services.give_opinion(actor=actor, assignment=mine, claim=claim, at=now, **form.cleaned_data)
    except Refusal as refusal:
        if form.is_bound:
            form.is_valid()
            refusal.show_on(form)
            return None
        messages.error(request, str(refusal))
        return redirect("priorlearning:show_application", public_id=row.public_id)
    messages.success(request, _("Your opinion is kept."))
    return redirect("priorlearning:show_application", public_id=row.public_id)


@never_cache
@require_GET
@only_for(queries.MODERATE)
def moderate(request: HttpRequest) -> HttpResponse:
    """How far assessors agree, by family of units, quarter by quarter."""
    viewer, today = standing(request), clock.today()
    back = next((n for n in range(_QUARTERS) if str(n) == request.GET.get("back")), 0)
    begins, ends = queries.quarter_of(today, back=back)
    context = {
        "families": queries.families(viewer, begins_on=begins, ends_on=ends),
        "begins": begins,
        "earlier": back + 1 if back + 1 < _QUARTERS else None,
        "later": back - 1 if back else None,
        "has_later": back > 0,
    }
    return render(request, "priorlearning/moderation.html", context)
