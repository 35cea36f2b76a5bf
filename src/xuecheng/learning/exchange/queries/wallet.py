"""What a learner holds, posting by posting, and where it counts as what (C-33): "Where my credits count"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank import rules as bank_rules
from xuecheng.learning.creditbank.queries import ClassNames, names_of_classes
from xuecheng.learning.exchange import rules
from xuecheng.learning.exchange.elsewhere import used_elsewhere
from xuecheng.learning.exchange.models import Agreement, Case, Use
from xuecheng.learning.records.scales import SCALES

from .standing_terms import standing_terms, what_it_gives

# Postings that stand, with the record and unit behind each, and how much of them cases use.
_HELD = """
select p.key, p.learner_id, p.institution_id, p.credit_class_id, p.credits, p.worth, p.valid_until, p.identity,
    r.code, r.title, r.ended_on, r.grade, r.grade_scale, u.code, o.name_zh, o.name_en,
    coalesce((
        select sum(upper(s.span) - lower(s.span)) from exchange_use s join exchange_lot l on l.id = s.lot_id
        where l.posting = p.key and l.learner_id = p.learner_id and s.is_live
    ), 0)::bigint + coalesce(w.owed, 0)::bigint, coalesce(w.is_frozen, false)
from recognition_posting p
join records_learningrecord r on r.id = p.record_id and r.book = p.book
left join creditbank_unitversion u on u.id = p.unit_id
left join organisations_organisation o on o.id = p.institution_id
left join lateral (
    select sum(h.credits) filter (where h.purpose = 'owed') as owed,
        bool_or(h.purpose = 'frozen' and h.ended_at is null) as is_frozen
    from recognition_withholding h where h.learner_id = p.learner_id and h.posting = p.key
) w on true
where p.learner_id = any(%(learners)s) and p.book = any(%(books)s) and p.reverses is null
    and (%(key)s::uuid is null or p.key = %(key)s)
    and not exists (
        select from recognition_posting b
        where b.learner_id = p.learner_id and b.book = p.book and b.reverses = p.key
    )
order by r.ended_on desc, p.key"""


@dataclass(frozen=True, slots=True)
class Holding:
    """Credits of one posting as pages show them, and as the rules take them. Credits in hundredths."""

    posting: UUID
    learner_id: int
    institution_name: str
    title: str
    ended_on: date
    of: ClassNames
    identity: str
    held: rules.Held


@dataclass(frozen=True, slots=True)
class Answer:
    """What one institution says of one holding: what it counts as, or everything that stands against it."""

    holding: Holding
    clause: rules.Clause
    agreement: Agreement
    worth: rules.Worth
    as_what: str
    target_class: int | None
    """Number of the class of credit that it becomes; None while nobody holds credit of it."""
    against: tuple[rules.Reason, ...]
    number: UUID = field(default_factory=uuid7)
    """The id under which it is asked for, so that a page sent twice asks once."""


@dataclass(slots=True)
class Place:
    """An institution, with what counts there and what does not."""

    institution: Organisation
    counts: list[Answer] = field(default_factory=list)
    counts_not: list[Answer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wallet:
    """Where one's credits count. `nowhere` are those of which no agreement speaks."""

    places: tuple[Place, ...]
    nowhere: tuple[Holding, ...]

    @property
    def is_empty(self) -> bool:
        return not self.places and not self.nowhere


def holdings_of(keys: Sequence[int], *, posting: UUID | None = None) -> list[Holding]:
    """What stands on a person's accounts, the newest learning first; no points (C-39), nor what
    something else has used up (C-41). Three queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            _HELD,
            {"learners": list(keys), "books": sorted({ledger.book_of(key) for key in keys}), "key": posting},
        )
        rows = cursor.fetchall()
    names = names_of_classes({row[3] for row in rows})
    english = get_language() == "en"
    learnt = {unit for unit, of in names.items() if of.kind != rules.matching.POINTS}
    used = used_elsewhere(keys)
    return [_holding(row, names[row[3]], english=english) for row in rows if row[3] in learnt and row[0] not in used]


def _holding(row: tuple[Any, ...], of: ClassNames, *, english: bool) -> Holding:
    (key, learner, institution, _class, credits_, worth, until, identity, code, title, ended_on, grade, scale, unit,
     name_zh, name_en, used, is_frozen) = row  # fmt: skip
    return Holding(
        posting=key,
        learner_id=learner,
        institution_name=(name_en if english and name_en else name_zh) or "",
        title=title,
        ended_on=ended_on,
        of=of,
        identity=identity or "",
        held=rules.Held(
            institution=institution,
            code=code,
            unit=unit or "",
            kind=of.kind,
            level=bank_rules.LevelRef(of.framework, of.level_label),
            credits=credits_,
            free=0 if is_frozen else credits_ - used,
            is_whole=credits_ >= worth,
            grade=grade,
            grade_scale=scale,
            valid_until=until,
            is_frozen=is_frozen,
        ),
    )


class Counting:
    """Answers what holdings of one person come to on a day. Made once per page or verb: two queries, and what of the
    terms in force is not at hand."""

    def __init__(self, keys: Sequence[int], holdings: Sequence[Holding], *, at: datetime) -> None:
        self._day = clock.date_of(at)
        self._law = standing_terms(self._day)
        sources = sorted({one.held.institution for one in holdings})
        self._terms = dict(self._law.clauses_of(sources))
        cases = Case.objects.filter(learner__in=keys, state__in=Case.LIVE).values_list(*_Live._fields)
        live = [_Live(*one) for one in cases] if self._terms else []
        self._units = frozenset([*(one.identity for one in holdings), *(one.target_unit for one in live)]) - {""}
        self._used = _used(live, self._day)

    def answer(self, holding: Holding, clause: rules.Clause) -> Answer:
        """What `holding` comes to by `clause`; nothing stands against it where `against` is empty."""
        term = self._terms[clause]
        against = rules.reasons_against(
            holding.held,
            clause,
            on=self._day,
            frameworks=self._law.frameworks,
            alignments=self._law.alignments,
            scales=SCALES,
            units_held=self._units,
        )
        worth = rules.Worth(0, 0)
        if not against:
            worth, against = self._worth(holding, clause, term.agreement)
        target_class = self._law.classes.get((clause.as_level.framework, clause.as_kind, clause.as_ordinal))
        return Answer(holding, clause, term.agreement, worth, what_it_gives(term), target_class, tuple(against))

    def _worth(
        self, holding: Holding, clause: rules.Clause, agreement: Agreement
    ) -> tuple[rules.Worth, list[rules.Reason]]:
        room, most = self._room(clause, agreement)
        if clause.gives:
            if room is not None and clause.gives > room:
                return rules.Worth(0, 0), [_cap_reached(most)]
            return rules.Worth(clause.gives, holding.held.credits), []
        frameworks = self._law.frameworks
        worth = rules.worth_of(
            holding.held.free,
            num=clause.num,
            den=clause.den,
            step=frameworks[clause.as_level.framework].step,
            source_step=frameworks[holding.held.level.framework].step,
            room=room,
        )
        if worth.target:
            return worth, []
        return worth, [_cap_reached(most) if room is not None and room <= 0 else rules.TooLittle()]

    def _room(self, clause: rules.Clause, agreement: Agreement) -> tuple[int | None, int]:
        """Hundredths that the caps of an agreement leave in one direction, and the cap that leaves least."""
        used = self._used.get((agreement.code, clause.source, clause.target), _Used())
        rooms = []
        if agreement.most_per_learner is not None:
            rooms.append((agreement.most_per_learner - used.ever, agreement.most_per_learner))
        if agreement.most_per_period is not None:
            rooms.append((agreement.most_per_period - used.lately(agreement.period), agreement.most_per_period))
        return min(rooms) if rooms else (None, 0)

    def wallet(self, holdings: Sequence[Holding]) -> Wallet:
        """Every institution that an agreement lets take any of these credits, and what it says. One query."""
        by_target: dict[int, list[rules.Clause]] = defaultdict(list)
        for clause in self._terms:
            by_target[clause.target].append(clause)
        found: dict[int, Place] = {}
        names = {one.pk: one for one in Organisation.objects.filter(pk__in=by_target)}
        spoken: set[UUID] = set()
        for target, clauses in by_target.items():
            for holding in holdings:
                best = rules.best_clause(holding.held, clauses)
                if best is None:
                    continue
                spoken.add(holding.posting)
                answer = self.answer(holding, best)
                place = found.setdefault(target, Place(names[target]))
                (place.counts_not if answer.against else place.counts).append(answer)
        places = sorted(found.values(), key=lambda one: (not one.counts, one.institution.code))
        return Wallet(tuple(places), tuple(one for one in holdings if one.posting not in spoken))

    def towards(self, holding: Holding, target: int) -> Answer | None:
        """What `holding` comes to at one institution; None where no agreement speaks of it. No query."""
        clause = rules.best_clause(holding.held, [one for one in self._terms if one.target == target])
        return self.answer(holding, clause) if clause is not None else None


def wallet_of(keys: Sequence[int], *, at: datetime) -> Wallet:
    """Where a person's credits count as what, and why not. A fixed number of queries."""
    holdings = holdings_of(keys)
    return Counting(keys, holdings, at=at).wallet(holdings)


def _cap_reached(most: int) -> rules.Reason:
    return rules.CapReached(most=bank_rules.shown_credits(most))


@dataclass(frozen=True, slots=True)
class _Used:
    """Target credits that live cases of one agreement and direction came to: ever, and in the running periods."""

    ever: int = 0
    year: int = 0
    half: int = 0

    def lately(self, period: str) -> int:
        return self.year if period == Agreement.Period.YEAR else self.half


class _Live(NamedTuple):
    """What a live case of the person takes from caps and units, fields named as the query asks for them."""

    agreement__code: str
    source: int
    target: int
    target_credits: int
    target_unit: str
    asked_at: datetime


def _used(live: Sequence[_Live], day: date) -> dict[tuple[str, int, int], _Used]:
    """What caps have taken already, by number of the agreement and direction; a new version begins no new cap."""
    year, half = date(day.year, 1, 1), date(day.year, 1 if day.month <= 6 else 7, 1)
    of: dict[tuple[str, int, int], list[_Live]] = defaultdict(list)
    for one in live:
        of[one.agreement__code, one.source, one.target].append(one)

    def since(first: date, cases: Sequence[_Live]) -> int:
        return sum(one.target_credits for one in cases if clock.date_of(one.asked_at) >= first)

    return {
        direction: _Used(sum(one.target_credits for one in cases), since(year, cases), since(half, cases))
        for direction, cases in of.items()
    }


@dataclass(frozen=True, slots=True)
class Part:
    """So many hundredths of a holding."""

    holding: Holding
    credits: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """Holdings of one's own that could stand for withdrawn credits behind an exchange, and how much of each."""

    parts: tuple[Part, ...]

    @property
    def postings(self) -> tuple[UUID, ...]:
        return tuple(one.holding.posting for one in self.parts)


_OF_THE_EXCHANGE = rules.UnitHeldAlready | rules.CapReached | rules.TooLittle
"""That the unit is held, and the cap used, is the exchange's own doing; what is too little alone may do with others."""


def replacements(case: Case, *, lost: UUID, at: datetime) -> list[Replacement]:
    """What could stand for withdrawn credits behind an exchange (C-72): holdings of the same institution and class
    under the same term of the agreement, were it asked for today. Each that is enough alone; where none is and the term
    is a ratio, the smallest number that is enough together, the oldest learning first among equals. Seven queries."""
    used = Use.objects.filter(case=case, lot__posting=lost, is_live=True).values_list("span", flat=True)
    amount = sum(span.upper - span.lower for span in used)
    if not amount:
        return []
    fit = _fitting(case, lost=lost, at=at)
    alone = [Replacement((Part(one, amount),)) for one, _clause in fit if one.held.free >= amount]
    if alone or any(clause.gives for _one, clause in fit):
        return alone
    oldest = sorted((one for one, _clause in fit), key=lambda one: (one.ended_on, one.posting))
    together = rules.fewest_together([one.held.free for one in oldest], amount)
    return [Replacement(tuple(Part(oldest[place], part) for place, part in together))] if together else []


def _fitting(case: Case, *, lost: UUID, at: datetime) -> list[tuple[Holding, rules.Clause]]:
    """Free holdings that fall under the term of a case as its source did, however much of them is free."""
    holdings = [
        one for one in holdings_of([case.learner_id])
        if one.posting != lost and one.of.unit == case.source_class_id and one.held.institution == case.source_id
    ]  # fmt: skip
    counting = Counting([case.learner_id], holdings, at=at) if holdings else None
    fit = []
    for one in holdings:
        answer = counting.towards(one, case.target_id) if counting is not None else None
        if answer is None or answer.clause.id != case.term_id:
            continue
        if all(isinstance(reason, _OF_THE_EXCHANGE) for reason in answer.against):
            fit.append((one, answer.clause))
    return fit
