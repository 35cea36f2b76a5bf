"""Asking the rules: what each of some records gives, by what their learners were given before. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from xuecheng.city.people.groups import groups_of
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.models import Result
from xuecheng.learning.recognition.queries import intake as reading
from xuecheng.learning.recognition.queries.intake import Given, HeldBack, Intake
from xuecheng.learning.recognition.queries.law import Law
from xuecheng.learning.recognition.queries.reasons import SameLearning, ToldTwice, reason_of
from xuecheng.learning.recognition.rules.reasons import FrozenByDispute

from .one_person import Groups, all_keys, roots_of
from .rows import reasons_json

CREDITED, CARRIED, REFUSED = Result.State.CREDITED.value, Result.State.CARRIED.value, Result.State.REFUSED.value

_NOTHING_GIVEN = Given()
_TOLD_TWICE, _SAME_LEARNING, _FROZEN = map(reason_of, (ToldTwice, SameLearning, FrozenByDispute))


@dataclass(slots=True)
class Answer:
    """What becomes of one record: what to post, what to remember, and what stands for it from before."""

    row: Intake
    state: str
    reasons: Sequence[rules.Reason]
    lines: list[rules.Line]
    memory: list[rules.Line]
    stands: int
    given: Given


@dataclass(frozen=True, slots=True)
class Thought:
    """The answers to the records of a slice that waited, by book and learner."""

    seen: int
    answers: list[Answer]


def ask(record_ids: Sequence[int], law: Law, *, again: bool) -> Thought:
    """Ask the rules about those of the records that wait for an answer. Five queries."""
    waiting = reading.intake(record_ids, law, again=again)
    answers: list[Answer] = []
    if waiting:
        learner_ids = [learner_id for learner_id, _rows in groupby(waiting, key=_owner)]
        groups = groups_of(learner_ids)
        if groups:
            waiting = _as_one(waiting, groups)
        given = reading.given(all_keys(learner_ids, groups), law, roots=roots_of(groups))
        held_back = reading.held_back([row.id for row in waiting])
        for learner_id, rows in groupby(waiting, key=_learner):
            _ask(list(rows), law, given.get(learner_id, _NOTHING_GIVEN), held_back, answers)
        if groups:
            answers.sort(key=lambda answer: (answer.row.learner_id % ledger.BOOKS, answer.row.learner_id))
    return Thought(len(waiting), answers)


def _as_one(waiting: list[Intake], groups: Groups) -> list[Intake]:
    """The records of each person together, under the key by which the rules know them."""
    roots = roots_of(groups)
    named = [
        row._replace(record=row.record._replace(learner=roots[row.learner_id])) if row.learner_id in roots else row
        for row in waiting
    ]
    return sorted(named, key=_learner)


def _ask(rows: list[Intake], law: Law, given: Given, held_back: HeldBack, answers: list[Answer]) -> None:
    """Add the answers to one learner's records."""
    frozen = set_aside = frozenset[str]()
    if held_back is not reading.NOTHING_HELD_BACK:
        rows, frozen, set_aside = _hold_back(rows, given, held_back, answers)
    if len(rows) == 1:
        (row,) = rows
        (outcome,) = law.recognise([row.record], given.already, frozen, set_aside)
        _take(row, outcome, given, frozen, answers)
        return
    by_name = {(row.record.key, row.record.version): row for row in rows}
    for outcome in law.recognise([row.record for row in rows], given.already, frozen, set_aside):
        _take(by_name[outcome.record_key, outcome.record_version], outcome, given, frozen, answers)


def _hold_back(
    rows: list[Intake], given: Given, held_back: HeldBack, answers: list[Answer]
) -> tuple[list[Intake], frozenset[str], frozenset[str]]:
    """Leave out what may be, or is, one learning told twice (C-12); name what is disputed or set aside."""
    asked = []
    for row in rows:
        twice = row.id in held_back.told_twice
        if twice or row.id in held_back.same_learning:
            _refuse(row, [_TOLD_TWICE if twice else _SAME_LEARNING], given, answers)
        else:
            asked.append(row)
    return (
        asked,
        frozenset(row.record.key for row in asked if row.id in held_back.disputed),
        frozenset(row.record.key for row in asked if row.id in held_back.set_aside),
    )


def _take(row: Intake, outcome: rules.Outcome, given: Given, frozen: frozenset[str], answers: list[Answer]) -> None:
    """Turn an outcome into an answer, if it says anything new."""
    state = outcome.state
    if state is rules.State.REFUSED and not outcome.lines:
        _refuse(row, outcome.reasons, given, answers)
        return
    stands, memory = (0, []) if given is _NOTHING_GIVEN else _standing(row, given)
    if state is rules.State.UNCHANGED:
        if row.state:
            return
        if outcome.record_key in frozen:
            _refuse(row, [_FROZEN], given, answers)
            return
        # A correction that changes nothing of the credit: what stands for the older version stands for this one.
        answers.append(Answer(row, CREDITED if stands else CARRIED, (), [], memory, stands, given))
        return
    lines = [line for line in outcome.lines if line.credits]
    memory = memory + [line for line in outcome.lines if not line.credits]
    kept = CREDITED if lines or stands else CARRIED if state is rules.State.CARRIED else REFUSED
    answers.append(Answer(row, kept, outcome.reasons, lines, memory, stands, given))


def _refuse(row: Intake, reasons: Sequence[rules.Reason], given: Given, answers: list[Answer]) -> None:
    """Nothing to post. An answer that says what the last one said is not written again."""
    if row.state and json.loads(row.reasons) == reasons_json(reasons):
        return
    stands, memory = _standing(row, given)
    answers.append(Answer(row, REFUSED, reasons, [], memory, stands, given))


def _standing(row: Intake, given: Given) -> tuple[int, list[rules.Line]]:
    """What stands for the record from before, over all its versions: hundredths, and this version's waiting lines."""
    key, version = row.record.key, row.record.version
    lines = [posted.line for posted in given.already if posted.line.record_key == key]
    return (
        sum(line.credits for line in lines),
        [line for line in lines if not line.credits and line.record_version == version],
    )


def _learner(row: Intake) -> int:
    """Whom the rules know."""
    return row.record.learner


def _owner(row: Intake) -> int:
    """Whose it is in the books."""
    return row.learner_id
