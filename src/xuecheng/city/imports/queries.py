"""Questions about imports."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.organisations.models import Organisation

from .files import CellProblem, RejectedRow, label_of
from .kinds import ImportKind, all_kinds
from .models import ImportFile, ImportProblem


def visible_imports(viewer: Standing) -> QuerySet[ImportFile]:
    """Files that `viewer` may see, newest first: of the kinds that are their work there, not of colleagues' lists."""
    return (
        ImportFile.objects.filter(_at_place_of(viewer, "imports.see_file"), _of_own_work(viewer))
        .select_related("organisation__territory", "brought_by", "job")
        .order_by("-id")
    )


def kinds_for(viewer: Standing) -> list[ImportKind]:
    """The kinds whose rows `viewer` may write somewhere."""
    return [kind for kind in all_kinds() if viewer.may_somewhere(kind.act)]


def _of_own_work(viewer: Standing) -> Q:
    found = Q(pk__in=[])
    for kind in all_kinds():
        if viewer.may_somewhere(kind.act):
            found |= Q(kind=kind.name) & _at_place_of(viewer, kind.act)
    return found


def _at_place_of(viewer: Standing, act: str) -> Q:
    return visible(viewer, act, organisation="organisation", territory="organisation__territory")


def organisations_to_import_for(viewer: Standing) -> QuerySet[Organisation]:
    """Organisations for which `viewer` may bring files, by name."""
    allowed = visible(viewer, "imports.bring_file", organisation="pk", territory="territory")
    return Organisation.objects.filter(allowed, is_active=True).select_related("territory").order_by("name_zh")


@dataclass(frozen=True)
class KindOfProblem:
    """One kind of problem in a file: its short name, how often it occurs, and the codes that the name stands for."""

    label: str
    count: int
    codes: tuple[str, ...]

    @property
    def key(self) -> str:
        """The codes as one word of an address."""
        return ",".join(self.codes)


def kinds_of_problems(file: ImportFile) -> list[KindOfProblem]:
    """The problems of a file by kind, the commonest first. One query."""
    rows = (
        ImportProblem.objects.filter(file=file)
        .values_list("code")
        .annotate(count=Count("id"))
        .order_by("-count", "code")
    )
    codes: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for code, count in rows:
        label = label_of(code)
        codes.setdefault(label, []).append(code)
        counts[label] = counts.get(label, 0) + count
    commonest = sorted(counts, key=lambda label: -counts[label])
    return [KindOfProblem(label=label, count=counts[label], codes=tuple(codes[label])) for label in commonest]


def problems_of(file: ImportFile, *, codes: Collection[str] = ()) -> QuerySet[ImportProblem]:
    """The problems in the order of the file, of these codes if any are named."""
    problems = ImportProblem.objects.filter(file=file)
    return problems.filter(code__in=codes) if codes else problems


def rejected_rows(file: ImportFile) -> Iterator[RejectedRow]:
    """The bad rows as they came, with all their reasons, in the order of the file. One query, read as it goes."""
    problems = problems_of(file).order_by("row_no", "id").iterator(chunk_size=2_000)
    for row_no, group in groupby(problems, key=lambda problem: problem.row_no):
        rows = list(group)
        yield RejectedRow(
            row_no=row_no,
            cells=rows[0].cells,
            problems=[CellProblem(one.column, one.value, one.code, one.values) for one in rows],
        )
