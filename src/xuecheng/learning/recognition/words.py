"""A conversion rule in plain words: what pages show instead of its written form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext

from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.records.models import Origin, Role
from xuecheng.web.templatetags.xc import credits as shown
from xuecheng.web.templatetags.xc import date_only, hours

from .models import RuleVersion

_CODES = ("code", "course_code", "type_code", "activity_code", "certificate_code")


@dataclass(frozen=True)
class Row:
    """One line of a rule: what it is about, and what it says."""

    label: str
    text: str


@dataclass(frozen=True)
class Change:
    """One line of two versions side by side."""

    label: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        return self.before == self.after


def rows_of(rule: RuleVersion) -> list[Row]:
    """The rule line by line, in the reader's language."""
    match = rule.body.get("match", {})
    rows = [Row(gettext("For"), _who(match))]
    if conditions := _conditions(match):
        rows.append(Row(gettext("Only if"), conditions))
    rows.append(Row(gettext("Counts by"), _quantity(rule.body.get("quantity", {}))))
    rows.append(Row(gettext("Gives"), _gives(rule.body.get("give", []))))
    rows.append(Row(gettext("At most"), _caps(rule.body.get("caps", []))))
    months = rule.body.get("validity_months")
    rows.append(
        Row(
            gettext("Valid for"),
            gettext("%(months)s months") % {"months": months} if months else gettext("ever"),
        )
    )
    rows.append(Row(gettext("Applies to learning that ends"), _effect(rule)))
    return rows


def changes_between(before: RuleVersion | None, after: RuleVersion) -> list[Change]:
    """Two versions side by side; without an earlier one, the left side is empty."""
    old = {row.label: row.text for row in rows_of(before)} if before else {}
    return [Change(row.label, old.get(row.label, ""), row.text) for row in rows_of(after)]


def _join(values: Sequence[object]) -> str:
    return pgettext("between words of a list", ", ").join(str(value) for value in values)


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _who(match: Mapping[str, Any]) -> str:
    parts = []
    if origin := match.get("origin"):
        parts.append(_join([Origin(one).label for one in _list(origin) if one in Origin.values]))
    parts += [
        gettext("with the code %(codes)s") % {"codes": _join(_list(match[name]))} for name in _CODES if match.get(name)
    ]
    if institutions := match.get("institution"):
        parts.append(gettext("from %(institutions)s") % {"institutions": _join(_list(institutions))})
    if roles := match.get("role"):
        parts.append(
            gettext("as %(roles)s") % {"roles": _join([Role(r).label for r in _list(roles) if r in Role.values])}
        )
    if levels := match.get("level"):
        parts.append(gettext("of level %(levels)s") % {"levels": _join(_list(levels))})
    if titles := match.get("title"):
        parts.append(gettext("called %(titles)s") % {"titles": _join(_list(titles))})
    return pgettext("between parts of a condition", ", ").join(parts)


def _conditions(match: Mapping[str, Any]) -> str:
    parts = []
    if minutes := match.get("min_minutes"):
        parts.append(gettext("at least %(hours)s") % {"hours": hours(minutes)})
    if minutes := match.get("max_minutes"):
        parts.append(gettext("at most %(hours)s") % {"hours": hours(minutes)})
    if percent := match.get("min_attendance_percent"):
        parts.append(gettext("at least %(percent)s%% of the sessions attended") % {"percent": percent})
    if grade := match.get("min_grade"):
        parts.append(gettext("grade %(grade)s or better") % {"grade": grade})
    if grades := match.get("grade"):
        parts.append(gettext("grade %(grades)s") % {"grades": _join(_list(grades))})
    return pgettext("between parts of a condition", ", ").join(parts)


def _quantity(quantity: Mapping[str, Any]) -> str:
    source = quantity.get("from", "minutes")
    if source == "fixed":
        return gettext("a fixed number of credits")
    if source == "credits":
        return gettext("the institution's own credits")
    text = gettext("hours of learning, converted by the framework")
    if quantity.get("bands"):
        bands = [
            gettext("up to %(hours)s at %(percent)s%%") % {"hours": hours(band["to"]), "percent": band["percent"]}
            if band.get("to")
            else gettext("above that at %(percent)s%%") % {"percent": band["percent"]}
            for band in quantity["bands"]
        ]
        text = gettext("%(text)s: %(bands)s") % {"text": text, "bands": _join(bands)}
    if quantity.get("accumulate"):
        text = gettext("%(text)s; added up over a quarter, what is left over is carried on") % {"text": text}
    return text


def _gives(gives: Sequence[Mapping[str, Any]]) -> str:
    parts = []
    for give in gives:
        kind = str(CreditKind(give["kind"]).label) if give.get("kind") in CreditKind.values else give.get("kind", "")
        what = gettext("%(kind)s, level %(level)s") % {"kind": kind, "level": give.get("level") or "–"}
        if give.get("unit"):
            what = gettext("unit %(unit)s (%(what)s)") % {"unit": give["unit"], "what": what}
        if give.get("credits"):
            what = gettext("%(credits)s credits, %(what)s") % {"credits": shown(give["credits"]), "what": what}
        parts.append(what)
    return _join(parts)


def _caps(caps: Sequence[Mapping[str, Any]]) -> str:
    periods = {
        "year": gettext("a year"), "semester": gettext("a semester"), "quarter": gettext("a quarter"),
        "life": gettext("a lifetime"), "rolling": gettext("a rolling period"),
    }  # fmt: skip
    parts = []
    for cap in caps:
        most = shown(cap["max"]) if "max" in cap else gettext("%(n)s records") % {"n": cap.get("max_items", "")}
        rest = (
            gettext("the rest is cut")
            if cap.get("policy", "cut") == "cut"
            else gettext("what does not fit is refused whole")
        )
        parts.append(
            gettext("%(most)s in %(period)s, %(rest)s")
            % {"most": most, "period": periods.get(cap.get("period", ""), cap.get("period", "")), "rest": rest}
        )
    return _join(parts) if parts else gettext("no limit")


def _effect(rule: RuleVersion) -> str:
    begins = gettext("from %(day)s") % {"day": date_only(rule.effect_from)}
    if rule.effect_to:
        begins = gettext("%(begins)s, before %(day)s") % {"begins": begins, "day": date_only(rule.effect_to)}
    if rule.body.get("retroactive"):
        begins = gettext("%(begins)s; counts for the past too, upwards only") % {"begins": begins}
    return begins
