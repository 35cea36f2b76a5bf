"""What assessors work on: their cases, the grid of evidence, and opinions as far as each may see them (C-46, C-80)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from xuecheng.city.rights import Standing, visible
from xuecheng.learning.priorlearning import rules
from xuecheng.learning.priorlearning.models import (
    Appeal,
    Application,
    Assessor,
    Assignment,
    Claim,
    Evidence,
    Opinion,
    Tick,
    Witness,
)

from .acts import ASSESS, KEEP_ASSESSORS


def load_of(keys: Collection[int]) -> Mapping[int, int]:
    """How many cases assessors have in hand, by key of the assessor. One query."""
    rows = Assignment.objects.filter(
        assessor__in=keys, ended_at=None, application__state__in=["screened", "assessing", "appealed"]
    )
    return dict(rows.values_list("assessor").annotate(n=Count("id")).order_by())


def work_of(viewer: Standing) -> QuerySet[Assignment]:
    """Cases that were drawn to the viewer and are not over, the earliest clock first."""
    rows = Assignment.objects.filter(visible(viewer, ASSESS, person="person"), ended_at=None)
    rows = rows.filter(application__state__in=["assessing", "appealed", "decided"])
    return rows.select_related(
        "application__learner", "application__centre__organisation__territory", "application__group"
    ).prefetch_related("application__claims__unit")


def my_assignment(viewer: Standing, row: Application) -> Assignment | None:
    """The viewer's part in a case that was drawn to them."""
    mine = Assignment.objects.filter(application=row, person__in=viewer.person_keys, ended_at=None).first()
    if mine is not None:
        mine.application = row
    return mine


def assessors_of(viewer: Standing) -> QuerySet[Assessor]:
    """Assessors of the centres that the viewer keeps."""
    mine = visible(
        viewer, KEEP_ASSESSORS, organisation="centre__organisation", territory="centre__organisation__territory"
    )
    return Assessor.objects.filter(mine).select_related("person", "employer", "centre__organisation")


def opinions_on(claim: Claim, *, round_: int) -> list[Opinion]:
    """Opinions of a round by the assessors' places; released ones do not speak."""
    rows = Opinion.objects.filter(claim=claim, assignment__round=round_, assignment__ended_at=None)
    return list(rows.select_related("assignment__person").order_by("assignment__place"))


def missing_for(mine: Assignment, claim: Claim, row: Application, *, on: date) -> rules.Missing:
    """What stands against granting a unit by one assessor's own findings (C-46). One query."""
    del on
    ticks = Tick.objects.filter(assignment=mine, claim=claim, evidence__removed_at=None).select_related(
        "evidence__witness"
    )
    # A piece is as old as it was when the learner handed it in: waiting makes nobody's evidence too old.
    day = row.submitted_at.date() if row.submitted_at is not None else row.begun_at.date()
    return rules.missing_in(
        [
            rules.Piece(
                one.outcome,
                one.evidence.source,
                rules.Ticks(one.valid, one.authentic, one.sufficient, one.current),
                one.evidence.dated_on,
            )
            for one in ticks
            if _speaks(one.evidence)
        ],
        outcomes=len(claim.unit.outcomes),
        sources_least=row.centre.sources_least,
        on=day,
        currency_months=row.centre.currency_months,
    )


def _speaks(piece: Evidence) -> bool:
    """A witness who did not confirm proves nothing."""
    witness = getattr(piece, "witness", None)
    return piece.kind != Evidence.Kind.WITNESS or (witness is not None and witness.state == Witness.State.SPOKE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One piece for one outcome, with the four ticks of one assessor."""

    piece: Evidence
    outcome: int
    ticks: rules.Ticks

    @property
    def name(self) -> str:
        """What the four fields of the form begin with."""
        return f"e{self.piece.number}_o{self.outcome}"


@dataclass(frozen=True, slots=True)
class Grid:
    """The evidence of one unit as one assessor found it, outcome by outcome."""

    rows: Sequence[tuple[int, str, str, Sequence[Cell]]]
    """(number, outcome, the learner's answer, cells)."""
    missing: rules.Missing


def grid_of(mine: Assignment, claim: Claim, row: Application, *, on: date) -> Grid:
    """Three queries."""
    found = {
        (one.evidence_id, one.outcome): rules.Ticks(one.valid, one.authentic, one.sufficient, one.current)
        for one in Tick.objects.filter(assignment=mine, claim=claim)
    }
    pieces = list(row.evidence.filter(removed_at=None).select_related("witness"))
    answers = dict(claim.answers.values_list("outcome", "text"))
    english = get_language() == "en"
    rows = [
        (
            number,
            (outcome.get("en") if english else "") or outcome["zh"],
            answers.get(number, ""),
            [Cell(one, number, found.get((one.pk, number), rules.Ticks())) for one in pieces],
        )
        for number, outcome in enumerate(claim.unit.outcomes, start=1)
    ]
    return Grid(rows, missing_for(mine, claim, row, on=on))


def appeals_of(row: Application) -> list[Appeal]:
    """Appeals about units of an application. Two queries."""
    rows = Appeal.objects.filter(claim__application=row).select_related("claim__unit")
    return list(rows.prefetch_related("ballots__assignment").order_by("lodged_at", "id"))
