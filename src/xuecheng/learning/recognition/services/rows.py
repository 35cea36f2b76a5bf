"""Writing postings and results by the thousand: `COPY`, and one statement for answers that change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from xuecheng.learning.recognition import rules
from xuecheng.learning.recognition.queries.intake import cap_states, memory_of

_POSTING = (
    "copy recognition_posting (key, book, learner_id, institution_id, record_id, rule_id, unit_id, credit_class_id,"
    " credits, worth, part, identity, accumulates_in, field, supersedes, minutes_used, carried_minutes, grade_used,"
    " cap_state, valid_until, effective_on, officer_id, run_id, reverses, why, posted_at) from stdin"
)
_RESULT = (
    "copy recognition_result (record_id, book, learner_id, institution_id, run_id, state, reason, reasons, credits,"
    " memory, decided_at) from stdin"
)
_NEW_ANSWERS = """
update recognition_result s
set run_id = n.run_id, state = n.state, reason = n.reason, reasons = n.reasons, credits = n.credits, memory = n.memory,
    decided_at = n.decided_at
from jsonb_to_recordset(%s) n(record_id bigint, book int, run_id bigint, state text, reason text, reasons jsonb,
    credits bigint, memory jsonb, decided_at timestamptz)
where s.record_id = n.record_id and s.book = n.book"""

# What `COPY` reads as something else than itself.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class NewPosting(NamedTuple):
    """A posting to be written; `line` says what was given."""

    key: UUID
    book: int
    learner_id: int
    institution_id: int
    record_id: int
    rule_id: int
    unit_id: int | None
    class_id: int
    part: int
    effective_on: date
    line: rules.Line


class NewResult(NamedTuple):
    """An answer to be written. `is_first` when the record had none before."""

    record_id: int
    book: int
    learner_id: int
    institution_id: int
    state: str
    reasons: Sequence[rules.Reason]
    credits: int
    memory: Sequence[rules.Line]
    is_first: bool


def write_postings(
    postings: Iterable[NewPosting], *, run_id: int | None, officer_id: int | None, why: str, at: datetime
) -> None:
    """Add postings, in one `COPY`."""
    tail = f"{_number(officer_id)}\t{_number(run_id)}\t\\N\t{_text(why)}\t{at.isoformat()}\n"
    lines = []
    for one in postings:
        line = one.line
        caps = _json(cap_states(line.caps)) if line.caps else "[]"
        lines.append(
            f"{one.key.hex}\t{one.book}\t{one.learner_id}\t{one.institution_id}\t{one.record_id}\t{one.rule_id}\t"
            f"{_number(one.unit_id)}\t{one.class_id}\t{line.credits}\t{line.worth}\t{one.part}\t"
            f"{_text(line.identity or '')}\t{line.accumulates_in}\t{_text(line.field)}\t"
            f"{_text(line.supersedes or '')}\t"
            f"{line.minutes_used}\t{line.carried_minutes}\t{_text(line.grade_used)}\t{caps}\t"
            f"{line.valid_until or _NULL}\t{one.effective_on}\t{tail}"
        )
    _copy(_POSTING, lines)


def write_results(results: Iterable[NewResult], *, run_id: int | None, at: datetime) -> None:
    """Add first answers in one `COPY`, change earlier ones in one statement."""
    run, moment = _number(run_id), at.isoformat()
    lines, changed = [], []
    for one in results:
        if one.is_first:
            reasons = one.reasons
            lines.append(
                f"{one.record_id}\t{one.book}\t{one.learner_id}\t{one.institution_id}\t{run}\t{one.state}\t"
                f"{reasons[0].code if reasons else ''}\t{_json(_plain(reasons)) if reasons else '[]'}\t{one.credits}\t"
                f"{_json([memory_of(line) for line in one.memory]) if one.memory else '[]'}\t{moment}\n"
            )
        else:
            changed.append(_changed(one, run_id, moment))
    _copy(_RESULT, lines)
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_NEW_ANSWERS, [json.dumps(changed, ensure_ascii=False)])


def reasons_json(reasons: Iterable[rules.Reason]) -> list[dict[str, Any]]:
    """Reasons as they are kept: put into words only when somebody reads them."""
    return _plain(reasons)


def _plain(reasons: Iterable[rules.Reason]) -> list[dict[str, Any]]:
    return [{"code": reason.code, "values": dict(reason.values)} for reason in reasons]


def _changed(one: NewResult, run_id: int | None, moment: str) -> dict[str, Any]:
    return {
        "record_id": one.record_id,
        "book": one.book,
        "run_id": run_id,
        "state": one.state,
        "reason": one.reasons[0].code if one.reasons else "",
        "reasons": _plain(one.reasons),
        "credits": one.credits,
        "memory": [memory_of(line) for line in one.memory],
        "decided_at": moment,
    }


def _copy(statement: str, lines: list[str]) -> None:
    if not lines:
        return
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write("".join(lines))


_NULL = "\\N"


def _number(value: int | None) -> str:
    return _NULL if value is None else str(value)


def _text(value: str) -> str:
    return value.translate(_ESCAPES) if value else ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
