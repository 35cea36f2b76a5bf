"""Recognition of some records, in the caller's transaction: read, ask the rules, post, answer (C-29, C-30).

What is scarce is the room under a learner's caps, and each record's one credit. Both are guarded by the lock of the
learner's book in the ledger, taken before anything is read: of two runs over the same records the second finds them
answered, and of two runs over other records of one learner the second sees what the first posted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger.keys import fresh_call_key
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.models import Result
from xuecheng.learning.recognition.queries import intake as reading
from xuecheng.learning.recognition.queries.intake import Given, HeldBack, Intake
from xuecheng.learning.recognition.queries.law import Law
from xuecheng.learning.recognition.queries.reasons import (
    AccountClosed,
    BudgetSpent,
    SameLearning,
    ToldTwice,
    reason_of,
)
from xuecheng.learning.recognition.rules.reasons import FrozenByDispute

from .keys import LEDGER_KIND, effective_at, posting_key
from .rows import NewPosting, NewResult, reasons_json, write_postings, write_results

_CREDITED, _CARRIED, _REFUSED = Result.State.CREDITED.value, Result.State.CARRIED.value, Result.State.REFUSED.value
_NOTHING_GIVEN = Given()
_STANDS = frozenset({ledger.Code.POSTED, ledger.Code.ALREADY_POSTED})
_REFUSALS = {ledger.Code.NOT_OPEN: AccountClosed, ledger.Code.INSUFFICIENT: BudgetSpent}
_TOLD_TWICE, _SAME_LEARNING, _FROZEN = map(reason_of, (ToldTwice, SameLearning, FrozenByDispute))


@dataclass
class Tally:
    """What a recognition did: records answered, by answer, and hundredths posted by class of credit (C-01)."""

    seen: int = 0
    credited: int = 0
    carried: int = 0
    refused: int = 0
    credits: Counter[int] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.seen + other.seen,
            self.credited + other.credited,
            self.carried + other.carried,
            self.refused + other.refused,
            self.credits + other.credits,
        )


@dataclass(slots=True)
class _Answer:
    """What becomes of one record: what to post, what to remember, and what stands for it from before."""

    row: Intake
    state: str
    reasons: Sequence[rules.Reason]
    lines: list[rules.Line]
    memory: list[rules.Line]
    stands: int
    given: Given


class Recogniser:
    """Recognises records of many learners under one law; made once per job.

    `officer_id` is the person whose decision it is and `why` their reason; None where the rules alone decide.
    """

    def __init__(self, law: Law, *, run_id: int | None, officer_id: int | None = None, why: str = "") -> None:
        self._law = law
        self._run_id = run_id
        self._officer_id = officer_id
        self._why = why
        self._classes: dict[tuple[str, str, str], int] = {}

    def recognise(self, record_ids: Sequence[int], *, books: Iterable[int], at: datetime, again: bool = False) -> Tally:
        """Answer those of the records that wait for an answer; `books` are those of their learners. One transaction.

        With `again`, also those that got nothing before or less than they are worth. Asked twice, nothing is posted
        twice. The records of one learner belong into one call.
        """
        ledger.lock_books(books=books)
        waiting = reading.intake(record_ids, self._law, again=again)
        if not waiting:
            return Tally()
        learner_ids = [learner_id for learner_id, _rows in groupby(row.record.learner for row in waiting)]
        given = reading.given(learner_ids, self._law)
        held_back = reading.held_back([row.id for row in waiting], learner_ids)
        answers: list[_Answer] = []
        for learner_id, rows in groupby(waiting, key=_learner):
            self._ask(list(rows), given.get(learner_id, _NOTHING_GIVEN), held_back, answers)
        tally = Tally(seen=len(waiting))
        self._post(answers, tally, at)
        self._write_answers(answers, tally, at)
        return tally

    # Asking the rules

    def _ask(self, rows: list[Intake], given: Given, held_back: HeldBack, answers: list[_Answer]) -> None:
        frozen = set_aside = frozenset[str]()
        if held_back is not reading.NOTHING_HELD_BACK:
            rows, frozen, set_aside = self._hold_back(rows, given, held_back, answers)
        if len(rows) == 1:
            (row,) = rows
            (outcome,) = self._law.recognise([row.record], given.already, frozen, set_aside)
            self._take(row, outcome, given, frozen, answers)
            return
        by_name = {(row.record.key, row.record.version): row for row in rows}
        for outcome in self._law.recognise([row.record for row in rows], given.already, frozen, set_aside):
            self._take(by_name[outcome.record_key, outcome.record_version], outcome, given, frozen, answers)

    def _hold_back(
        self, rows: list[Intake], given: Given, held_back: HeldBack, answers: list[_Answer]
    ) -> tuple[list[Intake], frozenset[str], frozenset[str]]:
        """Leave out what may be, or is, one learning told twice (C-12); name what is disputed or set aside."""
        asked = []
        for row in rows:
            twice = row.id in held_back.told_twice
            if twice or row.id in held_back.same_learning:
                self._refuse(row, [_TOLD_TWICE if twice else _SAME_LEARNING], given, answers)
            else:
                asked.append(row)
        return (
            asked,
            frozenset(row.record.key for row in asked if row.id in held_back.disputed),
            frozenset(row.record.key for row in asked if row.id in held_back.set_aside),
        )

    def _take(
        self, row: Intake, outcome: rules.Outcome, given: Given, frozen: frozenset[str], answers: list[_Answer]
    ) -> None:
        """Turn an outcome into an answer, if it says anything new."""
        state = outcome.state
        if state is rules.State.REFUSED and not outcome.lines:
            self._refuse(row, outcome.reasons, given, answers)
            return
        stands, memory = (0, []) if given is _NOTHING_GIVEN else _standing(row, given)
        if state is rules.State.UNCHANGED:
            if row.state:
                return
            if outcome.record_key in frozen:
                self._refuse(row, [_FROZEN], given, answers)
                return
            # A correction that changes nothing of the credit: what stands for the older version stands for this one.
            answers.append(_Answer(row, _CREDITED if stands else _CARRIED, (), [], memory, stands, given))
            return
        lines = [line for line in outcome.lines if line.credits]
        memory = memory + [line for line in outcome.lines if not line.credits]
        kept = _CREDITED if lines or stands else _CARRIED if state is rules.State.CARRIED else _REFUSED
        answers.append(_Answer(row, kept, outcome.reasons, lines, memory, stands, given))

    def _refuse(self, row: Intake, reasons: Sequence[rules.Reason], given: Given, answers: list[_Answer]) -> None:
        """Nothing to post. An answer that says what the last one said is not written again."""
        if row.state and json.loads(row.reasons) == reasons_json(reasons):
            return
        stands, memory = _standing(row, given)
        answers.append(_Answer(row, _REFUSED, reasons, [], memory, stands, given))

    # Posting

    def _post(self, answers: list[_Answer], tally: Tally, at: datetime) -> None:
        """Post the lines book by book and keep what stands behind each; what the ledger refuses becomes a reason."""
        law = self._law
        postings: list[NewPosting] = []
        for book, group in groupby(answers, key=_book):
            gifts = [
                (answer, line, self._class_of(line), answer.row.institution_id)
                for answer in group
                for line in answer.lines
            ]
            if not gifts:
                continue
            accounts = self._accounts(book, gifts)
            made, transfers = [], []
            for answer, line, class_id, institution_id in gifts:
                record = answer.row.record
                part = line.part
                if answer.given.taken_back:
                    part += answer.given.taken_back.get(reading.slot_of(line), 0)
                key = posting_key(line, ended_on=record.ended_on, part=part)
                transfers.append(
                    ledger.Transfer(
                        key,
                        accounts[ledger.OwnerKind.INSTITUTION, institution_id, class_id],
                        accounts[ledger.OwnerKind.LEARNER, record.learner, class_id],
                        line.credits,
                        answer.row.id,
                        effective_at(record.ended_on),
                    )
                )
                made.append(
                    NewPosting(
                        key,
                        book,
                        record.learner,
                        institution_id,
                        answer.row.id,
                        law.rule_ids[line.rule_id, line.rule_version],
                        law.unit_ids[line.unit] if line.unit is not None else None,
                        class_id,
                        part,
                        record.ended_on,
                        line,
                    )
                )
            refused = self._transfer(book, transfers)
            for place, (answer, line, class_id, _institution_id) in enumerate(gifts):
                if place in refused:
                    _undo(answer, line, refused[place])
                else:
                    tally.credits[class_id] += line.credits
            postings += [one for place, one in enumerate(made) if place not in refused] if refused else made
        write_postings(postings, run_id=self._run_id, officer_id=self._officer_id, why=self._why, at=at)

    def _accounts(
        self, book: int, gifts: Iterable[tuple[_Answer, rules.Line, int, int]]
    ) -> dict[tuple[ledger.OwnerKind, int, int], int]:
        """The accounts that are needed: issuing ones of institutions, main ones of learners. One call."""
        learner, institution = ledger.OwnerKind.LEARNER, ledger.OwnerKind.INSTITUTION
        wanted: dict[tuple[ledger.OwnerKind, int, int], ledger.Wanted] = {}
        for answer, _line, class_id, institution_id in gifts:
            key = (institution, institution_id, class_id)
            if key not in wanted:
                wanted[key] = ledger.Wanted(institution, institution_id, ledger.Role.ISSUING, class_id)
            learner_id = answer.row.record.learner
            key = (learner, learner_id, class_id)
            if key not in wanted:
                wanted[key] = ledger.Wanted(learner, learner_id, ledger.Role.MAIN, class_id)
        numbers = ledger.open_accounts(book=book, wanted=list(wanted.values()))
        return dict(zip(wanted, numbers, strict=True))

    def _transfer(self, book: int, transfers: list[ledger.Transfer]) -> dict[int, ledger.Code]:
        """Post the transfers; answers the places of those that the ledger refused, and why."""
        refused: dict[int, ledger.Code] = {}
        for first in range(0, len(transfers), ledger.ITEMS_LIMIT):
            codes = ledger.post_batch(
                book=book,
                transfers=transfers[first : first + ledger.ITEMS_LIMIT],
                kind=LEDGER_KIND,
                actor=self._officer_id or 0,
                # Each transfer's own key keeps it from being posted twice; what was refused once is judged anew.
                key=fresh_call_key(transfers[first].key),
            )
            if not _STANDS.issuperset(codes):
                refused |= {first + place: code for place, code in enumerate(codes) if code not in _STANDS}
        return refused

    def _class_of(self, line: rules.Line) -> int:
        name = (line.framework, line.kind, line.level)
        known = self._classes.get(name)
        if known is None:
            ordinal = self._law.frameworks[line.framework].ordinal(line.level) if line.level else 0
            known = credit_class(framework=line.framework, kind=line.kind, level=ordinal).pk
            self._classes[name] = known
        return known

    # Answering

    def _write_answers(self, answers: list[_Answer], tally: Tally, at: datetime) -> None:
        results = []
        for answer in answers:
            row, state = answer.row, answer.state
            if state == _CREDITED:
                tally.credited += 1
            elif state == _CARRIED:
                tally.carried += 1
            else:
                tally.refused += 1
            stands = answer.stands + sum([line.credits for line in answer.lines])
            results.append(
                NewResult(
                    row.id,
                    row.record.learner % ledger.BOOKS,
                    row.record.learner,
                    row.institution_id,
                    state,
                    answer.reasons,
                    stands,
                    answer.memory,
                    not row.state,
                )
            )
        write_results(results, run_id=self._run_id, at=at)


def _standing(row: Intake, given: Given) -> tuple[int, list[rules.Line]]:
    """What stands for the record from before, over all its versions: hundredths, and this version's waiting lines."""
    key, version = row.record.key, row.record.version
    lines = [posted.line for posted in given.already if posted.line.record_key == key]
    return (
        sum(line.credits for line in lines),
        [line for line in lines if not line.credits and line.record_version == version],
    )


def _undo(answer: _Answer, line: rules.Line, code: ledger.Code) -> None:
    """The ledger did not take this line: the record keeps what is left of it, and the reason."""
    if code not in _REFUSALS:
        raise ledger.refusal_of(code)
    answer.lines.remove(line)
    answer.reasons = (*answer.reasons, reason_of(_REFUSALS[code]))
    if not answer.lines and not answer.stands:
        answer.state = _REFUSED


def _learner(row: Intake) -> int:
    return row.record.learner


def _book(answer: _Answer) -> int:
    return answer.row.record.learner % ledger.BOOKS
