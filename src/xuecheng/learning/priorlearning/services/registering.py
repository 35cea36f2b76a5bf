"""Centres, their assessors, and the questions that are asked in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.priorlearning.models import Assessor, Centre, Guide
from xuecheng.learning.priorlearning.queries.acts import KEEP_ASSESSORS, KEEP_CENTRES

from .refusals import FieldsWrong, GuideWithoutOutcome

NUMBERS = (
    "screening_days", "decision_days", "appeal_days", "appeal_answer_days", "task_days", "reminder_days",
    "currency_months", "sources_least", "second_percent", "published_least",
)  # fmt: skip


def open_centre(*, actor: Standing, organisation: Organisation, is_open: bool, numbers: Mapping[str, int]) -> Centre:
    """Let an institution recognise prior learning, or change by which clocks; closing it ends nothing that runs.

    Right: priorlearning.keep_centre over the institution. Raises `Denied`.
    """
    require(actor, KEEP_CENTRES, on=organisation)
    with trace.change(by=actor.person, why=gettext_noop("Centre for recognising prior learning kept")):
        said = {name: value for name, value in numbers.items() if name in NUMBERS}
        row, _is_new = Centre.objects.update_or_create(organisation=organisation, defaults=said | {"is_open": is_open})
    return row


def keep_assessor(
    *,
    actor: Standing,
    centre: Centre,
    person: Person,
    fields: Sequence[str],
    capacity: int,
    employer: Organisation | None,
    is_active: bool = True,
    at: datetime,
) -> Assessor:
    """Name somebody who assesses, or change their fields and how many cases they take. What they have stays theirs.

    Their number, by which draws go, is nobody's choice; and whoever changes the list does not know the seed of the
    draws that follow (C-76). Said twice, once. Right: priorlearning.keep_assessor at the centre. Raises `Denied`,
    `FieldsWrong`.
    """
    require(actor, KEEP_ASSESSORS, on=centre)
    wanted = sorted({one.strip() for one in fields if one.strip()})
    if any(not re.fullmatch(r"[0-9]{2,4}", one) for one in wanted):
        raise FieldsWrong
    said: dict[str, Any] = {"fields": wanted, "capacity": capacity, "employer": employer, "is_active": is_active}
    with trace.change(by=actor.person, why=gettext_noop("Assessor of prior learning kept")):
        row, is_new = Assessor.objects.get_or_create(
            centre=centre, person=person, defaults=said | {"public_id": uuid7(), "kept_at": at}
        )
        if not is_new and any(getattr(row, name) != value for name, value in said.items()):
            for name, value in (said | {"kept_at": at}).items():
                setattr(row, name, value)
            row.save(update_fields=[*said, "kept_at"])
    return row


def write_guide(*, actor: Standing, unit: UnitVersion, outcome: int, question_zh: str, question_en: str) -> None:
    """Write how one outcome is asked about in plain words; an empty question asks with the outcome's own text again.

    Right: priorlearning.keep_centre over the unit's keeper. Raises `Denied`, `GuideWithoutOutcome`.
    """
    require(actor, KEEP_CENTRES, on=unit.keeper)
    if not 1 <= outcome <= len(unit.outcomes):
        raise GuideWithoutOutcome(number=outcome)
    with trace.change(by=actor.person, why=gettext_noop("Guide question written")):
        of: dict[str, Any] = {"unit_code": unit.code, "outcome": outcome}
        if not question_zh.strip():
            Guide.objects.filter(**of).delete()
            return
        said = {"question_zh": question_zh.strip()[:300], "question_en": question_en.strip()[:300]}
        Guide.objects.update_or_create(**of, defaults=said)
