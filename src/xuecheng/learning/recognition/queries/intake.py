"""What one slice of recognition reads: the records, what holds some of them back, and what was given before.

Plain SQL and tuples: a city has a hundred million records, and every column here is read for each of them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from xuecheng.learning.creditbank.ledger.accounts import array
from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.queries.law import Law

# In the order of the fields of `rules.Record`, but for the last, which stands for `facts`. Courses and certificates end
# with an assessment, so their outcomes are verified; of hours alone nobody can say that.
RECORD_COLUMNS = """
    r.record_key, r.learner_id, r.institution_id, r.origin, r.code, r.title, r.ended_on, r.version, r.started_on,
    r.level, r.grade, r.grade_scale, r.status, r.role, r.minutes, r.credits_local,
    r.attended_sessions, r.held_sessions, r.origin <> 'nonformal', r.valid_to, r.mode"""

# Only what the record's newest version says counts, and only what no recognition has answered yet; asked again, also
# what got nothing or less than its worth. A person's "taken back" is never overruled here.
_OPEN = "r.is_latest and s.record_id is null"
_OPEN_AGAIN = (
    "r.is_latest and (s.record_id is null or s.state = 'refused' or (s.state = 'credited' and s.reason <> ''))"
)

_INTAKE = f"""
select r.id, s.state, s.reasons,{RECORD_COLUMNS}
from unnest(%s::bigint[]) w(id)
join records_learningrecord r on r.id = w.id
left join recognition_result s on s.record_id = r.id and s.book = r.book
where {{open}} order by r.book, r.learner_id"""  # noqa: S608  constants of this module only

# Disputed (C-15), set aside by the learner (C-24), told twice and undecided or decided to be one learning (C-12).
_HELD_BACK = """
select record_id, 'dispute' from records_dispute where state = 'open' and record_id = any(%(ids)s::bigint[])
union all
select record_id, 'aside' from recognition_setaside where ended_at is null and record_id = any(%(ids)s::bigint[])
union all
select d.second_id, d.state from records_doublereport d
join records_learningrecord f on f.id = d.first_id
join records_learningrecord s on s.id = d.second_id
where d.state in ('open', 'same') and d.second_id = any(%(ids)s::bigint[])
    and (f.learner_id = s.learner_id or (
        -- Told for two accounts: it counts as long as they are one person's.
        select count(distinct coalesce(p.merged_into_id, p.id)) = 1 from people_person p
        where p.id in (f.learner_id, s.learner_id)
    ))
"""

_MARK = """
select (select count(*) from recognition_result where record_id = any(%s::bigint[])),
    (select count(*) from recognition_posting where learner_id = any(%s::bigint[]))"""

_GIVEN = f"""
select p.key, p.reverses, p.record_id, p.rule_id, p.unit_id, c.framework_code, c.kind, c.level, p.credits, p.worth,
    p.part, p.identity, p.accumulates_in, p.field, p.minutes_used, p.carried_minutes, p.grade_used, p.cap_state,
    p.valid_until, p.supersedes,{RECORD_COLUMNS}
from recognition_posting p
join records_learningrecord r on r.id = p.record_id
join creditbank_creditclass c on c.id = p.credit_class_id
where p.learner_id = any(%s::bigint[]) order by p.learner_id, p.posted_at"""  # noqa: S608  # our own names, nobody's words

_REMEMBERED = f"""
select s.record_id, s.memory,{RECORD_COLUMNS}
from recognition_result s
join records_learningrecord r on r.id = s.record_id
where s.learner_id = any(%s::bigint[]) and not (s.memory = '[]'::jsonb) and s.state <> 'reversed'"""  # noqa: S608  # our own names, nobody's words


BY_PEOPLE = ("", 0)
"""In the place of a rule and its version, where assessors decided (C-49)."""


class Intake(NamedTuple):
    """A record that waits for an answer. `state` ("" for none) and `reasons` (JSON) are those of the answer before.

    `learner_id` is whose it is in the books; the record itself names the learner as the rules know them, which is the
    kept account where accounts were merged.
    """

    id: int
    record: rules.Record
    institution_id: int
    state: str
    reasons: str
    learner_id: int


@dataclass
class Given:
    """What one learner was given before, as the engine takes it, and how often a slot was posted and taken back."""

    already: list[rules.Posted] = field(default_factory=list)
    taken_back: dict[tuple[str, int, str, int, str], int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class HeldBack:
    """Keys of records that give nothing for now, by why."""

    disputed: frozenset[int]
    set_aside: frozenset[int]
    told_twice: frozenset[int]
    same_learning: frozenset[int]


NOTHING_HELD_BACK = HeldBack(frozenset(), frozenset(), frozenset(), frozenset())


def intake(record_ids: Sequence[int], law: Law, *, again: bool = False) -> list[Intake]:
    """Those of `record_ids` that wait for an answer, by book and learner. One query.

    With `again`, also those that got nothing before, or less than they are worth.
    """
    sql = _INTAKE.format(open=_OPEN_AGAIN if again else _OPEN)
    make = RecordMaker(law)
    with connection.cursor() as cursor:
        cursor.execute(sql, [array(record_ids)])
        return [
            Intake(row[0], make.record(row, 3), row[5], row[1] or "", row[2] or "[]", row[4])
            for row in cursor.fetchall()
        ]


def mark(record_ids: Sequence[int], learner_ids: Sequence[int]) -> tuple[int, int]:
    """How many answers these records have and how many postings these learners: what recognition's outcome rests on.

    Postings are only added to, so that equal numbers mean equal postings. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [array(record_ids), array(learner_ids)])
        answers, postings = cursor.fetchone()
    return answers, postings


def held_back(record_ids: Sequence[int]) -> HeldBack:
    """Which of the records give nothing for now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD_BACK, {"ids": array(record_ids)})
        rows = cursor.fetchall()
    if not rows:
        return NOTHING_HELD_BACK
    by_why: dict[str, set[int]] = defaultdict(set)
    for record_id, why in rows:
        by_why[why].add(record_id)
    return HeldBack(
        disputed=frozenset(by_why["dispute"]),
        set_aside=frozenset(by_why["aside"]),
        told_twice=frozenset(by_why["open"]),
        same_learning=frozenset(by_why["same"]),
    )


def given(learner_ids: Sequence[int], law: Law, *, roots: Mapping[int, int] | None = None) -> dict[int, Given]:
    """What the learners were given before and still stands; those without anything are missing. Two queries.

    By the learner as the rules know them: `roots` names the kept account of each that was merged.
    """
    found: dict[int, Given] = defaultdict(Given)
    make = RecordMaker(law, roots)
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, [array(learner_ids)])
        rows = cursor.fetchall()
        reversed_keys = {row[1] for row in rows if row[1] is not None}
        for row in rows:
            if row[1] is None:
                _take(found, row, make, law, reversed_keys)
        cursor.execute(_REMEMBERED, [array(learner_ids)])
        for record_id, memory, *rest in cursor.fetchall():
            record = make.record((record_id, memory, *rest), 2)
            found[record.learner].already += [
                rules.Posted(record, line_of(kept, record)) for kept in json.loads(memory)
            ]
    return found


def _take(found: dict[int, Given], row: tuple[Any, ...], make: RecordMaker, law: Law, reversed_keys: set[UUID]) -> None:
    record = make.record(row, 20)
    rule_id, rule_version = law.written_rules[row[3]] if row[3] is not None else BY_PEOPLE
    unit = law.written_units[row[4]] if row[4] is not None else None
    framework = law.frameworks[row[5]]
    learner = found[record.learner]
    line = rules.Line(
        record_key=record.key,
        record_version=record.version,
        rule_id=rule_id,
        rule_version=rule_version,
        part=row[10],
        unit=unit,
        framework=row[5],
        kind=row[6],
        level=label_of(framework, row[7]),
        field=row[13],
        credits=row[8],
        worth=row[9],
        minutes_used=row[14],
        carried_minutes=row[15],
        grade_used=row[16],
        caps=caps_of(json.loads(row[17])),
        valid_until=row[18],
        supersedes=row[19] or None,
        identity=row[11] or None,
        accumulates_in=row[12],
    )
    if row[0] in reversed_keys:
        learner.taken_back[slot_of(line)] += 1
    else:
        learner.already.append(rules.Posted(record, line))


def slot_of(line: rules.Line) -> tuple[str, int, str, int, str]:
    """What postings of one line are numbered within: record version, rule version, and what was given."""
    return line.record_key, line.record_version, line.rule_id, line.rule_version, gift_of(line)


def gift_of(line: rules.Line) -> str:
    """What a line gives: its unit, or its class of credit."""
    return line.unit or f"{line.framework}/{line.kind}/{line.level}"


def label_of(framework: Any, ordinal: int) -> str:
    """The label of a level by its ordinal; 0 stands for credit without a level."""
    return next((level.label for level in framework.levels if level.ordinal == ordinal), "")


def cap_states(caps: Iterable[rules.CapUse]) -> list[dict[str, Any]]:
    """The states of a line's caps as they are kept (C-30)."""
    return [
        {
            "cap": use.cap,
            "period": use.period,
            "before": use.before,
            "after": use.after,
            "max": use.most,
            "items": use.items,
        }
        for use in caps
    ]


def caps_of(kept: Iterable[Mapping[str, Any]]) -> tuple[rules.CapUse, ...]:
    """The states that `cap_states` kept."""
    return tuple(
        rules.CapUse(use["cap"], use["period"], use["before"], use["after"], use["max"], use["items"]) for use in kept
    )


def memory_of(line: rules.Line) -> dict[str, Any]:
    """A line that gave nothing yet, as it is kept: its hours wait for the next record (C-20)."""
    kept = line._asdict()
    del kept["record_key"], kept["record_version"]
    kept["caps"] = cap_states(line.caps)
    kept["valid_until"] = line.valid_until.isoformat() if line.valid_until else None
    return {name: value for name, value in kept.items() if value not in (None, "", 0, [])}


_ABSENT: dict[str, Any] = {
    "part": 0, "unit": None, "level": "", "field": "", "credits": 0, "worth": 0, "minutes_used": 0,
    "carried_minutes": 0, "grade_used": "", "supersedes": None, "identity": None, "accumulates_in": "",
}  # fmt: skip


def line_of(kept: dict[str, Any], record: rules.Record) -> rules.Line:
    """The line that `memory_of` kept."""
    values = _ABSENT | kept
    values["caps"] = caps_of(kept.get("caps", ()))
    values["valid_until"] = date.fromisoformat(kept["valid_until"]) if kept.get("valid_until") else None
    return rules.Line(record_key=record.key, record_version=record.version, **values)


class RecordMaker:
    """Makes records of rows. What few values have is made once: codes of institutions, facts."""

    def __init__(self, law: Law, roots: Mapping[int, int] | None = None) -> None:
        self._issuers = law.issuers
        self._roots = roots or {}
        self._facts: dict[tuple[int, str], dict[str, str]] = {}

    def record(self, row: Sequence[Any], first: int) -> rules.Record:
        """The record whose columns begin at `first` of `row`."""
        institution_id, mode = row[first + 2], row[first + 20]
        issuer = self._issuers[institution_id]
        facts = self._facts.get((institution_id, mode))
        if facts is None:
            facts = {"mode": mode, "institution_kind": issuer.kind, "institution_tier": issuer.tier}
            self._facts[institution_id, mode] = facts
        code = issuer.code
        learner = row[first + 1]
        if self._roots:
            learner = self._roots.get(learner, learner)
        return rules.Record._make((f"{code}/{row[first]}", learner, code, *row[first + 3 : first + 20], facts))
