"""The numbers and levels of bookings (⚙): each change is a version with its first day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.utils.translation import gettext_lazy as _

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.city.territories.models import Territory
from xuecheng.coordination.facilities import rules
from xuecheng.coordination.facilities.models import Terms
from xuecheng.coordination.facilities.queries import TERMS


class TermsBeginTooEarly(Refusal):
    message = _("New terms begin today at the earliest; what counted before stays as it was.")
    field = "begins_on"


class TermsNumberWrong(Refusal):
    message = _("A number lies outside what makes sense.")
    remedy = _("Check-in takes 1 to 240 minutes, the reserve 0 to 100 per cent, everything else is 1 or more.")


class LevelsWrong(Refusal):
    message = _("What is taken, too close or no time cannot be softened.")
    field = "levels"


def set_terms(
    *, actor: Standing, city: Territory, level: str, numbers: rules.Terms, begins_on: date, today: date, why: str
) -> Terms:
    """Let numbers and levels hold at a level of the network from a day on; of one day the last word counts.

    Right: facilities.set_terms over the city. Raises `Denied`, `TermsBeginTooEarly`, `TermsNumberWrong`, `LevelsWrong`.
    """
    require(actor, TERMS, on=city)
    if begins_on < today:
        raise TermsBeginTooEarly
    known = {reason.value for reason in rules.SOFT}
    if not set(numbers.levels) <= known or not {*numbers.levels.values()} <= {level.value for level in rules.Level}:
        raise LevelsWrong
    with trace.change(by=actor.person, why=why), refusing(terms_numbers_sound=TermsNumberWrong):
        made, _is_new = Terms.objects.update_or_create(level=level, begins_on=begins_on, defaults=asdict(numbers))
    return made
