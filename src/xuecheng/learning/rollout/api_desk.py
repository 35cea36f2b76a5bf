"""The desk of the roll-out for programs: accreditations proposed, renewed, suspended, lifted, ended; phases planned.

The same verbs as on the pages, with the same refusals: another officer decides, lifts and opens (C-67).

The operations stand on the router of `api`: of one address reading and writing belong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.schemas import Code, Day, Flag, In, Key, ShortText, TerritoryCode
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.models import FrameworkLevel

from . import queries, services
from .api import AccreditationOut, Decision, PhaseOut, router
from .models import Accreditation, RecordKind, RuleFamily

__all__ = ["router"]

_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
About = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=_PLAIN)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=_PLAIN)]
Level = Annotated[str, StringConstraints(max_length=8, pattern=_PLAIN)]


class AccreditationIn(In):
    """What an institution is to issue for learning that ends in `[begins_on, ends_on)`. No fields or levels: all.

    The id makes a repeated request the same proposal. `renews` is the accreditation that it goes on after.
    """

    id: UUID
    institution: Key
    kinds: Annotated[list[RecordKind], Field(min_length=1, max_length=20)]
    fields_of_study: Annotated[list[Code], Field(max_length=50)] = []
    framework: Key | None = None
    lowest_level: Level = ""
    highest_level: Level = ""
    begins_on: Day
    ends_on: Day
    why: Decision
    renews: UUID | None = None


class AccreditationSuspensionIn(In):
    """From which day on nothing is taken that is learnt, which is today or before, and why."""

    on: Day
    reason: Decision


class AccreditationEndingIn(In):
    """From which day on nothing is taken that is learnt, for good, and why."""

    on: Day
    reason: Decision


class KeptAccreditationWish(Paged):
    state: Accreditation.State | None = None


class AccreditationLiftingIn(In):
    """Why it counts again."""

    reason: Decision


class RolloutPhaseIn(In):
    """A phase to come. Empty kinds, families, institutions and divisions open all there is of them."""

    id: UUID
    code: Code
    place: Annotated[int, Field(ge=1, le=999)]
    name_zh: Name
    name_en: ShortText = ""
    about_zh: About
    about_en: Annotated[str, StringConstraints(max_length=1000, pattern=_PLAIN)] = ""
    kinds: Annotated[list[RecordKind], Field(max_length=20)] = []
    families: Annotated[list[RuleFamily], Field(max_length=20)] = []
    institutions: Annotated[list[Key], Field(max_length=200)] = []
    divisions: Annotated[list[TerritoryCode], Field(max_length=200)] = []
    covers_from: Day | None = None
    covers_to: Day | None = None
    needs_accreditation: Flag = False
    expected_on: Day | None = None


@router.listing("/kept-accreditations", scope="rollout.read", out=AccreditationOut)
def list_kept_accreditations(request: HttpRequest, wish: Query[KeptAccreditationWish]) -> dict[str, Any]:
    """Accreditations as officers see them, the newest first: what waits for a decision and what was refused too."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.PROPOSE):
        raise Denied(queries.PROPOSE)

    def show(found: Sequence[Accreditation]) -> list[AccreditationOut]:
        return [AccreditationOut.of(one) for one in found]

    return cut(request, wish, queries.kept(viewer, state=wish.state or ""), order=("-id",), show=show)


@router.writing("/accreditations", scope="rollout.write", out=AccreditationOut)
def propose_accreditation(request: HttpRequest, body: AccreditationIn) -> AccreditationOut:
    """Lay an accreditation, or the renewal of one, before a second officer, who decides it."""
    place = Organisation.objects.select_related("territory").filter(code=body.institution).first()
    if place is None:
        raise Http404
    scope = services.Scope(
        kinds=tuple(body.kinds), fields=tuple(body.fields_of_study), lowest=_level(body.framework, body.lowest_level),
        highest=_level(body.framework, body.highest_level), begins_on=body.begins_on, ends_on=body.ends_on,
    )  # fmt: skip
    before = _accreditation(request, body.renews) if body.renews is not None else None
    made = services.propose_accreditation(
        actor=standing(request), public_id=body.id, organisation=place, scope=scope, why=body.why, at=clock.now(),
        renews=before,
    )  # fmt: skip
    return AccreditationOut.of(_accreditation(request, made.public_id))


@router.writing("/accreditations/{id}/suspension", scope="rollout.write", out=AccreditationOut, status=200)
def suspend_accreditation(request: HttpRequest, id: Path[UUID], body: AccreditationSuspensionIn) -> AccreditationOut:
    """Take nothing for now that is learnt from a day on; another officer lifts it. What was taken stays."""
    services.suspend_accreditation(
        actor=standing(request), accreditation=_accreditation(request, id), on=body.on, reason=body.reason,
        at=clock.now(),
    )  # fmt: skip
    return AccreditationOut.of(_accreditation(request, id))


@router.writing("/accreditations/{id}/lifting", scope="rollout.write", out=AccreditationOut, status=200)
def lift_accreditation_suspension(
    request: HttpRequest, id: Path[UUID], body: AccreditationLiftingIn
) -> AccreditationOut:
    """Let it count again for what is learnt from today on; not by who suspended it."""
    services.lift_suspension(
        actor=standing(request), accreditation=_accreditation(request, id), reason=body.reason, at=clock.now()
    )
    return AccreditationOut.of(_accreditation(request, id))


@router.writing("/accreditations/{id}/ending", scope="rollout.write", out=AccreditationOut, status=200)
def end_accreditation(request: HttpRequest, id: Path[UUID], body: AccreditationEndingIn) -> AccreditationOut:
    """Take nothing that is learnt from a day on, for good; what was taken stays."""
    services.end_accreditation(
        actor=standing(request), accreditation=_accreditation(request, id), on=body.on, reason=body.reason,
        at=clock.now(),
    )  # fmt: skip
    return AccreditationOut.of(_accreditation(request, id))


@router.writing("/rollout-phases", scope="rollout.write", out=PhaseOut)
def plan_rollout_phase(request: HttpRequest, body: RolloutPhaseIn) -> PhaseOut:
    """Announce a phase, or change one that is only planned; another officer opens it by decision."""
    said = body.dict(exclude={"id", "institutions", "divisions", "kinds", "families"})
    plan = services.Plan(**said, kinds=tuple(body.kinds), families=tuple(body.families))
    places = list(Organisation.objects.filter(code__in=body.institutions))
    divisions = list(Territory.objects.filter(code__in=body.divisions, is_current=True))
    if len(places) != len(set(body.institutions)) or len(divisions) != len(set(body.divisions)):
        raise Http404
    services.plan_phase(
        actor=standing(request), public_id=body.id, plan=plan, organisations=places, territories=divisions,
        at=clock.now(),
    )  # fmt: skip
    row = queries.phase(body.id)
    assert row is not None, "just planned"
    return PhaseOut.of(row)


def _level(framework: str | None, label: str) -> FrameworkLevel | None:
    if not label:
        return None
    rows = FrameworkLevel.objects.filter(framework__code=framework or "", framework__successor__isnull=True)
    found = rows.select_related("framework").filter(label=label).first()
    if found is None:
        raise Http404
    return found


def _accreditation(request: HttpRequest, public_id: UUID) -> Accreditation:
    row = queries.accreditation(standing(request), public_id)
    if row is None:
        raise Http404
    return row
