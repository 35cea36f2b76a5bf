"""Frameworks in force, and the names of classes of credit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from xuecheng.learning.creditbank import rules
from xuecheng.learning.creditbank.ledger import FIRST_COLLECTIVE_UNIT
from xuecheng.learning.creditbank.models import Alignment, CreditClass, CreditKind, Framework, UnitVersion

DEFAULT_FRAMEWORK = "GD-LEQ"
"""The framework in which the city counts where nothing else is said (C-02)."""

POINTS = "JF"
"""The framework of reward points 积分, which stand apart from all learning (C-39)."""

SINCE_EVER = date(1900, 1, 1)
"""Day of effect of a framework version that states none."""


def frameworks_on(day: date) -> list[Framework]:
    """The version of each framework in force on `day`, the default one first, with levels. Two queries."""
    rows = (
        Framework.objects.filter(effect_on__lte=day)
        .order_by("code", "-version")
        .distinct("code")
        .prefetch_related("levels")
    )
    return sorted(rows, key=lambda framework: (framework.code != DEFAULT_FRAMEWORK, framework.pk))


def rule_frameworks_on(day: date) -> dict[str, rules.Framework]:
    """The frameworks in force on `day` as the rules take them, by code. Two queries."""
    return {framework.code: rule_framework(framework) for framework in frameworks_on(day)}


def rule_framework(framework: Framework) -> rules.Framework:
    """A framework version as the rules take it; its levels should be fetched before."""
    return rules.Framework(
        code=framework.code,
        version=framework.version,
        minutes_per_credit=framework.minutes_per_credit,
        step=framework.step,
        levels=tuple(
            rules.Level(
                ordinal=level.ordinal,
                label=level.label,
                zh=level.name_zh,
                en=level.name_en,
                descriptors=level.descriptors,
                verified=level.is_verified,
            )
            for level in framework.levels.all()
        ),
        zh=framework.name_zh,
        en=framework.name_en,
        all_or_nothing=framework.all_or_nothing,
        validity_months=framework.validity_months,
        begins_on=framework.effect_on if framework.effect_on > SINCE_EVER else None,
        dimensions=tuple(rules.Dimension(**entry) for entry in framework.dimensions),
        facts={name: rules.Fact(**fact) for name, fact in framework.facts.items()},
    )


def is_in_use(framework: Framework) -> bool:
    """Whether units or classes of credit stand on this version, which then is never edited (C-03). Two queries."""
    return (
        UnitVersion.objects.filter(level__framework=framework).exists()
        or CreditClass.objects.filter(framework_code=framework.code).exists()
    )


def versions_of_framework(code: str) -> QuerySet[Framework]:
    """All versions of a framework, newest first."""
    return Framework.objects.filter(code=code).order_by("-version")


def alignments_of(framework: Framework) -> QuerySet[Alignment]:
    """What the alignment table says of a framework's levels, from and to. One query."""
    return (
        Alignment.objects.filter(Q(from_level__framework=framework) | Q(to_level__framework=framework))
        .select_related("from_level__framework", "to_level__framework")
        .order_by("from_level__framework__code", "from_level__ordinal", "pk")
    )


@dataclass(frozen=True)
class ClassNames:
    """What people call a class of credit."""

    unit: int
    framework: str
    framework_name: str
    kind: str
    kind_name: str
    level: int
    level_label: str
    """Label of the level; empty for a class without levels."""

    @property
    def is_collective(self) -> bool:
        """Whether only accounts of collectives hold it (C-91)."""
        return self.unit >= FIRST_COLLECTIVE_UNIT

    @property
    def is_default(self) -> bool:
        return self.framework == DEFAULT_FRAMEWORK


# The label is that of the framework's newest version: levels keep their place when a version follows another (C-03).
_NAMES = """
select c.id, c.framework_code, c.kind, c.level, l.label, l.name_zh, l.name_en
from creditbank_creditclass c
left join lateral (
    select coalesce(l.label, '') as label, f.name_zh, f.name_en
    from creditbank_framework f
    left join creditbank_frameworklevel l on l.framework_id = f.id and l.ordinal = c.level
    where f.code = c.framework_code order by f.version desc limit 1
) l on true
where %(units)s::int[] is null or c.id = any(%(units)s)
order by c.id"""


def names_of_classes(units: Iterable[int] | None = None) -> dict[int, ClassNames]:
    """Classes of credit by their number in the ledger (all if `units` is None), in the reader's language. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, {"units": None if units is None else list(units)})
        rows = cursor.fetchall()
    english = get_language() == "en"
    return {
        unit: ClassNames(
            unit=unit,
            framework=framework,
            framework_name=(name_en if english else name_zh) or framework,
            kind=kind,
            kind_name=str(CreditKind(kind).label),
            level=level,
            level_label=label if label is not None else str(level or ""),
        )
        for unit, framework, kind, level, label, name_zh, name_en in rows
    }
