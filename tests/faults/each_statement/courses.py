"""Verbs of courses: writing, reviewing, sharing, copying."""

from __future__ import annotations

from typing import Any

from city.situations import an_organisation
from coordination.courses.situations import a_course, a_version
from faults.each_statement.town import WHY, Town, Verb, row
from xuecheng.city import clock
from xuecheng.city.ids import uuid7
from xuecheng.coordination.courses import services
from xuecheng.coordination.courses.models import CourseVersion


def _text() -> services.VersionText:
    return services.VersionText(
        outcome="会写楷书", level=1, sessions=8, minutes=90, levels=["street"], seats_least=5, seats_most=20
    )


def _facts() -> services.CourseFacts:
    return services.CourseFacts(title_zh="楷书入门", subject="calligraphy", audience="everybody", languages=["yue"])


def _version(town: Town, *, state: str = "draft", **more: Any) -> CourseVersion:
    """Of the college, written by the registrar."""
    course = a_course(town.city.college)
    return a_version(course, state=state, drafted_by=town.city.registrar.person, **more)


@row("coordination.courses.write_course")
def _(town: Town) -> Verb:
    return lambda: services.write_course(
        actor=town.city.registrar, public_id=uuid7(), version_id=uuid7(), owner=town.city.college, facts=_facts(),
        text=_text(), at=clock.now(),
    )  # fmt: skip


@row("coordination.courses.draft_version")
def _(town: Town) -> Verb:
    course = _version(town, state="approved").course
    return lambda: services.draft_version(
        actor=town.city.registrar, public_id=uuid7(), course=course, text=_text(), at=clock.now()
    )


@row("coordination.courses.edit_version")
def _(town: Town) -> Verb:
    version = _version(town)
    return lambda: services.edit_version(
        actor=town.city.registrar, version=version, text=_text(), facts=_facts(), at=clock.now()
    )


@row("coordination.courses.send_to_review")
def _(town: Town) -> Verb:
    version = _version(town)
    return lambda: services.send_to_review(actor=town.city.registrar, version=version, at=clock.now())


@row("coordination.courses.approve_version")
def _(town: Town) -> Verb:
    old = _version(town, state="approved")
    version = a_version(old.course, number=2, state="in_review", drafted_by=town.city.registrar.person)
    return lambda: services.approve_version(actor=town.city.approver, version=version, at=clock.now())


@row("coordination.courses.return_version")
def _(town: Town) -> Verb:
    version = _version(town, state="in_review")
    return lambda: services.return_version(actor=town.city.approver, version=version, at=clock.now(), reason=WHY)


@row("coordination.courses.retire_version")
def _(town: Town) -> Verb:
    version = _version(town, state="approved")
    return lambda: services.retire_version(actor=town.city.registrar, version=version, why=WHY)


@row("coordination.courses.share_course")
def _(town: Town) -> Verb:
    course = _version(town, state="approved").course
    return lambda: services.share_course(actor=town.city.registrar, course=course, is_shared=True)


@row("coordination.courses.copy_course")
def _(town: Town) -> Verb:
    source = a_version(a_course(an_organisation(town.places["从化区"]), is_shared=True))
    return lambda: services.copy_course(
        actor=town.city.registrar, public_id=uuid7(), version_id=uuid7(), source=source, owner=town.city.college,
        at=clock.now(),
    )  # fmt: skip
