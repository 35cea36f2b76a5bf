"""Files behind qualifications: what shows that somebody may teach."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention

from .models import Qualification

QUALIFICATION = "staff.qualification"


def thing_of(row: Qualification) -> Thing:
    """A qualification as its documents know it; evidence comes until it was reviewed."""
    return Thing(
        key=str(row.public_id),
        title=row.title,
        url=reverse("staff:show_qualification", args=[row.public_id]),
        scope=row.access_scope(),
        is_open=row.state == Qualification.State.CLAIMED,
    )


def find(key: str) -> Thing | None:
    try:
        public_id = UUID(key)
    except ValueError:
        return None
    rows = Qualification.objects.select_related("teacher__home__territory")
    found = rows.filter(public_id=public_id).first()
    return thing_of(found) if found else None


PLACE = Place(
    name=QUALIFICATION,
    label=_("Evidence of a qualification"),
    explanation=_("The certificate or licence: what shows that one may teach this."),
    types=("pdf", "jpeg", "png", "webp"),
    most_bytes=10_000_000,
    add_act="staff.keep_profile",
    read_act="staff.see_teacher",
    retention=Retention(settings.KEEP_EVIDENCE_YEARS, _("as long as a record may have to be proved (set by the city)")),
    find=find,
    most_files=5,
)
