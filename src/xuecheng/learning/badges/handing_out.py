"""Credentials with their files, links and who looked, for the archive of one's own data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from django.utils.translation import gettext_lazy as _

from xuecheng.city.mydata.parts import IN_OFFICE, File, Subject, Table, leave_out, register

from .leaving import IN_OFFICE_FIELDS
from .models import Badge


def _files(subject: Subject) -> Iterator[File]:
    rows = Badge.objects.filter(learner__in=subject.keys, holder_left_at=None).order_by("pk")
    for row in rows.iterator(chunk_size=100):
        yield File(f"{row.public_id}.json", partial(_text, row.document))


def _text(document: str) -> Iterable[bytes]:
    yield document.encode()


def declare() -> None:
    register(
        "badges",
        _("Credentials that the credit bank issued, and the links under which they were shared"),
        [Table("badges.Badge", "learner", omit=("document",)), Table("badges.Share", "learner")],
        order=141,
        url_name="badges:list_own",
        files=_files,
    )
    for model, field in IN_OFFICE_FIELDS:
        leave_out(f"badges.{model}", field, why=IN_OFFICE)
