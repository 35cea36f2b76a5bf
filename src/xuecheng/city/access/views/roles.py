"""Pages of the catalogue of roles: what each may do, who holds it, what a version changes, draft and decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xuecheng.city import clock, trace
from xuecheng.city.access import queries, services
from xuecheng.city.access.forms import DecideRole, DraftRole, MakeRole
from xuecheng.city.access.models import Role, RoleVersion
from xuecheng.city.access.requests import standing
from xuecheng.city.ids import uuid7
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, only_for
from xuecheng.web.paging import page_of

from .holdings import SEE, faces_of

DRAFT, DECIDE = "access.draft_role", "access.decide_role"


@require_GET
@only_for(SEE)
def list_roles(request: HttpRequest) -> HttpResponse:
    """All roles of the installation."""
    viewer = standing(request)
    context = {"faces": queries.roles(today=clock.today()), "may_draft": viewer.may_city_wide(DRAFT)}
    return render(request, "access/roles.html", context)


@require_GET
@only_for(SEE)
def show_role(request: HttpRequest, code: str) -> HttpResponse:
    """What a role may do, since when, and who holds it where the viewer may see roles."""
    viewer = standing(request)
    role = _role(code)
    versions = queries.versions_of(role)
    today = clock.today()
    now = next(
        (
            one.version
            for one in versions
            if one.version.state == RoleVersion.State.APPROVED
            and one.version.begins_on
            and one.version.begins_on <= today
        ),
        None,
    )
    page = page_of(queries.held_by_whom(viewer, code, today=today), order=("id",), after=request.GET.get("after", ""))
    context = {
        "role": role,
        "now": now,
        "may": queries.words_of(now.acts) if now else (),
        "versions": versions,
        "draft": next((one.version for one in versions if one.version.state == RoleVersion.State.DRAFT), None),
        "page": page,
        "faces": faces_of(page.rows, today=today),
        "may_draft": viewer.may_city_wide(DRAFT),
        "may_decide": viewer.may_city_wide(DECIDE),
        "viewer": viewer.person,
        "history": trace.history_of(role, *[one.version for one in versions]),
    }
    return render(request, "access/role.html", context)


@require_http_methods(["GET", "POST"])
def make_role(request: HttpRequest) -> HttpResponse:
    """A role that no release ships."""
    viewer = standing(request)
    services.require(viewer, DRAFT, on=Scope())
    form = MakeRole(request.POST or None)
    if form.is_valid():
        try:
            made = services.make_role(actor=viewer, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The role is there and may do nothing yet. Draft what it may do."))
            return redirect("access:draft_role", made.code)
    return render(request, "access/make_role.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def draft_role(request: HttpRequest, code: str) -> HttpResponse:
    """Write down what a role shall be able to do, for another operator to approve."""
    viewer = standing(request)
    services.require(viewer, DRAFT, on=Scope())
    role = _role(code)
    newest = role.versions.exclude(state=RoleVersion.State.REFUSED).order_by("-number").first()
    waits = newest if newest is not None and newest.state == RoleVersion.State.DRAFT else None
    initial = {
        "public_id": waits.public_id if waits else uuid7(),
        "acts": newest.acts if newest else [],
        "needs_second": newest.needs_second if newest else False,
        "reason": waits.reason if waits else "",
    }
    form = DraftRole(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.draft_role(actor=viewer, role=role, **form.cleaned_data)
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("The draft waits for another operator. Until then nothing changes."))
            return redirect("access:show_role", role.code)
    return render(request, "access/draft_role.html", {"form": form, "role": role}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def decide_role(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another operator approves a draft from a day on, or does not."""
    version = get_object_or_404(RoleVersion.objects.select_related("role", "drafted_by"), public_id=public_id)
    viewer = standing(request)
    services.require(viewer, DECIDE, on=Scope())
    form = DecideRole(request.POST or None, initial={"begins_on": clock.today()})
    if form.is_valid():
        data = form.cleaned_data
        try:
            if data["decision"] == "approve":
                services.approve_role(
                    actor=viewer,
                    version=version,
                    begins_on=data["begins_on"],
                    today=clock.today(),
                    reason=data["reason"],
                )
            else:
                services.refuse_role(actor=viewer, version=version, reason=data["reason"])
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Decided. It is kept with your reason."))
            return redirect("access:show_role", version.role.code)
    change = next((one for one in queries.versions_of(version.role) if one.version.pk == version.pk), None)
    context = {
        "form": form,
        "version": version,
        "change": change,
        "is_mine": version.drafted_by_id in viewer.person_keys,
        "is_open": version.state == RoleVersion.State.DRAFT,
        "viewer": viewer.person,
    }
    return render(request, "access/decide_role.html", context, status=422 if form.errors else 200)


def _role(code: str) -> Role:
    found = queries.role_named(code)
    if found is None:
        raise Http404
    return found
