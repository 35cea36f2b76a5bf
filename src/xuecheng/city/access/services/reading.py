"""The log of who looked at whose records: one row for each reader, page and hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Holding, Standing

BOOKS = 256
_SLICE = 2_000

Row = TypeVar("Row")


def note_reading(
    *, reader: Standing, person_id: int, what: str, at: datetime, thing: str = "", in_role: Holding | None = None
) -> None:
    """Keep that `reader` saw a page of a person's; one's own pages are not kept, unless a helper reads them.

    One statement, and nothing is written for a page that the same reader saw within the same hour.
    """
    row = _row(reader, person_id, what, at, thing=thing, in_role=in_role)
    if row is not None:
        Reading.objects.bulk_create([row], ignore_conflicts=True)


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


__all__ = ["note_reading", "noted"]
