"""What the network tells people: evidence ends, evidence was reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import StandardEvidence
from .queries import KEEP

ENDING, ENDED, REVIEWED = "colleges.evidence_ending", "colleges.evidence_ended", "colleges.evidence_reviewed"


def register() -> None:
    """Called from `apps.py`."""
    sample = {"college_zh": "天河区社区学院", "item_zh": "消防验收合格", "until": "2026-12-31"}
    kinds.register(
        ENDING,
        _("Evidence of a college ends soon"),
        kinds.Words(
            title=_("%(college_zh)s: the evidence for “%(item_zh)s” holds until %(until)s."),
            body=_("Give new evidence before that day; it is reviewed by somebody else."),
            sms=_("Evidence of your college holds until %(until)s only. Sign in to see which."),
        ),
        sample=sample,
        icon="certificate",
    )
    kinds.register(
        ENDED,
        _("Evidence of a college has ended"),
        kinds.Words(
            title=_("%(college_zh)s: the evidence for “%(item_zh)s” ended on %(until)s."),
            body=_("The requirement is not met until new evidence is accepted."),
            sms=_("Evidence of your college ended on %(until)s. Sign in to see which."),
        ),
        sample=sample,
        channels=("email",),
        icon="certificate",
    )
    kinds.register(
        REVIEWED,
        _("Your evidence was reviewed"),
        kinds.Words(
            title=_("%(college_zh)s: the evidence for “%(item_zh)s” was reviewed."),
            body=_("Open it to see the finding."),
            sms=_("Evidence you gave for your college was reviewed. Sign in to read the finding."),
        ),
        sample=sample,
        icon="certificate",
    )


def tell_ending(rows: Iterable[StandardEvidence], *, today: date, at: datetime) -> int:
    """Tell whoever keeps each unit, once before the last day and once after; a few statements a unit with something."""
    keepers: dict[int, list[int]] = {}
    told = 0
    for row in rows:
        unit = row.college.organisation
        if unit.pk not in keepers:
            keepers[unit.pk] = [one.pk for one in people_who_may(KEEP, at=unit, today=today)]
        told += _tell(ENDED if row.is_over(today) else ENDING, row, keepers[unit.pk], key=str(row.public_id), at=at)
    return told


def tell_reviewed(row: StandardEvidence, *, at: datetime) -> None:
    """Tell whoever gave it."""
    _tell(REVIEWED, row, [row.given_by_id], key=f"{row.public_id}/{row.state}", at=at)


def _tell(kind: str, row: StandardEvidence, keys: list[int], *, key: str, at: datetime) -> int:
    college = row.college
    values = {
        "college_zh": college.name_zh or college.organisation.name_zh,
        "item_zh": row.item.text_zh,
        "until": row.valid_until.isoformat() if row.valid_until else "",
    }
    about = ("colleges:show_evidence", str(row.public_id))
    return tell_many(kind, [Telling(one, key, values, about) for one in keys], at=at)
