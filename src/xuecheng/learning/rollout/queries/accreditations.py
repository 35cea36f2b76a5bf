"""Accreditations as people see them: the public register, an institution's history, what waits for an officer."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.learning.rollout import rules
from xuecheng.learning.rollout.models import Accreditation, Suspension

from .acts import DECIDE, PROPOSE
from .permits import DECIDED, in_force

_State = Accreditation.State


def register(*, on: date, text: str = "", kind: str = "") -> QuerySet[Organisation]:
    """Institutions that ever were accredited, with what is decided of them, for a list by (code)."""
    decided = Accreditation.objects.filter(organisation=OuterRef("pk"), state__in=DECIDED)
    if kind:
        decided = decided.filter(in_force(on), kinds__contains=[kind])
    rows = Organisation.objects.filter(Exists(decided))
    if text.strip():
        rows = rows.filter(name_zh__icontains=text.strip()) | rows.filter(name_en__icontains=text.strip())
    return rows.select_related("territory").prefetch_related(
        Prefetch("accreditations", _shown().filter(state__in=DECIDED), to_attr="decided")
    )


def accreditations_of(organisation: Organisation) -> list[Accreditation]:
    """What was ever decided of an institution, the newest first, with its suspensions. Two queries."""
    return list(_shown().filter(organisation=organisation, state__in=DECIDED).order_by("-id"))


def decided(*, institution: str = "") -> QuerySet[Accreditation]:
    """What was ever decided of any institution, or of one, for a list by (-id)."""
    rows = _shown().filter(state__in=DECIDED)
    return rows.filter(organisation__code=institution) if institution else rows


def kept(viewer: Standing, *, state: str = "") -> QuerySet[Accreditation]:
    """Accreditations of the viewer's institutions as officers see them, for a list by (-id)."""
    rows = _shown().filter(_seen(viewer))
    return rows.filter(state=state) if state else rows


def waiting(viewer: Standing) -> QuerySet[Accreditation]:
    """Proposals that the viewer may decide: somebody else's."""
    seen = visible(viewer, DECIDE, organisation="organisation", territory="organisation__territory")
    return Accreditation.objects.filter(seen, state=_State.PROPOSED).exclude(proposed_by__in=viewer.person_keys)


def accreditation(viewer: Standing, public_id: UUID) -> Accreditation | None:
    """One accreditation for whoever proposes or decides at its institution."""
    return _shown().filter(_seen(viewer), public_id=public_id).first()


def ending(*, today: date) -> QuerySet[Accreditation]:
    """Accreditations in force whose end is near enough to be warned of, the next first."""
    last = today + timedelta(days=max(rules.WARNINGS))
    rows = Accreditation.objects.filter(state=_State.GRANTED, during__endswith__gt=today, during__endswith__lte=last)
    followed = Accreditation.objects.filter(renews=OuterRef("pk"), state__in=[_State.PROPOSED, _State.GRANTED])
    return rows.filter(~Exists(followed)).select_related("organisation__territory").order_by("during__endswith", "id")


def proposers_of(viewer: Standing) -> QuerySet[Organisation]:
    """The institutions that the viewer may propose to accredit."""
    rows = Organisation.objects.filter(
        visible(viewer, PROPOSE, organisation="pk", territory="territory"), is_active=True
    )
    return rows.select_related("territory").order_by("code")


def _seen(viewer: Standing) -> Q:
    places = {"organisation": "organisation", "territory": "organisation__territory"}
    return visible(viewer, PROPOSE, **places) | visible(viewer, DECIDE, **places)


def _shown() -> QuerySet[Accreditation]:
    people = ("proposed_by", "decided_by", "ended_by")
    rows = Accreditation.objects.select_related(
        "organisation__territory", "lowest__framework", "highest", "renews", *people
    )
    return rows.prefetch_related(
        Prefetch("suspensions", Suspension.objects.select_related("suspended_by", "lifted_by").order_by("id"))
    ).order_by("id")
