"""The grade scales that the city's institutions report in (C-28). An institution names its own by `grade_scale`."""

from __future__ import annotations

from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from .rules import GradeScale

SCALES: dict[str, GradeScale] = {
    scale.code: scale
    for scale in (
        GradeScale("percent", lowest=0, highest=10_000, pass_mark=6_000),
        GradeScale("five", ("优", "良", "中", "及格", "不及格"), "及格"),
        GradeScale("two", ("合格", "不合格"), "合格"),
        GradeScale("letters", ("A", "B", "C", "D", "E", "F"), "E"),
    )
}

NAMES: dict[str, Promise] = {
    "percent": pgettext_lazy("grade scale", "marks from 0 to 100, 60 passes"),
    "five": pgettext_lazy("grade scale", "five grades, from 优 to 不及格"),
    "two": pgettext_lazy("grade scale", "合格 or 不合格"),
    "letters": pgettext_lazy("grade scale", "letters A to F, E passes"),
}


# A file of a million rows has some hundred different grades.
@lru_cache(maxsize=4096)
def holds(scale: str, grade: str) -> bool:
    """Whether `grade` is one of the scale called `scale`; an unknown scale holds none."""
    return scale in SCALES and SCALES[scale].holds(grade)
