"""Questions about conversion rules: their written form, and which of them count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.models import RuleVersion
from xuecheng.learning.records.models import Origin
from xuecheng.learning.rollout.models import RuleFamily
from xuecheng.learning.rollout.rules import Reach

GIVEN_STATES = (RuleVersion.State.APPROVED, RuleVersion.State.ENDED)
"""An ended version still counts for learning that ended before its end (C-18)."""

OPEN_STATES = (RuleVersion.State.DRAFT, RuleVersion.State.PROPOSED, RuleVersion.State.REJECTED)
"""States of a version that nobody approved yet; a rule has one at a time."""


def rule_json(version: RuleVersion) -> dict[str, Any]:
    """The version in the written form of `credit-bank.md` §6: body and what has columns of its own."""
    return {
        **version.body,
        "id": version.code,
        "version": version.version,
        "effect": [version.effect_from.isoformat(), version.effect_to.isoformat() if version.effect_to else None],
    }


def rule_of(version: RuleVersion) -> rules.Rule:
    """The version as the engine takes it. Raises the refusal of the first wrong field; approved ones have none."""
    return rules.Rule.from_json(rule_json(version))


def wording_digest(version: RuleVersion) -> str:
    """A digest of what decides what a version gives: a dry run of another wording says nothing of this one (C-31)."""
    return rules.wording_digest(rule_json(version))


def reach_of(rule: rules.Rule) -> Reach:
    """What a rule reaches for, as phases ask it (C-67): a rule that names no kind is for every kind of record."""
    who = dict(rule.match.who)
    origins, institutions = who.get("origin"), who.get("institution")
    kinds = [one.value for one in Origin if origins is None or origins.match(one.value)]
    quantity = rule.quantity
    if quantity.source is rules.Source.FIXED:
        family = RuleFamily.FIXED
    elif quantity.source is rules.Source.CREDITS:
        family = RuleFamily.CREDITS
    else:
        family = RuleFamily.ACCUMULATED if quantity.accumulate is not None else RuleFamily.HOURS
    named = institutions.texts if institutions is not None else ()
    return Reach(tuple(kinds), family.value, named, rule.begins_on, rule.ends_on)


def given_versions() -> QuerySet[RuleVersion]:
    """Every version that is or was in force, by rule and version."""
    return RuleVersion.objects.filter(state__in=GIVEN_STATES).order_by("code", "version")


def versions_in_force(day: date) -> QuerySet[RuleVersion]:
    """Of each rule the version that applies to learning that ends on `day`, by code (C-18). One query."""
    return (
        RuleVersion.objects.filter(state__in=GIVEN_STATES, effect_from__lte=day)
        .filter(Q(effect_to__isnull=True) | Q(effect_to__gt=day))
        .order_by("code", "-version")
        .distinct("code")
    )


def rules_of(versions: Iterable[RuleVersion]) -> list[rules.Rule]:
    return [rule_of(version) for version in versions]
