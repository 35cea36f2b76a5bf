"""Phases: what is open now, what comes next, and whether a rule lies within (C-67)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.learning.rollout import rules
from xuecheng.learning.rollout.models import Phase, RecordKind, RuleFamily


def phases() -> QuerySet[Phase]:
    """All phases in their order, with what they open."""
    return Phase.objects.select_related("planned_by", "opened_by", "closed_by").prefetch_related(
        Prefetch("organisations", Organisation.objects.order_by("code")),
        Prefetch("territories", Territory.objects.order_by("path")),
    ).order_by("place", "id")  # fmt: skip


def phase(public_id: UUID) -> Phase | None:
    return phases().filter(public_id=public_id).first()


def open_phases() -> list[rules.OpenPhase] | None:
    """What the open phases cover; None in a city that has no phases at all: nothing is held back there.

    Four queries, one more for each phase that names divisions.
    """
    found = list(phases().exclude(state=Phase.State.PLANNED))
    if not found and not Phase.objects.exists():
        return None
    return [
        rules.OpenPhase(
            code=one.code, kinds=frozenset(one.kinds), families=frozenset(one.families), institutions=_codes(one),
            begins_on=one.covers_from or date.min, ends_on=one.covers_to or date.max,
        )
        for one in found if one.state == Phase.State.OPEN
    ]  # fmt: skip


def check_open(reach: rules.Reach) -> None:
    """Raise `OutsideOpenPhases` unless open phases cover what a rule reaches for (C-67).

    Institutions may be written with `*`: all that are called so now, and whoever will be, so that only a phase without
    named institutions covers them.
    """
    phases_now = open_phases()
    if phases_now is None:
        return
    plain = tuple(rules.ANYWHERE if "*" in code else code for code in reach.institutions) or (rules.ANYWHERE,)
    said = {**{one.value: str(one.label) for one in RecordKind}, **{one.value: str(one.label) for one in RuleFamily}}
    names = Organisation.objects.filter(code__in=[code for code in plain if code])
    said |= {one.code: one.name for one in names}
    wanted = rules.Reach(
        reach.kinds, reach.family, tuple(dict.fromkeys(plain)), reach.begins_on, reach.ends_on
    )  # fmt: skip
    rules.check_open(wanted, phases_now, said=said)


def _codes(row: Phase) -> frozenset[str] | None:
    """The institutions a phase names, those of its divisions among them; None: all."""
    named = {one.code for one in row.organisations.all()}
    paths = [one.path for one in row.territories.all()]
    if not named and not paths:
        return None
    if paths:
        within = _any(Q(territory__path__startswith=path) for path in paths)
        named |= set(Organisation.objects.filter(within).values_list("code", flat=True))
    return frozenset(named)


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for one in conditions:
        found |= one
    return found
