"""Pages of real-name proof. Numbers are shown masked; a whole one only as the answer to a form with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, trace
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Scope, scope_of
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.people import queries as people
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for
from xuecheng.web.paging import page_of

from . import queries, services
from .forms import ClaimDocument, FilterDocuments, FindNumber, VerifyDocument, WithReason
from .models import IdentityDocument
from .outside import verifier

LOOK_BACK = timedelta(days=30)
DOUBTS = {
    "name": gettext_lazy("the name is another one"),
    "birth_year": gettext_lazy("the year of birth is another one"),
    "area": gettext_lazy("the area code of the number is unknown"),
}
CHIPS = {"claimed": "wait", "verified": "done", "refused": "no", "expired": "neutral"}


@never_cache
@require_GET
@only_for(services.VERIFY)
def list_documents(request: HttpRequest) -> HttpResponse:
    """What waits for an officer: claimed documents, those that do not fit marked."""
    viewer = standing(request)
    form = FilterDocuments(request.GET)
    only_doubtful = form.is_valid() and form.cleaned_data["only_doubtful"]
    page = page_of(
        queries.to_decide(viewer, only_doubtful=only_doubtful), order=("-id",), after=request.GET.get("after", "")
    )
    context = {
        "filter": form,
        "page": page,
        "rows": _shown(list(page)),
        "may_find": viewer.may_somewhere(services.FIND),
    }
    return render(request, "realname/list.html", context)


@never_cache
@require_GET
def list_own(request: HttpRequest) -> HttpResponse:
    """One's own documents."""
    person = standing(request).person
    documents = queries.documents_of(standing(request), person)
    context = {"person": person, "rows": _shown(documents), "is_own": True, "base": "web/base.html", "may_claim": True}
    return render(request, "realname/of_person.html", context)


@never_cache
@require_GET
def list_documents_of(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A person's documents, for staff."""
    viewer = standing(request)
    person = _person(request, person_id)
    if person.pk in viewer.person_keys:
        return redirect("realname:list_own")
    require(viewer, services.SEE, on=person)
    context = {
        "person": person,
        "rows": _shown(queries.documents_of(viewer, person)),
        "is_own": False,
        "base": "web/staff.html",
        "may_claim": viewer.may(services.CLAIM, scope_of(person)),
    }
    return render(request, "realname/of_person.html", context)


@never_cache
@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
def claim_document(request: HttpRequest, person_id: UUID) -> HttpResponse:
    viewer = standing(request)
    person = _person(request, person_id)
    require(viewer, services.CLAIM, on=person)
    is_own = person.pk in viewer.person_keys
    form = ClaimDocument(request.POST or None, initial={"public_id": uuid7(), "kind": IdentityDocument.Kind.RESIDENT})
    if form.is_valid():
        try:
            document = services.claim_document(
                actor=viewer,
                person=person,
                claim=services.Claim(**form.cleaned_data),
                at=clock.now(),
                ask_service=verifier() is not None,
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            if is_own:
                messages.success(request, _("Noted. Bring the document to a counter, so that somebody can see it."))
                return redirect("realname:list_own")
            return redirect("realname:show_document", public_id=document.public_id)
    context = {
        "person": person,
        "form": form,
        "is_own": is_own,
        "base": "web/base.html" if is_own else "web/staff.html",
    }
    return render(request, "realname/claim.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def show_document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    document = _document(request, public_id)
    return _page(request, document)


@never_cache
@require_http_methods(["POST"])
def verify_document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    document = _document(request, public_id)
    form = VerifyDocument(request.POST, document=document)
    if form.is_valid():
        try:
            services.verify_at_counter(actor=standing(request), document=document, at=clock.now(), **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The document is verified."))
            return redirect("realname:show_document", public_id=public_id)
    return _page(request, document, verify=form)


@never_cache
@require_http_methods(["POST"])
def refuse_document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    document = _document(request, public_id)
    form = WithReason(request.POST, prefix="refuse")
    if form.is_valid():
        try:
            services.refuse_document(
                actor=standing(request), document=document, at=clock.now(), reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The document is refused."))
            return redirect("realname:show_document", public_id=public_id)
    return _page(request, document, refuse=form)


@never_cache
@require_http_methods(["POST"])
def unmask_number(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page again, this once with the whole number on it. Loading it anew asks for a reason again."""
    document = _document(request, public_id)
    form = WithReason(request.POST, prefix="unmask")
    if form.is_valid():
        try:
            number = services.unmask_number(
                actor=standing(request), document=document, at=clock.now(), reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _page(request, document, number=number)
    return _page(request, document, unmask=form)


@never_cache
@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
@only_for(services.FIND)
def find_number(request: HttpRequest) -> HttpResponse:
    """Who has a number: the whole of it, posted, never in an address."""
    form = FindNumber(request.POST or None, initial={"kind": IdentityDocument.Kind.RESIDENT})
    found: list[dict[str, Any]] | None = None
    if form.is_valid():
        try:
            found = _shown(services.find_by_number(actor=standing(request), at=clock.now(), **form.cleaned_data))
        except Refusal as refusal:
            refusal.show_on(form)
    return render(request, "realname/find.html", {"form": form, "rows": found}, status=422 if form.errors else 200)


@never_cache
@require_GET
@only_for("realname.see_unmaskings")
def list_unmaskings(request: HttpRequest) -> HttpResponse:
    """Who looked at how many whole numbers on which day."""
    require(standing(request), "realname.see_unmaskings", on=Scope())
    days = queries.looks_by_day(most=settings.UNMASK_ALERT, since=clock.today() - LOOK_BACK)
    return render(request, "realname/looks.html", {"days": days, "most": settings.UNMASK_ALERT})


def _page(
    request: HttpRequest,
    document: IdentityDocument,
    *,
    verify: VerifyDocument | None = None,
    refuse: WithReason | None = None,
    unmask: WithReason | None = None,
    number: str = "",
) -> HttpResponse:
    viewer = standing(request)
    scope = scope_of(document)
    is_own = document.person_id in viewer.person_keys
    may_verify = viewer.may(services.VERIFY, scope) and not is_own
    may_unmask = viewer.may(services.UNMASK, scope) and not is_own
    refused = next((form for form in (verify, refuse, unmask) if form is not None and form.errors), None)
    (row,) = _shown([document])
    context = {
        "document": document,
        "row": row,
        "number": number,
        "is_own": is_own,
        "base": "web/base.html" if is_own else "web/staff.html",
        "verify": (verify or VerifyDocument(document=document))
        if may_verify and document.state == IdentityDocument.State.CLAIMED
        else None,
        "refuse": (refuse or WithReason(prefix="refuse"))
        if may_verify and document.state in (IdentityDocument.State.CLAIMED, IdentityDocument.State.VERIFIED)
        else None,
        "unmask": (unmask or WithReason(prefix="unmask")) if may_unmask and not number else None,
        "refused": refused,
        "looks": queries.unmaskings_of(document) if may_unmask or is_own else None,
        "history": trace.history_of(document) if may_verify else None,
    }
    return render(request, "realname/document.html", context, status=422 if refused else 200)


def _shown(documents: list[IdentityDocument]) -> list[dict[str, Any]]:
    numbers = services.masked_numbers(documents)
    return [
        {
            "document": document,
            "number": numbers[document.pk],
            "chip": CHIPS[document.state],
            "doubts": [DOUBTS[doubt] for doubt in document.doubts if doubt in DOUBTS],
        }
        for document in documents
    ]


def _person(request: HttpRequest, person_id: UUID) -> Person:
    person = people.person(standing(request), person_id)
    if person is None:
        # Whether somebody has an account at all is their own affair.
        raise Http404
    seen(request, person_id=person.pk, what=Reading.What.PERSON)
    return person


def _document(request: HttpRequest, public_id: UUID) -> IdentityDocument:
    found = get_object_or_404(queries.visible_documents(standing(request)), public_id=public_id)
    seen(request, person_id=found.person_id, what=Reading.What.PERSON)
    return found
