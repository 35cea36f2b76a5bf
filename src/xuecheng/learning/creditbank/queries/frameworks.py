"""Frameworks in force, and the names of classes of credit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from xuecheng.learning.creditbank import rules
from xuecheng.learning.creditbank.models import Alignment, CreditClass, Framework, FrameworkLevel, UnitVersion

DEFAULT_FRAMEWORK = "GD-LEQ"
"""The framework in which the city counts where nothing else is said (C-02)."""

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
    def is_default(self) -> bool:
        return self.framework == DEFAULT_FRAMEWORK


def names_of_classes(units: Iterable[int] | None = None) -> dict[int, ClassNames]:
    """Classes of credit by their number in the ledger (all if `units` is None), named in the reader's language.

    Level labels are those of the newest version of the framework. Two queries.
    """
    classes = list(CreditClass.objects.filter(**({} if units is None else {"pk__in": list(units)})).order_by("pk"))
    levels = {
        (level.framework.code, level.ordinal): level
        for level in FrameworkLevel.objects.filter(framework__code__in={one.framework_code for one in classes})
        .select_related("framework")
        .order_by("framework__version")
    }
    frameworks = {level.framework.code: level.framework.name for level in levels.values()}
    names = {}
    for one in classes:
        level = levels.get((one.framework_code, one.level))
        names[one.pk] = ClassNames(
            unit=one.pk,
            framework=one.framework_code,
            framework_name=frameworks.get(one.framework_code, one.framework_code),
            kind=one.kind,
            kind_name=str(one.get_kind_display()),
            level=one.level,
            level_label=level.label if level else str(one.level or ""),
        )
    return names
