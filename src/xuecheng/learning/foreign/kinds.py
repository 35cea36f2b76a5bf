"""What institutions can import here: a table of what their people learnt elsewhere, or the files themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xuecheng.city import clock
from xuecheng.city.imports.files import Column, Kind, ParsedRow
from xuecheng.city.imports.kinds import (
    GOOD,
    KNOWN,
    ImportContext,
    ImportKind,
    Problem,
    RowVerdict,
    Source,
    WriteCount,
    bad,
    sentences_of,
)
from xuecheng.city.imports.kinds import Row as ImportRow
from xuecheng.city.refusals import Refusal, Text
from xuecheng.learning.proofs import fetching

from .queries import STATE
from .reading import MOST_BYTES, Contents, read, said
from .reading.bundle import Entry, open_bundle
from .services import handing_in, stating

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


FILE_COLUMNS = [
    Column(name="file", title_zh="文件", title_en="File", max_length=300),
    Column(name="person_ref", title_zh="学习卡号", title_en="Card number", kind=Kind.CODE, max_length=64),
    # Whom the file names is in it, and nowhere else: so such a file is removed once it is written.
    Column(name="holder", title_zh="文件所写的人", title_en="Named in the file", is_secret=True),
    Column(name="issuer_name", title_zh="颁发机构", title_en="Issuer"),
    Column(name="title", title_zh="成果名称", title_en="Title"),
    Column(name="end_date", title_zh="结束日期", title_en="Last day"),
]


@contextmanager
def _opened(path: Path) -> Iterator[Source]:
    bundle = open_bundle(path)
    at = clock.now()

    def reads(data: bytes) -> Contents:
        # With a way out of its own, so that a file that names many addresses takes nothing from the next.
        return read(data, at=at, fetch=fetching.by_settings())

    with bundle.archive:

        def rows(*, after: int = 0) -> Iterator[ParsedRow]:
            for number, entry in enumerate(bundle.entries(reads, most_bytes=MOST_BYTES), start=1):
                if number > after:
                    yield _shown(number, entry)

        yield Source(FILE_COLUMNS, rows, len(bundle.files), "zip")


def _shown(number: int, entry: Entry) -> ParsedRow:
    """An entry as a row: cells for people; the value of `file` is the entry itself."""
    found = entry.found
    told = (
        (found.holder.names[0] if found.holder.names else "", found.issuer_name, found.title, str(found.ended_on or ""))
        if found is not None else ("", "", "", "")
    )  # fmt: skip
    cells = (entry.file, entry.person_ref, *told)
    return ParsedRow(number, cells, (entry, *cells[1:]), ())


def check_files(context: ImportContext, rows: list[ImportRow]) -> list[RowVerdict]:
    entries = [row.values["file"] for row in rows]
    found = handing_in.judged_entries(entries, brought_by=context.brought_by.pk, today=context.today)
    verdicts = []
    for entry, one in zip(entries, found, strict=True):
        if isinstance(one, Refusal) and one is entry.bad:
            verdicts.append(bad([Problem("file", handing_in.LeftOut().code, {"why": said(one)})]))
        elif isinstance(one, Refusal):
            verdicts.append(bad([Problem.of(one)]))
        else:
            verdicts.append(KNOWN if one else GOOD)
    return verdicts


def write_files(context: ImportContext, rows: list[ImportRow]) -> WriteCount:
    new, known = handing_in.hand_in(
        [row.values["file"] for row in rows], stated_by=context.organisation, brought_by=context.brought_by.pk,
        import_file_id=context.file_id, import_id=context.public_id, at=context.at,
    )  # fmt: skip
    return WriteCount(written=new, known=known)


_FILE_LABELS: dict[type[Refusal], Text] = {
    stating.LearnerUnknown: _LABELS[stating.LearnerUnknown],
    stating.OwnLearning: _LABELS[stating.OwnLearning],
    stating.DayToCome: _LABELS[stating.DayToCome],
    stating.BroughtByAnother: _LABELS[stating.BroughtByAnother],
    stating.OtherContent: _LABELS[stating.OtherContent],
    handing_in.HolderUnknown: pgettext_lazy("kind of problem", "Nobody named"),
    handing_in.HolderDiffers: pgettext_lazy("kind of problem", "Names another"),
    handing_in.LeftOut: pgettext_lazy("kind of problem", "Not proven or not readable"),
}
FILES = ImportKind(
    name="foreign.files",
    title=_("Files with learning from outside"),
    explanation=_(
        "A ZIP of ELMO files, Open Badges and CLRs as they were issued. Put the card number into the name of each "
        "file, or name files and card numbers in a list people.csv beside them."
    ),
    columns=FILE_COLUMNS,
    act=STATE,
    check=check_files,
    write=write_files,
    problem_texts={refusal().code: sentences_of(refusal, label=label) for refusal, label in _FILE_LABELS.items()},
    opens=_opened,
    rows_at_once=50,
)
