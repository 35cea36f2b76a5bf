"""Grades: what an institution's scale holds, what passes, and how grades of two institutions compare (C-13, C-28)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

LEAST_PASSING_GRADES = 100
_MARK = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,2}))?")


class GradeNotInScale(Refusal):
    message = _("The grade “%(grade)s” is not in the scale %(scale)s.")
    remedy = _("Write the grade as the institution's scale has it, or name another scale.")
    field = "grade"


class GradeScaleWrong(Refusal):
    message = _(
        "A scale needs either its grades from best to worst with the lowest that passes, or the marks it lies between."
    )
    field = "grade_scale"


class TooFewGrades(Refusal):
    message = _("Grades are not converted: a reference group has %(count)s passing grades, and %(least)s are needed.")
    remedy = _("Show the grade together with both scales.")
    field = "grade"


def mark(grade: str) -> int | None:
    """A mark such as "85" or "85.5" in hundredths; None when `grade` is no number."""
    found = _MARK.fullmatch(unicodedata.normalize("NFKC", grade).strip())
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None


@dataclass(frozen=True, slots=True)
class GradeScale:
    """An institution's scale: either `grades` from best to worst with the lowest that passes, or marks (hundredths)."""

    code: str
    grades: tuple[str, ...] = ()
    lowest_pass: str = ""
    lowest: int = 0
    highest: int = 0
    pass_mark: int = 0

    def __post_init__(self) -> None:
        listed = bool(self.grades) and self.lowest_pass in self.grades and len(set(self.grades)) == len(self.grades)
        marked = not self.grades and self.lowest <= self.pass_mark <= self.highest and self.lowest < self.highest
        if not listed and not marked:
            raise GradeScaleWrong

    def rank(self, grade: str) -> int:
        """A number that is higher for a better grade of this scale. Raises `GradeNotInScale`."""
        if self.grades:
            wanted = unicodedata.normalize("NFKC", grade).strip()
            if wanted in self.grades:
                return len(self.grades) - self.grades.index(wanted)
        else:
            value = mark(grade)
            if value is not None and self.lowest <= value <= self.highest:
                return value
        raise GradeNotInScale(grade=grade, scale=self.code)

    def holds(self, grade: str) -> bool:
        try:
            self.rank(grade)
        except GradeNotInScale:
            return False
        return True

    def passes(self, grade: str) -> bool:
        """Whether the grade is at or above the pass mark. Raises `GradeNotInScale`."""
        return self.rank(grade) >= (self.rank(self.lowest_pass) if self.grades else self.pass_mark)


class GradeCount(NamedTuple):
    """How many of a reference group got a passing grade."""

    grade: str
    people: int


def convert_grade(
    grade: str, *, of: Sequence[GradeCount], to: Sequence[GradeCount], least: int = LEAST_PASSING_GRADES
) -> str:
    """The grade of `to` whose interval of the distribution holds the midpoint of that of `grade` in `of` (C-28).

    Both are distributions of passing grades from best to worst; a bound belongs to the better grade. Raises
    `TooFewGrades` where a group is too small, `GradeNotInScale` for a grade outside `of`.
    """
    sizes = [sum(entry.people for entry in table) for table in (of, to)]
    if min(sizes) < least:
        raise TooFewGrades(count=min(sizes), least=least)
    above = 0
    for entry in of:
        if entry.grade == grade:
            break
        above += entry.people
    else:
        raise GradeNotInScale(grade=grade, scale=", ".join(entry.grade for entry in of))
    # The midpoint is (above + people / 2) of the first group; both sides are multiplied out to stay with whole numbers.
    midpoint = (2 * above + entry.people) * sizes[1]
    reached = 0
    for target in to:
        reached += target.people
        if midpoint <= 2 * reached * sizes[0]:
            return target.grade
    raise AssertionError("the last bound of a distribution is all of it")
