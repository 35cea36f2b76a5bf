"""Files of classes: what is handed out to everybody in a class, and what learners hand in as homework."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import Standing
from xuecheng.city.documents.places import Place, Thing
from xuecheng.city.documents.rules import Retention
from xuecheng.city.rights import Scope
from xuecheng.coordination.classes.models import ClassSession, CourseClass

from . import queries
from .models import HandedIn
from .models.attendance import scope_of_session
from .queries import CHECK_IN, TAKE
from .services import LIVE

MATERIALS, HOMEWORK = "teaching.materials", "teaching.homework"


def class_as_thing(row: CourseClass) -> Thing:
    """A class as its files know it: whoever keeps or teaches it adds to them until it is over. One query."""
    return Thing(
        key=str(row.public_id),
        title=row.version.course.title_zh,
        url=reverse("teaching:show_materials", args=[row.public_id]),
        scope=row.access_scope(),
        is_open=row.state in LIVE,
        kept_by=queries.teachers_of(row),
    )


def _find_class(key: str) -> Thing | None:
    row = _class(key)
    return class_as_thing(row) if row is not None else None


def _class(key: str) -> CourseClass | None:
    rows = CourseClass.objects.select_related("version__course", "host__territory", "territory")
    public_id = _uuid(key)
    return rows.filter(public_id=public_id).exclude(state=CourseClass.State.DRAFT).first() if public_id else None


def _may_read_materials(viewer: Standing, thing: Thing) -> bool:
    """Whoever keeps, teaches or attends the class. One query for who attends, none for the others."""
    if viewer.may(TAKE, thing.scope) or not set(thing.kept_by).isdisjoint(viewer.own_keys(TAKE)):
        return True
    public_id = _uuid(thing.key)
    return public_id is not None and queries.attends(viewer, public_id)


def homework_as_thing(one: HandedIn, *, session: ClassSession) -> Thing:
    """What somebody handed in: their own, and of the unit that holds the class."""
    within = session.course_class.access_scope()
    return Thing(
        key=str(one.public_id),
        title=session.course_class.version.course.title_zh,
        url=reverse("teaching:hand_in", args=[one.enrolment.public_id, session.public_id]),
        scope=Scope(within.organisation_id, within.territory_path, one.learner_id),
        is_open=session.course_class.state in LIVE,
    )


def _handed_in(key: str) -> tuple[HandedIn, ClassSession] | None:
    public_id = _uuid(key)
    rows = HandedIn.objects.select_related(
        "enrolment", "lesson__session__course_class__version__course", "lesson__session__course_class__host__territory",
        "lesson__session__course_class__territory", "lesson__session__teaching",
    )  # fmt: skip
    one = rows.filter(public_id=public_id).first() if public_id else None
    return (one, one.lesson.session) if one is not None else None


def _find_homework(key: str) -> Thing | None:
    found = _handed_in(key)
    return homework_as_thing(found[0], session=found[1]) if found is not None else None


def _may_read_homework(viewer: Standing, thing: Thing) -> bool:
    if thing.scope.person_id in viewer.own_keys(CHECK_IN):
        return True
    found = _handed_in(thing.key)
    return found is not None and viewer.may(TAKE, scope_of_session(found[1]))


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


PLACES = (
    Place(
        name=MATERIALS,
        label=_("Materials of the class"),
        explanation=_("Slides, hand-outs, pictures: for everybody in the class."),
        types=("pdf", "docx", "xlsx", "jpeg", "png", "webp"),
        most_bytes=20_000_000,
        add_act=TAKE,
        read_act=TAKE,
        retention=Retention(
            settings.KEEP_EVIDENCE_YEARS, _("as long as learners may look something up (set by the city)")
        ),
        find=_find_class,
        may_read=_may_read_materials,
        most_files=40,
        is_personal=False,
    ),
    Place(
        name=HOMEWORK,
        label=_("Homework"),
        explanation=_("A photograph or a file of what was done. Whoever teaches sees it, and the unit."),
        types=("pdf", "docx", "jpeg", "png", "webp"),
        most_bytes=10_000_000,
        add_act=CHECK_IN,
        read_act=TAKE,
        retention=Retention(1, _("a year, so that a class is over by then")),
        find=_find_homework,
        may_read=_may_read_homework,
        most_files=5,
    ),
)
