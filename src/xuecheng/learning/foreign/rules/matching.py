"""Which rule says what an outside achievement counts (C-17, C-18, C-19, C-21)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PROOFS = ("unproven", "stated", "verified")
"""From the weakest to the strongest."""


class Wait(StrEnum):
    """Why an achievement is not credited by itself."""

    NO_RULE = "no_rule"
    SEVERAL_RULES = "several"
    HOLDER_OTHER = "holder"
    HOLDER_OPEN = "nobody"
    PROOF_WEAK = "proof"
    NO_DAY = "no_day"
    TOO_LITTLE = "too_little"
    UNIT_ENDED = "unit_ended"
    PART = "part"
    HELD = "held"
    CONTESTED = "contested"
    REVOKED = "revoked"
    EXPIRED = "expired"
    CAP = "cap"
    LEDGER = "ledger"
    ASKED = "asked"


@dataclass(frozen=True)
class Terms:
    """One version of a rule. Empty text and None match everything; the achievement is its code or its title."""

    key: int
    version: int
    issuer: int | None
    issuer_class: str
    kind: str
    level: str
    achievement: str
    needs: str
    num: int
    den: int
    most: int | None
    effect_from: date
    effect_to: date | None

    @property
    def bound(self) -> int:
        """How much it names: the more, the more specific. A whole class of issuers is less than one of them."""
        fields = (self.issuer is not None, self.kind, self.level, self.achievement)
        return 2 * sum(map(bool, fields)) + bool(self.issuer_class)


@dataclass(frozen=True)
class Facts:
    issuer: int | None
    issuer_class: str
    kind: str
    level: str
    code: str
    title: str
    proof: str
    ended_on: date | None


def choose(rules: Iterable[Terms], facts: Facts) -> Terms | Wait:
    """The rule for an achievement: of those in force on its last day (C-18) the most specific, then the newest version;
    where two still stand, a person decides (C-17). The order of `rules` does not matter.
    """
    if facts.ended_on is None:
        return Wait.NO_DAY
    fitting = [one for one in rules if _fits(one, facts, facts.ended_on)]
    if not fitting:
        return Wait.NO_RULE
    proven = [one for one in fitting if PROOFS.index(facts.proof) >= PROOFS.index(one.needs)]
    if not proven:
        return Wait.PROOF_WEAK
    best = max((one.bound, one.version) for one in proven)
    first, *others = [one for one in proven if (one.bound, one.version) == best]
    return Wait.SEVERAL_RULES if others else first


def _fits(rule: Terms, facts: Facts, day: date) -> bool:
    return (
        facts.issuer is not None
        and rule.issuer in (None, facts.issuer)
        and rule.issuer_class in ("", facts.issuer_class)
        and rule.kind in ("", facts.kind)
        and rule.level in ("", facts.level)
        and rule.achievement in ("", facts.code, facts.title)
        and rule.effect_from <= day
        and (rule.effect_to is None or day < rule.effect_to)
    )


def worth_of(rule: Terms, *, unit: int, step: int, earned: int | None) -> int:
    """Hundredths: by the ratio of what was earned elsewhere, rounded down once to the step (C-19, C-21), never more
    than the rule's cap nor than the unit. A rule without a ratio (`num` 0) gives the unit whole.
    """
    most = min(unit, rule.most) if rule.most is not None else unit
    if rule.num == 0:
        return most
    return min(most, (earned or 0) * rule.num // rule.den // step * step)
