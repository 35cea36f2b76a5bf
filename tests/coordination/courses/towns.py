"""A small city with two colleges that write courses, and two reviewers over the city."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from city.situations import TODAY, a_person, a_registrar, an_organisation, holding, small_city
from coordination.courses.situations import NOW
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Kind, Organisation
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.courses import services
from xuecheng.coordination.courses.models import CourseVersion
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.creditbank.services import load_frameworks


@dataclass
class Town:
    city: dict[str, Territory]
    college: Organisation
    other: Organisation
    centre: Organisation
    writer: Standing
    colleague: Standing
    """Writes for the college too."""
    neighbour: Standing
    """Writes for the other college."""
    reviewer: Standing
    second: Standing
    levels: dict[str, FrameworkLevel] = field(default_factory=dict)


def an_officer(territory: Territory, name: str) -> Standing:
    person = a_person(name)
    holding(person, "certification_officer", territory=territory)
    return standing_of(person, today=TODAY)


def a_town() -> Town:
    city = small_city()
    load_frameworks()
    college = an_organisation(city["天河区"], name_zh="天河社区学院")
    other = an_organisation(city["从化区"], name_zh="从化社区学院")
    return Town(
        city=city,
        college=college,
        other=other,
        centre=an_organisation(city["广州市"], kind=Kind.CERTIFICATION_BODY, name_zh="学分认证中心"),
        writer=a_registrar(college, name="谢编写"),
        colleague=a_registrar(college, name="方同事"),
        neighbour=a_registrar(other, name="邻编写"),
        reviewer=an_officer(city["广州市"], "罗审核"),
        second=an_officer(city["广州市"], "何复核"),
        levels={one.label: one for one in FrameworkLevel.objects.filter(framework__code="GD-LEQ")},
    )


def a_unit(town: Town, *, code: str = "HL101", **more: Any) -> UnitVersion:
    """A certification unit that is given from long ago on."""
    facts: dict[str, Any] = {
        "version": 1, "title_zh": "居家照护基础", "title_en": "Care at home", "level": town.levels["2"], "field": "0922",
        "kind": "certificate", "credits": 600, "outcomes": [{"zh": "会翻身", "en": "turns", "assessed_by": ["practical"]}],
        "keeper": town.centre, "valid_from": date(2024, 1, 1), "state": "published", "drafted_by": town.second.person,
        "decided_by": town.reviewer.person, "decided_at": NOW,
    } | more  # fmt: skip
    return UnitVersion.objects.create(code=code, **facts)


def facts(**more: Any) -> services.CourseFacts:
    said: dict[str, Any] = {
        "title_zh": "家庭养老护理", "subject": "health", "audience": "families", "languages": ["yue", "cmn"],
    } | more  # fmt: skip
    return services.CourseFacts(**said)


def text(**more: Any) -> services.VersionText:
    said: dict[str, Any] = {
        "outcome": "能为卧床老人翻身\n能测血压并记录", "level": 2, "sessions": 16, "minutes": 120,
        "least_attendance_percent": 75, "levels": ["district", "street"], "seats_least": 8, "seats_most": 24,
    } | more  # fmt: skip
    return services.VersionText(**said)


def written(town: Town, *, actor: Standing | None = None, title_zh: str = "家庭养老护理", **more: Any) -> CourseVersion:
    """A course of the college with its first draft; `more` is what the draft says."""
    actor = actor or town.writer
    owner = town.other if actor is town.neighbour else town.college
    made = services.write_course(
        actor=actor, public_id=uuid7(), version_id=uuid7(), owner=owner, facts=facts(title_zh=title_zh), text=text(**more),
        at=NOW,
    )  # fmt: skip
    return as_found(made)


def sent(town: Town, version: CourseVersion | None = None, **more: Any) -> CourseVersion:
    version = version or written(town, **more)
    actor = town.neighbour if version.course.owner_id == town.other.pk else town.writer
    return services.send_to_review(actor=actor, version=version, at=NOW)


def approved(town: Town, version: CourseVersion | None = None, **more: Any) -> CourseVersion:
    return services.approve_version(actor=town.reviewer, version=sent(town, version, **more), at=NOW)


def next_draft(town: Town, version: CourseVersion, **more: Any) -> CourseVersion:
    made = services.draft_version(
        actor=town.writer, public_id=uuid7(), course=version.course, text=text(**more), at=NOW
    )
    return as_found(made)


def as_found(version: CourseVersion) -> CourseVersion:
    """The row as a page finds it."""
    rows = CourseVersion.objects.select_related("course__owner__territory", "course__territory", "unit")
    return rows.get(pk=version.pk)
