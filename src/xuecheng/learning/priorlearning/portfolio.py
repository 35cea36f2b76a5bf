"""The portfolio of an application: what was written, every piece, what was decided, and the files themselves."""

from __future__ import annotations

import tempfile
import zipfile
from typing import IO

from django.template.loader import render_to_string

from xuecheng.city.documents import storage
from xuecheng.city.documents.models import DocumentVersion

from . import queries
from .models import Application, Evidence


def archive_of(row: Application) -> IO[bytes]:
    """A ZIP with one page that any browser opens and the files beside it, as an open file at its beginning, which is
    gone when it is closed: an archive may have hundreds of megabytes. Notes of assessors about one another are not in
    it; reasons of decisions are."""
    pieces = list(row.evidence.filter(removed_at=None).select_related("witness"))
    wanted = {one.document: one for one in pieces if one.kind == Evidence.Kind.FILE}
    versions = DocumentVersion.objects.filter(public_id__in=[key for key in wanted if key], is_stored=True)
    names = {one.public_id: f"{wanted[one.public_id].number:02}-{one.file_name}" for one in versions}
    page = render_to_string(
        "priorlearning/portfolio.html",
        {
            "row": row,
            "questions": queries.questions_of(row),
            "pieces": [(one, names.get(one.document) if one.document else None) for one in pieces],
            "meetings": row.meetings.filter(held_at__isnull=False),
            "appeals": queries.appeals_of(row),
        },
    )
    made = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the answer
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("portfolio.html", page)
        for one in versions:
            path = storage.path_of(one.sha256)
            if path.exists():
                archive.write(path, f"files/{names[one.public_id]}")
    made.seek(0)
    return made
