"""What holds for all learners alike when credits are to count elsewhere: agreements in force, and what they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext

from xuecheng.city.kept import Kept
from xuecheng.learning.creditbank import queries as bank
from xuecheng.learning.creditbank import rules as bank_rules
from xuecheng.learning.creditbank.models import Alignment, CreditClass
from xuecheng.learning.exchange import rules
from xuecheng.learning.exchange.models import Term

from .agreements import in_force


@dataclass(frozen=True)
class StandingTerms:
    """The law of exchange on a day. Terms are read institution by institution, when somebody's credits come from it."""

    day: date
    frameworks: Mapping[str, bank_rules.Framework]
    alignments: Sequence[bank_rules.Alignment]
    identities: Mapping[str, str]
    """Of units, by "CODE@version": what versions that are one unit share (C-08)."""
    classes: Mapping[tuple[str, str, int], int]
    """Numbers of classes of credit by framework, kind and level; those of people, not of collectives."""
    _of_source: dict[int, Sequence[tuple[rules.Clause, Term]]] = field(default_factory=dict)

    def clauses_of(self, sources: Collection[int]) -> list[tuple[rules.Clause, Term]]:
        """What the agreements in force say of credits of some institutions. One query for those not asked before."""
        if unread := set(sources) - self._of_source.keys():
            found: dict[int, list[tuple[rules.Clause, Term]]] = defaultdict(list)
            rows = Term.objects.filter(in_force(self.day, "agreement__"), source__in=unread).select_related(
                "agreement", "of_level__framework", "as_level__framework", "as_unit__level__framework"
            )
            for row in rows:
                found[row.source_id].append((clause_of(row, self.identities), row))
            self._of_source.update({source: found[source] for source in unread})
        return [one for source in sources for one in self._of_source[source]]


def standing_terms(day: date) -> StandingTerms:
    """As they stand now, kept as long as not one row that they rest on changes. One query, or six.

    Read anew for each request they took two fifths of an exchange.
    """
    return _AT_HAND.of(day)


def _read(day: date) -> StandingTerms:
    known = CreditClass.objects.filter(is_collective=False)
    return StandingTerms(
        day=day,
        frameworks=bank.rule_frameworks_on(day),
        alignments=alignments(),
        identities={key: one.identity for key, one in bank.rule_units().items()},
        classes={(one.framework_code, one.kind, one.level): one.pk for one in known},
    )


# A term stands as it is from the day it is offered (`exchange_term_stays`), so that its agreement's row tells of it.
_AT_HAND = Kept(
    _read,
    tables=(
        "exchange_agreement",
        "creditbank_unitversion",
        "creditbank_framework",
        "creditbank_frameworklevel",
        "creditbank_alignment",
        "creditbank_creditclass",
    ),
)


def clause_of(row: Term, identities: Mapping[str, str]) -> rules.Clause:
    """A term as the rules take it; `identities` are those of units by "CODE@version"."""
    level = row.as_unit.level if row.as_unit is not None else row.as_level
    assert level is not None, "a term gives a unit or a level"
    of_level = row.of_level
    return rules.Clause(
        id=row.pk,
        agreement=row.agreement_id,
        source=row.source_id,
        target=row.target_id,
        basis=row.basis,
        of_code=row.of_code,
        of_kind=row.of_kind,
        of_level=bank_rules.LevelRef(of_level.framework.code, of_level.label) if of_level is not None else None,
        as_kind=row.as_unit.kind if row.as_unit is not None else row.as_kind,
        as_level=bank_rules.LevelRef(level.framework.code, level.label),
        as_ordinal=level.ordinal,
        as_unit=identities.get(str(row.as_unit), f"unit:{row.as_unit.code}/0") if row.as_unit is not None else "",
        gives=row.as_unit.credits if row.as_unit is not None else 0,
        num=row.num,
        den=row.den,
        least_grade=row.least_grade,
        grade_scale=row.grade_scale,
    )


def what_it_gives(term: Term) -> str:
    """What a term gives, in the reader's language: a unit's title, or kind and level. No query."""
    if term.as_unit is not None:
        return term.as_unit.title
    assert term.as_level is not None, "a term gives a unit or a level"
    return gettext("%(kind)s, level %(level)s") % {"kind": term.get_as_kind_display(), "level": term.as_level.label}


def alignments() -> list[bank_rules.Alignment]:
    """The whole alignment table as the rules take it: an entry counts one way, as it says. One query."""
    rows = Alignment.objects.select_related("from_level__framework", "to_level__framework")
    return [
        bank_rules.Alignment(
            of=bank_rules.LevelRef(one.from_level.framework.code, one.from_level.label),
            to=bank_rules.LevelRef(one.to_level.framework.code, one.to_level.label),
            both_ways=False,
            source=one.source,
            begins_on=one.valid_from,
        )
        for one in rows
    ]
