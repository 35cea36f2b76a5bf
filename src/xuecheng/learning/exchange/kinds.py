"""The import kind of agreements' lines: one row says what of one institution counts as what of another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.models import LEARNING, FrameworkLevel
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK
from xuecheng.learning.records.scales import NAMES as SCALE_NAMES

from . import services
from .models import Agreement, Basis, Term
from .queries import DRAFT

NAME = "exchange.terms"


class AgreementUnknown(Refusal):
    message = _("Your institution has no draft of an agreement with the number %(agreement)s.")
    remedy = _("Draft the agreement first; its page shows the number.")
    field = "agreement"


class InstitutionUnknown(Refusal):
    message = _("There is no institution with the code %(institution)s.")
    field = "source"


class LevelNotKnown(Refusal):
    message = _("The framework has no level “%(level)s”.")
    field = "of_level"


class LineTwiceInFile(Refusal):
    message = _("This line stands in the file twice.")
    remedy = _("Keep one of the two rows.")
    field = "of_code"


def _choices(members: Iterable[models.TextChoices]) -> tuple[Choice, ...]:
    """What may stand in a cell: the stored value, or its name in either language."""
    with override("zh-hans"):
        chinese = {one.value: str(one.label) for one in members}
    with override("en"):
        return tuple(
            Choice(value=str(one.value), title_zh=chinese[one.value], title_en=str(one.label)) for one in members
        )


def _scales() -> tuple[Choice, ...]:
    with override("zh-hans"):
        chinese = {code: str(name) for code, name in SCALE_NAMES.items()}
    with override("en"):
        return tuple(
            Choice(value=code, title_zh=chinese[code], title_en=str(name)) for code, name in SCALE_NAMES.items()
        )


COLUMNS = [
    Column(
        name="agreement", title_zh="协议编号", title_en="Number of the agreement", required=True, max_length=24,
        example="HR-3f2a91b0", hint=_("As its page shows it; it must be a draft of yours"),
    ),
    Column(
        name="source", title_zh="转出机构", title_en="Giving institution", required=True, max_length=24,
        example="GZ-KFDX",
    ),
    Column(
        name="target", title_zh="接收机构", title_en="Receiving institution", required=True, max_length=24,
        example="GZ-ZYXX",
    ),
    Column(
        name="basis", title_zh="对象", title_en="About", kind=Kind.CHOICE, required=True, choices=_choices(Basis),
        example=_choices(Basis)[1].title_zh,
    ),
    Column(
        name="of_code", title_zh="对方代码", title_en="Code there", max_length=60, example="OU-CS101",
        hint=_("Of the unit or course; * at the end stands for anything"),
    ),
    Column(name="as_unit", title_zh="认定为单元", title_en="Counts as the unit", max_length=30, example="VC-IT110"),
    Column(name="of_kind", title_zh="转出类别", title_en="Kind there", kind=Kind.CHOICE, choices=_choices(LEARNING)),
    Column(name="of_level", title_zh="转出等级", title_en="Level there", max_length=16),
    Column(
        name="as_kind", title_zh="认定类别", title_en="Counts as the kind", kind=Kind.CHOICE,
        choices=_choices(LEARNING),
    ),
    Column(name="as_level", title_zh="认定等级", title_en="Counts at the level", max_length=16),
    Column(
        name="num", title_zh="折算分子", title_en="Counts", kind=Kind.INTEGER, least=1, most=1000,
        hint=_("2 of “2 out of 3”, for a kind and level only"),
    ),
    Column(
        name="den", title_zh="折算分母", title_en="Out of", kind=Kind.INTEGER, least=1, most=1000,
        hint=_("3 of “2 out of 3”, for a kind and level only"),
    ),
    Column(name="least_grade", title_zh="最低成绩", title_en="Least grade", max_length=20, example="70"),
    Column(
        name="grade_scale", title_zh="成绩制", title_en="Scale of the grade", kind=Kind.CHOICE, choices=_scales(),
        example=_scales()[0].title_zh,
    ),
]  # fmt: skip

_LABELS: dict[type[Refusal], object] = {
    AgreementUnknown: pgettext_lazy("kind of problem", "Agreement"),
    InstitutionUnknown: pgettext_lazy("kind of problem", "Institution"),
    LevelNotKnown: pgettext_lazy("kind of problem", "Level"),
    LineTwiceInFile: pgettext_lazy("kind of problem", "Line twice"),
    services.TermNotBetweenParties: pgettext_lazy("kind of problem", "Institution"),
    services.TermNotWhole: pgettext_lazy("kind of problem", "Line not whole"),
    services.RatioTooHigh: pgettext_lazy("kind of problem", "Ratio"),
    services.RatioOfPair: pgettext_lazy("kind of problem", "Ratio"),
    services.LevelTooHigh: pgettext_lazy("kind of problem", "Level"),
    services.GradeNeedsScale: pgettext_lazy("kind of problem", "Grade"),
    services.UnitNotOfTarget: pgettext_lazy("kind of problem", "Unit"),
    services.GradeNotOfScale: pgettext_lazy("kind of problem", "Grade"),
    services.TermStandsAlready: pgettext_lazy("kind of problem", "Line stands already"),
}
PROBLEM_TEXTS: dict[str, Sentences] = {
    refusal().code: sentences_of(refusal, label=label)  # type: ignore[arg-type]  # lazy texts
    for refusal, label in _LABELS.items()
}


class _Known:
    """What a slice of rows names, fetched at once: four queries."""

    def __init__(self, context: ImportContext, rows: list[Row]) -> None:
        codes = {row.values["agreement"].strip() for row in rows}
        self.drafts = {
            one.code: one
            for one in Agreement.objects.filter(
                code__in=codes, drafted_for=context.organisation, state=Agreement.State.DRAFT
            ).select_related("drafted_for__territory")
        }
        names = {row.values[side].strip() for row in rows for side in ("source", "target")}
        self._places = {one.code: one for one in Organisation.objects.filter(code__in=names)}
        newest: dict[str, FrameworkLevel] = {}
        for one in FrameworkLevel.objects.filter(framework__code=DEFAULT_FRAMEWORK).order_by("framework__version"):
            newest[one.label] = one
        self._levels = newest

    def place(self, code: str, column: str) -> Organisation:
        if code.strip() not in self._places:
            raise InstitutionUnknown(at_field=column, institution=code)
        return self._places[code.strip()]

    def level(self, label: str, column: str) -> FrameworkLevel | None:
        if not label:
            return None
        if label.strip() not in self._levels:
            raise LevelNotKnown(at_field=column, level=label)
        return self._levels[label.strip()]

    def draft(self, code: str) -> Agreement:
        if code.strip() not in self.drafts:
            raise AgreementUnknown(agreement=code)
        return self.drafts[code.strip()]

    def wish(self, values: dict[str, Any]) -> services.TermWish:
        """A row as the verb takes it. Raises `InstitutionUnknown`, `LevelNotKnown`."""
        return services.TermWish(
            source=self.place(values["source"], "source"),
            target=self.place(values["target"], "target"),
            basis=values["basis"],
            of_code=values.get("of_code") or "",
            of_kind=values.get("of_kind") or "",
            of_level=self.level(values.get("of_level") or "", "of_level"),
            as_unit=values.get("as_unit") or "",
            as_kind=values.get("as_kind") or "",
            as_level=self.level(values.get("as_level") or "", "as_level"),
            num=values.get("num") or 1,
            den=values.get("den") or 1,
            least_grade=values.get("least_grade") or "",
            grade_scale=values.get("grade_scale") or "",
        )


def check(context: ImportContext, rows: list[Row]) -> list[RowVerdict]:
    """Judge a slice of rows: against the drafts they name, the file, and what an agreement may say."""
    known = _Known(context, rows)
    return [_judge(context, row, known) for row in rows]


def _judge(context: ImportContext, row: Row, known: _Known) -> RowVerdict:
    names = ("agreement", "source", "target", "basis", "of_code", "of_kind", "of_level")
    key = hash(tuple(str(row.values.get(name) or "").strip() for name in names))
    was_seen = key in context.seen
    context.seen.add(key)
    try:
        draft = known.draft(row.values["agreement"])
        facts = services.checked_term(draft, known.wish(row.values))
        if was_seen:
            raise LineTwiceInFile
        said = {name: facts[name] for name in ("source", "target", "basis", "of_code", "of_kind", "of_level")}
        stands = Term.objects.filter(agreement=draft, **said).first()
        if stands is not None and any(getattr(stands, name) != value for name, value in facts.items()):
            raise services.TermStandsAlready
    except Refusal as refusal:
        return bad([Problem.of(refusal)])
    return KNOWN if stands is not None else GOOD


def write(context: ImportContext, rows: list[Row]) -> WriteCount:
    """Write each row as a line of its draft; one that a rival wrote meanwhile is known."""
    actor = standing_of(context.brought_by, today=context.today)
    known = _Known(context, rows)
    before = Term.objects.filter(agreement__in=known.drafts.values()).count()
    for row in rows:
        services.add_term(actor=actor, agreement=known.draft(row.values["agreement"]), wish=known.wish(row.values))
    written = Term.objects.filter(agreement__in=known.drafts.values()).count() - before
    return WriteCount(written=written, known=len(rows) - written)


KIND = ImportKind(
    name=NAME,
    title=_("Lines of an exchange agreement"),
    explanation=_("One row for each course, unit or level that counts. The agreement must be a draft of yours."),
    columns=COLUMNS,
    act=DRAFT,
    check=check,
    write=write,
    problem_texts=PROBLEM_TEXTS,
    next_step=(_("See our agreements"), "exchange:list_kept"),
)
