"""Pages of agreements: those in force for everybody, drafting and signing for their sides, deciding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.db.models import QuerySet
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
from xuecheng.city.rights import Standing, only_for, public, standing_of_request
from xuecheng.learning.exchange import forms, queries, services
from xuecheng.learning.exchange.models import Agreement
from xuecheng.learning.exchange.queries import DECIDE_AGREEMENT, DRAFT
from xuecheng.web.forms import set_apart
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

FORMS = ["GET", "POST"]


@public
@require_GET
def list_agreements(request: HttpRequest) -> HttpResponse:
    """Agreements in force, for everybody."""
    rows = queries.agreements_in_force(on=clock.today())
    page = page_of(rows, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "exchange/agreements.html", {"page": page, "today": clock.today()})


@never_cache
@require_GET
@only_for(DRAFT)
def list_kept(request: HttpRequest) -> HttpResponse:
    """Agreements of the viewer's institutions, drafts too."""
    viewer = standing_of_request(request)
    page = page_of(queries.own_agreements(viewer), order=("-id",), after=request.GET.get("after", ""))
    waiting = (
        queries.agreements_waiting(viewer)
        .filter(state=Agreement.State.OFFERED)
        .prefetch_related("parties__organisation")
    )
    context = {
        "page": page,
        "waiting": list(waiting.order_by("id")[:50]),
        "may_bring": viewer.may_somewhere("imports.bring_file"),
        "may_draft": True,
        "today": clock.today(),
    }
    return render(request, "exchange/kept.html", context)


@never_cache
@require_GET
@only_for(DECIDE_AGREEMENT)
def list_to_decide(request: HttpRequest) -> HttpResponse:
    """Agreements that every side signed."""
    rows = queries.agreements_waiting(standing_of_request(request)).select_related("drafted_for")
    page = page_of(rows, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "exchange/kept.html", {"page": page, "may_draft": False, "today": clock.today()})


@never_cache
@require_http_methods(FORMS)
@only_for(DRAFT)
def draft_agreement(request: HttpRequest) -> HttpResponse:
    """Begin an agreement."""
    return _draft(request, initial={"public_id": uuid7(), "effect_from": clock.today()})


@never_cache
@require_http_methods(FORMS)
@only_for(DRAFT)
def change_agreement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a draft."""
    row = _own_or_404(request, public_id)
    if row.state != Agreement.State.DRAFT:
        raise Http404
    return _draft(request, initial=forms.initial_of(row), row=row)


@never_cache
@require_http_methods(FORMS)
@only_for(DRAFT)
def follow_agreement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Draft the next version of an agreement in force."""
    row = _own_or_404(request, public_id)
    if row.state not in (Agreement.State.APPROVED, Agreement.State.ENDED) or not _is_side(standing(request), row):
        raise Http404
    initial = forms.initial_of(row) | {"public_id": uuid7(), "effect_from": None, "effect_to": None}
    return _draft(request, initial=initial, follows=row)


def _draft(
    request: HttpRequest, *, initial: dict[str, Any], row: Agreement | None = None, follows: Agreement | None = None
) -> HttpResponse:
    viewer = standing(request)
    form = forms.Draft(request.POST or None, units=queries.drafters_of(viewer), initial=initial)
    if (answer := found_in(request, form)) is not None:
        return answer
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.draft_agreement(
                actor=viewer, public_id=row.public_id if row is not None else data["public_id"],
                organisation=row.drafted_for if row is not None else data["organisation"], others=form.others(),
                wish=form.wish(), at=clock.now(), follows=follows,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form, parties="other")
        else:
            messages.success(request, _("Saved as a draft. Now say what counts as what."))
            return redirect("exchange:show_agreement", public_id=made.public_id)
    context = {"form": form, "row": row or follows, "is_next": follows is not None}
    return render(request, "exchange/draft.html", context, status=422 if form.errors else 200)


@public
@require_GET
def show_agreement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One agreement: what counts as what, and what its sides and the certification body can do now."""
    row = queries.agreement(standing_of_request(request), public_id)
    if row is None:
        raise Http404
    return _page(request, row)


def _page(
    request: HttpRequest, row: Agreement, *, wrong: django_forms.Form | None = None, verb: str = ""
) -> HttpResponse:
    viewer = standing_of_request(request)
    shown = _forms_of(request, row)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    set_apart(shown)
    scope = row.access_scope()
    is_staff = viewer.may_somewhere(DRAFT) or viewer.may_somewhere(DECIDE_AGREEMENT)
    context = {
        "row": row,
        "terms": list(row.terms.all()),
        "shown": shown,
        "errors": wrong,
        "may_change": row.state == Agreement.State.DRAFT and viewer.may(DRAFT, scope),
        "may_follow": row.state in (Agreement.State.APPROVED, Agreement.State.ENDED) and _is_side(viewer, row),
        "versions": list(queries.versions_of(row.code)),
        "base": "web/staff.html" if is_staff else "web/base.html",
        "may_keep": viewer.may_somewhere(DRAFT),
        "today": clock.today(),
    }
    return render(request, "exchange/agreement.html", context, status=422 if wrong is not None else 200)


def _forms_of(request: HttpRequest, row: Agreement) -> dict[str, django_forms.Form]:
    """What the viewer may do with an agreement now, as forms by verb."""
    viewer = standing_of_request(request)
    scope = row.access_scope()
    state = row.state
    shown: dict[str, django_forms.Form] = {}
    if state == Agreement.State.DRAFT and viewer.may(DRAFT, scope):
        shown["lines"] = forms.AddTerm(parties=_parties(row))
        if row.terms.all():
            shown["offer"] = django_forms.Form()
    if state == Agreement.State.OFFERED and (sides := queries.signers_of(viewer, row)):
        shown["sign"] = forms.Sign(sides=_parties(row).filter(pk__in=[one.organisation_id for one in sides]))
        shown["reject"] = forms.Why()
    decides = viewer.may(DECIDE_AGREEMENT, scope)
    is_author = row.drafted_by_id in viewer.person_keys
    if state == Agreement.State.SIGNED and decides and not is_author:
        shown |= {"approve": forms.Approve(), "reject": forms.Why()}
    if state == Agreement.State.APPROVED:
        sides_now = _parties(row) if decides else _parties(row).filter(pk__in=queries.drafters_of(viewer).values("pk"))
        if (decides or viewer.may_somewhere(DRAFT)) and sides_now.exists():
            shown["end"] = forms.End(sides=sides_now)
    return shown


@never_cache
@require_POST
def move_agreement(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Offer, sign, approve, reject, end."""
    row, actor, now = _own_or_404(request, public_id), standing(request), clock.now()
    more: dict[str, Any] = {"actor": actor, "agreement": row, "at": now}
    verbs: dict[str, tuple[django_forms.Form, Callable[..., object]]] = {
        "offer": (django_forms.Form(request.POST), services.offer_agreement),
        "sign": (forms.Sign(request.POST, sides=_parties(row)), services.sign_agreement),
        "approve": (forms.Approve(request.POST), services.approve_agreement),
        "reject": (forms.Why(request.POST), services.reject_agreement),
        "end": (forms.End(request.POST, sides=_parties(row)), services.end_agreement),
    }
    if verb not in verbs:
        raise Http404
    form, act = verbs[verb]
    if form.is_valid():
        try:
            act(**more, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Done."))
            return redirect("exchange:show_agreement", public_id=public_id)
    return _page(request, row, wrong=form, verb=verb)


@never_cache
@require_POST
def add_term(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add a line to a draft."""
    row = _own_or_404(request, public_id)
    form = forms.AddTerm(request.POST, parties=_parties(row))
    if form.is_valid():
        try:
            services.add_term(actor=standing(request), agreement=row, wish=form.wish())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The line is in."))
            return redirect("exchange:show_agreement", public_id=public_id)
    return _page(request, row, wrong=form, verb="lines")


@never_cache
@require_POST
def remove_term(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Take a line out of a draft."""
    row = _own_or_404(request, public_id)
    try:
        services.remove_term(actor=standing(request), agreement=row, number=number)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The line is out."))
    return redirect("exchange:show_agreement", public_id=public_id)


def _own_or_404(request: HttpRequest, public_id: UUID) -> Agreement:
    row = queries.agreement(standing_of_request(request), public_id)
    if row is None:
        raise Http404
    return row


def _is_side(viewer: Standing, row: Agreement) -> bool:
    """Whether the viewer drafts for one of the sides; any of them may write the next version."""
    return _parties(row).filter(pk__in=queries.drafters_of(viewer).values("pk")).exists()


def _parties(row: Agreement) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=row.parties.values("organisation")).order_by("code")
