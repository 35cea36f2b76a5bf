"""One account: its face for everybody, its statement and people by rights, and what can be done."""

from __future__ import annotations

from uuid import UUID

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from xuecheng.city import clock
from xuecheng.city.access.middleware import public
from xuecheng.city.access.models import Reading
from xuecheng.city.access.requests import seen
from xuecheng.city.ids import uuid7
from xuecheng.city.rights import Standing, standing_of_request
from xuecheng.learning.collectives import forms, queries
from xuecheng.learning.collectives.models import Collective, Membership
from xuecheng.learning.collectives.queries import KEEP

_State = Collective.State


@public
@never_cache
@require_GET
def show_account(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One account."""
    return account_page(request, account_or_404(request, public_id))


def account_page(
    request: HttpRequest,
    row: Collective,
    *,
    wrong: django_forms.Form | None = None,
    verb: str = "",
    member: Membership | None = None,
) -> HttpResponse:
    """The page, with what was wrong with an attempt, on `member` where it was one of the members'."""
    viewer = standing_of_request(request)
    mine = queries.membership_of(viewer, row)
    inside = queries.sees_inside(viewer, row, mine)
    reads = row.has_account and (inside or row.is_public)
    keeps = viewer.may(KEEP, row.access_scope()) or queries.keeps(viewer, row, on=clock.today())
    members = queries.members_of(row) if inside and row.has_account else []
    keeping = queries.keeping(row, members, on=clock.today())
    waiting = queries.asking(row) if keeps and row.state == _State.OPEN else []
    if queries.is_in_office(viewer, row):
        for one in (*members, *waiting):
            seen(request, person_id=one.person_id, what=Reading.What.PERSON)
    shown = _forms_of(viewer, row, mine)
    if wrong is not None and verb in shown:
        shown[verb] = wrong
    context = {
        "row": row,
        "mine": mine,
        "is_mine": mine is not None and mine.state == Membership.State.STANDING,
        "is_inside": inside,
        "reads": reads,
        "keeps": keeps,
        "in_office": viewer.may(KEEP, row.access_scope()),
        "count": queries.member_count(row) if row.has_account else 0,
        "members": [(one, one.pk in keeping, _letting_keep(one, wrong, member)) for one in members],
        "waiting": waiting,
        "balances": queries.balances_of(row) if reads else [],
        "statement": queries.statement_of(row, before=_before(request)) if reads else None,
        "shown": {name.replace("-", "_"): form for name, form in shown.items()},
        "errors": wrong,
        "base": "web/staff.html" if queries.is_in_office(viewer, row) and mine is None else "web/base.html",
    }
    return render(request, "collectives/account.html", context, status=422 if wrong is not None else 200)


def _letting_keep(one: Membership, wrong: django_forms.Form | None, member: Membership | None) -> forms.LetKeep:
    """The form of one member among several: its ids are the member's own."""
    form = wrong if isinstance(wrong, forms.LetKeep) and member is not None and member.pk == one.pk else forms.LetKeep()
    form.auto_id = f"id_{one.public_id}_%s"
    return form


def _forms_of(viewer: Standing, row: Collective, mine: Membership | None) -> dict[str, django_forms.Form]:
    """What the viewer may do with the account now, as forms by verb."""
    shown: dict[str, django_forms.Form] = {}
    is_applicant = row.applied_by_id in viewer.person_keys
    if row.state == _State.APPLIED:
        if is_applicant:
            shown["withdraw"] = django_forms.Form()
        elif viewer.may(KEEP, row.access_scope()):
            shown["open"] = forms.Open(today=clock.today())
            shown["refuse"] = forms.Why()
    if row.state == _State.OPEN:
        live = (Membership.State.ASKED, Membership.State.STANDING)
        if viewer.own_keys(queries.TAKE_PART) and (mine is None or mine.state not in live):
            shown["join"] = forms.Join(initial={"public_id": uuid7()})
        if viewer.may(KEEP, row.access_scope()):
            shown["close"] = forms.Close(heirs=queries.heirs_of(row))
    return shown


def account_or_404(request: HttpRequest, public_id: UUID) -> Collective:
    row = queries.account(standing_of_request(request), public_id)
    if row is None:
        raise Http404
    return row


def _before(request: HttpRequest) -> int | None:
    said = request.GET.get("before", "")
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > 18:
        raise Http404
    return int(said)
