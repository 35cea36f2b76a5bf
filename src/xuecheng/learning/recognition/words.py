"""A conversion rule in plain words: what pages show instead of its written form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext, ngettext, pgettext

from xuecheng.city.organisations.models import Kind, Tier
from xuecheng.learning.creditbank.models import CreditKind
from xuecheng.learning.creditbank.rules import Framework, shown_credits
from xuecheng.learning.records.models import Origin, Role
from xuecheng.web.templatetags.xc import date_only, hours

from .models import RuleVersion

_CODES = ("code", "course_code", "type_code", "activity_code", "certificate_code")
_WHOLE_CREDIT = 100

Frameworks = Mapping[str, Framework]
Names = Mapping[str, tuple[str, str]]
"""What institutions (by code) and units (such as HL101@1) are called, in Chinese and English."""


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


def rows_of(
    rule: RuleVersion, frameworks: Frameworks, *, names: Names | None = None, for_officers: bool = True
) -> list[Row]:
    """The rule line by line, in the reader's language; its place among others is for officers only.

    What `names` (`queries.rule_pages.names_in`) does not tell is called by its code.
    """
    names = names or {}
    body = rule.body
    match = body.get("match", {})
    rows = [Row(gettext("For"), _who(match))]
    if institutions := _institutions(match, names):
        rows.append(Row(gettext("From"), institutions))
    if conditions := _conditions(match):
        rows.append(Row(gettext("Only if"), conditions))
    rows.append(Row(gettext("Counts by"), _quantity(body)))
    if rate := _rate(body, frameworks):
        rows.append(Row(gettext("Conversion"), rate))
    rows.append(Row(gettext("Gives"), _gives(body.get("give", []), frameworks, names)))
    rows.append(Row(gettext("At most"), _caps(body.get("caps", []))))
    rows.append(Row(gettext("Can be used"), _validity(body.get("validity_months"))))
    rows.append(Row(gettext("Applies to learning that ends"), _effect(rule)))
    if for_officers and (priority := body.get("priority", 0)):
        rows.append(Row(gettext("Place among rules that fit too"), str(priority)))
    return rows


def changes_between(
    before: RuleVersion, after: RuleVersion, frameworks: Frameworks, *, names: Names | None = None
) -> list[Change]:
    """Two versions side by side, line by line; what only one of them says stands against nothing."""
    old = {row.label: row.text for row in rows_of(before, frameworks, names=names)}
    new = {row.label: row.text for row in rows_of(after, frameworks, names=names)}
    labels = list(new) + [label for label in old if label not in new]
    return [Change(label, old.get(label, ""), new.get(label, "")) for label in labels]


def class_in_words(framework: str, kind: str, level: str, frameworks: Frameworks) -> str:
    """A class of credit as people call it; the framework is named where it is not the city's own."""
    named = str(CreditKind(kind).label) if kind in CreditKind.values else kind
    text = gettext("%(kind)s, level %(level)s") % {"kind": named, "level": level} if level else named
    if framework == next(iter(frameworks), framework):
        return text
    return gettext("%(what)s (%(framework)s)") % {"what": text, "framework": framework}


def _all(values: Iterable[object]) -> str:
    return pgettext("between words of a list", ", ").join(map(str, values))


def _either(values: Sequence[object]) -> str:
    """The last two joined by "or": what a list of patterns means."""
    if len(values) < 2:
        return _all(values)
    return gettext("%(some)s or %(last)s") % {"some": _all(values[:-1]), "last": values[-1]}


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _named(values: object, names: Mapping[str, object]) -> str:
    return _either([names.get(one, one) for one in _list(values)])


def _who(match: Mapping[str, Any]) -> str:
    parts = []
    if origins := match.get("origin"):
        parts.append(_named(origins, dict(Origin.choices)))
    if codes := next((match[name] for name in _CODES if match.get(name)), None):
        parts.append(gettext("with the code %(codes)s") % {"codes": _either(_list(codes))})
    if titles := match.get("title"):
        parts.append(gettext("called %(titles)s") % {"titles": _either(_list(titles))})
    if roles := match.get("role"):
        parts.append(gettext("as %(roles)s") % {"roles": _named(roles, dict(Role.choices))})
    if levels := match.get("level"):
        parts.append(gettext("of level %(levels)s") % {"levels": _either(_list(levels))})
    return _clauses(parts) or gettext("every record")


def _institutions(match: Mapping[str, Any], names: Names) -> str:
    facts = match.get("facts", {})
    parts = []
    if tiers := facts.get("institution_tier"):
        parts.append(_named(tiers, dict(Tier.choices)))
    if kinds := facts.get("institution_kind"):
        parts.append(_named(kinds, dict(Kind.choices)))
    if institutions := match.get("institution"):
        parts.append(_either([name_of(code, names) for code in _list(institutions)]))
    return _clauses(parts)


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
        parts.append(gettext("grade %(grades)s") % {"grades": _either(_list(grades))})
    if modes := match.get("facts", {}).get("mode"):
        parts.append(gettext("held as %(modes)s") % {"modes": _either(_list(modes))})
    return _clauses(parts)


def _clauses(parts: list[str]) -> str:
    return pgettext("between parts of a condition", ", ").join(parts)


def _quantity(body: Mapping[str, Any]) -> str:
    quantity = body.get("quantity", {})
    match quantity.get("from", "minutes"):
        case "fixed":
            return gettext("a fixed number of credits")
        case "credits":
            return gettext("the institution's own credits, converted")
    if quantity.get("accumulate"):
        text = gettext("hours, added up over a quarter; what is left over waits for the next ones")
    else:
        text = gettext("hours, each record for itself")
    if not quantity.get("bands"):
        return text
    bands, begins = [], 0
    for band in quantity["bands"]:
        values = {"percent": band["percent"], "from": hours(begins), "to": hours(band.get("to") or 0)}
        if band.get("to"):
            bands.append(gettext("from %(from)s to %(to)s at %(percent)s%%") % values)
            begins = band["to"]
        else:
            bands.append(gettext("above %(from)s at %(percent)s%%") % values)
    return gettext("%(text)s (%(bands)s)") % {"text": text, "bands": _all(bands)}


def _rate(body: Mapping[str, Any], frameworks: Frameworks) -> str:
    if body.get("quantity", {}).get("from", "minutes") != "minutes":
        return ""
    parts = []
    for code in dict.fromkeys(give.get("framework", "") for give in body.get("give", [])):
        framework = frameworks.get(code)
        if framework is None:
            continue
        values = {"hours": hours(framework.minutes_per_credit), "step": shown_credits(framework.step)}
        if framework.step < _WHOLE_CREDIT:
            parts.append(gettext("%(hours)s are one credit, rounded down to %(step)s") % values)
        else:
            parts.append(gettext("%(hours)s are one credit, whole credits only") % values)
    return _clauses(parts)


def _gives(gives: Sequence[Mapping[str, Any]], frameworks: Frameworks, names: Names) -> str:
    parts = []
    for give in gives:
        what = class_in_words(give.get("framework", ""), give.get("kind", ""), str(give.get("level") or ""), frameworks)
        if give.get("unit"):
            what = gettext("unit %(unit)s, %(what)s") % {"unit": name_of(give["unit"], names), "what": what}
        if give.get("credits"):
            what = gettext("%(credits)s credits, %(what)s") % {"credits": shown_credits(give["credits"]), "what": what}
        if give.get("percent"):
            what = gettext("%(percent)s%% of it: %(what)s") % {"percent": give["percent"], "what": what}
        parts.append(what)
    return pgettext("between things given", "; ").join(parts)


def _caps(caps: Sequence[Mapping[str, Any]]) -> str:
    parts = []
    for cap in caps:
        if "max_items" in cap:
            most = ngettext("%(number)s record", "%(number)s records", cap["max_items"]) % {"number": cap["max_items"]}
        else:
            most = gettext("%(credits)s credits") % {"credits": shown_credits(cap["max"])}
        is_cut = cap.get("policy", "cut" if "max" in cap else "whole") == "cut"
        beyond = gettext("what goes beyond is cut off") if is_cut else gettext("what does not fit is refused whole")
        values = {"most": most, "period": _period(cap), "beyond": beyond}
        parts.append(gettext("%(most)s %(period)s; %(beyond)s") % values)
    return pgettext("between things given", "; ").join(parts) if parts else gettext("no limit")


def _period(cap: Mapping[str, Any]) -> str:
    months = cap.get("months", 1)
    periods = {
        "year": pgettext("period of a cap", "a year"),
        "semester": pgettext("period of a cap", "a semester"),
        "quarter": pgettext("period of a cap", "a quarter"),
        "life": pgettext("period of a cap", "a lifetime"),
        "rolling": ngettext("in any %(months)s month", "in any %(months)s months", months) % {"months": months},
    }
    return periods.get(cap.get("period", ""), str(cap.get("period", "")))


def _validity(months: int | None) -> str:
    if not months:
        return gettext("for ever")
    years, rest = divmod(months, 12)
    if not rest:
        return ngettext("for %(years)s year", "for %(years)s years", years) % {"years": years}
    return ngettext("for %(months)s month", "for %(months)s months", months) % {"months": months}


def _effect(rule: RuleVersion) -> str:
    text = gettext("from %(day)s on") % {"day": date_only(rule.effect_from)}
    if rule.effect_to:
        values = {"begins": date_only(rule.effect_from), "ends": date_only(rule.effect_to)}
        text = gettext("from %(begins)s on, before %(ends)s") % values
    if rule.body.get("retroactive"):
        text = gettext("%(text)s; earlier learning too, but only upwards") % {"text": text}
    return text


def name_of(code: str, names: Names) -> str:
    """The name of an institution or unit by its code, in the reader's language; the code where it is unknown."""
    zh, en = names.get(code, (code, code))
    return en if get_language() == "en" and en else zh
