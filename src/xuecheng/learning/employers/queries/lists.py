"""Lists of credentials as the organisation that brought them sees them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from xuecheng.city import vault
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.learning.employers.models import CheckedList, RowAnswer
from xuecheng.learning.employers.rules import Row

from .acts import CHECK

PURPOSE = "employers.list"
"""The rows as they came: sealed, opened by the job and by the pages of the organisation."""


def bodies(viewer: Standing) -> QuerySet[Organisation]:
    """Organisations for which the viewer has credentials verified."""
    mine = visible(viewer, CHECK, organisation="pk", territory="territory")
    return Organisation.objects.filter(mine, is_active=True).select_related("territory").order_by("code")


def body(code: str) -> Organisation | None:
    """The organisation that goes by a code or by its whole name, as somebody typed it; None if none or several do."""
    words = code.strip()
    found = Organisation.objects.filter(is_active=True, code=words.upper()).first()
    if found is not None or not words:
        return found
    named = list(Organisation.objects.filter(is_active=True, name_zh=words)[:2])
    return named[0] if len(named) == 1 else None


def lists(viewer: Standing) -> QuerySet[CheckedList]:
    """Lists of the viewer's organisations, without what was sealed; for a list by (-id)."""
    mine = visible(viewer, CHECK, organisation="organisation", territory="organisation__territory")
    return CheckedList.objects.filter(mine).select_related("organisation__territory", "asked_by", "job").defer("sealed")


def checked_list(viewer: Standing, public_id: UUID) -> CheckedList | None:
    return lists(viewer).filter(public_id=public_id).first()


def given_rows(row: CheckedList) -> dict[int, Row]:
    """The rows as they came, by number; none once they were removed."""
    if not row.sealed:
        return {}
    return {one.row_no: one for one in _opened(vault.open_sealed(PURPOSE, str(row.public_id), bytes(row.sealed)))}


def _opened(text: str) -> Iterator[Row]:
    for row_no, credential, name, title, day, share, is_broken in json.loads(text):
        yield Row(row_no, credential, name, title, date.fromisoformat(day) if day else None, share, is_broken)


def fits(row: CheckedList, *, answer: str = "") -> QuerySet[RowAnswer]:
    """The answers of a finished list, or those of one kind; for a list by (row_no). An unfinished one tells nothing."""
    rows = RowAnswer.objects.filter(list=row)
    if row.state != CheckedList.State.DONE:
        return rows.none()
    return rows.filter(answer=answer) if answer else rows


def counts_of(row: CheckedList) -> list[tuple[RowAnswer.Answer, int]]:
    """How many rows got which answer."""
    return [(one, getattr(row, one.value)) for one in RowAnswer.Answer]
