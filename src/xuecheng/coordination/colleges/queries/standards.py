"""Standards, what shows that units meet them, and what waits for somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from xuecheng.city.rights import Standing, visible
from xuecheng.coordination.colleges import rules
from xuecheng.coordination.colleges.models import College, Standard, StandardEvidence, StandardItem
from xuecheng.coordination.colleges.words import ITEM_STATES

from .network import REVIEW, SEE, Premises, premises_by_unit


def standards_on(on: date) -> dict[str, list[StandardItem]]:
    """Level → the requirements in force on a day, in order; a level without a standard is left out. Two queries."""
    rows = Standard.objects.filter(begins_on__lte=on).order_by("level", "-begins_on").distinct("level")
    return {one.level: sorted(one.items.all(), key=_place) for one in rows.prefetch_related("items")}


def _place(item: StandardItem) -> int:
    return item.place


def standard_of(level: str, on: date) -> Standard | None:
    """The standard of a level in force on a day, its requirements with it. Two queries."""
    found = Standard.objects.filter(level=level, begins_on__lte=on).order_by("-begins_on")
    return found.prefetch_related("items").first()


def standards_known() -> list[Standard]:
    """All versions of all levels, the newest first. One query."""
    return list(Standard.objects.order_by("level", "-begins_on"))


def items_of(level: str, on: date) -> list[StandardItem]:
    """The requirements of a level in force on a day, in order. One query."""
    newest = Standard.objects.filter(level=level, begins_on__lte=on).order_by("-begins_on").values("pk")[:1]
    return list(StandardItem.objects.filter(standard__in=newest).order_by("place"))


def item_of(college: College, code: str, *, on: date) -> StandardItem | None:
    """A requirement of the unit's level in force on a day. One query."""
    return next((one for one in items_of(college.level, on) if one.code == code), None)


@dataclass(frozen=True)
class Line:
    """A requirement of a unit: whether it is met on the day, and by what."""

    item: StandardItem
    state: str
    evidence: tuple[StandardEvidence, ...]
    """The newest first."""

    @property
    def newest(self) -> StandardEvidence | None:
        return self.evidence[0] if self.evidence else None

    @property
    def kind(self) -> str:
        """The chip of its state."""
        return ITEM_STATES[self.state][0]

    @property
    def word(self) -> str:
        return str(ITEM_STATES[self.state][1])

    @property
    def waits(self) -> bool:
        return any(one.state == rules.GIVEN for one in self.evidence)

    @property
    def is_met(self) -> bool:
        return self.state in (rules.MET, rules.ENDING)


def checklist(college: College, *, on: date, premises: Premises, targets: rules.Targets) -> list[Line]:
    """The standard of a unit's level, requirement by requirement. Two queries."""
    items = items_of(college.level, on)
    if not items:
        return []
    given: dict[str, list[StandardEvidence]] = defaultdict(list)
    rows = StandardEvidence.objects.filter(college=college).select_related("given_by", "reviewed_by")
    for one in rows.order_by("pk"):
        given[one.item_code].append(one)
    return [
        Line(item, _state(item, given[item.code], premises, on=on, targets=targets), tuple(reversed(given[item.code])))
        for item in items
    ]


def _state(
    item: StandardItem,
    given: Iterable[StandardEvidence | rules.Shown],
    premises: Premises,
    *,
    on: date,
    targets: rules.Targets,
) -> str:
    if item.shown_by == StandardItem.Shown.PREMISES:
        return rules.MET if premises.seats >= targets.least_seats else rules.MISSING
    return rules.state_of_item(
        [rules.Shown(one.state, one.valid_until) for one in given], on=on, remind_days=targets.remind_days
    )


@dataclass(frozen=True)
class Summary:
    """How a unit stands to its standard."""

    met: int
    whole: int
    ending: int
    waiting: int

    @property
    def is_whole(self) -> bool:
        return self.met == self.whole

    @property
    def kind(self) -> str:
        """The chip: done, wait, no."""
        if not self.is_whole:
            return "no" if not self.waiting else "wait"
        return "wait" if self.ending else "done"


def summaries(colleges: Iterable[College], *, on: date, targets: rules.Targets) -> dict[int, Summary]:
    """How each of the units stands to the standard of its level; without one it is left out. Four queries."""
    units = list(colleges)
    standards = standards_on(on)
    premises = premises_by_unit(on=on)
    given: dict[tuple[int, str], list[rules.Shown]] = defaultdict(list)
    rows = StandardEvidence.objects.filter(college__in=[one.pk for one in units]).order_by("pk")
    for key, code, state, until in rows.values_list("college_id", "item_code", "state", "valid_until"):
        given[key, code].append(rules.Shown(state, until))
    found = {}
    for unit in units:
        items = standards.get(unit.level)
        if not items:
            continue
        there = premises.get(unit.pk, Premises())
        states = [_state(item, given[unit.pk, item.code], there, on=on, targets=targets) for item in items]
        found[unit.pk] = Summary(
            met=sum(one in (rules.MET, rules.ENDING) for one in states),
            whole=len(states),
            ending=states.count(rules.ENDING),
            waiting=sum(any(one.state == rules.GIVEN for one in given[unit.pk, item.code]) for item in items),
        )
    return found


# Evidence


def evidence_by_id(viewer: Standing, public_id: UUID) -> StandardEvidence | None:
    """Evidence that the viewer may see, with its unit and requirement. One query."""
    rows = _evidence(viewer, SEE).select_related("given_by", "reviewed_by")
    return rows.filter(public_id=public_id).first()


def _evidence(viewer: Standing, act: str) -> QuerySet[StandardEvidence]:
    rows = StandardEvidence.objects.select_related("college__organisation", "college__territory", "item")
    return rows.filter(visible(viewer, act, organisation="college__organisation", territory="college__territory"))


def evidence_waiting(viewer: Standing) -> QuerySet[StandardEvidence]:
    """What the viewer may review: given by somebody else."""
    waiting = _evidence(viewer, REVIEW).filter(state=StandardEvidence.State.GIVEN)
    return waiting.exclude(given_by__in=viewer.person_keys)


def evidence_ending(viewer: Standing, *, on: date, days: int) -> QuerySet[StandardEvidence]:
    """Accepted evidence that ends within days or has ended, unless something newer holds longer or waits."""
    return still_needed(_evidence(viewer, SEE), on=on).filter(valid_until__lte=on + timedelta(days=days))


def still_needed(rows: QuerySet[StandardEvidence], *, on: date) -> QuerySet[StandardEvidence]:
    """Accepted evidence of units that stand, and of requirements for which nothing newer holds longer or waits."""
    later = Q(state="accepted", valid_until__isnull=True) | Q(state="accepted", valid_until__gt=OuterRef("valid_until"))
    newer = StandardEvidence.objects.filter(
        Q(state="given") | later, college=OuterRef("college"), item_code=OuterRef("item_code"), pk__gt=OuterRef("pk")
    )
    longer = StandardEvidence.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=OuterRef("valid_until")),
        college=OuterRef("college"), item_code=OuterRef("item_code"), state="accepted",
    )  # fmt: skip
    return rows.filter(
        ~Exists(newer), ~Exists(longer), state="accepted", valid_until__isnull=False, college__during__contains=on
    )
