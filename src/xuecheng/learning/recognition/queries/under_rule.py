"""What a new version of a rule leaves as it is: credit given under an older one, until a person decides otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from xuecheng.learning.recognition.models import RuleVersion

# Postings that stand under an older version, although the new one was in force when the learning ended.
_STANDING = """
from recognition_posting p
join recognition_ruleversion v on v.id = p.rule_id
where v.code = %(code)s and v.version < %(version)s and p.reverses is null
    and p.effective_on >= %(effect_from)s and (%(effect_to)s::date is null or p.effective_on < %(effect_to)s)
    and not exists (select from recognition_posting b where b.reverses = p.key and b.book = p.book)
    and not exists (
        select from recognition_withholding w
        where w.learner_id = p.learner_id and w.posting = p.key and w.purpose = 'frozen' and w.ended_at is null
    )"""


@dataclass(frozen=True)
class Affected:
    """How much credit stands under older versions: records, people, hundredths by number of the class of credit."""

    records: int
    learners: int
    credits: dict[int, int]


def affected_by(rule: RuleVersion) -> Affected:
    """What recognising anew under `rule` would take back first. Two queries, over all postings."""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(distinct p.record_id), count(distinct p.learner_id) {_STANDING}", _values(rule))
        records, learners = cursor.fetchone()
        cursor.execute(f"select p.credit_class_id, sum(p.credits) {_STANDING} group by 1 order by 1", _values(rule))
        credits_ = {class_id: int(amount) for class_id, amount in cursor.fetchall()}
    return Affected(records, learners, credits_)


def affected_records(rule: RuleVersion, *, after: Sequence[int] | None = None) -> tuple[str, dict[str, Any]]:
    """The query for (book, learner_id, record_id) of what `affected_by` counts, by book and learner."""
    values = _values(rule)
    beyond = ""
    if after is not None:
        beyond = " and (p.book, p.learner_id) > (%(book)s, %(learner)s)"
        values["book"], values["learner"] = after
    return (
        f"select p.book, p.learner_id, p.record_id {_STANDING}{beyond}"
        " group by p.book, p.learner_id, p.record_id order by p.book, p.learner_id"
    ), values


def _values(rule: RuleVersion) -> dict[str, Any]:
    return {
        "code": rule.code,
        "version": rule.version,
        "effect_from": rule.effect_from,
        "effect_to": rule.effect_to,
    }
