"""Courses from a file: looked at first, refused row by row with why, written as drafts by the job that writes all kinds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from city.imports.toy import NOW
from city.situations import a_registrar, a_stranger, an_organisation, small_city
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.imports import services as imports
from xuecheng.city.imports import work
from xuecheng.city.imports.kinds import kind_named
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Denied
from xuecheng.coordination.courses import kinds, services
from xuecheng.coordination.courses.models import Course, CourseVersion

pytestmark = pytest.mark.django_db
HEAD = "课程名称,英文名称,科目,面向,授课语言,学完能做什么,学完能做什么（英文）,程度,课次,每次分钟,最低出勤率,学费（元）,可开课层级,最少人数,最多人数,自带物品,入学要求,要求的理由"
OPERA = (
    "粤剧入门,Cantonese opera,粤剧粤曲,,粤语、普通话,能唱三段折子戏,,初级,12,90,70,60,区社区学院、street,10,30,折扇,,"
)


class Unit:
    """A college, its registrar, and files that they bring."""

    def __init__(self) -> None:
        self.city = small_city()
        self.college: Organisation = an_organisation(self.city["天河区"], name_zh="天河区社区学院")
        self.clerk: Standing = a_registrar(self.college)

    def bring(self, *rows: str, actor: Standing | None = None, write: bool = True) -> ImportFile:
        by = actor or self.clerk
        content = "".join(f"{line}\r\n" for line in (HEAD, *rows)).encode()
        file = imports.receive_file(
            actor=by, public_id=uuid7(), kind=kind_named(kinds.NAME), organisation=self.college, file_name="课程.csv",
            chunks=[content], at=NOW, in_background=False,
        )  # fmt: skip
        file = work.check_file(file, _Bar(), now=NOW)
        if write and file.good_count:
            file = imports.start_writing(actor=by, file=file, choice="good", at=NOW, in_background=False)
            file = work.write_file(file, _Bar(), now=NOW)
        return file


class _Bar:
    def __init__(self) -> None:
        self.done, self.total, self.cursor = 0, None, {}  # type: ignore[var-annotated]  # a bar that shows nothing

    def slice(self) -> Any:
        return transaction.atomic()

    def report(self) -> None: ...


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit()


def test_a_row_becomes_a_draft_that_waits_for_its_unit(unit: Unit) -> None:
    looked = unit.bring(OPERA, write=False)
    assert (looked.good_count, Course.objects.count()) == (1, 0), "looking writes nothing"
    unit.bring(OPERA)
    version = CourseVersion.objects.select_related("course").get()
    course = version.course
    assert (course.owner, course.title_en, course.subject, course.audience) == (
        unit.college, "Cantonese opera", "opera", "everybody",
    )  # fmt: skip
    assert course.languages == ["cmn", "yue"]
    assert (version.state, version.fee_fen, version.levels, version.sessions, version.minutes) == (
        "draft", 6_000, ["district", "street"], 12, 90,
    )  # fmt: skip
    assert (version.outcome, version.drafted_by) == ("能唱三段折子戏", unit.clerk.person)
    # The same file again is known; other words under a title that is taken are refused.
    again = unit.bring(OPERA)
    assert (again.known_count, again.good_count, again.bad_count) == (1, 0, 0)
    other = unit.bring(OPERA.replace(",12,90", ",16,90"))
    assert codes(other) == {"title_taken"}
    assert CourseVersion.objects.count() == 1
    services.send_to_review(actor=unit.clerk, version=version, at=NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("粤语、普通话", "火星话"), "language_not_known"),
        (("区社区学院、street", "省"), "network_level_not_known"),
        ((",10,30,", ",31,30,"), "seats_wrong"),
        (("折扇,,", "折扇,有基础,"), "entry_reason_missing"),
        (("折扇,,", "折扇,,怕跟不上"), "entry_requirement_missing"),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_the_good_ones_are_written(
    unit: Unit, change: tuple[str, str], code: str
) -> None:
    wrong = OPERA.replace("粤剧入门", "粤剧提高").replace(*change)
    file = unit.bring(OPERA, wrong)
    (problem,) = file.problems.all()
    assert (problem.code, problem.row_no) == (code, 3)
    assert [one.title_zh for one in Course.objects.all()] == ["粤剧入门"]


def test_a_title_twice_and_a_stranger_are_refused(unit: Unit) -> None:
    file = unit.bring(OPERA, OPERA)
    assert codes(file) == {"course_twice_in_file"}
    for who in (a_stranger(), a_registrar(an_organisation(unit.city["从化区"]))):
        with pytest.raises(Denied):
            unit.bring(OPERA, actor=who)


def test_the_examples_of_the_template_are_a_good_row(unit: Unit) -> None:
    assert ",".join(one.title_zh for one in kinds.COLUMNS) == HEAD
    file = unit.bring(",".join(["别的课", *(one.example for one in kinds.COLUMNS[1:])]))
    assert (Course.objects.get().title_zh, file.bad_count) == ("别的课", 0), codes(file)


def codes(file: ImportFile) -> set[str]:
    return set(file.problems.values_list("code", flat=True))
