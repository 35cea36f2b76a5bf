"""`xuecheng import`: a file as the page takes it, in this process: checked, then written, whole or its good rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from xuecheng.city import clock
from xuecheng.city.access.queries import Standing, standing_of
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person

from . import queries, services, work
from .files import Format, message_of, remedy_of, write_rejected
from .files.refusals import TooLarge
from .kinds import ImportKind, all_kinds, kind_named
from .models import ImportFile

MOST_PROBLEMS_SHOWN = 20
MOST_BYTES = 2_000_000_000
"""More than a page takes: nobody waits for an upload here."""
_CHUNK = 1_048_576
_State = ImportFile.State


class Bar:
    """The progress of work as a bar on the terminal; nothing where nobody looks."""

    def __init__(self, bars: Bars, title: str) -> None:
        self.done = 0
        self.total: int | None = None
        self.cursor: dict[str, Any] = {}
        self._bars = bars
        self._bar = bars.add_task(title, total=None)

    @contextmanager
    def slice(self) -> Iterator[None]:
        with transaction.atomic():
            yield
        self.report()

    def report(self) -> None:
        self._bars.update(self._bar, completed=self.done, total=self.total)


@click.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", "kind_name", required=True, help="What the rows are, such as records.formal.")
@click.option(
    "--organisation", "organisation_code", required=True, help="Code of the institution that brings the file."
)
@click.option("--by", "sign_in_name", required=True, help="Sign-in name of the registrar whose right counts.")
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@click.option("--skip-bad", is_flag=True, help="Write the good rows even if others are wrong. Otherwise: all or none.")
@click.option(
    "--rejected", type=click.Path(dir_okay=False, path_type=Path), help="Write the wrong rows there (.csv, .xlsx)."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def import_file(
    *,
    path: Path,
    kind_name: str,
    organisation_code: str,
    sign_in_name: str,
    dry_run: bool,
    skip_bad: bool,
    rejected: Path | None,
    as_json: bool,
) -> None:
    """Import PATH, a CSV or XLSX file: every row is checked, then all are written, or the good ones.

    Killed while it writes, it may simply be run again: rows that are there already are passed over. Ends with 1 when
    rows were wrong, with 2 when the file cannot be read.
    """
    if (size := path.stat().st_size) > MOST_BYTES:
        raise TooLarge(size=size // 1_000_000, limit=MOST_BYTES // 1_000_000)
    kind = _kind(kind_name)
    actor = _standing(sign_in_name)
    organisation = Organisation.objects.select_related("territory").filter(code=organisation_code).first()
    if organisation is None:
        raise click.BadParameter(f"There is no organisation {organisation_code}.", param_hint="--organisation")
    with _bars(is_shown=not as_json) as bars:
        file = _check(path, kind, actor, organisation, bars)
        if file.state == _State.CHECKED and file.good_count and not dry_run and (skip_bad or not file.bad_count):
            file = _write(file, actor, bars)
    if rejected is not None and file.bad_count:
        with rejected.open("wb") as sink:
            file_format = Format.XLSX if rejected.suffix.lower() == ".xlsx" else Format.CSV
            write_rejected(sink, queries.rejected_rows(file), kind.columns, file_format=file_format)
    _answer_json(file) if as_json else _answer(file)
    sys.exit(2 if file.state == _State.REFUSED else 1 if file.bad_count else 0)


def _kind(name: str) -> ImportKind:
    try:
        return kind_named(name)
    except KeyError:
        known = ", ".join(kind.name for kind in all_kinds())
        raise click.BadParameter(f"There is no kind {name}. Known: {known}.", param_hint="--kind") from None


def _standing(sign_in_name: str) -> Standing:
    person = Person.objects.filter(sign_in_name=sign_in_name).first()
    if person is None:
        raise click.BadParameter(f"There is no account {sign_in_name}.", param_hint="--by")
    return standing_of(person, today=clock.today())


def _bars(*, is_shown: bool) -> Bars:
    return Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not (is_shown and sys.stderr.isatty()),
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _check(path: Path, kind: ImportKind, actor: Standing, organisation: Organisation, bars: Bars) -> ImportFile:
    file = services.receive_file(
        actor=actor,
        public_id=uuid7(),
        kind=kind,
        organisation=organisation,
        file_name=path.name,
        chunks=_chunks(path),
        at=clock.now(),
        in_background=False,
    )
    return work.check_file(file, Bar(bars, _("Checking")), now=clock.now())


def _write(file: ImportFile, actor: Standing, bars: Bars) -> ImportFile:
    choice = ImportFile.Choice.GOOD if file.bad_count else ImportFile.Choice.ALL
    file = services.start_writing(actor=actor, file=file, choice=choice, at=clock.now(), in_background=False)
    bar = Bar(bars, _("Writing"))
    bar.total = file.row_count
    return work.write_file(file, bar, now=clock.now())


def _answer(file: ImportFile) -> None:
    if file.state == _State.REFUSED:
        click.secho(_refusal(file), fg="red", err=True)
        return
    counts = _("%(rows)s rows: %(written)s written, %(good)s good, %(known)s there already, %(bad)s wrong.")
    written = file.written_count
    click.echo(
        counts
        % {
            "rows": f"{file.row_count:,}",
            "written": f"{written:,}",
            "good": f"{file.good_count:,}",
            "known": f"{file.known_count:,}",
            "bad": f"{file.bad_count:,}",
        }
    )
    titles = {column.name: column.title for column in kind_named(file.kind).columns}
    for problem in queries.problems_of(file).order_by("row_no", "id")[:MOST_PROBLEMS_SHOWN]:
        where = " ".join(filter(None, (_("Row %(row)s") % {"row": problem.row_no}, titles.get(problem.column))))
        click.echo(f"  {where}: {message_of(problem.code, problem.values)} {remedy_of(problem.code, problem.values)}")
    if file.state == _State.CHECKED and file.bad_count:
        click.echo(_("Nothing was written. Mend the rows, or add --skip-bad to write the good ones."))


def _refusal(file: ImportFile) -> str:
    return file.refusal_en if get_language() == "en" else file.refusal_zh


def _answer_json(file: ImportFile) -> None:
    problems = queries.problems_of(file).order_by("row_no", "id")[:MOST_PROBLEMS_SHOWN]
    click.echo(
        json.dumps(
            {
                "import": str(file.public_id),
                "kind": file.kind,
                "state": file.state,
                "rows": file.row_count,
                "written": file.written_count,
                "good": file.good_count,
                "known": file.known_count,
                "bad": file.bad_count,
                "encoding": file.encoding,
                "refusal": _refusal(file),
                "problems": [
                    {"row": one.row_no, "column": one.column, "value": one.value, "code": one.code} for one in problems
                ],
            },
            ensure_ascii=False,
        )
    )
