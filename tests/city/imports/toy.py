"""A kind of import for tests: organisations by code and name. A real table, so that real constraints speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from city.situations import a_registrar, an_organisation, small_city
from xuecheng.city.access.queries import Standing
from xuecheng.city.ids import uuid7
from xuecheng.city.imports import services
from xuecheng.city.imports.files import Column, Kind
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
)
from xuecheng.city.imports.models import ImportFile
from xuecheng.city.jobs import running
from xuecheng.city.jobs.models import Job
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.territories.models import Territory

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HEADING = "编号,名称,日期\r\n"


@dataclass
class Toy:
    """The kind, and what happens to it: `before_write` is called before each slice is written."""

    territory: Territory
    organisation: Organisation
    registrar: Standing
    before_write: Callable[[list[Row]], None] = lambda rows: None
    slices: list[int] = field(default_factory=list)

    @property
    def kind(self) -> ImportKind:
        return ImportKind(
            name="test.organisations",
            title="机构",
            explanation="机构名单",
            columns=[
                Column(name="code", title_zh="编号", title_en="Code", kind=Kind.CODE, required=True, example="T-0"),
                Column(name="name", title_zh="名称", title_en="Name", required=True, max_length=60, example="示例"),
                Column(name="since", title_zh="日期", title_en="Since", kind=Kind.DATE, example="2026-01-01"),
            ],
            check=self.check,
            write=self.write,
            problem_texts={
                "name_differs": Sentences(
                    message="There it is called %(known)s.", remedy="Compare.", label=_("Name mismatch")
                ),
                "code_twice": Sentences(message="Twice.", remedy="Delete one.", label="Twice"),
            },
        )

    def check(self, context: ImportContext, rows: list[Row]) -> list[RowVerdict]:
        codes = [row.values["code"] for row in rows]
        known = dict(Organisation.objects.filter(code__in=codes).values_list("code", "name_zh"))
        return [self._judge(context, row, known) for row in rows]

    def _judge(self, context: ImportContext, row: Row, known: dict[str, str]) -> RowVerdict:
        code, name = row.values["code"], row.values["name"]
        if hash(code) in context.seen:
            return bad([Problem("code", "code_twice")])
        context.seen.add(hash(code))
        if code not in known:
            return GOOD
        return KNOWN if known[code] == name else bad([Problem("name", "name_differs", {"known": known[code]})])

    def write(self, context: ImportContext, rows: list[Row]) -> WriteCount:
        assert context.is_writing
        self.before_write(rows)
        self.slices.append(len(rows))
        before = Organisation.objects.count()
        Organisation.objects.bulk_create(
            [
                Organisation(
                    code=row.values["code"], name_zh=row.values["name"], kind="library", territory=self.territory
                )
                for row in rows
            ],
            ignore_conflicts=True,
        )
        written = Organisation.objects.count() - before
        return WriteCount(written, len(rows) - written)


def a_toy() -> Toy:
    territory = small_city()["五山街道"]
    organisation = an_organisation(territory, name_zh="天河区社区学院")
    return Toy(territory=territory, organisation=organisation, registrar=a_registrar(organisation))


def lines(first: int, last: int) -> str:
    return "".join(f"T-{number},图书馆{number},2026-03-01\r\n" for number in range(first, last + 1))


def brought(toy: Toy, content: str | bytes, *, public_id: UUID | None = None, name: str = "名单.csv") -> ImportFile:
    """A file that was brought; its dry run waits in the queue."""
    return services.receive_file(
        actor=toy.registrar,
        public_id=public_id or uuid7(),
        kind=toy.kind,
        organisation=toy.organisation,
        file_name=name,
        chunks=[content if isinstance(content, bytes) else content.encode()],
        at=NOW,
    )


def worked(file: ImportFile) -> ImportFile:
    """The file after its job has run."""
    file.refresh_from_db()
    assert file.job_id is not None
    running.run(file.job_id)
    file.refresh_from_db()
    return file


def job_of(file: ImportFile) -> Job:
    return Job.objects.get(pk=file.job_id)


def chosen(toy: Toy, file: ImportFile, choice: str) -> ImportFile:
    return services.start_writing(actor=toy.registrar, file=file, choice=choice, at=NOW)


def written_codes() -> set[str]:
    return set(Organisation.objects.filter(code__startswith="T-").values_list("code", flat=True))
