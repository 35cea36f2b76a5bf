"""Pages of courses: what can be learnt, for everybody; writing, reviewing and sharing, for colleges and reviewers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xuecheng.city import clock, trace
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import require
from xuecheng.city.documents.queries import shelves
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import only_for, public, standing_of_request
from xuecheng.web.paging import page_of
from xuecheng.web.picking import found_in

from . import forms, materials, queries, rules, services, words
from .models import Course, CourseVersion
from .queries import REVIEW, SEE, WRITE

FORMS = ["GET", "POST"]
State = CourseVersion.State


@public
@require_GET
def list_courses(request: HttpRequest) -> HttpResponse:
    """What can be learnt in the city."""
    form = forms.FilterCourses(request.GET)
    found = queries.catalogue(**form.wanted()) if form.is_valid() else queries.catalogue()
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    context = {
        "layout": _layout(request),
        "filter": form,
        "number": found.count(),
        "page": page,
        "rows": [(row, words.time_words(row), words.fee_words(row)) for row in page],
        "may_see": standing_of_request(request).may_somewhere(SEE),
    }
    return render(request, "courses/catalogue.html", context)


@public
@require_GET
def show_course(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One course as it is taught now, or an earlier version of it by `?version=`."""
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else None
    row = queries.published(public_id, number=number)
    if row is None:
        raise Http404
    viewer = standing_of_request(request)
    scope = row.access_scope()
    context = {
        "layout": _layout(request),
        "row": row,
        "course": row.course,
        "lines": words.lines_of(row),
        "languages": words.language_words(row.course.languages),
        "outcomes": row.outcomes,
        "versions": queries.published_versions(row.course),
        "may_see": viewer.may(SEE, scope),
        "may_copy": row.state == State.APPROVED
        and row.course.is_shared
        and viewer.may_somewhere(WRITE)
        and not viewer.may(WRITE, scope),
    }
    return render(request, "courses/course.html", context)


@require_GET
@only_for(SEE)
def list_kept(request: HttpRequest) -> HttpResponse:
    """The courses of the viewer's units, in whatever state."""
    viewer = standing(request)
    form = forms.FilterKept(request.GET)
    found = queries.courses(viewer, **(form.cleaned_data if form.is_valid() else {}))
    context = {
        "filter": form,
        "page": page_of(found, order=("-id",), after=request.GET.get("after", "")),
        "may_write": viewer.may_somewhere(WRITE),
        "may_bring": viewer.may_somewhere("imports.bring_file"),
        "returned": queries.returned_to(viewer).count(),
    }
    return render(request, "courses/kept.html", context)


@require_GET
@only_for(WRITE)
def find_shared(request: HttpRequest) -> HttpResponse:
    """What other colleges share: to be held here too, or copied (N-04)."""
    found = queries.shared_by_others(standing(request))
    page = page_of(found, order=("-id",), after=request.GET.get("after", ""))
    rows = [(row, words.time_words(row), words.level_words(row.levels)) for row in page]
    return render(request, "courses/shared.html", {"page": page, "rows": rows})


@require_GET
@only_for(REVIEW)
def list_reviews(request: HttpRequest) -> HttpResponse:
    """What waits for the viewer to review, the longest waiting first."""
    viewer = standing(request)
    page = page_of(queries.reviews(viewer), order=("id",), after=request.GET.get("after", ""))
    return render(request, "courses/reviews.html", {"page": page, "number": queries.reviews(viewer).count()})


@require_http_methods(FORMS)
@only_for(WRITE)
def write_course(request: HttpRequest) -> HttpResponse:
    """A new course with its first draft."""
    viewer = standing(request)
    ids = {"public_id": uuid7(), "version_id": uuid7()}
    form = forms.CourseForm(request.POST or None, viewer=viewer, initial=forms.FRESH | ids)
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        try:
            made = services.write_course(
                actor=viewer,
                public_id=form.cleaned_data["public_id"] or uuid7(),
                version_id=form.cleaned_data["version_id"] or uuid7(),
                owner=form.cleaned_data["owner"],
                facts=form.facts(),
                text=form.text(),
                at=clock.now(),
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _drafted(request, made)
    return _form_page(request, form, heading=_("Write a course"), submit=_("Save the draft"))


@require_http_methods(FORMS)
def draft_version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The next version of a course, filled in as the newest one says."""
    viewer = standing(request)
    course = _course(request, public_id)
    require(viewer, WRITE, on=course)
    newest = queries.newest(course)
    initial = forms.initial_of(newest) if newest else forms.FRESH
    form = forms.VersionForm(request.POST or None, initial=initial | {"public_id": uuid7()})
    if form.is_valid():
        number = form.cleaned_data["public_id"] or uuid7()
        try:
            made = services.draft_version(
                actor=viewer, public_id=number, course=course, text=form.text(), at=clock.now()
            )
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _drafted(request, made)
    lead = _("The approved version stays as it is until this one is approved.")
    heading = _("A new version of “%(title)s”") % {"title": course.title}
    return _form_page(request, form, heading=heading, submit=_("Save the draft"), course=course, lead=lead)


@require_http_methods(FORMS)
def edit_version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a draft, or one that was sent back."""
    viewer = standing(request)
    row = _version(request, public_id)
    require(viewer, WRITE, on=row)
    is_first = not queries.published_versions(row.course)
    kind = forms.CourseForm if is_first else forms.VersionForm
    form = kind(request.POST or None, initial=forms.initial_of(row))
    if form.is_valid():
        facts = form.facts() if isinstance(form, forms.CourseForm) else None
        try:
            services.edit_version(actor=viewer, version=row, text=form.text(), facts=facts, at=clock.now())
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _drafted(request, row)
    lead = row.decision_reason if row.state == State.RETURNED else ""
    heading = _("Change “%(title)s”") % {"title": row.course.title}
    return _form_page(request, form, heading=heading, submit=_("Save the draft"), version=row, lead=lead)


@require_GET
def show_version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One version for those who write and review it: what it says, what changed, whose turn it is."""
    return _version_page(request, _version(request, public_id))


@require_POST
def send_version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send a draft to review."""
    row = _version(request, public_id)
    try:
        services.send_to_review(actor=standing(request), version=row, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is in review. You are told when somebody has decided."))
    return redirect("courses:show_version", public_id)


@require_POST
def decide_version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Approve it, or send it back."""
    row, actor = _version(request, public_id), standing(request)
    form = forms.Decide(request.POST)
    if form.is_valid():
        decide = services.approve_version if request.POST.get("decision") == "approve" else services.return_version
        try:
            decide(actor=actor, version=row, at=clock.now(), reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            approved = request.POST.get("decision") == "approve"
            messages.success(
                request, _("It is approved, and everybody can read it.") if approved else _("It was sent back.")
            )
            return redirect("courses:list_reviews")
    return _version_page(request, row, form=form)


@require_POST
def retire_version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Plan no new class from an approved version."""
    row = _version(request, public_id)
    form = forms.Retire(request.POST)
    if form.is_valid():
        try:
            services.retire_version(actor=standing(request), version=row, why=form.cleaned_data["why"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("No new class is planned from it. Classes that have it keep it."))
            return redirect("courses:show_version", public_id)
    return _version_page(request, row, retiring=form)


@require_POST
def share_course(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Share a course with other colleges, or no longer."""
    course = _course(request, public_id)
    is_shared = request.POST.get("shared") == "yes"
    services.share_course(actor=standing(request), course=course, is_shared=is_shared)
    if is_shared:
        messages.success(request, _("Other colleges can hold and copy it now."))
    else:
        messages.success(request, _("It is your college's alone again."))
    newest = queries.newest(course)
    return redirect("courses:show_version", newest.public_id) if newest else redirect("courses:list_kept")


@require_http_methods(FORMS)
@only_for(WRITE)
def copy_course(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draft of one's own from what another college shares."""
    viewer = standing(request)
    source = queries.published(public_id)
    if source is None or not source.course.is_shared or source.state != State.APPROVED:
        raise Http404
    ids = {"public_id": uuid7(), "version_id": uuid7(), "title_zh": source.course.title_zh}
    form = forms.CopyCourse(request.POST or None, viewer=viewer, initial=ids)
    if (answer := found_in(request, form)) is not None:
        return answer
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.copy_course(
                actor=viewer, public_id=data["public_id"] or uuid7(), version_id=data["version_id"] or uuid7(),
                source=source, owner=data["owner"], title_zh=data["title_zh"], at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            return _drafted(request, made)
    context = {"form": form, "row": source, "course": source.course, "lines": words.lines_of(source)}
    return render(request, "courses/copy.html", context, status=422 if form.errors else 200)


def _version_page(
    request: HttpRequest,
    row: CourseVersion,
    *,
    form: django_forms.Form | None = None,
    retiring: django_forms.Form | None = None,
) -> HttpResponse:
    viewer, scope = standing(request), row.access_scope()
    versions = queries.versions_of(row.course)
    before = next((one for one in versions if one.state in rules.PUBLIC and one.number < row.number), None)
    may_write, may_review = viewer.may(WRITE, scope), viewer.may(REVIEW, scope)
    is_waiting = row.state == State.IN_REVIEW
    # The history is asked only of those whom the answer concerns.
    hands = queries.hands_in(row) if is_waiting and may_review else {row.drafted_by_id}
    has_hand = bool(set(viewer.person_keys) & hands)
    in_work = row.state in (State.DRAFT, State.RETURNED)
    context: dict[str, Any] = {
        "row": row,
        "course": row.course,
        "before": before,
        "changes": words.changes(before, row) if before else None,
        "lines": [(label, text) for label, text in words.labelled(row) if text],
        "languages": words.language_words(row.course.languages),
        "versions": versions,
        "is_unit_over": row.unit is not None and not queries.is_given(row.unit, on=clock.today()),
        "may_edit": may_write and in_work,
        "may_retire": may_write and row.state == State.APPROVED,
        "may_renew": may_write and not any(one.state in rules.IN_WORK for one in versions),
        "may_share": may_write,
        "may_decide": may_review and is_waiting and not has_hand,
        "has_hand": has_hand,
        "form": form or forms.Decide(),
        "retire_form": retiring or forms.Retire(),
        "errors": form or retiring,
        "shelf": shelves(viewer, [(materials.MATERIALS, materials.thing_of(row))])[0],
        "history": trace.history_of(row),
        "is_public": row.state in rules.PUBLIC,
    }
    is_wrong = any(one is not None and one.errors for one in (form, retiring))
    return render(request, "courses/version.html", context, status=422 if is_wrong else 200)


def _form_page(
    request: HttpRequest,
    form: forms.VersionForm,
    *,
    heading: str,
    submit: str,
    course: Course | None = None,
    version: CourseVersion | None = None,
    lead: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "groups": form.groups(),
        "heading": heading,
        "submit": submit,
        "course": course,
        "version": version,
        "lead": lead,
    }
    return render(request, "courses/form.html", context, status=422 if form.errors else 200)


def _layout(request: HttpRequest) -> str:
    """Who writes or reviews courses sees them beside the rail."""
    return "web/staff.html" if standing_of_request(request).may_somewhere(SEE) else "web/base.html"


def _drafted(request: HttpRequest, row: CourseVersion) -> HttpResponse:
    messages.success(request, _("The draft is saved. Read it once more, then send it to review."))
    return redirect("courses:show_version", row.public_id)


def _course(request: HttpRequest, public_id: UUID) -> Course:
    found = queries.course(standing(request), public_id)
    if found is None:
        raise Http404
    return found


def _version(request: HttpRequest, public_id: UUID) -> CourseVersion:
    found = queries.version(standing(request), public_id)
    if found is None:
        raise Http404
    return found
