"""What participants said of a class: one's own words, and the sum for whoever teaches or keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xuecheng.coordination.enrolment.models import Enrolment
from xuecheng.coordination.teaching.models import Decision, Feedback

FEWEST = 5
"""From so many answers on there is a sum [K]: with fewer it would tell who said what."""
MONTH = timedelta(days=30)
"""So long after it was decided who completes something may be said and changed [K]."""


@dataclass(frozen=True)
class Sum:
    """How many of a class answered. Below `FEWEST` nothing else is told; words stand by themselves, in no order."""

    answers: int
    people: int
    tenths: int | None = None
    """The mean in tenths, rounded half up: 43 is 4.3."""
    counts: tuple[tuple[str, int], ...] = ()
    words: tuple[str, ...] = ()

    @property
    def mean(self) -> str:
        return f"{self.tenths // 10}.{self.tenths % 10}" if self.tenths is not None else ""


def sum_of(enrolments: Sequence[Enrolment]) -> Sum:
    """What everybody with a place in a class said, taken together. One query."""
    found = list(Feedback.objects.filter(enrolment__in=[one.pk for one in enrolments]))
    if len(found) < FEWEST:
        return Sum(len(found), len(enrolments))
    return Sum(
        len(found),
        len(enrolments),
        tenths_of([one.mark for one in found]),
        tuple((str(mark.label), sum(1 for one in found if one.mark == mark)) for mark in Feedback.Mark),
        tuple(sorted(one.words for one in found if one.words)),
    )


def tenths_of(marks: Sequence[int]) -> int:
    """The mean of at least one mark in tenths, rounded half up."""
    return (sum(marks) * 20 + len(marks)) // (2 * len(marks))


def feedback_of(one: Enrolment) -> Feedback | None:
    """One query."""
    return Feedback.objects.filter(enrolment=one.pk).first()


def may_say(one: Enrolment, *, at: datetime) -> bool:
    """Whether the month after the end of a class is not over. One query."""
    first = Decision.objects.filter(enrolment=one.pk, version=1).first()
    return first is None or at < first.decided_at + MONTH
