"""The log of who looked at whose records: one row for each reader, page and hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Holding, Standing
from xuecheng.city.refusals import Refusal

BOOKS = 256
_SLICE = 2_000
_ROWS_A_PERSON = 8
"""Of one person a reader opens about so many pages: the newest rows of a reader that tell of the hour."""
_FIELDS = [one for one in Reading._meta.concrete_fields if not one.primary_key]  # Django's documented interface
_NAMES = ", ".join(str(one.column) for one in _FIELDS)
_PUT = f"""
with latest as (
    select person_id, hour from {Reading._meta.db_table} where reader_id = %s order by id desc limit %s
), looked as (
    select count(distinct person_id) >= %s and not coalesce(bool_or(person_id = %s), false) as is_over
    from latest where hour = %s
), put as (
    insert into {Reading._meta.db_table} ({_NAMES})
    select {", ".join(["%s"] * len(_FIELDS))} from looked where not is_over
    on conflict do nothing
)
select is_over from looked
"""  # noqa: S608  # names of our own table and columns

Row = TypeVar("Row")


class TooManyLooks(Refusal):
    """A crawl, or somebody who works very fast: the next hour is a new one."""

    message = _("You have opened the pages of %(most)s people within this hour, which is the most.")
    remedy = _("Go on in the next hour. If your work needs more, tell the operators.")
    is_for_now = True


def note_reading(
    *, reader: Standing, person_id: int, what: str, at: datetime, thing: str = "", in_role: Holding | None = None
) -> None:
    """Keep that `reader` saw a page of a person's; one's own pages are not kept, unless a helper reads them.

    One statement, and nothing is written for a page that the same reader saw within the same hour. Raises
    `TooManyLooks` where the reader has opened the pages of `LOOKS_AN_HOUR` others in this hour (ASVS 2.4.1).
    """
    row = _row(reader, person_id, what, at, thing=thing, in_role=in_role)
    if row is None:
        return
    most = settings.LOOKS_AN_HOUR
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in _FIELDS]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [row.reader_id, most * _ROWS_A_PERSON, most, person_id, row.hour, *values])
        (is_over,) = cursor.fetchone()
    if is_over:
        raise TooManyLooks(most=most)


def noted(
    rows: Iterable[Row],
    *,
    person_of: Callable[[Row], int],
    reader: Standing,
    what: str,
    at: datetime,
    in_role: Holding | None = None,
) -> Iterator[Row]:
    """The rows of an export as they are sent, each slice kept in the log before it leaves: what was sent was noted."""
    each = iter(rows)
    seen: set[int] = set()
    while batch := list(islice(each, _SLICE)):
        people = {person_of(row) for row in batch} - seen
        seen |= people
        made = [_row(reader, person_id, what, at, in_role=in_role) for person_id in sorted(people)]
        Reading.objects.bulk_create([row for row in made if row is not None], ignore_conflicts=True)
        yield from batch


def _row(
    reader: Standing, person_id: int, what: str, at: datetime, *, thing: str = "", in_role: Holding | None = None
) -> Reading | None:
    entrusted, glass = reader.entrusted, reader.glass
    if entrusted is not None:
        who, via, via_id = entrusted.helper.pk, entrusted.via, entrusted.public_id
    elif glass is not None and glass.person_id in (None, person_id):
        who, via, via_id = reader.person.pk, str(Reading.Via.GLASS), glass.public_id
    else:
        who, via, via_id = reader.person.pk, str(Reading.Via.ROLE), None
    if who == person_id:
        return None
    return Reading(
        book=person_id % BOOKS,
        person_id=person_id,
        reader_id=who,
        what=what,
        thing=thing[:40],
        at=at,
        hour=at.replace(minute=0, second=0, microsecond=0),
        role=in_role.role if in_role else "",
        organisation_id=in_role.organisation_id if in_role else None,
        territory_id=_last(in_role.territory_path) if in_role else None,
        via=via,
        via_id=via_id,
    )


def _last(path: str | None) -> int | None:
    """The key of the territory whose path it is: `/1/12/` → 12."""
    return int(path.strip("/").rsplit("/", 1)[-1]) if path else None


__all__ = ["TooManyLooks", "note_reading", "noted"]
