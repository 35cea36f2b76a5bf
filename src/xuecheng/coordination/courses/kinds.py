"""The import kind of courses: one row for each course of a unit, written as a first draft for review."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid5

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from xuecheng.city.access.queries import standing_of
from xuecheng.city.imports.files import Choice, Column, Kind
from xuecheng.city.imports.kinds import (
    GOOD,
    KNOWN,
    ImportContext,
    ImportKind,
    Problem,
    Row,
    RowVerdict,
    Sentences,
    WriteCount,
    bad,
    sentences_of,
)
from xuecheng.city.refusals import Refusal
from xuecheng.coordination.staff.models import ClassLevel, Language, Subject

from . import rules, services
from .models import Audience, Course, CourseVersion, NetworkLevel
from .queries import WRITE

NAME = "courses.drafts"
_APART = re.compile(r"[,，、;；/]+")


class LanguageNotKnown(Refusal):
    message = _("“%(part)s” is no language that courses are taught in.")
    remedy = _("Write them with commas between: %(known)s.")
    field = "languages"


class NetworkLevelNotKnown(Refusal):
    message = _("“%(part)s” is no level of the network.")
    remedy = _("Write them with commas between: %(known)s.")
    field = "levels"


class CourseTwiceInFile(Refusal):
    message = _("“%(title)s” stands in this file twice.")
    remedy = _("Keep one of the two rows.")
    field = "title_zh"


def _choices(members: type[models.TextChoices] | type[models.IntegerChoices]) -> tuple[Choice, ...]:
    """What may stand in a cell: the stored value, or its name in either language."""
    with override("zh-hans"):
        chinese = {one.value: str(one.label) for one in members}
    with override("en"):
        return tuple(
            Choice(value=str(one.value), title_zh=chinese[one.value], title_en=str(one.label)) for one in members
        )


_LANGUAGES, _LEVELS = _choices(Language), _choices(NetworkLevel)


def _listed(choices: tuple[Choice, ...]) -> str:
    return "、".join(one.title_zh for one in choices)


COLUMNS = [
    Column(
        name="title_zh", title_zh="课程名称", title_en="Chinese title", required=True, max_length=60,
        example="粤剧入门", hint=_("A unit has each title once"), aliases=("课程", "名称"),
    ),
    Column(name="title_en", title_zh="英文名称", title_en="English title", max_length=120, example="Cantonese opera"),
    Column(
        name="subject", title_zh="科目", title_en="Subject", kind=Kind.CHOICE, required=True,
        choices=_choices(Subject), example=_choices(Subject)[0].title_zh,
    ),
    Column(
        name="audience", title_zh="面向", title_en="For whom", kind=Kind.CHOICE, choices=_choices(Audience),
        example=_choices(Audience)[0].title_zh, hint=_("Empty: everybody"),
    ),
    Column(
        name="languages", title_zh="授课语言", title_en="Languages", required=True,
        example="、".join(one.title_zh for one in _LANGUAGES[:2]), hint=_("Several with commas between"),
    ),
    Column(
        name="outcome", title_zh="学完能做什么", title_en="What one can do afterwards", required=True, max_length=1000,
        example="能唱三段折子戏", aliases=("学习成果",),
    ),
    Column(
        name="outcome_en", title_zh="学完能做什么（英文）", title_en="What one can do afterwards, in English",
        max_length=2000,
    ),
    Column(
        name="level", title_zh="程度", title_en="Level", kind=Kind.CHOICE, required=True, choices=_choices(ClassLevel),
        example=_choices(ClassLevel)[0].title_zh,
    ),
    Column(
        name="sessions", title_zh="课次", title_en="Sessions", kind=Kind.INTEGER, required=True, least=1,
        most=rules.MOST_SESSIONS, example="12",
    ),
    Column(
        name="minutes", title_zh="每次分钟", title_en="Minutes of a session", kind=Kind.MINUTES, required=True,
        least=rules.LEAST_MINUTES, most=rules.MOST_MINUTES, example="90",
    ),
    Column(
        name="least_attendance_percent", title_zh="最低出勤率", title_en="Least attendance, percent",
        kind=Kind.INTEGER, most=100, example="70",
    ),
    Column(
        name="fee", title_zh="学费（元）", title_en="Fee, yuan", kind=Kind.HUNDREDTHS, most=rules.MOST_FEE_FEN,
        example="60", hint=_("For the whole course; empty: free of charge"), aliases=("学费", "费用"),
    ),
    Column(
        name="levels", title_zh="可开课层级", title_en="Levels of the network", required=True,
        example=_listed(_LEVELS), hint=_("Several with commas between"),
    ),
    Column(
        name="seats_least", title_zh="最少人数", title_en="Fewest learners", kind=Kind.INTEGER, required=True, least=1,
        most=rules.MOST_SEATS, example="10",
    ),
    Column(
        name="seats_most", title_zh="最多人数", title_en="Most learners", kind=Kind.INTEGER, required=True, least=1,
        most=rules.MOST_SEATS, example="30",
    ),
    Column(name="materials", title_zh="自带物品", title_en="What to bring", max_length=500, example="毛笔"),
    Column(name="entry_requirement", title_zh="入学要求", title_en="Entry requirement", max_length=300),
    Column(
        name="entry_reason", title_zh="要求的理由", title_en="Why it is required", max_length=300,
        hint=_("Only with a requirement; learners read it"),
    ),
]  # fmt: skip

_LABELS: dict[type[Refusal], object] = {
    rules.TitleMissing: pgettext_lazy("kind of problem", "Title"),
    services.TitleTaken: pgettext_lazy("kind of problem", "Title taken"),
    CourseTwiceInFile: pgettext_lazy("kind of problem", "Title twice"),
    LanguageNotKnown: pgettext_lazy("kind of problem", "Languages"),
    rules.LanguageMissing: pgettext_lazy("kind of problem", "Languages"),
    NetworkLevelNotKnown: pgettext_lazy("kind of problem", "Levels"),
    rules.HeldNowhere: pgettext_lazy("kind of problem", "Levels"),
    rules.SessionsWrong: pgettext_lazy("kind of problem", "Sessions"),
    rules.MinutesWrong: pgettext_lazy("kind of problem", "Minutes"),
    rules.AttendanceWrong: pgettext_lazy("kind of problem", "Attendance"),
    rules.SeatsWrong: pgettext_lazy("kind of problem", "Learners"),
    rules.FeeWrong: pgettext_lazy("kind of problem", "Fee"),
    rules.EntryReasonMissing: pgettext_lazy("kind of problem", "Reason missing"),
    rules.EntryRequirementMissing: pgettext_lazy("kind of problem", "Requirement missing"),
}
PROBLEM_TEXTS: dict[str, Sentences] = {
    refusal().code: sentences_of(refusal, label=label)  # type: ignore[arg-type]  # lazy texts
    for refusal, label in _LABELS.items()
}


def _parts(text: str, choices: tuple[Choice, ...], unknown: type[Refusal]) -> list[str]:
    """The stored values of what stands in a cell, with commas between. Raises `unknown`."""
    by_spelling = {spelling.casefold(): one.value for one in choices for spelling in one.spellings()}
    found = []
    for part in (one.strip() for one in _APART.split(text)):
        if not part:
            continue
        if part.casefold() not in by_spelling:
            raise unknown(part=part, known=_listed(choices))
        found.append(by_spelling[part.casefold()])
    return found


def _written(values: dict[str, Any]) -> tuple[services.CourseFacts, services.VersionText]:
    """A row as the verbs take it. Raises `LanguageNotKnown`, `NetworkLevelNotKnown`."""
    facts = services.CourseFacts(
        title_zh=values["title_zh"],
        title_en=values.get("title_en", ""),
        subject=values["subject"],
        audience=values.get("audience") or Audience.EVERYBODY,
        languages=_parts(values["languages"], _LANGUAGES, LanguageNotKnown),
    )
    text = services.VersionText(
        outcome=values["outcome"],
        outcome_en=values.get("outcome_en", ""),
        level=int(values["level"]),
        sessions=values["sessions"],
        minutes=values["minutes"],
        least_attendance_percent=values.get("least_attendance_percent") or 0,
        fee_fen=values.get("fee") or 0,
        levels=_parts(values["levels"], _LEVELS, NetworkLevelNotKnown),
        seats_least=values["seats_least"],
        seats_most=values["seats_most"],
        materials=values.get("materials", ""),
        entry_requirement=values.get("entry_requirement", ""),
        entry_reason=values.get("entry_reason", ""),
    )
    return facts, text


def check(context: ImportContext, rows: list[Row]) -> list[RowVerdict]:
    """Judge a slice of rows: by the rules of courses, against the file, and the unit's own. Two queries."""
    titles = [row.values["title_zh"].strip() for row in rows]
    own = {one.title_zh: one for one in Course.objects.filter(owner=context.organisation, title_zh__in=titles)}
    first = {
        one.course_id: one
        for one in CourseVersion.objects.filter(course__in=[one.pk for one in own.values()], number=1)
    }
    return [_judge(context, row, own, first) for row in rows]


def _judge(context: ImportContext, row: Row, own: dict[str, Course], first: dict[int, CourseVersion]) -> RowVerdict:
    title = row.values["title_zh"].strip()
    key = hash(title)
    was_seen = key in context.seen
    context.seen.add(key)
    try:
        facts, text = _written(row.values)
        named, said = facts.values(), text.values()
    except Refusal as refusal:
        return bad([Problem.of(refusal)])
    if was_seen:
        return bad([Problem.of(CourseTwiceInFile(title=title))])
    known = own.get(title)
    if known is None:
        return GOOD
    version = first.get(known.pk)
    is_same = version is not None and all(
        getattr(of, name) == value for of, values in ((known, named), (version, said)) for name, value in values.items()
    )
    return KNOWN if is_same else bad([Problem.of(services.TitleTaken())])


def write(context: ImportContext, rows: list[Row]) -> WriteCount:
    """Write each row as a course with its first draft; nothing is sent to review. A title come between is known."""
    actor = standing_of(context.brought_by, today=context.today)
    known = 0
    for row in rows:
        facts, text = _written(row.values)
        public_id = uuid5(context.public_id, facts.title_zh.strip())
        try:
            services.write_course(
                actor=actor, public_id=public_id, version_id=uuid5(public_id, "1"), owner=context.organisation,
                facts=facts, text=text, at=context.at,
            )  # fmt: skip
        except services.TitleTaken:
            known += 1
    return WriteCount(written=len(rows) - known, known=known)


KIND = ImportKind(
    name=NAME,
    title=_("Courses"),
    explanation=_("One row for each course of your unit. Each becomes a draft, which you read and send to review."),
    columns=COLUMNS,
    act=WRITE,
    check=check,
    write=write,
    problem_texts=PROBLEM_TEXTS,
    next_step=(_("See the drafts"), "courses:list_kept"),
)
