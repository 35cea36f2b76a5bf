"""An officer decides a single case with reasons; a learner takes back, or asks again once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.foreign import news
from xuecheng.learning.foreign.models import ForeignRecord
from xuecheng.learning.foreign.queries import BRING, DECIDE, law
from xuecheng.learning.foreign.rules import Wait

from .crediting import give, settle
from .refusals import (
    AskedOnce,
    CannotBePosted,
    ClaimedMeanwhile,
    CreditsOutOfRange,
    EndUnknown,
    NotContested,
    NotRefused,
    OwnRecord,
    PartCredited,
    ReasonsMissing,
    RevokedThere,
    TooLateToDrop,
    UnitCredited,
    UnitNotGiven,
)
from .rows import check_decides, locked

_State = ForeignRecord.State
_REFUSALS: dict[Wait, type[Refusal]] = {
    Wait.NO_DAY: EndUnknown,
    Wait.PART: PartCredited,
    Wait.HELD: UnitCredited,
    Wait.LEDGER: CannotBePosted,
    Wait.CONTESTED: ClaimedMeanwhile,
}


def credit_record(
    *, actor: Standing, record: ForeignRecord, unit: UnitVersion, amount: int, words: str, at: datetime
) -> ForeignRecord:
    """Credit one record without a rule, with reasons: at most the unit, never twice (C-25). Said twice, once.

    Right: foreign.decide_record at its body; nobody decides on their own, and who refused it before does not decide
    again. Raises `Denied`, `OwnRecord`, `NotWaiting`, `DecidedBefore`, `ReasonsMissing`, `UnitNotGiven`,
    `CreditsOutOfRange`, `RevokedThere`, `EndUnknown`, `PartCredited`, `UnitCredited`, `CannotBePosted`,
    `ClaimedMeanwhile`.
    """
    require(actor, DECIDE, on=record)
    if not words.strip():
        raise ReasonsMissing
    with trace.change(by=actor.person, why=words), refusing(foreign_record_claimed_once=ClaimedMeanwhile):
        row, keys = locked(record)
        if row.state == _State.CREDITED and row.decided_by_id in actor.person_keys and row.unit_id == unit.pk:
            return row
        check_decides(actor, row)
        if unit.state != UnitVersion.State.PUBLISHED:
            raise UnitNotGiven
        if not 1 <= amount <= unit.credits:
            raise CreditsOutOfRange(most=f"{unit.credits / 100:.2f}")
        if row.revoked_at is not None:
            raise RevokedThere
        found = give(row, unit, amount, rule=None, officer=actor.person, words=words, keys=keys, at=at)
        if found is not None:
            raise _REFUSALS[found]
    return row


def refuse_record(*, actor: Standing, record: ForeignRecord, words: str, at: datetime) -> ForeignRecord:
    """Refuse one record with reasons, which its learner reads. Said twice, once.

    Right: foreign.decide_record at its body. Raises `Denied`, `OwnRecord`, `NotWaiting`, `DecidedBefore`,
    `ReasonsMissing`.
    """
    require(actor, DECIDE, on=record)
    if not words.strip():
        raise ReasonsMissing
    with trace.change(by=actor.person, why=words):
        row, _keys = locked(record)
        if row.state == _State.REFUSED and row.decided_by_id in actor.person_keys:
            return row
        check_decides(actor, row)
        row.state, row.wait, row.waits_since = _State.REFUSED, "", None
        row.words, row.decided_by, row.decided_at = words.strip()[:500], actor.person, at
        row.save()
        news.tell_decided(row, at=at)
    return row


def clear_contest(*, actor: Standing, record: ForeignRecord, words: str, at: datetime) -> ForeignRecord:
    """Say, with reasons, that a record which another person brought as well is its learner's, who is told. What waits
    is weighed by the rules again; what counts goes on counting. Said twice, once.

    Right: foreign.decide_record at its body; nobody decides on their own. Raises `Denied`, `OwnRecord`,
    `ReasonsMissing`, `NotContested`.
    """
    require(actor, DECIDE, on=record)
    if not words.strip():
        raise ReasonsMissing
    with trace.change(by=actor.person, why=words), refusing(foreign_record_claimed_once=ClaimedMeanwhile):
        row, keys = locked(record, may_have_left=True)
        if row.learner_id in actor.person_keys:
            raise OwnRecord
        if row.state not in (_State.WAITING, _State.CREDITED):
            raise NotContested
        if row.contested_at is None:
            return row
        contested_at, row.contested_at = row.contested_at, None
        if row.state == _State.WAITING:
            row.wait = (Wait.ASKED if row.round > 1 else Wait.NO_RULE).value
        row.save(update_fields=["contested_at", "wait"])
        news.tell_cleared(row, words, contested_at=contested_at, at=at)
        settle(row, law(row.body), keys=keys, at=at)
    return row


def ask_again(*, actor: Standing, record: ForeignRecord, words: str, at: datetime) -> ForeignRecord:
    """Ask again about a refusal, once; another officer decides then (C-48). Said twice, once.

    Right: foreign.bring_record, one's own. Raises `Denied`, `ReasonsMissing`, `NotRefused`, `AskedOnce`,
    `ClaimedMeanwhile`.
    """
    require(actor, BRING, on=record.learner)
    if not words.strip():
        raise ReasonsMissing
    with (
        trace.change(by=actor.person, why=gettext_noop("Asked again about learning from outside")),
        refusing(foreign_record_claimed_once=ClaimedMeanwhile),
    ):
        row, _keys = locked(record)
        if row.state == _State.WAITING and row.round == 2:
            return row
        if row.state != _State.REFUSED:
            raise NotRefused
        if row.round == 2:
            raise AskedOnce
        row.state, row.wait, row.waits_since, row.round = _State.WAITING, Wait.ASKED.value, at, 2
        row.asked_words, row.first_decided_by = words.strip()[:500], row.decided_by
        row.decided_by = row.decided_at = None
        row.save()
    return row


def drop_record(*, actor: Standing, record: ForeignRecord, at: datetime) -> ForeignRecord:
    """Take one's own record back while it waits; it may be brought again. What was refused once and asked about again
    cannot be taken back: it would come anew as if nobody had decided (C-48). Said twice, once.

    Right: foreign.bring_record, one's own. Raises `Denied`, `TooLateToDrop`.
    """
    del at
    require(actor, BRING, on=record.learner)
    with trace.change(by=actor.person, why=gettext_noop("Took a record from outside back")):
        row, _keys = locked(record)
        if row.state == _State.DROPPED:
            return row
        if row.state != _State.WAITING or row.round > 1:
            raise TooLateToDrop
        row.state, row.wait, row.waits_since = _State.DROPPED, "", None
        row.save()
    return row
