"""Files of a version of a course: what whoever teaches it needs, from the plan of each session to the hand-outs."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention

from .models import CourseVersion
from .queries import SEE, WRITE

MATERIALS = "courses.materials"


def thing_of(row: CourseVersion) -> Thing:
    """A version as its documents know it; files come while it is being written, and stay as it is once approved."""
    return Thing(
        key=str(row.public_id),
        title=row.course.title_zh,
        url=reverse("courses:show_version", args=[row.public_id]),
        scope=row.access_scope(),
        is_open=row.state in (CourseVersion.State.DRAFT, CourseVersion.State.RETURNED),
    )


def find(key: str) -> Thing | None:
    try:
        public_id = UUID(key)
    except ValueError:
        return None
    rows = CourseVersion.objects.select_related("course__owner__territory", "course__territory")
    found = rows.filter(public_id=public_id).first()
    return thing_of(found) if found else None


PLACE = Place(
    name=MATERIALS,
    label=_("Teaching materials"),
    explanation=_("The plan of the sessions, slides, hand-outs: what somebody needs who teaches it elsewhere."),
    types=("pdf", "docx", "xlsx", "jpeg", "png", "webp"),
    most_bytes=20_000_000,
    add_act=WRITE,
    read_act=SEE,
    retention=Retention(settings.KEEP_EVIDENCE_YEARS, _("as long as classes may be held by it (set by the city)")),
    find=find,
    most_files=20,
    is_personal=False,
)
