"""Phases 先易后难、分步推进: which conversion rules the open ones cover (C-67)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

ANYWHERE = ""
"""Where a rule names no institution: whoever reports."""


class OutsideOpenPhases(Refusal):
    message = _("No open phase covers this yet: %(what)s.")
    remedy = _("Keep the draft and its dry run; approve it once a phase that covers it was opened.")


@dataclass(frozen=True, slots=True)
class OpenPhase:
    """What one open phase covers; empty kinds, families and institutions are all of them.

    `institutions` are codes, those of its divisions among them. Learning counts that ends in `[begins_on, ends_on)`.
    """

    code: str
    kinds: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    institutions: frozenset[str] | None = None
    begins_on: date = date.min
    ends_on: date = date.max

    def covers(self, *, kind: str, family: str, institution: str, begins_on: date, ends_on: date) -> bool:
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.families or family in self.families)
            and (self.institutions is None or institution in self.institutions)
            and self.begins_on <= begins_on
            and ends_on <= self.ends_on
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """What a rule reaches for: kinds of record, its family, codes of institutions (or `ANYWHERE`), its days."""

    kinds: tuple[str, ...]
    family: str
    institutions: tuple[str, ...]
    begins_on: date
    ends_on: date


class Gap(NamedTuple):
    """A part of a rule's reach that no open phase covers."""

    kind: str
    institution: str


def gaps_of(reach: Reach, phases: Sequence[OpenPhase]) -> list[Gap]:
    """What of the reach no open phase covers, in its order; several phases may cover it together.

    Each pair of kind and institution needs one phase that covers all of the rule's days.
    """
    days = {"begins_on": reach.begins_on, "ends_on": reach.ends_on}
    return [
        Gap(kind, institution)
        for kind, institution in product(reach.kinds, reach.institutions)
        if not any(one.covers(kind=kind, family=reach.family, institution=institution, **days) for one in phases)
    ]


def check_open(reach: Reach, phases: Sequence[OpenPhase], *, said: dict[str, str]) -> None:
    """Raise `OutsideOpenPhases` with what is missing, in words; `said` names kinds, families and institutions."""
    gaps = gaps_of(reach, phases)
    if gaps:
        names = [
            " · ".join(said.get(part, part) for part in (kind, reach.family, institution) if part)
            for kind, institution in gaps[:3]
        ]
        raise OutsideOpenPhases(what=", ".join(names))
