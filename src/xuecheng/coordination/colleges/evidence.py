"""Files behind evidence: what shows that a unit meets a requirement of its standard."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention

from .models import StandardEvidence

EVIDENCE = "colleges.evidence"


def thing_of(row: StandardEvidence) -> Thing:
    """Evidence as its documents know it; files come until it was reviewed."""
    return Thing(
        key=str(row.public_id),
        title=row.words,
        url=reverse("colleges:show_evidence", args=[row.public_id]),
        scope=row.access_scope(),
        is_open=row.state == StandardEvidence.State.GIVEN,
    )


def find(key: str) -> Thing | None:
    try:
        public_id = UUID(key)
    except ValueError:
        return None
    rows = StandardEvidence.objects.select_related("college__organisation", "college__territory")
    found = rows.filter(public_id=public_id).first()
    return thing_of(found) if found else None


PLACE = Place(
    name=EVIDENCE,
    label=_("Evidence of a unit of the network"),
    explanation=_("The certificate, plan or contract that shows a requirement is met. No personal data beyond need."),
    types=("pdf", "jpeg", "png", "webp"),
    most_bytes=10_000_000,
    add_act="colleges.keep_college",
    read_act="colleges.see_standard",
    retention=Retention(settings.KEEP_EVIDENCE_YEARS, _("as long as a record may have to be proved (set by the city)")),
    find=find,
    most_files=5,
)
