"""What an outside record counts: by the rule in force without anybody, or by an officer with reasons (C-17, C-29)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.ledger import NotPosted
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.queries import rule_units
from xuecheng.learning.creditbank.rules import add_months
from xuecheng.learning.foreign import news
from xuecheng.learning.foreign.models import ForeignPart, ForeignRecord, ForeignRule
from xuecheng.learning.foreign.queries import Law, identities_credited
from xuecheng.learning.foreign.rules import Facts, Wait, choose, worth_of
from xuecheng.learning.recognition.services.deciding import give_unit
from xuecheng.learning.records.models import Origin, Source
from xuecheng.learning.records.services import enter_decided

from .capping import Given

LEDGER_KIND = 41
"""Kind of the transfer that credits learning from outside; its `ref` is the number of the record."""
_State = ForeignRecord.State


@dataclass(frozen=True)
class Worth:
    """What the rules in force give, in hundredths of a credit of the rule's unit."""

    rule: ForeignRule
    amount: int


def settle(row: ForeignRecord, law: Law, *, keys: tuple[int, ...], at: datetime) -> bool:
    """Credit a waiting record if a rule in force says so, else say why it waits; True where credit was given.

    The caller holds the locks of the learner and of the row. Safe twice. What a learner asked about again only people
    decide.
    """
    if row.state != _State.WAITING or row.round > 1:
        return False
    before, row.issuer = (row.wait, row.issuer_id), law.issuer_of(row.issuer_keys)
    found = weigh(row, law, at=at)
    if isinstance(found, Worth):
        found = within_cap(row, found, Given.of(keys) if found.rule.cap is not None else Given())
    if isinstance(found, Worth):
        wait = give(row, found.rule.unit, found.amount, rule=found.rule, officer=None, words="", keys=keys, at=at)
        if wait is None:
            return True
        found = wait
    row.wait = found.value
    if before != (row.wait, row.issuer_id):
        row.save(update_fields=["wait", "issuer"])
    return False


def weigh(row: ForeignRecord, law: Law, *, at: datetime) -> Worth | Wait:
    """What a record counts by the rules in force, or why a person has to look at it. Nothing is written: the row need
    not be kept. What else its learner has is not asked here (`give` does).
    """
    return _hindrance(row, at=at) or _by_rule(row, law)


def within_cap(row: ForeignRecord, worth: Worth, given: Given) -> Worth | Wait:
    """As much of it as the rule's cap leaves beside what was given (C-23)."""
    amount = given.fit(row, worth.rule, worth.amount)
    return Worth(worth.rule, amount) if amount else Wait.CAP


def _hindrance(row: ForeignRecord, *, at: datetime) -> Wait | None:
    """What a person has to look at whatever rules say."""
    if row.contested_at is not None:
        return Wait.CONTESTED
    if row.revoked_at is not None:
        return Wait.REVOKED
    if row.holder == ForeignRecord.Holder.OTHER:
        return Wait.HOLDER_OTHER
    if row.holder != ForeignRecord.Holder.SAME:
        return Wait.HOLDER_OPEN
    if row.valid_to is not None and row.valid_to < clock.date_of(at):
        return Wait.EXPIRED
    return None


def _by_rule(row: ForeignRecord, law: Law) -> Worth | Wait:
    chosen = choose(
        law.terms,
        Facts(
            issuer=row.issuer_id, issuer_class=row.issuer.kind if row.issuer else "", kind=row.kind, level=row.level,
            code=row.code, title=row.title, proof=row.proof, ended_on=row.ended_on,
        ),
    )  # fmt: skip
    if isinstance(chosen, Wait):
        return chosen
    rule = law.rules[chosen.key]
    if rule.unit.state != UnitVersion.State.PUBLISHED:
        return Wait.UNIT_ENDED
    worth = worth_of(chosen, unit=rule.unit.credits, step=rule.unit.level.framework.step, earned=row.credits)
    return Worth(rule, worth) if worth else Wait.TOO_LITTLE


def give(
    row: ForeignRecord, unit: UnitVersion, amount: int, *, rule: ForeignRule | None, officer: Person | None, words: str,
    keys: tuple[int, ...], at: datetime,
) -> Wait | None:  # fmt: skip
    """Post credit for a waiting record, once; or say why not. The caller holds the lock of the learner."""
    if row.ended_on is None:
        return Wait.NO_DAY
    if ForeignRecord.objects.filter(ForeignRecord.CLAIMS, claim=row.claim).exclude(pk=row.pk).exists():
        return Wait.CONTESTED
    if part_is_credited(row):
        return Wait.PART
    identity = rule_units()[str(unit)].identity
    if identity in identities_credited(keys):
        return Wait.HELD
    try:
        with transaction.atomic():
            ledger.lock_books(books={ledger.book_of(key) for key in keys})
            record = enter_decided(
                learner_id=row.learner_id, institution=unit.keeper, record_key=f"foreign/{row.public_id}",
                code=unit.code, title=row.title, level=unit.level.label, decided_at=at,
                decided_by=officer.pk if officer else (rule.decided_by_id if rule else None) or 0, at=at,
                origin=Origin.FOREIGN, source=Source.FOREIGN, ended_on=row.ended_on,
            )  # fmt: skip
            posting = give_unit(
                record=record, unit=unit, identity=identity, ledger_kind=LEDGER_KIND,
                officer_id=officer.pk if officer else None, at=at, amount=amount,
                valid_until=_valid_until(row, rule),
            )  # fmt: skip
            row.state, row.wait, row.waits_since = _State.CREDITED, "", None
            row.rule, row.unit, row.credits_given = rule, unit, amount
            row.record_id, row.posting = record.pk, posting.key
            row.decided_by, row.decided_at, row.words = officer, at, words.strip()[:500]
            row.save()
    except NotPosted:
        row.refresh_from_db()
        return Wait.LEDGER
    news.tell_decided(row, at=at)
    return None


def part_is_credited(row: ForeignRecord) -> bool:
    """Whether what contains it, or what it contains, counts already, whichever file said so. Two queries a level."""
    return _counts_along(row, _above) or _counts_along(row, _below)


def _counts_along(row: ForeignRecord, step: Callable[[set[int]], set[int]]) -> bool:
    seen = edge = {row.pk}
    while edge := step(edge) - seen:
        if ForeignRecord.objects.filter(pk__in=edge, state=_State.CREDITED).exists():
            return True
        seen = seen | edge
    return False


def _above(keys: set[int]) -> set[int]:
    known = ForeignRecord.objects.filter(parts__in=keys).values_list("pk", flat=True)
    return {*known, *ForeignPart.objects.filter(part__in=keys).values_list("whole", flat=True)}


def _below(keys: set[int]) -> set[int]:
    known = ForeignRecord.objects.filter(part_of__in=keys).values_list("pk", flat=True)
    return {*known, *ForeignPart.objects.filter(whole__in=keys).values_list("part", flat=True)}


def _valid_until(row: ForeignRecord, rule: ForeignRule | None) -> date | None:
    """The last day of use: what the issuer says and what the rule says, whichever is earlier (C-22)."""
    days = [row.valid_to] if row.valid_to is not None else []
    if rule is not None and rule.validity_months is not None and row.ended_on is not None:
        days.append(add_months(row.ended_on, rule.validity_months) - timedelta(days=1))
    return min(days, default=None)
