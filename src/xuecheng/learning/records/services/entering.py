"""Records enter: one verb for a file's slice and for a form's single row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing
from xuecheng.learning.records import news
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import LearningRecord, Source
from xuecheng.learning.records.queries.arriving import record_of_key

from .arrivals import Arrival, EntryRefused, Outcome, judge
from .doubles import find_double_reports
from .seen import Seen

BOOKS = 256
_ATTEMPTS = 3
# Namespace of the advisory lock under which an institution's files are written.
_LOCK = 0x5245_4301


class Entered(NamedTuple):
    """What became of the rows: one arrival for each, in their order."""

    arrivals: list[Arrival]

    def count(self, *outcomes: Outcome) -> int:
        return sum(arrival.outcome in outcomes for arrival in self.arrivals)

    @property
    def written(self) -> int:
        return self.count(Outcome.NEW, Outcome.CORRECTION)

    @property
    def learner_ids(self) -> list[int]:
        """Whose records were added to, each once."""
        return sorted({arrival.learner.id for arrival in self.arrivals if arrival.learner is not None})


def enter_records(
    *,
    actor: Standing,
    entries: Sequence[Entry],
    source: Source,
    at: datetime,
    import_file_id: int | None = None,
) -> Entered:
    """Judge `entries` and write those that may be, in one transaction; refused rows are answered, not raised.

    Rows of an institution for which `actor` may not enter records are refused like any other. Sent again, the same rows
    are "already there"; sent twice at once, they are written once.
    """
    with transaction.atomic():
        arrivals = judge(actor=actor, act="records.enter_record", entries=entries, today=clock.date_of(at))
        return Entered(
            write_arrivals(
                actor=actor,
                act="records.enter_record",
                arrivals=arrivals,
                source=source,
                at=at,
                import_file_id=import_file_id,
            )
        )


def enter_record(*, actor: Standing, entry: Entry, at: datetime) -> LearningRecord:
    """Enter one record by hand; one that is there already, word for word, is returned as it is.

    Raises `EntryRefused` with everything that is wrong, the missing right for the institution among it.
    """
    (arrival,) = enter_records(actor=actor, entries=[entry], source=Source.ENTERED, at=at).arrivals
    if arrival.outcome is Outcome.REFUSED:
        raise EntryRefused(refusals=arrival.refusals)
    record = record_of_key(institution_code=entry.institution_code, record_key=entry.record_key)
    if arrival.outcome is Outcome.NEW:
        find_double_reports(learner_ids=[record.learner_id])
    return record


def write_arrivals(
    *,
    actor: Standing,
    act: str,
    arrivals: Sequence[Arrival],
    source: Source,
    at: datetime,
    import_file_id: int | None = None,
) -> list[Arrival]:
    """Write the rows that `judge` found new or correcting, in the caller's transaction; return what became of all.

    Somebody may have written one of them since they were judged. The constraints tell; the slice is then judged anew
    and its rows become "already there", or refused.
    """
    settled = list(arrivals)
    for _attempt in range(_ATTEMPTS):
        wanted = [place for place, arrival in enumerate(settled) if arrival.reporter is not None]
        if not wanted:
            return settled
        try:
            with transaction.atomic():
                chosen = [settled[place] for place in wanted]
                _bind_keys(chosen)
                add_records(chosen, source=source, entered_by=actor.person.pk, at=at, import_file_id=import_file_id)
                replaced = [arrival.replaces.id for arrival in chosen if arrival.replaces is not None]
                if replaced:
                    news.tell_corrected(replaced, but=actor.person.pk, at=at)
        except IntegrityError as error:
            if _constraint(error) not in {"source_key_once", "learning_record_version_once"}:
                raise
        else:
            return settled
        again = judge(
            actor=actor,
            act=act,
            entries=[arrival.entry for arrival in chosen],
            today=clock.date_of(at),
            seen=Seen(),
        )
        for place, arrival in zip(wanted, again, strict=True):
            settled[place] = arrival
    raise RuntimeError("rivals keep writing the same records")


def _constraint(error: IntegrityError) -> str | None:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


def queue_for(institution_ids: Sequence[int]) -> None:
    """Let the files of an institution be written one after the other, until the transaction ends.

    Two files with the same keys in different order would else wait for one another. Hand entry needs no lock: it
    writes one key and waits for nobody while it holds it.
    """
    with connection.cursor() as cursor:
        for institution in sorted(set(institution_ids)):
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, institution % 2**31])


def _bind_keys(arrivals: Sequence[Arrival]) -> None:
    # In the order of the keys, so that two slices with the same keys meet at the first one.
    new = sorted(
        (arrival.reporter.id, arrival.entry.record_key, arrival.learner.id)
        for arrival in arrivals
        if arrival.replaces is None and arrival.reporter is not None and arrival.learner is not None
    )
    if not new:
        return
    with (
        # COPY goes past Django's cursor; its errors become Django's here.
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy("copy records_sourcekey (institution_id, record_key, learner_id) from stdin") as copy,
    ):
        for row in new:
            copy.write_row(row)


_COLUMNS = {
    "book": "int4",
    "learner_id": "int8",
    "institution_id": "int8",
    "record_key": "text",
    "version": "int2",
    "replaces_id": "int8",
    "is_latest": "bool",
    "origin": "text",
    "code": "text",
    "title": "text",
    "term": "text",
    "started_on": "date",
    "ended_on": "date",
    "minutes": "int4",
    "contact_minutes": "int4",
    "credits_local": "int4",
    "level": "text",
    "grade": "text",
    "grade_scale": "text",
    "status": "text",
    "role": "text",
    "mode": "text",
    "attended_sessions": "int2",
    "held_sessions": "int2",
    "territory_code": "text",
    "valid_to": "date",
    "evidence": "text",
    "note": "text",
    "digest": "bytea",
    "source": "text",
    "import_file_id": "int8",
    "entered_by_id": "int8",
    "entered_at": "timestamptz",
    "reason": "text",
}
_COPY = f"copy records_learningrecord ({', '.join(_COLUMNS)}) from stdin (format binary)"


def add_records(
    arrivals: Sequence[Arrival], *, source: Source, entered_by: int, at: datetime, import_file_id: int | None
) -> None:
    """COPY, since the ORM's inserts take eight times as long. Trigger and constraints hold for it as for any insert."""
    how = source.value
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(list(_COLUMNS.values()))
        for arrival in arrivals:
            assert arrival.learner is not None
            assert arrival.reporter is not None
            entry, replaced = arrival.entry, arrival.replaces
            copy.write_row(
                (
                    arrival.learner.id % BOOKS,
                    arrival.learner.id,
                    arrival.reporter.id,
                    entry.record_key,
                    replaced.version + 1 if replaced else 1,
                    replaced.id if replaced else None,
                    True,
                    entry.origin,
                    entry.code,
                    entry.title,
                    entry.term,
                    entry.started_on,
                    entry.ended_on,
                    entry.minutes,
                    entry.contact_minutes,
                    entry.credits_local,
                    entry.level,
                    entry.grade,
                    entry.grade_scale,
                    entry.status,
                    entry.role,
                    entry.mode,
                    entry.attended_sessions,
                    entry.held_sessions,
                    entry.territory_code,
                    entry.valid_to,
                    entry.evidence,
                    entry.note,
                    arrival.digest,
                    how,
                    import_file_id,
                    entered_by,
                    at,
                    entry.reason,
                )
            )
