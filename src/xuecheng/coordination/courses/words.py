"""A version of a course line by line, as people read it, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from xuecheng.coordination.staff.models import ClassLevel, Language
from xuecheng.web.templatetags import xc

from .models import CourseVersion, NetworkLevel, Waiver

LABELS: dict[str, str | Promise] = {
    "outcome": gettext_lazy("What one can do afterwards"),
    "outcome_en": gettext_lazy("The same in English"),
    "level": gettext_lazy("Level"),
    "time": gettext_lazy("Length"),
    "credit": gettext_lazy("Certification unit and credit"),
    "completion": gettext_lazy("Completed by"),
    "entry": gettext_lazy("What is required to begin"),
    "entry_reason": gettext_lazy("Why that is required"),
    "fee": gettext_lazy("Fee"),
    "waivers": gettext_lazy("Fee waived for"),
    "materials": gettext_lazy("What to bring"),
    "levels": gettext_lazy("Held at"),
    "seats": gettext_lazy("Learners in a class"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of two versions side by side."""

    label: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        return self.before == self.after


def language_words(languages: Iterable[str]) -> str:
    chosen = set(languages)
    return pgettext("list", ", ").join(str(one.label) for one in Language if one.value in chosen)


def waiver_words(waivers: Iterable[str]) -> str:
    chosen = set(waivers)
    return pgettext("list", ", ").join(str(one.label) for one in Waiver if one.value in chosen)


def level_words(levels: Iterable[str]) -> str:
    chosen = set(levels)
    return pgettext("list", ", ").join(str(one.label) for one in NetworkLevel if one.value in chosen)


def time_words(row: CourseVersion) -> str:
    """12 sessions of 2 h, 24 h in all."""
    return _("%(sessions)s sessions of %(minutes)s min, %(hours)s in all") % {
        "sessions": row.sessions,
        "minutes": row.minutes,
        "hours": xc.hours(row.sessions * row.minutes),
    }


def fee_words(row: CourseVersion) -> str:
    return xc.money(row.fee_fen) if row.fee_fen else _("free of charge")


def credit_words(row: CourseVersion) -> str:
    """The unit and what it is worth; nothing for a course without one."""
    if row.unit is None:
        return ""
    said = {"code": row.unit.code, "title": row.unit.title, "credits": xc.credits(row.unit.credits)}
    return _("%(code)s %(title)s, %(credits)s credits") % said


def completion_words(row: CourseVersion) -> str:
    share = row.least_attendance_percent
    if share and row.is_assessed:
        return _("coming to %(share)s%% of the sessions, and passing the assessment") % {"share": share}
    if share:
        return _("coming to %(share)s%% of the sessions") % {"share": share}
    return _("passing the assessment") if row.is_assessed else _("coming")


def lines_of(row: CourseVersion) -> dict[str, str]:
    """Every line of a version in the reader's language, by the names of `LABELS`."""
    return {
        "outcome": row.outcome,
        "outcome_en": row.outcome_en,
        "level": str(ClassLevel(row.level).label),
        "time": time_words(row),
        "credit": credit_words(row),
        "completion": completion_words(row),
        "entry": row.entry_requirement or _("nothing: whoever wants to learn may come"),
        "entry_reason": row.entry_reason,
        "fee": fee_words(row),
        "waivers": waiver_words(row.waivers),
        "materials": row.materials,
        "levels": level_words(row.levels),
        "seats": f"{row.seats_least}–{row.seats_most}",
    }


def changes(before: CourseVersion, after: CourseVersion) -> list[Change]:
    """Two versions line by line, those that differ first."""
    old, new = lines_of(before), lines_of(after)
    found = [Change(str(label), old[name], new[name]) for name, label in LABELS.items()]
    return sorted(found, key=lambda one: one.is_same)


def labelled(row: CourseVersion) -> list[tuple[str, str]]:
    """Every line of a version with its label."""
    said = lines_of(row)
    return [(str(label), said[name]) for name, label in LABELS.items()]
