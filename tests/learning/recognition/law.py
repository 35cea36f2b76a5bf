"""Small worlds for the rules of recognition: rules as officers write them, one learner's records, what comes out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from xuecheng.learning.creditbank.rules import Framework, Unit, shipped_frameworks
from xuecheng.learning.recognition.rules import (
    Line,
    Outcome,
    Posted,
    Record,
    Rule,
    RuleIndex,
    RuleSet,
    State,
    recognise,
)

TODAY = date(2030, 1, 1)
FRAMEWORKS = shipped_frameworks()
VECTORS: list[dict[str, Any]] = [
    json.loads(line)
    for line in files("xuecheng.learning.recognition")
    .joinpath("data/rulesets/vectors.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def rule_json(**changes: Any) -> dict[str, Any]:
    """A rule for non-formal hours at 960 minutes per credit, without caps."""
    return {
        "id": "R-1",
        "version": 1,
        "effect": ["2020-01-01", None],
        "match": {"origin": "nonformal"},
        "quantity": {"from": "minutes"},
        "give": [{"framework": "GD-LEQ", "kind": "learning", "level": 2}],
    } | changes


def rule(**changes: Any) -> Rule:
    return Rule.from_json(rule_json(**changes))


def record(key: str, ended_on: str = "2026-05-01", **changes: Any) -> Record:
    made = Record(key, 7, "4401-OU", "nonformal", "SQ-1", f"课程{key}", date.fromisoformat(ended_on), role="learner")
    return made._replace(**changes)


def run(
    records: Sequence[Record],
    *rules: Rule,
    already: Sequence[Posted] = (),
    rule_set: RuleSet | None = None,
    units: Iterable[Unit] = (),
    frameworks: Mapping[str, Framework] = FRAMEWORKS,
    on: date = TODAY,
    **more: Any,
) -> list[Outcome]:
    return recognise(
        records=records,
        already=already,
        rules=RuleIndex(rules, on=on, rule_set=rule_set),
        units={unit.key: unit for unit in units},
        frameworks=frameworks,
        **more,
    )


def only(outcomes: Sequence[Outcome]) -> Outcome:
    (outcome,) = outcomes
    return outcome


def credits_of(outcomes: Iterable[Outcome]) -> dict[str, int]:
    return {outcome.record_key: sum(line.credits for line in outcome.lines) for outcome in outcomes}


def total(outcomes: Iterable[Outcome]) -> int:
    return sum(credits_of(outcomes).values())


def codes(outcome: Outcome) -> list[str]:
    return [reason.code for reason in outcome.reasons]


def lines(outcomes: Iterable[Outcome]) -> list[Line]:
    return [line for outcome in outcomes for line in outcome.lines]


def posted(records: Iterable[Record], outcomes: Iterable[Outcome]) -> list[Posted]:
    """What the next recognition is told of this one: every line, those of zero credits too."""
    known = {(one.key, one.version): one for one in records}
    return [Posted(known[line.record_key, line.record_version], line) for line in lines(outcomes)]


def states(outcomes: Iterable[Outcome]) -> dict[str, State]:
    return {outcome.record_key: outcome.state for outcome in outcomes}


def unit(code: str = "YL-101", **changes: Any) -> Unit:
    values = {"version": 1, "framework": "GD-LEQ", "level": "3", "credits": 300} | changes
    return Unit(code=code, **values)
