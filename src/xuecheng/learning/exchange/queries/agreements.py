"""Agreements: those in force, which everybody sees, and those that the viewer drafts, signs or decides."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import NOBODY, Standing, visible
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.exchange.models import Agreement, Party, Term

from .acts import DECIDE_AGREEMENT, DRAFT

_STOOD = (Agreement.State.APPROVED, Agreement.State.ENDED)


def in_force(on: date, prefix: str = "") -> Q:
    """Agreements under which something may be asked on a day."""
    open_end = Q(**{f"{prefix}effect_to__isnull": True}) | Q(**{f"{prefix}effect_to__gt": on})
    return open_end & Q(**{f"{prefix}state__in": _STOOD, f"{prefix}effect_from__lte": on})


def agreements_in_force(*, on: date, organisation: str = "") -> QuerySet[Agreement]:
    """What everybody sees: agreements in force, for a list by (-id)."""
    rows = Agreement.objects.filter(in_force(on))
    if organisation:
        rows = rows.filter(Exists(Party.objects.filter(agreement=OuterRef("pk"), organisation__code=organisation)))
    return rows.prefetch_related(_parties())


def own_agreements(viewer: Standing) -> QuerySet[Agreement]:
    """Agreements that the viewer's institutions are parties of, and those that the viewer decides, for a list by (-id).

    A draft is seen by the side that writes it.
    """
    drafted = visible(viewer, DRAFT, organisation="drafted_for", territory="drafted_for__territory")
    theirs = visible(viewer, DRAFT, organisation="organisation", territory="organisation__territory")
    party = Exists(Party.objects.filter(theirs, agreement=OuterRef("pk")))
    decides = visible(viewer, DECIDE_AGREEMENT, organisation="drafted_for", territory="drafted_for__territory")
    offered = ~Q(state=Agreement.State.DRAFT)
    rows = Agreement.objects.filter(drafted | (offered & (Q(party) | decides)))
    return rows.select_related("drafted_for__territory").prefetch_related(_parties())


def agreement(viewer: Standing, public_id: UUID) -> Agreement | None:
    """One agreement as the viewer may see it: what was ever in force is everybody's."""
    stood = Q(state__in=_STOOD)
    own = own_agreements(viewer).filter(public_id=public_id).order_by().values("pk") if viewer is not NOBODY else None
    rows = Agreement.objects.filter(stood | Q(pk__in=own) if own is not None else stood, public_id=public_id)
    return _whole(rows).first()


def kept_agreement(viewer: Standing, public_id: UUID) -> Agreement | None:
    """One agreement for its sides and for whoever decides it; for nobody else, though it may be in force."""
    own = own_agreements(viewer).filter(public_id=public_id).order_by().values("pk")
    return _whole(Agreement.objects.filter(pk__in=own)).first()


def agreements_waiting(viewer: Standing) -> QuerySet[Agreement]:
    """What waits for the viewer: to be signed for their institution, or to be decided."""
    theirs = visible(viewer, DRAFT, organisation="organisation", territory="organisation__territory")
    unsigned = Exists(Party.objects.filter(theirs, agreement=OuterRef("pk"), signed_by__isnull=True))
    decides = visible(viewer, DECIDE_AGREEMENT, organisation="drafted_for", territory="drafted_for__territory")
    return Agreement.objects.filter(
        Q(unsigned, state=Agreement.State.OFFERED) | (Q(state=Agreement.State.SIGNED) & decides)
    )


def signers_of(viewer: Standing, row: Agreement) -> list[Party]:
    """The parties of an offered agreement for which the viewer may sign."""
    theirs = visible(viewer, DRAFT, organisation="organisation", territory="organisation__territory")
    return list(
        Party.objects.filter(theirs, agreement=row, signed_by__isnull=True).select_related("organisation__territory")
    )


def versions_of(code: str) -> QuerySet[Agreement]:
    """Every version that ever was in force, newest first."""
    return Agreement.objects.filter(code=code, state__in=_STOOD).order_by("-version")


def terms_shown() -> QuerySet[Term]:
    return Term.objects.select_related(
        "source", "target", "of_level__framework", "as_level__framework", "as_unit__level__framework"
    ).order_by("number")


def published_units() -> QuerySet[UnitVersion]:
    """Units that a term may give."""
    return UnitVersion.objects.filter(state=UnitVersion.State.PUBLISHED).select_related("level__framework")


def drafters_of(viewer: Standing) -> QuerySet[Organisation]:
    """The institutions in whose name the viewer drafts agreements."""
    rows = Organisation.objects.filter(visible(viewer, DRAFT, organisation="pk", territory="territory"), is_active=True)
    return rows.select_related("territory").order_by("code")


def _whole(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    rows = rows.select_related("drafted_for__territory", "drafted_by", "decided_by")
    return rows.prefetch_related(_parties()).prefetch_related(Prefetch("terms", terms_shown()))


def _parties() -> Prefetch[Any, Any, Any]:
    return Prefetch("parties", Party.objects.select_related("organisation", "signed_by").order_by("pk"))
