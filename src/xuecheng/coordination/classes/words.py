"""Conditions of a class as people read them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .rules import Eligibility


def conditions(who: Eligibility) -> list[str]:
    """Who may come, a line for each condition; empty for everybody."""
    said = []
    if who.least_age is not None and who.most_age is not None:
        said.append(_("From %(least)d to %(most)d years of age") % {"least": who.least_age, "most": who.most_age})
    elif who.least_age is not None:
        said.append(_("From %(least)d years of age on") % {"least": who.least_age})
    elif who.most_age is not None:
        said.append(_("Up to %(most)d years of age") % {"most": who.most_age})
    if who.locals_only:
        said.append(_("People of the district"))
    if who.first_timers_only:
        said.append(_("People who have not learnt here yet"))
    return said
