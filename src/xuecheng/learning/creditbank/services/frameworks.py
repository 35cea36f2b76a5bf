"""Verbs of frameworks: loading the versions that come with the product."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.learning.creditbank import rules
from xuecheng.learning.creditbank.models import Framework, FrameworkLevel
from xuecheng.learning.creditbank.queries import SINCE_EVER, is_in_use, rule_framework


def load_frameworks() -> list[Framework]:
    """Bring the shipped frameworks (C-02) into the database; again, nothing changes. Answers them in their order.

    A version that differs from the shipped one is brought into line while nothing stands on it; one in use never is
    (C-03). Raises `FrameworkInUse`, and for a new version `NewVersionDateMissing`, `PredecessorMissing`.
    """
    with trace.change(by=trace.robot("setup"), why=gettext_noop("Frameworks that come with the product")):
        return [_load(shipped) for shipped in rules.shipped_frameworks().values()]


def _load(shipped: rules.Framework) -> Framework:
    known = (
        Framework.objects.filter(code=shipped.code, version=shipped.version)
        .select_for_update(no_key=True)
        .prefetch_related("levels")
        .first()
    )
    if known is not None:
        if _same(rule_framework(known), shipped):
            return known
        rules.check_editable(framework=shipped, in_use=is_in_use(known))
    before = Framework.objects.filter(code=shipped.code, version__lt=shipped.version).order_by("-version").first()
    if before is not None:
        rules.check_new_version(old=rule_framework(before), new=shipped)
    framework = known or Framework(code=shipped.code, version=shipped.version)
    framework.name_zh, framework.name_en = shipped.zh, shipped.en
    framework.minutes_per_credit, framework.step = shipped.minutes_per_credit, shipped.step
    framework.all_or_nothing, framework.validity_months = shipped.all_or_nothing, shipped.validity_months
    framework.effect_on = shipped.begins_on or SINCE_EVER
    framework.predecessor = before
    framework.dimensions = [dimension._asdict() for dimension in shipped.dimensions]
    framework.facts = {name: fact._asdict() for name, fact in shipped.facts.items()}
    framework.save()
    _load_levels(framework, shipped, before)
    return Framework.objects.prefetch_related("levels").get(pk=framework.pk)


def _load_levels(framework: Framework, shipped: rules.Framework, before: Framework | None) -> None:
    framework.levels.exclude(label__in=[level.label for level in shipped.levels]).delete()
    older = {level.label: level for level in before.levels.all()} if before else {}
    FrameworkLevel.objects.bulk_create(
        [
            FrameworkLevel(
                framework=framework,
                label=level.label,
                ordinal=level.ordinal,
                name_zh=level.zh,
                name_en=level.en,
                descriptors=dict(level.descriptors),
                is_verified=level.verified,
                predecessor=older.get(level.predecessor or ""),
            )
            for level in shipped.levels
        ],
        update_conflicts=True,
        unique_fields=["framework", "label"],
        update_fields=["ordinal", "name_zh", "name_en", "descriptors", "is_verified", "predecessor"],
    )


def _same(kept: rules.Framework, shipped: rules.Framework) -> bool:
    """Equal but for what the rows do not keep by name: the predecessor of a level is a key there."""

    def plain(one: rules.Framework) -> tuple[object, ...]:
        levels = [(v.ordinal, v.label, v.zh, v.en, dict(v.descriptors), v.verified) for v in one.levels]
        return (
            one.minutes_per_credit,
            one.step,
            levels,
            one.zh,
            one.en,
            one.all_or_nothing,
            one.validity_months,
            one.begins_on,
            one.dimensions,
            dict(one.facts),
        )

    return plain(kept) == plain(shipped)
