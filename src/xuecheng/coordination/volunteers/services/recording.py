"""The learning record of a service: written when it counts, withdrawn when it does not; credit follows by rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from xuecheng.city import clock
from xuecheng.city.access.queries import Holding, Standing
from xuecheng.city.people.models import Person
from xuecheng.coordination.volunteers import queries
from xuecheng.coordination.volunteers.models import Service
from xuecheng.learning.creditbank.models import LearningAccount
from xuecheng.learning.records import services as records
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Origin, Role, Source, Status

_WRITES = frozenset({"records.enter_record", "records.correct_record", "records.withdraw_record"})


def write_record(row: Service, *, by: Person, why: str, at: datetime) -> None:
    """Say in the organiser's name that it was served, in the caller's transaction; what hinders it is kept in words."""
    row.no_record = ""
    account = LearningAccount.objects.filter(person=row.person_id).first()
    if row.minutes < 1:
        row.no_record = str(gettext_noop("There is no whole minute of service."))
    elif account is None:
        row.no_record = str(gettext_noop("There is no learning account."))
    else:
        entry = _entry(row, str(account.public_id), why=why)
        done = records.enter_records(actor=_keeper(row, by), entries=[entry], source=Source.SERVICE, at=at)
        (arrival,) = done.arrivals
        if arrival.outcome is records.Outcome.REFUSED:
            row.no_record = " ".join(str(one) for one in arrival.refusals)[:300]
        else:
            row.record_key = entry.record_key
    row.save(update_fields=["record_key", "no_record"])


def take_record_back(row: Service, *, by: Person, why: str, at: datetime) -> None:
    """It does not count for now: its record is withdrawn, and credit follows. Without a record nothing happens."""
    record = queries.record_of(row)
    if record is not None and record.status != Status.WITHDRAWN:
        records.withdraw_record(actor=_keeper(row, by), record=record, reason=why, at=at)


def _entry(row: Service, person_ref: str, *, why: str) -> Entry:
    record: LearningRecord | None = queries.record_of(row)
    more: dict[str, Any] = {"replaces": record.version, "reason": why} if record is not None else {}
    return Entry(
        institution_code=row.organisation.code,
        record_key=f"service/{row.public_id}",
        person_ref=person_ref,
        name=row.person.name,
        origin=Origin.NONFORMAL.value,
        code=row.activity.code,
        title=row.activity.title,
        started_on=clock.date_of(row.during.lower),
        ended_on=clock.date_of(row.during.upper),
        minutes=row.minutes,
        role=Role.VOLUNTEER.value,
        **more,
    )


def _keeper(row: Service, by: Person) -> Standing:
    """Whoever checks out or decides, with what that means for the organiser's records; no more."""
    within = Holding(
        public_id="", role="", organisation_id=row.organisation_id, organisation_name_zh=row.organisation.name_zh,
        organisation_name_en=row.organisation.name_en, territory_path=None, acts=_WRITES,
    )  # fmt: skip
    return Standing(person=by, holdings=(within,))
