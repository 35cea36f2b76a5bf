"""Staff structure of a unit or a district against the mix that is aimed at (T-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Func, Sum

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Denied, Standing
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.staff.models import Teacher, TeacherKind, TeachingSession
from xuecheng.coordination.staff.rules import Limits, shares

from .pool import limits_at
from .searching import FIND


@dataclass(frozen=True)
class Line:
    """One type of the pool."""

    kind: str
    label: str
    people: int
    minutes: int
    share: int | None
    """Part of the hours taught, in hundredths of a per cent; None where nothing was taught."""
    target: int | None
    """At least so many hundredths of a per cent; None where none is set."""

    @property
    def reaches(self) -> bool | None:
        return None if self.share is None or self.target is None else self.share >= self.target


@dataclass(frozen=True)
class Mix:
    lines: tuple[Line, ...]
    minutes: int
    begins_on: date
    ends_on: date


def mix_of(viewer: Standing, of: Territory | Organisation, *, today: date) -> Mix:
    """People in the pool, and hours taught by type in the twelve months before today, of a unit or a division.

    Sums only, no names: whoever finds teachers somewhere may see them. Three queries. Raises `Denied`.
    """
    if not viewer.may_somewhere(FIND):
        raise Denied(FIND)
    begins_on = today - timedelta(days=365)
    period = (_start(begins_on), _start(today + timedelta(days=1)))
    people = Teacher.objects.filter(state=Teacher.State.OPEN)
    taught = TeachingSession.objects.filter(
        state=TeachingSession.State.TAUGHT, during__startswith__gte=period[0], during__startswith__lt=period[1]
    )
    if isinstance(of, Territory):
        path = of.path
        people = people.filter(home__territory__path__startswith=path)
        taught = taught.filter(territory__path__startswith=path)
    else:
        path = of.territory.path
        people, taught = people.filter(home=of), taught.filter(organisation=of)
    limits = limits_at(path, on=today)
    counts = dict(people.order_by().values_list("kind").annotate(Count("pk")))
    length = ExpressionWrapper(
        Func(F("during"), function="upper", output_field=DateTimeField())
        - Func(F("during"), function="lower", output_field=DateTimeField()),
        output_field=DurationField(),
    )
    sums = taught.order_by().values_list("kind").annotate(total=Sum(length))
    minutes = {kind: int(total.total_seconds()) // 60 for kind, total in sums}
    return Mix(
        lines=tuple(_lines(counts, minutes, limits)), minutes=sum(minutes.values()), begins_on=begins_on, ends_on=today
    )


def _lines(counts: dict[str, int], minutes: dict[str, int], limits: Limits) -> list[Line]:
    targets = {TeacherKind.FULL_TIME: limits.full_time_share * 100, TeacherKind.PART_TIME: limits.part_time_share * 100}
    part = shares(minutes)
    return [
        Line(
            kind=kind.value,
            label=str(kind.label),
            people=counts.get(kind.value, 0),
            minutes=minutes.get(kind.value, 0),
            share=part.get(kind.value, 0) if part else None,
            target=targets.get(kind),
        )
        for kind in TeacherKind
    ]


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.zone())
