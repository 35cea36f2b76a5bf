"""What institutions can import here: a table of what their people learnt elsewhere, as they state it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city.imports.files import Column, Kind
from xuecheng.city.imports.kinds import (
    GOOD,
    KNOWN,
    ImportContext,
    ImportKind,
    Problem,
    RowVerdict,
    WriteCount,
    bad,
    sentences_of,
)
from xuecheng.city.imports.kinds import Row as ImportRow
from xuecheng.city.refusals import Refusal, Text

from .queries import STATE
from .services import stating

COLUMNS = [
    Column(
        name="person_ref", title_zh="学习卡号", title_en="Card number", kind=Kind.CODE, required=True, max_length=64,
        example="4412 3456 7890 1221", hint=_("The number on the learning card; or the learner's sign-in name"),
        aliases=("卡号",),
    ),
    Column(
        name="name", title_zh="姓名", title_en="Name", required=True, max_length=80, example="陈丽华",
        hint=_("As on the learning account"),
    ),
    Column(
        name="issuer_name", title_zh="颁发机构", title_en="Issuer", required=True, max_length=200,
        example="University of Warsaw",
    ),
    Column(
        name="issuer_key", title_zh="机构标识", title_en="Identifier of the issuer", kind=Kind.CODE, max_length=300,
        example="schac:uw.edu.pl", hint=_("As on the public list of recognised outside issuers; empty if it has none"),
    ),
    Column(
        name="record_key", title_zh="成果编号", title_en="Record number", kind=Kind.CODE, required=True, max_length=120,
        example="UW-2025-00817", hint=_("The issuer's own number of this achievement; it never comes twice"),
    ),
    Column(name="title", title_zh="成果名称", title_en="Title", required=True, max_length=200, example="编译原理"),
    Column(name="kind", title_zh="类型", title_en="Kind", max_length=40, example="Course"),
    Column(name="code", title_zh="代码", title_en="Code", kind=Kind.CODE, max_length=60, example="1000-217bMRJ"),
    Column(name="level", title_zh="等级", title_en="Level", max_length=40, example="Bachelor"),
    Column(
        name="credits", title_zh="原学分", title_en="Credits there", kind=Kind.HUNDREDTHS, most=100_000, example="6"
    ),
    Column(name="scheme", title_zh="学分制", title_en="Credit scheme", max_length=24, example="ECTS"),
    Column(name="grade", title_zh="成绩", title_en="Grade", kind=Kind.GRADE, max_length=40, example="45.1"),
    Column(name="start_date", title_zh="开始日期", title_en="First day", kind=Kind.DATE, example="2024-10-01"),
    Column(
        name="end_date", title_zh="结束日期", title_en="Last day", kind=Kind.DATE, required=True, example="2025-02-15",
        hint=_("Decides which rule applies"),
    ),
]  # fmt: skip


def _row(values: Mapping[str, Any]) -> stating.Row:
    plain = {name: values.get(name) or "" for name in ("kind", "code", "level", "scheme", "grade", "issuer_key")}
    return stating.Row(
        person_ref=values["person_ref"], name=values["name"], issuer_name=values["issuer_name"],
        record_key=values["record_key"], title=values["title"], credits=values.get("credits"),
        started_on=values.get("start_date"), ended_on=values["end_date"], **plain,
    )  # fmt: skip


def check(context: ImportContext, rows: list[ImportRow]) -> list[RowVerdict]:
    found = stating.judged([_row(row.values) for row in rows], brought_by=context.brought_by.pk, today=context.today)
    return [bad([Problem.of(one)]) if isinstance(one, Refusal) else KNOWN if one else GOOD for one in found]


def write(context: ImportContext, rows: list[ImportRow]) -> WriteCount:
    new, known = stating.state_records(
        [_row(row.values) for row in rows], stated_by=context.organisation, brought_by=context.brought_by.pk,
        import_file_id=context.file_id, at=context.at,
    )  # fmt: skip
    return WriteCount(written=new, known=known)


_LABELS: dict[type[Refusal], Text] = {
    stating.LearnerUnknown: pgettext_lazy("kind of problem", "Learner unknown"),
    stating.OwnLearning: pgettext_lazy("kind of problem", "One’s own"),
    stating.NameOfAnother: pgettext_lazy("kind of problem", "Name differs"),
    stating.DayToCome: pgettext_lazy("kind of problem", "Still to come"),
    stating.BroughtByAnother: pgettext_lazy("kind of problem", "Key of another"),
    stating.OtherContent: pgettext_lazy("kind of problem", "Says something else"),
}
KIND = ImportKind(
    name="foreign.table",
    title=_("Learning from outside"),
    explanation=_("One row for each achievement elsewhere of which your institution saw the proof."),
    columns=COLUMNS,
    act=STATE,
    check=check,
    write=write,
    problem_texts={refusal().code: sentences_of(refusal, label=label) for refusal, label in _LABELS.items()},
)
