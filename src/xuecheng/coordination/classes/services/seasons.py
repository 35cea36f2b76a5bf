"""Verbs of seasons 学期."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from psycopg.types.range import DateRange

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.classes.models import Season
from xuecheng.coordination.classes.queries import KEEP_SEASON

_FIRST_YEAR, _LAST_YEAR = 2000, 2200


class SeasonDaysWrong(Refusal):
    message = _("The last day of a period lies before its first.")
    remedy = _("Give the first day and, not before it, the last one.")
    field = "ends_on"


class SeasonTooFar(Refusal):
    message = _("The year of this day cannot be right.")
    remedy = _("Give a day between 2000 and 2200.")
    field = "begins_on"


class SeasonNameTaken(Refusal):
    message = _("There is a season of this name already.")
    remedy = _("Choose another name, or change that one.")
    field = "name_zh"


@dataclass(frozen=True, kw_only=True)
class SeasonWish:
    """A season as somebody writes it; all days are counted in."""

    name_zh: str
    name_en: str = ""
    begins_on: date
    ends_on: date
    planning_from: date
    planning_to: date
    enrolment_from: date
    enrolment_to: date

    def values(self) -> dict[str, object]:
        """As the columns take them. Raises `SeasonTooFar`, `SeasonDaysWrong`."""
        return {
            "name_zh": self.name_zh.strip(),
            "name_en": self.name_en.strip(),
            "during": _days(self.begins_on, self.ends_on, ("begins_on", "ends_on")),
            "planning": _days(self.planning_from, self.planning_to, ("planning_from", "planning_to")),
            "enrolment": _days(self.enrolment_from, self.enrolment_to, ("enrolment_from", "enrolment_to")),
        }


def create_season(
    *,
    actor: Standing,
    public_id: UUID,
    organisation: Organisation | None,
    territory: Territory,
    wish: SeasonWish,
    why: str,
) -> Season:
    """Make a season of a unit, or of all units of a division; asked again with the same id, the same one.

    Right: classes.keep_season there. Raises `Denied`, `SeasonTooFar`, `SeasonDaysWrong`, `SeasonNameTaken`,
    `FormUsedBefore`.
    """
    where = organisation.territory if organisation else territory
    row = Season(public_id=public_id, organisation=organisation, territory=where, **wish.values())
    require(actor, KEEP_SEASON, on=row)
    with (
        trace.change(by=actor.person, why=why),
        refusing(season_public_id_once=FormUsedBefore, season_name_once=SeasonNameTaken),
    ):
        known = Season.objects.filter(public_id=public_id).first()
        if known is not None:
            if (known.name_zh, known.organisation_id, known.territory_id) != (
                row.name_zh, row.organisation_id, where.pk,
            ):  # fmt: skip
                raise FormUsedBefore
            return known
        row.save(force_insert=True)
    return row


def change_season(*, actor: Standing, season: Season, wish: SeasonWish, why: str) -> Season:
    """Change name and days of a season; classes keep their own. Right: classes.keep_season.

    Raises `Denied`, `SeasonDaysWrong`, `SeasonNameTaken`.
    """
    require(actor, KEEP_SEASON, on=season)
    values = wish.values()
    with trace.change(by=actor.person, why=why), refusing(season_name_once=SeasonNameTaken):
        row = Season.objects.select_for_update(no_key=True, of=("self",)).get(pk=season.pk)
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
    return row


def _days(first: date, last: date, fields: tuple[str, str]) -> DateRange:
    for day, field in zip((first, last), fields, strict=True):
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise SeasonTooFar(at_field=field)
    if last < first:
        raise SeasonDaysWrong(at_field=fields[1])
    return DateRange(first, last + timedelta(days=1))
