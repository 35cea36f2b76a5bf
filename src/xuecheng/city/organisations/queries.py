"""Questions about organisations. The register itself is public; who changed what is not."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from xuecheng.city.territories.models import Territory

from .models import Organisation, OrganisationStatus


def organisations(
    *, kind: str = "", within: Territory | None = None, text: str = "", state: str = "", on: date | None = None
) -> QuerySet[Organisation]:
    """The register, narrowed by kind, place, part of a name or code, and status on a day; unordered. One query.

    `within` is a territory: what lies in it and beneath. `state` needs `on`.
    """
    found = Organisation.objects.select_related("territory", "parent")
    if kind:
        found = found.filter(kind=kind)
    if within is not None:
        found = found.filter(territory__path__startswith=within.path)
    if state:
        found = found.filter(
            pk__in=OrganisationStatus.objects.filter(state=state, during__contains=on).values("organisation")
        )
    for word in text.split():
        found = found.filter(
            Q(name_zh__contains=word)
            | Q(name_en__icontains=word)
            | Q(code__istartswith=word)
            | Q(credit_code=word.upper())
        )
    return found


def by_code(code: str) -> Organisation | None:
    """The organisation with that code, its place and the one above fetched. One query."""
    return Organisation.objects.select_related("territory", "parent").filter(code=code).first()


def statuses_of(organisation: Organisation) -> list[OrganisationStatus]:
    """All statuses it had and will have, the newest first. One query."""
    return list(organisation.statuses.order_by("-during"))


def status_on(organisation: Organisation, on: date) -> OrganisationStatus | None:
    """Its status on a day; None before it was known. One query."""
    return organisation.statuses.filter(during__contains=on).first()


def children_of(organisation: Organisation) -> list[Organisation]:
    """The organisations directly below, by code. One query."""
    return list(organisation.children.select_related("territory").order_by("code"))


def choices(*, kind: str = "", active_only: bool = True) -> list[tuple[str, str]]:
    """Code and name for a form's select, by code. One query."""
    found = organisations(kind=kind)
    return [(one.code, one.name) for one in (found.filter(is_active=True) if active_only else found).order_by("code")]


def in_ended_divisions() -> QuerySet[Organisation]:
    """Active organisations whose division has ended by merger or split: somebody must say where they belong now."""
    return Organisation.objects.filter(is_active=True, territory__is_current=False).select_related("territory")
