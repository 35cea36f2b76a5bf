"""Where documents of evidence belong: to an application; read by its learner, its centre, and who assesses."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention

from .models import Application
from .queries.acts import APPLY
from .queries.seeing import may_see

NAME = "priorlearning.evidence"


def thing_of(row: Application) -> Thing:
    """An application as its documents know it."""
    return Thing(
        key=str(row.public_id),
        title=row.title,
        url=reverse("priorlearning:show_application", args=[row.public_id]),
        scope=row.access_scope(),
        is_open=row.state in Application.TAKES_EVIDENCE,
    )


def find(key: str) -> Thing | None:
    row = _row(key)
    return thing_of(row) if row is not None else None


def _row(key: str) -> Application | None:
    try:
        number = UUID(key)
    except ValueError:
        return None
    rows = Application.objects.select_related("centre__organisation__territory").prefetch_related("claims__unit")
    return rows.filter(public_id=number).first()


def _may_read(viewer: Standing, thing: Thing) -> bool:
    row = _row(thing.key)
    return row is not None and may_see(viewer, row)


PLACE = Place(
    name=NAME,
    label=_("Evidence of prior learning"),
    explanation=_("Photographs of your work, certificates, letters: what shows what you can do."),
    types=("pdf", "jpeg", "png", "webp", "docx", "xlsx", "text"),
    most_bytes=20_000_000,
    add_act=APPLY,
    read_act=APPLY,
    retention=Retention(
        settings.KEEP_EVIDENCE_YEARS, _("as long as a recognition may have to be proved (set by the city)")
    ),
    find=find,
    may_read=_may_read,
    most_files=40,
)
