"""Records are corrected and withdrawn by a new version that names the old one; nothing is ever overwritten (C-11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.learning.records import news, rules
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Source, Status
from xuecheng.learning.records.queries.arriving import KnownVersion, Learner, Reporter, card_numbers

from .arrivals import Arrival, CorrectionReasonMissing, EntryRefused, Outcome, judge
from .doubles import find_double_reports
from .entering import add_records, write_arrivals


class NothingChanged(Refusal):
    message = _("The record says this already.")
    remedy = _("Change what is wrong, or leave it as it is.")


class ChangedMeanwhile(Refusal):
    message = _("Somebody else changed this record a moment ago.")
    remedy = _("Look at the latest version first.")


class WithdrawnAlready(Refusal):
    message = _("This record is withdrawn already.")


def entry_of(record: LearningRecord, **changes: Any) -> Entry:
    """What a record says, as a row of its institution, with `changes`. The learner goes by the card, or the account."""
    card = card_numbers([record.learner_id]).get(record.learner_id, "")
    said = {name: getattr(record, name) for name in Entry._fields if name not in _NOT_OF_THE_RECORD}
    return Entry(
        institution_code=record.institution.code, person_ref=card, name=record.learner.name, **(said | changes)
    )


_NOT_OF_THE_RECORD = {"institution_code", "person_ref", "name", "replaces", "reason"}


def correct_record(
    *, actor: Standing, record: LearningRecord, changes: Mapping[str, Any], reason: str, at: datetime
) -> LearningRecord:
    """Add a version of `record` with `changes` (columns of `Entry`); return it.

    Learner and key stay: what belongs to somebody else is withdrawn and entered under another key. Every gate is passed
    again. Raises `Denied`, `EntryRefused` (`NotTheLatestVersion` among others), `NothingChanged`.
    """
    require(actor, "records.correct_record", on=record)
    entry = entry_of(record, **dict(changes) | {"replaces": record.version, "reason": reason.strip()})
    with transaction.atomic():
        arrivals = judge(actor=actor, act="records.correct_record", entries=[entry], today=clock.date_of(at))
        (arrival,) = write_arrivals(
            actor=actor, act="records.correct_record", arrivals=arrivals, source=Source.ENTERED, at=at
        )
        if arrival.outcome is Outcome.REFUSED:
            raise EntryRefused(refusals=arrival.refusals)
        if arrival.outcome is Outcome.KNOWN:
            raise NothingChanged
        find_double_reports(learner_ids=[record.learner_id])
        return _latest_of(record)


def withdraw_record(*, actor: Standing, record: LearningRecord, reason: str, at: datetime) -> LearningRecord:
    """Let `record` count nothing any more, by a version that says so and why. What was posted stays until reversed.

    Raises `Denied`, `CorrectionReasonMissing`, `WithdrawnAlready`, `ChangedMeanwhile`.
    """
    require(actor, "records.withdraw_record", on=record)
    return _withdraw(actor=actor, record=record, reason=reason, at=at)


def withdraw_own_record(*, actor: Standing, record: LearningRecord, reason: str, at: datetime) -> LearningRecord:
    """A learner takes back an activity of their own reporting (C-15). Raises as `withdraw_record`, and
    `OnlyOwnReportsAreWithdrawn` for what an institution reported.
    """
    require(actor, "records.withdraw_own", on=record)
    rules.check_withdrawal(
        origin=record.origin,
        self_declared=record.source == Source.ENTERED and record.entered_by_id == record.learner_id,
        institution=record.institution.name,
    )
    return _withdraw(actor=actor, record=record, reason=reason, at=at)


def _withdraw(*, actor: Standing, record: LearningRecord, reason: str, at: datetime) -> LearningRecord:
    if not reason.strip():
        raise CorrectionReasonMissing
    if record.status == Status.WITHDRAWN:
        raise WithdrawnAlready
    # The gates are not asked: a record must be withdrawable even where it could not be entered today.
    entry = entry_of(record, status=Status.WITHDRAWN.value, replaces=record.version, reason=reason.strip())
    institution = record.institution
    arrival = Arrival(
        Outcome.CORRECTION,
        entry,
        (),
        Reporter(institution.pk, institution.code, institution.name, institution.grade_scale, None),
        Learner(record.learner_id, record.learner.name),
        entry.digest(),
        KnownVersion(record.pk, record.learner_id, record.version, bytes(record.digest)),
    )
    with transaction.atomic(), refusing(learning_record_version_once=ChangedMeanwhile):
        if not record.is_latest:
            raise ChangedMeanwhile
        add_records([arrival], source=Source.ENTERED, entered_by=actor.person.pk, at=at, import_file_id=None)
        news.tell_corrected([record.pk], but=actor.person.pk, at=at, kind=news.WITHDRAWN)
    return _latest_of(record)


def _latest_of(record: LearningRecord) -> LearningRecord:
    return LearningRecord.objects.select_related("institution__territory", "learner").get(
        institution_id=record.institution_id, record_key=record.record_key, book=record.book, is_latest=True
    )
