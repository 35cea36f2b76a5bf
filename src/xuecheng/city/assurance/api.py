"""What is promised and how it is held, for programs of auditors."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from xuecheng.city.api.paging import Paged, cut_number, next_number
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Out

from . import queries, rules

router = Router(tags=["Assurance"])


class RequirementOut(Out):
    """A requirement of the security standard in its authors' words, our judgement and control."""

    KEYS: ClassVar = ("id",)
    id: str
    chapter: str
    level: int
    text: str
    applies: str
    state: str
    control_zh: str
    control_en: str
    where: list[str]
    test: str
    why_zh: str
    why_en: str

    @staticmethod
    def of(one: rules.Requirement) -> RequirementOut:
        plain = ("id", "chapter", "level", "text", "applies", "state", "control_zh", "test", "why_zh", "why_en")
        return RequirementOut(
            **{name: getattr(one, name) for name in plain}, control_en=one.control, where=list(one.where)
        )


class LegalPointOut(Out):
    """A point of law that is a parameter here, and how sure we are of it: V read in the text, S elsewhere, K known."""

    KEYS: ClassVar = ("point_en",)
    point_zh: str
    point_en: str
    parameter_zh: str
    parameter_en: str
    sure: Literal["V", "S", "K"]


class RequirementWish(Paged):
    state: Literal["held", "partly", "open", "deviation"] | None = Field(None, description="Only those in this state.")


@router.listing("/security-requirements", out=RequirementOut)
def list_security_requirements(request: HttpRequest, wish: Query[RequirementWish]) -> dict[str, Any]:
    """Requirements of levels 1 and 2 with our judgement, in the standard's order."""
    found = [one for one in queries.requirements() if wish.state is None or one.state == wish.state]
    begin = cut_number(request, wish) or 0
    end = begin + wish.limit
    return {
        "items": [RequirementOut.of(one) for one in found[begin:end]],
        "next": next_number(request, end if end < len(found) else None),
    }


@router.listing("/legal-points", out=LegalPointOut)
def list_legal_points(request: HttpRequest) -> dict[str, Any]:
    """Points of law that are parameters."""
    names = LegalPointOut.model_fields
    shown = [LegalPointOut(**{name: getattr(one, name) for name in names}) for one in queries.legal_points()]
    return {"items": shown, "next": None}
