"""Recognition of some records, in the caller's transaction: ask the rules, post, answer (C-29, C-30).

What is scarce is the room under a learner's caps, and each record's one credit. Both are guarded by the lock of the
learner's book in the ledger (of all their books where accounts were merged): what the rules were asked about is read
under it, or it is seen under it that nothing has changed since. So of two runs over the same records the second finds
them answered, and of two runs over other records of one learner the second sees what the first posted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from xuecheng.city.people.groups import groups_of
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger.keys import fresh_call_key
from xuecheng.learning.creditbank.services.classes import credit_class
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.queries import intake as reading
from xuecheng.learning.recognition.queries.law import Law
from xuecheng.learning.recognition.queries.reasons import AccountClosed, BudgetSpent, reason_of

from .asking import CARRIED, CREDITED, REFUSED, Answer, Thought, ask
from .keys import LEDGER_KIND, PostingKeys, effective_at
from .one_person import Groups, all_books, all_keys, groups_of_records
from .rows import NewPosting, NewResult, write_postings, write_results

_STANDS = frozenset({ledger.Code.POSTED, ledger.Code.ALREADY_POSTED})
_REFUSALS = {ledger.Code.NOT_OPEN: AccountClosed, ledger.Code.INSUFFICIENT: BudgetSpent}


@dataclass
class Tally:
    """What a recognition did: records by answer, hundredths posted by class (C-01), and why others got nothing."""

    seen: int = 0
    credited: int = 0
    carried: int = 0
    refused: int = 0
    credits: Counter[int] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    learners: Counter[int] = field(default_factory=Counter)
    """How many records of each learner earned something now."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.seen + other.seen,
            self.credited + other.credited,
            self.carried + other.carried,
            self.refused + other.refused,
            self.credits + other.credits,
            self.reasons + other.reasons,
            self.learners + other.learners,
        )


class Slice(NamedTuple):
    """Records of whole learners, to be answered in one transaction; `last` is the last (book, learner) in it."""

    books: list[int]
    learner_ids: list[int]
    record_ids: list[int]
    last: list[int]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the rules say of a slice, and the state of things that they said it on."""

    part: Slice
    groups: Groups
    mark: tuple[int, int]
    thought: Thought


class Recogniser:
    """Recognises records of many learners under one law; made once per job.

    `officer_id` is the person whose decision it is and `why` their reason; None where the rules alone decide.
    """

    def __init__(self, law: Law, *, run_id: int | None, officer_id: int | None = None, why: str = "") -> None:
        self._law = law
        self._run_id = run_id
        self._officer_id = officer_id
        self._why = why
        self._keys = PostingKeys()
        self._classes: dict[tuple[str, str, str], int] = {}

    def recognise(self, record_ids: Sequence[int], *, books: Iterable[int], at: datetime, again: bool = False) -> Tally:
        """Answer those of the records that wait for an answer; `books` are those of their learners. One transaction.

        With `again`, also those that got nothing before or less than they are worth. Asked twice, nothing is posted
        twice. The records of one learner belong into one call.
        """
        ledger.lock_books(books=all_books(books, groups_of_records(record_ids)))
        return self._write(ask(record_ids, self._law, again=again), at)

    def think(self, part: Slice, *, again: bool = False) -> Foreseen:
        """Ask the rules about a slice ahead of its transaction; note what the answers rest on. Nothing is locked."""
        # Noted first: what changes while it is read shows as a change.
        groups = groups_of(part.learner_ids)
        mark = reading.mark(part.record_ids, all_keys(part.learner_ids, groups))
        return Foreseen(part, groups, mark, ask(part.record_ids, self._law, again=again))

    def write(self, foreseen: Foreseen, *, at: datetime, again: bool = False) -> Tally:
        """Write what was foreseen, as `recognise` does; if anything it rests on has changed, ask the rules anew."""
        part = foreseen.part
        groups = groups_of(part.learner_ids)
        ledger.lock_books(books=all_books(part.books, groups))
        thought = foreseen.thought
        mark = reading.mark(part.record_ids, all_keys(part.learner_ids, groups))
        if groups != foreseen.groups or mark != foreseen.mark:
            thought = ask(part.record_ids, self._law, again=again)
        return self._write(thought, at)

    def _write(self, thought: Thought, at: datetime) -> Tally:
        tally = Tally(seen=thought.seen)
        self._post(thought.answers, tally, at)
        self._write_answers(thought.answers, tally, at)
        return tally

    # Posting

    def _post(self, answers: list[Answer], tally: Tally, at: datetime) -> None:
        """Post the lines book by book and keep what stands behind each; what the ledger refuses becomes a reason."""
        law, new_key = self._law, self._keys.key
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
                key = new_key(line, ended_on=record.ended_on, part=part)
                transfers.append(
                    ledger.Transfer(
                        key,
                        accounts[ledger.OwnerKind.INSTITUTION, institution_id, class_id],
                        accounts[ledger.OwnerKind.LEARNER, answer.row.learner_id, class_id],
                        line.credits,
                        answer.row.id,
                        effective_at(record.ended_on),
                    )
                )
                made.append(
                    NewPosting(
                        key,
                        book,
                        answer.row.learner_id,
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
        self, book: int, gifts: Iterable[tuple[Answer, rules.Line, int, int]]
    ) -> dict[tuple[ledger.OwnerKind, int, int], int]:
        """The accounts that are needed: issuing ones of institutions, main ones of learners. One call."""
        learner, institution = ledger.OwnerKind.LEARNER, ledger.OwnerKind.INSTITUTION
        wanted: dict[tuple[ledger.OwnerKind, int, int], ledger.Wanted] = {}
        for answer, _line, class_id, institution_id in gifts:
            key = (institution, institution_id, class_id)
            if key not in wanted:
                wanted[key] = ledger.Wanted(institution, institution_id, ledger.Role.ISSUING, class_id)
            learner_id = answer.row.learner_id
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

    def _write_answers(self, answers: list[Answer], tally: Tally, at: datetime) -> None:
        results = []
        for answer in answers:
            row, state = answer.row, answer.state
            if state == CREDITED:
                tally.credited += 1
                if answer.lines:
                    tally.learners[row.record.learner] += 1
            elif state == CARRIED:
                tally.carried += 1
            else:
                tally.refused += 1
                tally.reasons[answer.reasons[0].code if answer.reasons else ""] += 1
            stands = answer.stands + sum([line.credits for line in answer.lines])
            results.append(
                NewResult(
                    row.id,
                    row.learner_id % ledger.BOOKS,
                    row.learner_id,
                    row.institution_id,
                    state,
                    answer.reasons,
                    stands,
                    answer.memory,
                    not row.state,
                )
            )
        write_results(results, run_id=self._run_id, at=at)


def _undo(answer: Answer, line: rules.Line, code: ledger.Code) -> None:
    """The ledger did not take this line: the record keeps what is left of it, and the reason."""
    if code not in _REFUSALS:
        raise ledger.refusal_of(code)
    answer.lines.remove(line)
    answer.reasons = (*answer.reasons, reason_of(_REFUSALS[code]))
    if not answer.lines and not answer.stands:
        answer.state = REFUSED


def _book(answer: Answer) -> int:
    return answer.row.learner_id % ledger.BOOKS
