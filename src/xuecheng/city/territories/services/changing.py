"""Renaming, moving, merging and splitting divisions from a date on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace
from xuecheng.city.refusals import Refusal
from xuecheng.city.rights import Scope, Standing, require
from xuecheng.city.territories import rules
from xuecheng.city.territories.models import Succession, Territory, TerritoryVersion

from .tree import (
    ACT,
    NewDivision,
    change_from,
    directly_beneath,
    end_version,
    in_force,
    one_at_a_time,
    open_division,
    settle,
)


class NothingChanges(Refusal):
    message = _("This is how it is already.")


class LevelsDiffer(Refusal):
    message = _("Divisions of one level are merged.")
    field = "into"


class MergeWithItself(Refusal):
    message = _("A division is not merged into itself.")
    field = "into"


class NothingToMerge(Refusal):
    message = _("Choose at least one division to be merged.")


class TooFewParts(Refusal):
    message = _("A division that ends is split into at least two.")
    field = "parts"


class BeneathWithoutPart(Refusal):
    message = _("“%(name)s” goes to none of the parts.")
    remedy = _("Give every division beneath to one part.")
    field = "parts"


class BeneathTwice(Refusal):
    message = _("“%(name)s” goes to two parts.")
    field = "parts"


class NotBeneath(Refusal):
    message = _("“%(name)s” does not belong to the division that is split.")
    field = "parts"


@dataclass(frozen=True)
class Part:
    """One part of a split: the new division, and the codes of those that go to it from directly beneath the old one."""

    division: NewDivision
    takes: Sequence[str] = ()


def rename(
    *, actor: Standing, territory: Territory, name_zh: str, name_en: str = "", on: date, today: date, reason: str
) -> None:
    """Give a division another name from `on`. Records keep the name of their day through `as_of`.

    Raises `Denied`, `NameMissing`, `NameTooLong`, `NothingChanges`, `NotInForce`, `LaterChangeKnown`.
    """
    require(actor, ACT, on=Scope(territory_path=territory.path))
    rules.check_name(name_zh)
    with trace.change(by=actor.person, why=reason), one_at_a_time():
        version = in_force(territory, on)
        if (version.name_zh, version.name_en) == (name_zh, name_en):
            raise NothingChanges
        change_from(territory, on=on, name_zh=name_zh, name_en=name_en, parent=version.parent)
        settle(today=today)


def move(*, actor: Standing, territory: Territory, parent: Territory, on: date, today: date, reason: str) -> None:
    """Put a division, with all beneath it, under another parent from `on`.

    Raises `Denied` (the right is needed at both parents), `ParentNotAbove`, `NothingChanges`, `NotInForce`,
    `LaterChangeKnown`.
    """
    require(actor, ACT, on=Scope(territory_path=territory.path))
    require(actor, ACT, on=Scope(territory_path=parent.path))
    rules.check_level_above(parent.level, territory.level)
    with trace.change(by=actor.person, why=reason), one_at_a_time():
        version = in_force(territory, on)
        in_force(parent, on)
        if version.parent_id == parent.pk:
            raise NothingChanges
        change_from(territory, on=on, name_zh=version.name_zh, name_en=version.name_en, parent=parent)
        settle(today=today)


def merge(
    *,
    actor: Standing,
    merged: Sequence[Territory],
    into: Territory | NewDivision,
    on: date,
    today: date,
    reason: str,
) -> Territory:
    """End divisions on `on` and put what lies beneath them under `into`: one that stays, or one that comes to be there.

    Raises `Denied`, `NothingToMerge`, `MergeWithItself`, `LevelsDiffer`, `CodeTaken`, `NotInForce`, `BeganThatDay`,
    `LaterChangeKnown`, and of a new division what `rules.check_code` and `check_name` raise.
    """
    if not merged:
        raise NothingToMerge
    for one in merged:
        require(actor, ACT, on=Scope(territory_path=one.path))
    if len({one.level for one in merged}) > 1 or (isinstance(into, Territory) and into.level != merged[0].level):
        raise LevelsDiffer
    if isinstance(into, Territory):
        require(actor, ACT, on=Scope(territory_path=into.path))
        if into in merged:
            raise MergeWithItself
    with trace.change(by=actor.person, why=reason), one_at_a_time():
        ended = [in_force(one, on) for one in merged]
        if isinstance(into, Territory):
            successor = into
            in_force(successor, on)
        else:
            successor = open_division(into, level=merged[0].level, parent=ended[0].parent, on=on)
        for version in ended:
            end_version(version, on=on)
            for child in directly_beneath(version.territory, on):
                change_from(
                    child.territory,
                    on=on,
                    name_zh=child.name_zh,
                    name_en=child.name_en,
                    parent=successor,
                    version=child,
                )
        Succession.objects.bulk_create(
            Succession(predecessor=one, successor=successor, kind=Succession.Kind.MERGED, on=on) for one in merged
        )
        settle(today=today)
    successor.refresh_from_db()
    return successor


def split(
    *,
    actor: Standing,
    territory: Territory,
    parts: Sequence[Part],
    remains: bool = False,
    on: date,
    today: date,
    reason: str,
) -> list[Territory]:
    """Split a division from `on` into new ones of its level under its parent.

    With `remains` the old division goes on with what the parts do not take; without, it ends, and every division
    beneath must go to one part.

    Raises `Denied`, `TooFewParts`, `CodeTaken`, `BeneathWithoutPart`, `BeneathTwice`, `NotBeneath`, `NotInForce`,
    `BeganThatDay`, `LaterChangeKnown`, and what `rules.check_code` and `check_name` raise.
    """
    require(actor, ACT, on=Scope(territory_path=territory.path))
    if len(parts) < (1 if remains else 2):
        raise TooFewParts
    with trace.change(by=actor.person, why=reason), one_at_a_time():
        version = in_force(territory, on)
        below = {child.territory.code: child for child in directly_beneath(territory, on)}
        _check_parts(parts, below, remains=remains)
        made = []
        for part in parts:
            successor = open_division(part.division, level=territory.level, parent=version.parent, on=on)
            made.append(successor)
            for code in part.takes:
                child = below[code]
                change_from(
                    child.territory,
                    on=on,
                    name_zh=child.name_zh,
                    name_en=child.name_en,
                    parent=successor,
                    version=child,
                )
        if not remains:
            end_version(version, on=on)
        Succession.objects.bulk_create(
            Succession(predecessor=territory, successor=one, kind=Succession.Kind.SPLIT, on=on) for one in made
        )
        settle(today=today)
    for one in made:
        one.refresh_from_db()
    return made


def _check_parts(parts: Sequence[Part], below: Mapping[str, TerritoryVersion], *, remains: bool) -> None:
    taken: set[str] = set()
    for part in parts:
        for code in part.takes:
            if code not in below:
                raise NotBeneath(name=code)
            if code in taken:
                raise BeneathTwice(name=below[code].name_zh)
            taken.add(code)
    if not remains:
        for code, child in below.items():
            if code not in taken:
                raise BeneathWithoutPart(name=child.name_zh)
