"""Roll-out by the real clock, for pages and doors of the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from city.situations import TODAY, a_person, holding
from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.learning.creditbank.services import load_frameworks
from xuecheng.learning.rollout import services
from xuecheng.learning.rollout.models import Accreditation, Phase, Readiness


@dataclass
class Made:
    granted: Accreditation
    waits: Accreditation
    open: Phase
    planned: Phase
    readiness: Readiness
    proposer: Standing
    officer: Standing


def officers(place: Territory) -> tuple[Standing, Standing]:
    found = []
    for name in ("准入经办", "准入核准"):
        person = a_person(name, territory=place)
        holding(person, "certification_officer", territory=place)
        found.append(standing_of(person, today=TODAY))
    return found[0], found[1]


def accredited(organisation: Organisation, proposer: Standing, officer: Standing, *kinds: str) -> Accreditation:
    """In force for the kinds, formal if none is named, for three years from today on."""
    row = proposed(organisation, proposer, *kinds)
    return services.grant_accreditation(actor=officer, accreditation=row, reason="材料齐全", at=clock.now())


def proposed(organisation: Organisation, proposer: Standing, *kinds: str) -> Accreditation:
    today = clock.today()
    scope = services.Scope(kinds=kinds or ("formal",), begins_on=today, ends_on=today + timedelta(days=1000))
    made = services.propose_accreditation(
        actor=proposer, public_id=uuid4(), organisation=organisation, scope=scope, why="师资和场地合格", at=clock.now()
    )
    return whole(made)


def whole(row: Accreditation) -> Accreditation:
    return Accreditation.objects.select_related("organisation__territory").get(pk=row.pk)


def a_phase(proposer: Standing, code: str) -> Phase:
    plan = services.Plan(code=code, place=5, name_zh=f"阶段{code}", about_zh="先认证书。", kinds=("certificate",))
    return services.plan_phase(actor=proposer, public_id=uuid4(), plan=plan, at=clock.now())


def counted_of(organisation: Organisation) -> Readiness:
    counted = {
        "values": {"volume": 12, "coverage": 750}, "is_ready": False, "counted_at": clock.now(),
        "missing": ["volume", "coverage", "identity", "errors", "agreements"],
    }  # fmt: skip
    return Readiness.objects.update_or_create(organisation=organisation, kind="formal", defaults=counted)[0]


def everything(organisation: Organisation) -> Made:
    """One accreditation in force and one that waits, one phase open and one planned, one line of readiness."""
    load_frameworks()
    root = Territory.objects.get(parent__isnull=True)
    proposer, officer = officers(root)
    granted = accredited(organisation, proposer, officer)
    opened = services.open_phase(actor=officer, phase=a_phase(proposer, "L1"), decision="一号决定", at=clock.now())
    readiness = counted_of(organisation)
    waits = proposed(organisation, proposer, "certificate")
    return Made(whole(granted), waits, opened, a_phase(proposer, "L2"), readiness, proposer, officer)
