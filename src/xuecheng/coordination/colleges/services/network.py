"""Verbs of the tree: found a unit, move it under another, close it, say what it covers."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.rights import Scope
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.colleges import hindrances, rules
from xuecheng.coordination.colleges.models import College, CollegeLevel, Coverage, ShareOffer
from xuecheng.coordination.colleges.queries import KEEP_NETWORK


class OrganisationInNetwork(Refusal):
    message = _("This organisation has a unit of the network in that time already.")
    remedy = _("Open that one; it can be moved or closed.")
    field = "organisation"


class ParentNotStanding(Refusal):
    message = _("The unit above does not stand in that time.")
    remedy = _("Choose another one above, or a later day.")
    field = "parent"


class OrganisationRests(Refusal):
    message = _("“%(name)s” is not active in the register of organisations.")
    remedy = _("Reopen it there first.")
    field = "organisation"


class PlaceEnded(Refusal):
    message = _("“%(name)s” is no division today.")
    remedy = _("Choose the one that followed it.")
    field = "territory"


class ClosedAlready(Refusal):
    message = _("This unit is closed, or will be on a day that is set.")


class NotYetFounded(Refusal):
    message = _("It stands from %(begins_on)s on only.")
    remedy = _("Choose a later day.")
    field = "on"


class CollegeHindered(Refusal):
    message = _("It cannot close yet: %(what)s.")
    remedy = _("Move or cancel them first, or choose a later day (N-05).")
    field = "on"


class CollegeHinderedMeanwhile(Refusal):
    message = _("A unit was put under it meanwhile.")
    remedy = _("Look again.")


class ReasonNeeded(Refusal):
    message = _("Say why, in a few words that people can read.")
    field = "why"


class CoverageTaken(Refusal):
    message = _("“%(territory)s” is covered by %(college)s then.")
    remedy = _("Let that unit cover it no more first.")
    field = "territories"


class CoverageTakenMeanwhile(Refusal):
    message = _("Another unit of this level was given one of these divisions meanwhile.")
    remedy = _("Look again and choose anew.")
    field = "territories"


@dataclass(frozen=True, kw_only=True)
class Founding:
    """What is said of a unit when it is founded. Name and place only of a point, which is no body of its own."""

    organisation: Organisation
    level: str
    parent: College | None = None
    territory: Territory | None = None
    name_zh: str = ""
    name_en: str = ""


def found_college(*, actor: Standing, public_id: UUID, founding: Founding, on: date, today: date, why: str) -> College:
    """Let a unit stand in the network from a day on; it covers the division where it is, if nobody of its level does.

    Asked again in the same words, return the same one. Right: colleges.keep_network where it lies. Raises `Denied`,
    `NotOfThisLevel`, `PointNeedsName`, `NameOnlyOfPoints`, `ParentMissing`, `ParentNotAbove`, `CityHasNoParent`,
    `TooDeep`, `ParentNotStanding`, `OrganisationInNetwork`, `OrganisationRests`, `PlaceEnded`, `DayTooFar`,
    `FormUsedBefore`.
    """
    values = _checked(founding)
    territory: Territory = values["territory"]
    require(actor, KEEP_NETWORK, on=Scope(organisation_id=founding.organisation.pk, territory_path=territory.path))
    rules.check_day(on, today=today)
    parent = founding.parent
    rules.check_parent(founding.level, parent.level if parent else None, depth_above=_depth(parent))
    with trace.change(by=actor.person, why=_said(why)), _tree_refusals():
        territory = Territory.objects.select_for_update(no_key=True).get(pk=territory.pk)
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=founding.organisation.pk)
        known = College.objects.filter(public_id=public_id).first()
        if known is not None:
            if any(getattr(known, name) != value for name, value in values.items()) or known.during.lower != on:
                raise FormUsedBefore
            return known
        if not organisation.is_active:
            raise OrganisationRests(name=organisation.name)
        if not territory.is_current:
            raise PlaceEnded(name=territory.name)
        made = College.objects.create(public_id=public_id, **values, during=DateRange(on, None))
        if territory.level == rules.COVERS[made.level] and not _covered(made.level, territory, on):
            Coverage.objects.create(college=made, territory=territory, during=DateRange(on, None))
    return made


def move_college(*, actor: Standing, college: College, parent: College | None, why: str) -> College:
    """Put a unit with all below it under another one, which is of a higher level (N-05). Twice, it stays there.

    Right: colleges.keep_network where the unit lies, and where the one above lies. Raises `Denied`, `ParentMissing`,
    `ParentNotAbove`, `CityHasNoParent`, `TooDeep`, `ParentNotStanding`.
    """
    require(actor, KEEP_NETWORK, on=college)
    if parent is not None and parent.pk != college.parent_id:
        require(actor, KEEP_NETWORK, on=parent)
    rules.check_parent(college.level, parent.level if parent else None, depth_above=_depth(parent))
    with trace.change(by=actor.person, why=_said(why)), _tree_refusals():
        row = locked(college)
        if row.parent_id != (parent.pk if parent else None):
            row.parent = parent
            row.save(update_fields=["parent"])
    return row


def close_college(*, actor: Standing, college: College, on: date, today: date, why: str) -> College:
    """Let a unit stand until before a day, and what it covers and shares with it; its records stay (N-05).

    First everything it has from that day on is moved: units below, bookings of its rooms, agreements, sessions, and
    what apps above registered (`hindrances`). Asked again with the same day, nothing changes.
    Right: colleges.keep_network.
    Raises `Denied`, `ReasonNeeded`, `DayTooFar`, `ClosedAlready`, `NotYetFounded`, `CollegeHindered`.
    """
    require(actor, KEEP_NETWORK, on=college)
    rules.check_day(on, today=today)
    said = _said(why)
    with trace.change(by=actor.person, why=said), _tree_refusals():
        row = locked(college)
        if row.during.upper is not None:
            if row.during.upper == on:
                return row
            raise ClosedAlready
        if on <= row.during.lower:
            raise NotYetFounded(begins_on=row.during.lower)
        if found := hindrances.of(row, on=on):
            raise CollegeHindered(what=hindrances.in_words(found))
        _end_coverage(row, on)
        for offer in ShareOffer.objects.select_for_update(no_key=True).filter(college=row, during__endswith__gt=on):
            if offer.during.lower >= on:
                offer.delete()
            else:
                offer.during = DateRange(offer.during.lower, on)
                offer.save(update_fields=["during"])
        row.during, row.closed_because = DateRange(row.during.lower, on), said[:200]
        row.save(update_fields=["during", "closed_because"])
    return row


def set_coverage(
    *, actor: Standing, college: College, territories: Collection[Territory], from_on: date, today: date, why: str
) -> None:
    """Let a unit cover exactly these divisions from a day on; what it covered before stays known. Twice is once.

    Right: colleges.keep_network at the unit and over each division. Raises `Denied`, `CannotCover`, `DayTooFar`,
    `NotYetFounded`, `ClosedAlready`, `CoverageTaken`, `CoverageTakenMeanwhile`.
    """
    require(actor, KEEP_NETWORK, on=college)
    rules.check_day(from_on, today=today)
    for territory in territories:
        rules.check_covers(college.level, territory.level, name=territory.name)
        require(actor, KEEP_NETWORK, on=Scope(territory_path=territory.path))
    wanted = {one.pk: one for one in territories}
    with trace.change(by=actor.person, why=_said(why)), _coverage_refusals(college.level):
        # The exclusion keeps the rule; whoever wants the same division queues at its row.
        list(Territory.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
        row = locked(college)
        if row.during.upper is not None:
            raise ClosedAlready
        if from_on < row.during.lower:
            raise NotYetFounded(at_field="from_on", begins_on=row.during.lower)
        for other in Coverage.objects.filter(
            Q(during__endswith__isnull=True) | Q(during__endswith__gt=from_on), level=row.level, territory__in=wanted
        ).exclude(college=row).select_related("territory", "college__organisation"):  # fmt: skip
            raise CoverageTaken(territory=other.territory.name, college=other.college.name)
        mine = Coverage.objects.filter(college=row)
        mine.filter(during__startswith__gte=from_on).exclude(territory__in=wanted).delete()
        standing = {}
        for one in mine.filter(Q(during__endswith__isnull=True) | Q(during__endswith__gt=from_on)).order_by("-during"):
            if one.territory_id in standing:
                one.delete()
            elif one.territory_id in wanted:
                standing[one.territory_id] = one
            else:
                one.during = DateRange(one.during.lower, from_on)
                one.save(update_fields=["during"])
        for key, territory in sorted(wanted.items()):
            _cover(row, territory, standing.get(key), from_on)


def _cover(row: College, territory: Territory, known: Coverage | None, from_on: date) -> None:
    if known is None:
        Coverage.objects.create(college=row, territory=territory, during=DateRange(from_on, None))
        return
    wanted = DateRange(min(known.during.lower, from_on), None)
    if known.during != wanted:
        known.during = wanted
        known.save(update_fields=["during"])


def _end_coverage(row: College, on: date) -> None:
    for one in Coverage.objects.filter(college=row).filter(
        Q(during__endswith__isnull=True) | Q(during__endswith__gt=on)
    ):
        if one.during.lower >= on:
            one.delete()
        else:
            one.during = DateRange(one.during.lower, on)
            one.save(update_fields=["during"])


def _covered(level: str, territory: Territory, on: date) -> bool:
    rows = Coverage.objects.filter(level=level, territory=territory)
    return rows.filter(Q(during__endswith__isnull=True) | Q(during__endswith__gt=on)).exists()


def _checked(founding: Founding) -> dict[str, Any]:
    organisation, level = founding.organisation, founding.level
    name_zh, name_en = founding.name_zh.strip(), founding.name_en.strip()
    if level == CollegeLevel.POINT:
        if not name_zh:
            raise rules.PointNeedsName
        if founding.territory is None:
            raise rules.PointNeedsName(at_field="territory")
        territory = founding.territory
    else:
        if organisation.tier != level:
            raise rules.NotOfThisLevel(name=organisation.name)
        if name_zh or name_en:
            raise rules.NameOnlyOfPoints(at_field="name_zh" if name_zh else "name_en")
        territory = organisation.territory
    return {
        "organisation": organisation,
        "level": level,
        "parent": founding.parent,
        "territory": territory,
        "name_zh": name_zh,
        "name_en": name_en,
    }


def _depth(parent: College | None) -> int:
    """How many units stand in the line down to `parent`, itself counted."""
    depth, key = 0, parent.pk if parent else None
    while key is not None and depth <= rules.MOST_DEPTH:
        depth += 1
        key = College.objects.values_list("parent_id", flat=True).get(pk=key)
    return depth


def locked(college: College) -> College:
    """The unit's row, locked: whoever changes it, what it covers or what stands under it queues here."""
    rows = College.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organisation", "territory").get(pk=college.pk)


def _said(why: str) -> str:
    if not why.strip():
        raise ReasonNeeded
    return why.strip()


def _tree_refusals() -> AbstractContextManager[None]:
    return refusing(
        college_one_of_an_organisation=OrganisationInNetwork,
        college_parent_above=rules.ParentNotAbove,
        college_parent_stands=ParentNotStanding,
        college_depth=rules.TooDeep,
        college_children_end_first=CollegeHinderedMeanwhile,
    )


def _coverage_refusals(level: str) -> AbstractContextManager[None]:
    return refusing(**{f"coverage_one_{level}_a_day": CoverageTakenMeanwhile})
