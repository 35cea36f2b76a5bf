"""Units as people look for them: by what they can do, and the questions that are asked about each outcome."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.priorlearning.models import Application, Centre, Guide


@dataclass(frozen=True, slots=True)
class Question:
    """One outcome of a unit of an application: what it says, what is asked in plain words, what was answered."""

    unit: int
    """Number of the unit in the application."""
    outcome: int
    says: str
    asks: str
    answer: str

    @property
    def name(self) -> str:
        """The form field."""
        return f"u{self.unit}_o{self.outcome}"


def centres() -> QuerySet[Centre]:
    """Where one may apply."""
    rows = Centre.objects.filter(is_open=True, organisation__is_active=True)
    return rows.select_related("organisation__territory").order_by("organisation__code")


def units_found(text: str, *, on: date) -> QuerySet[UnitVersion]:
    """Units given on a day whose title, outcomes or guide questions speak of `text`; all of them for no text."""
    rows = UnitVersion.objects.filter(state=UnitVersion.State.PUBLISHED, valid_from__lte=on)
    rows = rows.exclude(valid_to__lte=on).select_related("level__framework", "keeper")
    for word in text.split()[:5]:
        asked = Guide.objects.filter(Q(question_zh__icontains=word) | Q(question_en__icontains=word))
        rows = rows.filter(
            Q(title_zh__icontains=word)
            | Q(title_en__icontains=word)
            | Q(code__istartswith=word)
            | Q(outcomes__icontains=word)
            | Q(code__in=asked.values("unit_code"))
        )
    return rows


def questions_of(row: Application) -> list[Question]:
    """Every question of an application, in order, with its answer. Two queries."""
    claims = list(row.claims.all())
    guides = guides_of({claim.unit.code for claim in claims})
    answers = {
        (claim, outcome): text
        for claim, outcome, text in row.claims.values_list("pk", "answers__outcome", "answers__text")
    }
    english = get_language() == "en"
    found = []
    for claim in claims:
        for number, outcome in enumerate(claim.unit.outcomes, start=1):
            says = (outcome.get("en") if english else "") or outcome["zh"]
            guide = guides.get((claim.unit.code, number))
            asks = guide.question if guide is not None else says
            found.append(Question(claim.number, number, says, asks, answers.get((claim.pk, number)) or ""))
    return found


def guides_of(codes: Collection[str]) -> dict[tuple[str, int], Guide]:
    """Guide questions of units, by code and outcome. One query."""
    return {(one.unit_code, one.outcome): one for one in Guide.objects.filter(unit_code__in=codes)}
