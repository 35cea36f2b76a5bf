"""Pages of groups: an organisation lodges for its members and sees how far they are; a member answers."""

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
from xuecheng.city.rights import only_for, visible
from xuecheng.learning.priorlearning import forms, queries, services
from xuecheng.web.paging import page_of


@never_cache
@require_GET
@only_for(queries.LODGE)
def list_groups(request: HttpRequest) -> HttpResponse:
    """What the viewer's organisations lodged."""
    page = page_of(queries.visible_groups(standing(request)), order=("-id",), after=request.GET.get("after", ""))
    return render(request, "priorlearning/groups.html", {"page": page})


@never_cache
@require_http_methods(["GET", "POST"])
@only_for(queries.LODGE)
def lodge_group(request: HttpRequest) -> HttpResponse:
    """Lodge for many at once; each of them is asked."""
    viewer = standing(request)
    mine = visible(viewer, queries.LODGE, organisation="pk", territory="territory")
    form = forms.LodgeGroup(
        request.POST or None, initial={"public_id": uuid7()}, centres=queries.centres(),
        organisations=Organisation.objects.filter(mine, is_active=True).select_related("territory").order_by("code"),
        units=queries.units_found("", on=clock.today()).order_by("code"),
    )  # fmt: skip
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = services.lodge_group(
                actor=viewer, public_id=data["public_id"], organisation=data["organisation"], centre=data["centre"],
                title=data["title"], statement=data["statement"], units=list(data["units"]), members=form.rows(),
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            refusal.show_on(form)
        else:
            messages.success(request, _("Lodged. Every member is asked whether they take part."))
            return redirect("priorlearning:show_group", public_id=made.public_id)
    context = {"form": form, "can_lodge": form.has_choices()}
    return render(request, "priorlearning/group_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
@only_for(queries.LODGE)
def show_group(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far the members are; what they write stays theirs."""
    row = queries.visible_groups(standing(request)).filter(public_id=public_id).first()
    if row is None:
        raise Http404
    members = row.members.select_related("person", "application").order_by("person__sort_key", "pk")
    page = page_of(members, order=("id",), after=request.GET.get("after", ""))
    return render(request, "priorlearning/group.html", {"row": row, "page": page})


@never_cache
@require_POST
def answer_group(request: HttpRequest) -> HttpResponse:
    """A member agrees or does not."""
    actor, form = standing(request), forms.AnswerGroup(request.POST)
    member = queries.own_memberships(actor).filter(pk=form.cleaned_data["member"]).first() if form.is_valid() else None
    if member is None:
        raise Http404
    try:
        done = services.answer_group(
            actor=actor, member=member, agrees=form.cleaned_data["agrees"] == "yes", at=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("priorlearning:list_own")
    if done.application is None:
        messages.success(request, _("Done. Nobody does anything with your account."))
        return redirect("priorlearning:list_own")
    return redirect("priorlearning:answer_questions", public_id=done.application.public_id)
