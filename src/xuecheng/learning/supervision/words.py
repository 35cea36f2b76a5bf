"""What findings and strata are called, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xuecheng.learning.records.models import Origin
from xuecheng.web.templatetags.xc import credits as shown
from xuecheng.web.templatetags.xc import date_only
from xuecheng.web.templatetags.xc import hours as in_hours

POINTS = {
    "double": _("two records tell of the same learning"),
    "hours": _("more than 24 hours on one day"),
    "places": _("in person in two districts on one day"),
    "certificate": _("one certificate number in two records"),
    "burst": _("very many records entered by hand within an hour"),
    "two_sources": _("reported by two institutions"),
    "same_words_and_day": _("the same words and the same day"),
    "said_different": _("somebody said before that they are two learnings"),
    "more_than_two_days": _("even more than 48 hours on that day"),
    "over_a_day": _("together more than 24 hours"),
    "two_people": _("two people hold it"),
    "many_more": _("three times as many as would be noticed"),
    "some_credit": _("3 credits or more are at stake"),
    "much_credit": _("10 credits or more are at stake"),
}

STRATA = {
    "all": _("everything"),
    "first": _("the first 30"),
    "rest": _("those after them"),
    **{one.value: one.label for one in Origin},
}


def points_of(rows: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    """The reasons of a risk in words, with what each adds."""
    return [(str(POINTS.get(code, code)), points) for code, points in rows]


def facts_of(facts: Mapping[str, Any]) -> list[str]:
    """What a finding rests on, in words."""
    lines = []
    if "day" in facts:
        values = {"day": date_only(date.fromisoformat(facts["day"])), "hours": in_hours(facts["minutes"])}
        lines.append(gettext("On %(day)s the records come to %(hours)s.") % values)
    if "number" in facts:
        lines.append(gettext("The number is %(number)s.") % {"number": facts["number"]})
    if "records" in facts:
        values = {"records": facts["records"], "people": facts["people"]}
        lines.append(gettext("%(records)s records of %(people)s people within one hour.") % values)
    lines.append(gettext("%(credits)s credits stand for these records.") % {"credits": shown(facts["credits"])})
    return lines


def strata_of(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The parts of an audit's population with their names."""
    return [{**one, "name": STRATA.get(one["code"], one["code"])} for one in rows]
