"""Certificates of completion: what a code answers, whose they are, and which of them hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet

from xuecheng.city import clock
from xuecheng.city.rights import Standing
from xuecheng.coordination.classes.models import CourseClass
from xuecheng.coordination.teaching.models import Certificate, Decision
from xuecheng.learning.credentials.rules import TranscriptCodeWrong, normalise_transcript_code
from xuecheng.learning.employers.rules import Known

from .acts import CHECK_IN, DECIDE
from .completion import certificates_by_decision, decisions_of, participants

_NOBODY = -1
"""Asked for beside what was found, so that the question is sent whether there is anything or not."""


class Holding(StrEnum):
    """Whether a certificate holds."""

    HOLDS = "holds"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    LEFT = "left"


@dataclass(frozen=True)
class Checked:
    """A certificate, and whether it holds: it does while its decision is the newest of the enrolment."""

    certificate: Certificate
    newest: Decision

    @property
    def holding(self) -> Holding:
        if self.certificate.holder_left_at is not None:
            return Holding.LEFT
        if self.newest.pk == self.certificate.decision_id:
            return Holding.HOLDS
        return Holding.REPLACED if self.newest.is_complete else Holding.WITHDRAWN


def certificate_with(text: str) -> Checked | None:
    """The certificate with a code as somebody typed it; None for an unknown or a malformed one. Two queries."""
    try:
        code = normalise_transcript_code(text)
    except TranscriptCodeWrong:
        code = ""
    rows = Certificate.objects.filter(code=code).select_related(
        "learner", "decision__enrolment__course_class__host__territory",
        "decision__enrolment__course_class__version__course", "decision__enrolment__course_class__territory",
    )  # fmt: skip
    found = rows.first()
    if found is None:
        return None
    one = found.decision.enrolment
    return Checked(found, decisions_of([one])[one.pk])


def known_by(codes: Collection[str]) -> dict[str, Known]:
    """Certificates with these codes, for an employer's list. Two queries, whether there are any or not."""
    found = list(Certificate.objects.filter(code__in=codes).select_related("decision"))
    enrolments = [*(one.decision.enrolment_id for one in found), _NOBODY]
    newest = {one.enrolment_id: one for one in Decision.objects.filter(enrolment__in=enrolments).order_by("version")}
    return {one.code: _known(Checked(one, newest[one.decision.enrolment_id])) for one in found}


def _known(checked: Checked) -> Known:
    row = checked.certificate
    said = row.snapshot
    days = {clock.date_of(row.issued_at)}
    if said.get("ended_on"):
        days.add(date.fromisoformat(said["ended_on"]))
    return Known(
        learner_id=row.learner_id,
        names={said.get("holder", "")} - {""},
        titles=[text for key in ("course_zh", "course_en") if (text := said.get(key))],
        days=days,
        holds=checked.holding is Holding.HOLDS,
        may_be_told=row.holder_left_at is None,
    )


def certificate_seen(viewer: Standing, text: str) -> tuple[Checked, bool] | None:
    """A certificate of the viewer's own or of a class of their unit, and whether it is their own. Two queries."""
    found = certificate_with(text)
    if found is None:
        return None
    is_own = found.certificate.learner_id in viewer.own_keys(CHECK_IN)
    scope = found.certificate.decision.enrolment.course_class.access_scope()
    return (found, is_own) if is_own or viewer.may(DECIDE, scope) else None


def uncertified(*, after: int = 0) -> QuerySet[Decision]:
    """Decisions that somebody completed, the newest of their enrolment, without a certificate; by key. One query."""
    newer = Decision.objects.filter(
        enrolment=OuterRef("enrolment"), book=OuterRef("book"), version__gt=OuterRef("version")
    )
    made = Certificate.objects.filter(decision=OuterRef("pk"), book=OuterRef("book"))
    rows = Decision.objects.filter(~Exists(newer), ~Exists(made), is_complete=True, pk__gt=after)
    return rows.filter(learner__erased_at=None).select_related("enrolment__person").order_by("pk")


def own_certificates(persons: Sequence[int]) -> list[Certificate]:
    """Certificates of a person that hold, the oldest first. Two queries."""
    rows = Certificate.objects.filter(learner__in=persons, holder_left_at=None).select_related("decision__enrolment")
    found = list(rows.order_by("pk"))
    newest = decisions_of([one.decision.enrolment for one in found])
    return [one for one in found if newest[one.decision.enrolment_id].pk == one.decision_id]


def certificates_of(row: CourseClass) -> list[Certificate]:
    """Those of a class that hold, by name. Three queries."""
    people = participants(row)
    decided = decisions_of(people)
    made = certificates_by_decision(decided.values())
    found = (made.get(decided[one.pk].pk) for one in people if one.pk in decided)
    return [one for one in found if one is not None]
