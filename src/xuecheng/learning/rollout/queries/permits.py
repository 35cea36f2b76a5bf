"""What institutions may report (C-13): asked by the gate of records, by exchange, by recognition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Q

from xuecheng.city import clock
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank.models import Framework, FrameworkLevel
from xuecheng.learning.rollout import rules
from xuecheng.learning.rollout.models import KIND_NUMBERS, Accreditation, Line, Phase, RecordKind, Suspension

_State = Accreditation.State
DECIDED = (_State.GRANTED, _State.SUSPENDED, _State.ENDED)
"""What ever was in force."""
_KINDS = tuple(RecordKind.values)


def permits(
    organisations: Collection[int], *, active: Mapping[int, Iterable[tuple[date, date]]]
) -> dict[int, list[rules.Permit]]:
    """What each institution may report, by key; `active` are its days at work. Three queries, four if levels are named.

    An institution that nothing limits gets one permit for each of its active periods.
    """
    said: dict[int, list[rules.Said]] = defaultdict(list)
    rows = Accreditation.objects.filter(organisation__in=organisations, state__in=DECIDED)
    found = list(rows.prefetch_related("suspensions"))
    labels = _labels({one.pk: (one.lowest_id, one.highest_id) for one in found})
    for one in found:
        begins_on, ends_on = one.begins_on or date.min, one.ends_on or date.max
        if begins_on < ends_on:
            said[one.organisation_id].append(
                rules.Said(
                    frozenset(one.kinds), labels.get(one.pk, frozenset()), begins_on, ends_on,
                    tuple((row.during.lower, row.during.upper or date.max) for row in one.suspensions.all()
                          if not row.during.isempty),
                    one.is_carried_over,
                )
            )  # fmt: skip
    needed = accredited_only()
    return {
        key: rules.permits_of(said.get(key, ()), active=active.get(key, ()), needed=needed, kinds=_KINDS)
        for key in organisations
    }


def accredited_only() -> list[tuple[date, Collection[str]]]:
    """Since when open phases take records from accredited institutions only, and of which kinds. One query."""
    rows = Phase.objects.filter(needs_accreditation=True, opened_at__isnull=False)
    return [(clock.date_of(at), kinds) for at, kinds in rows.values_list("opened_at", "kinds") if at is not None]


def not_accredited(organisations: Iterable[Organisation], *, on: date) -> list[Organisation]:
    """Those of `organisations` that are suspended, or had an accreditation and have none on `on` (C-32).

    Who was never accredited is among them only where an open phase asks for it. At most four queries.
    """
    rows = list(organisations)
    keys = [one.pk for one in rows]
    decided = Accreditation.objects.filter(organisation__in=keys, state__in=DECIDED)
    good = set(decided.filter(in_force(on)).values_list("organisation_id", flat=True))
    known = set(decided.values_list("organisation_id", flat=True))
    is_needed = any(begins_on <= on for begins_on, _kinds in accredited_only())
    return [one for one in rows if one.pk not in good and (one.pk in known or is_needed)]


def is_accredited(
    organisation: Organisation, kind: str, *, on: date, field: str = "", ordinal: int | None = None
) -> bool:
    """Whether a decision lets it issue credit of this kind, field of study and level for learning that ends on `on`.

    `ordinal` is the level's place in its framework. One query.
    """
    rows = Line.objects.filter(
        ~_suspended_on(on, "accreditation__"), organisation=organisation, kind_number=KIND_NUMBERS[kind],
        during__contains=on,
    )  # fmt: skip
    if field:
        first, after = rules.field_span(field)
        rows = rows.filter(fields__startswith__lte=first, fields__endswith__gte=after)
    if ordinal is not None:
        rows = rows.filter(levels__contains=ordinal)
    return rows.exists()


def in_force(on: date, prefix: str = "") -> Q:
    """Accreditations that count for learning which ends on `on`: on no day of a suspension, though an end was decided
    meanwhile."""
    states = Q(**{f"{prefix}state": _State.GRANTED}) | Q(
        **{f"{prefix}state": _State.ENDED, f"{prefix}ended_on__gt": on}
    )
    return states & Q(**{f"{prefix}during__contains": on}) & ~_suspended_on(on, prefix)


def _suspended_on(on: date, prefix: str) -> Q:
    rows = Suspension.objects.filter(during__contains=on).values("accreditation")
    return Q(**{f"{prefix}pk__in": rows})


def _labels(named: Mapping[int, tuple[int | None, int | None]]) -> dict[int, frozenset[str]]:
    """The labels from the lowest to the highest level, by accreditation. One query, none where no level is named."""
    ends = {key: (low, high) for key, (low, high) in named.items() if low is not None and high is not None}
    if not ends:
        return {}
    frameworks = FrameworkLevel.objects.filter(pk__in=[low for low, _high in ends.values()]).values("framework")
    levels = list(FrameworkLevel.objects.filter(framework__in=frameworks))
    by_key = {one.pk: one for one in levels}
    found = {}
    for key, (low, high) in ends.items():
        lowest, highest = by_key[low], by_key[high]
        within = [one for one in levels if one.framework_id == lowest.framework_id]
        found[key] = frozenset(one.label for one in within if lowest.ordinal <= one.ordinal <= highest.ordinal)
    return found


def lines_of(row: Accreditation) -> list[Line]:
    """The lines that stand for an accreditation, by field and kind; nothing is saved. One query if levels are named."""
    framework: Framework | None = None
    levels: tuple[int | None, int | None] = (None, None)
    if row.lowest is not None and row.highest is not None:
        framework, levels = row.lowest.framework, (row.lowest.ordinal, row.highest.ordinal + 1)
    return [
        Line(
            accreditation=row, organisation_id=row.organisation_id, kind_number=KIND_NUMBERS[kind],
            fields=rules.field_span(field), framework=framework, levels=levels, during=row.during,
        )
        for kind in row.kinds
        for field in (row.fields or [""])
    ]  # fmt: skip
