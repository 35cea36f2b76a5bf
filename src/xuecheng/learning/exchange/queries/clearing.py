"""Clearing: periods, statements of pairs, and where each institution stands (C-35)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.rights import Standing, visible
from xuecheng.learning.exchange import rules
from xuecheng.learning.exchange.models import Case, ClearingPeriod, Doubt, Statement, StatementLine

from .acts import ACKNOWLEDGE, CLEAR


def periods() -> QuerySet[ClearingPeriod]:
    """Every period, for a list by (-begins_on, id): which days were cleared is no secret."""
    return ClearingPeriod.objects.all()


@dataclass(frozen=True)
class Uncleared:
    """Days that are over and were not cleared yet, `[begins_on, ends_on)`, and what was settled in them."""

    begins_on: date
    ends_on: date
    exchanges: int
    pairs: int


def uncleared(*, today: date) -> Uncleared | None:
    """What the next period would clear: the first days with exchanges that were not drawn, also where they lie between
    periods; else what follows the last one. None: nothing is over. Four queries at most."""
    drawn = ClearingPeriod.objects.order_by("ends_on")
    first = first_uncleared(before=today)
    if first is None:
        last = drawn.values_list("ends_on", flat=True).last()
        return Uncleared(last, today, 0, 0) if last is not None and last < today else None
    before = drawn.filter(ends_on__lte=first).values_list("ends_on", flat=True).last()
    after = drawn.filter(begins_on__gt=first, begins_on__lt=today).values_list("begins_on", flat=True).first()
    days = rules.Days(before or first, after or today)
    begins, ends = (datetime.combine(day, time(), tzinfo=clock.zone()) for day in days)
    settled = Case.objects.filter(state=Case.State.SETTLED, settled_at__gte=begins, settled_at__lt=ends)
    flows = Counter(frozenset(pair) for pair in settled.values_list("source", "target"))
    return Uncleared(*days, flows.total(), len(flows))


def first_uncleared(*, before: date) -> date | None:
    """The first day before `before` on which something was settled and that was not drawn. One query."""
    drawn = ClearingPeriod.objects.filter(during__contains=OuterRef("settled_at"))
    end = datetime.combine(before, time(), tzinfo=clock.zone())
    settled = Case.objects.filter(~Exists(drawn), state=Case.State.SETTLED, settled_at__lt=end)
    first = settled.order_by("settled_at").values_list("settled_at", flat=True).first()
    return None if first is None else clock.date_of(first)


def drawn_days(within: rules.Days) -> list[rules.Days]:
    """The days of periods that reach into `within`, in order. One query."""
    found = ClearingPeriod.objects.filter(begins_on__lt=within.ends_on, ends_on__gt=within.begins_on)
    return [rules.Days(*days) for days in found.order_by("begins_on").values_list("begins_on", "ends_on")]


def statements(viewer: Standing, period: ClearingPeriod | None = None) -> QuerySet[Statement]:
    """Statements of the viewer's institutions; every one for who keeps the city's clearing. For a list by (-id)."""
    sides = _sides(viewer)
    rows = Statement.objects.filter(sides) if not viewer.may_city_wide(CLEAR) else Statement.objects.all()
    if period is not None:
        rows = rows.filter(period=period)
    return rows.select_related("one__territory", "other__territory", "period", "one_seen_by", "other_seen_by")


def statement(viewer: Standing, public_id: UUID) -> Statement | None:
    return statements(viewer).filter(public_id=public_id).first()


def statements_waiting(viewer: Standing) -> QuerySet[Statement]:
    """What the viewer's institutions have not acknowledged yet."""
    one = visible(viewer, ACKNOWLEDGE, organisation="one", territory="one__territory")
    other = visible(viewer, ACKNOWLEDGE, organisation="other", territory="other__territory")
    return Statement.objects.filter((one & Q(one_seen_at__isnull=True)) | (other & Q(other_seen_at__isnull=True)))


def unacknowledged(period: ClearingPeriod) -> QuerySet[Statement]:
    """Statements for which the period cannot be closed: one side has not acknowledged, or a doubt is not explained."""
    doubted = Exists(Doubt.objects.filter(line__statement=OuterRef("pk"), answer=""))
    return Statement.objects.filter(Q(one_seen_at=None) | Q(other_seen_at=None) | doubted, period=period)


def lines_of(row: Statement) -> QuerySet[StatementLine]:
    """The lines of a statement, for a list by (id). No name of a learner stands in it."""
    return StatementLine.objects.filter(statement=row).select_related(
        "case__source", "case__target", "case__agreement", "doubt__organisation"
    )


def sides_of(viewer: Standing, row: Statement) -> list[Organisation]:
    """The sides of a statement for which the viewer speaks."""
    rows = Organisation.objects.filter(visible(viewer, ACKNOWLEDGE, organisation="pk", territory="territory"))
    return list(rows.filter(pk__in=[row.one_id, row.other_id]).select_related("territory").order_by("pk"))


@dataclass(frozen=True)
class Standings:
    """Where the institutions stand in one framework; hundredths that sum to zero."""

    framework: str
    rows: tuple[tuple[Organisation, int], ...]


def positions(period: ClearingPeriod) -> list[Standings]:
    """The multilateral positions of a period, framework by framework. Two queries."""
    flows: dict[str, list[rules.Flow]] = defaultdict(list)
    for row in Statement.objects.filter(period=period).order_by("framework_code", "pk"):
        flows[row.framework_code] += [
            rules.Flow(row.one_id, row.other_id, row.to_other), rules.Flow(row.other_id, row.one_id, row.to_one),
        ]  # fmt: skip
    found = {code: rules.positions_of(rows) for code, rows in flows.items()}
    keys = {one.institution for rows in found.values() for one in rows}
    names = {one.pk: one for one in Organisation.objects.filter(pk__in=keys)}
    return [
        Standings(code, tuple((names[one.institution], one.credits) for one in rows)) for code, rows in found.items()
    ]


def _sides(viewer: Standing) -> Q:
    one = visible(viewer, ACKNOWLEDGE, organisation="one", territory="one__territory")
    other = visible(viewer, ACKNOWLEDGE, organisation="other", territory="other__territory")
    return one | other
