"""Which records wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

_WAITING = """
from records_learningrecord r left join recognition_result s on s.record_id = r.id and s.book = r.book"""
_OPEN = "s.record_id is null"
_OPEN_AGAIN = "(s.record_id is null or s.state = 'refused' or (s.state = 'credited' and s.reason <> ''))"
_COUNT = f"""
select count(*) from (
    select {_WAITING} where r.is_latest and {_OPEN} and r.institution_id = %s limit %s
) waiting"""  # noqa: S608  constants only


def pending_records(
    *,
    organisation_id: int | None = None,
    import_file_id: int | None = None,
    is_again: bool = False,
    after: Sequence[int] | None = None,
) -> tuple[str, dict[str, Any]]:
    """The query for (book, learner_id, id) of what waits, by book and learner: of one body, one file, or everywhere.

    With `is_again`, also what got nothing before or less than it is worth. A record whose credit a person took back
    never waits: only a person lets it. `after` is the (book, learner) up to which all is done.
    """
    conditions = ["r.is_latest", _OPEN_AGAIN if is_again else _OPEN]
    values: dict[str, Any] = {}
    if organisation_id is not None:
        conditions.append("r.institution_id = %(organisation)s")
        values["organisation"] = organisation_id
    if import_file_id is not None:
        conditions.append("r.import_file_id = %(file)s")
        values["file"] = import_file_id
    if after is not None:
        conditions.append("(r.book, r.learner_id) > (%(book)s, %(learner)s)")
        values["book"], values["learner"] = after
    return (
        f"select r.book, r.learner_id, r.id {_WAITING} where {' and '.join(conditions)} order by r.book, r.learner_id"
    ), values


def pending_count(*, organisation_id: int, most: int = 100_000) -> int:
    """How many records of a body wait for their first answer, counted up to `most`. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [organisation_id, most])
        return int(cursor.fetchone()[0])
