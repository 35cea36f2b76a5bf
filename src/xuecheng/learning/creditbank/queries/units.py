"""Certification units and their versions."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from xuecheng.city.rights import NOBODY, Standing, visible
from xuecheng.learning.creditbank import rules
from xuecheng.learning.creditbank.models import UnitVersion


def unit_versions(
    *, viewer: Standing = NOBODY, state: str = "", field: str = "", text: str = "", after: tuple[str, int] | None = None
) -> QuerySet[UnitVersion]:
    """Versions of units by code, newest version first; `after` is the last (code, version) of the page before.

    What was published is everybody's; drafts are seen by those who draft and decide for their keeper.
    """
    mine = visible(viewer, "creditbank.draft_unit", organisation="keeper", territory="keeper__territory")
    published = Q(state__in=[UnitVersion.State.PUBLISHED, UnitVersion.State.ENDED])
    found = UnitVersion.objects.filter(published | mine)
    found = found.select_related("level__framework", "keeper").order_by("code", "-version")
    if state:
        found = found.filter(state=state)
    if field:
        found = found.filter(field=field)
    if text:
        found = found.filter(Q(code__icontains=text) | Q(title_zh__icontains=text) | Q(title_en__icontains=text))
    if after:
        code, version = after
        found = found.filter(Q(code__gt=code) | Q(code=code, version__lt=version))
    return found


def versions_of_unit(code: str) -> list[UnitVersion]:
    """All versions of a unit, newest first, with who drafted and decided. One query."""
    return list(
        UnitVersion.objects.filter(code=code)
        .select_related("level__framework", "keeper__territory", "drafted_by", "decided_by")
        .order_by("-version")
    )


def relations_of(unit: UnitVersion) -> tuple[list[UnitVersion], list[UnitVersion]]:
    """The newest versions of the equivalents and exclusions of `unit`, whichever side names them (C-07). One query."""
    others = (
        UnitVersion.objects.filter(state__in=GIVEN_STATES)
        .exclude(code=unit.code)
        .filter(
            Q(code__in=[*unit.equivalents, *unit.exclusions])
            | Q(equivalents__contains=[unit.code])
            | Q(exclusions__contains=[unit.code])
        )
        .order_by("code", "-version")
        .distinct("code")
    )
    equivalents, exclusions = [], []
    for other in others:
        if other.code in unit.equivalents or unit.code in other.equivalents:
            equivalents.append(other)
        if other.code in unit.exclusions or unit.code in other.exclusions:
            exclusions.append(other)
    return equivalents, exclusions


GIVEN_STATES = (UnitVersion.State.PUBLISHED, UnitVersion.State.ENDED)
"""States of versions that are or were given: an ended one still counts for learning that ended in its period."""


def rule_units() -> dict[str, rules.Unit]:
    """Every version that is or was given, as the rules take it, by "CODE@version". One query."""
    rows = (
        UnitVersion.objects.filter(state__in=GIVEN_STATES)
        .select_related("level__framework", "keeper")
        .order_by("code", "version")
    )
    generations: dict[str, int] = {}
    units = {}
    for row in rows:
        # Versions between two substantial changes are one unit (C-08).
        if row.code in generations and row.is_substantial_change:
            generations[row.code] += 1
        unit = rule_unit(row, generation=generations.setdefault(row.code, 0))
        units[unit.key] = unit
    return units


def rule_unit(row: UnitVersion, *, generation: int = 0) -> rules.Unit:
    """One version of a unit as the rules take it."""
    return rules.Unit(
        code=row.code,
        version=row.version,
        framework=row.level.framework.code,
        level=row.level.label,
        credits=row.credits,
        zh=row.title_zh,
        en=row.title_en,
        field=row.field,
        outcomes=tuple(
            rules.LearningOutcome(
                zh=outcome["zh"], en=outcome.get("en", ""), assessed_by=tuple(outcome.get("assessed_by", ()))
            )
            for outcome in row.outcomes
        ),
        keeper=row.keeper.code,
        equivalents=frozenset(row.equivalents),
        exclusions=frozenset(row.exclusions),
        begins_on=row.valid_from,
        ends_on=row.valid_to or date.max,
        generation=generation,
    )


def drafts_waiting(viewer: Standing) -> QuerySet[UnitVersion]:
    """Drafts of units that wait for `viewer`, who decides for their keeper and did not draft them."""
    theirs = visible(viewer, "creditbank.decide_unit", organisation="keeper", territory="keeper__territory")
    waiting = UnitVersion.objects.filter(theirs, state=UnitVersion.State.DRAFT)
    return waiting.exclude(drafted_by__in=viewer.person_keys)
