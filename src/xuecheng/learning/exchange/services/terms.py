"""Lines of agreements: what somebody wishes to say, and whether it may stand (C-32, C-33)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import Refusal
from xuecheng.learning.creditbank.models import FrameworkLevel, UnitVersion
from xuecheng.learning.exchange.models import Agreement, Basis
from xuecheng.learning.records.scales import SCALES


class TermNotBetweenParties(Refusal):
    message = _("Both institutions of a line must be parties of the agreement.")
    field = "target"


class TermStandsAlready(Refusal):
    message = _("The agreement has another line about this already.")
    remedy = _("Take that line out first.")
    field = "basis"


class UnitNotOfTarget(Refusal):
    message = _("There is no published unit with the code %(unit)s.")
    field = "as_unit"


class TermNotWhole(Refusal):
    message = _("A pair needs a code there and a unit here; a ratio needs a kind and a level on both sides.")
    field = "basis"


class RatioTooHigh(Refusal):
    message = _("One credit never becomes more than one.")
    field = "num"


class RatioOfPair(Refusal):
    message = _("A unit or course counts whole, for the credits of the unit here; a ratio is for a kind and level.")
    remedy = _("Leave the ratio at 1 to 1, or choose any credit of a kind and level.")
    field = "num"


class LevelTooHigh(Refusal):
    message = _(
        "Credit of level %(level)s never counts at level %(wished)s: the level there is its own at most (C-32)."
    )
    field = "as_level"


class GradeNeedsScale(Refusal):
    message = _("Say in which scale the least grade is.")
    field = "grade_scale"


class GradeNotOfScale(Refusal):
    message = _("The grade %(grade)s is not in that scale.")
    field = "least_grade"


@dataclass(frozen=True, kw_only=True)
class TermWish:
    """One line. A pair names `of_code` and `as_unit`; a ratio kinds, levels and `num` of `den`."""

    source: Organisation
    target: Organisation
    basis: str
    of_code: str = ""
    of_kind: str = ""
    of_level: FrameworkLevel | None = None
    as_unit: str = ""
    as_kind: str = ""
    as_level: FrameworkLevel | None = None
    num: int = 1
    den: int = 1
    least_grade: str = ""
    grade_scale: str = ""


def checked_term(row: Agreement, wish: TermWish) -> dict[str, object]:
    """A line's columns, if it may stand in the agreement. Raises what `add_term` does."""
    parties = set(row.parties.values_list("organisation", flat=True))
    if wish.source.pk == wish.target.pk or not {wish.source.pk, wish.target.pk} <= parties:
        raise TermNotBetweenParties
    _check_grade(wish)
    facts: dict[str, object] = {
        "source": wish.source, "target": wish.target, "basis": wish.basis, "of_code": "", "of_kind": "",
        "of_level": None, "as_unit": None, "as_kind": "", "as_level": None, "num": 1, "den": 1,
        "least_grade": wish.least_grade, "grade_scale": wish.grade_scale if wish.least_grade else "",
    }  # fmt: skip
    if wish.basis == Basis.LEVEL:
        if not (wish.of_kind and wish.of_level and wish.as_kind and wish.as_level and wish.num and wish.den):
            raise TermNotWhole
        if wish.num > wish.den:
            raise RatioTooHigh
        if wish.of_level.framework_id == wish.as_level.framework_id and wish.of_level.ordinal < wish.as_level.ordinal:
            # Nobody's credit would ever count by such a line; levels of two frameworks compare on the day (C-01).
            raise LevelTooHigh(level=wish.of_level.label, wished=wish.as_level.label)
        names = ("of_kind", "of_level", "as_kind", "as_level", "num", "den")
        return facts | {name: getattr(wish, name) for name in names}
    if not (wish.of_code.strip() and wish.as_unit.strip()):
        raise TermNotWhole
    if wish.num != wish.den:
        raise RatioOfPair
    return facts | {"of_code": wish.of_code.strip(), "as_unit": _unit(wish.as_unit.strip())}


def _unit(code: str) -> UnitVersion:
    name, _at, version = code.partition("@")
    rows = UnitVersion.objects.filter(code=name, state=UnitVersion.State.PUBLISHED).order_by("-version")
    if version:
        rows = rows.filter(version=int(version)) if version.isdigit() else rows.none()
    found = rows.select_related("level__framework").first()
    if found is None:
        raise UnitNotOfTarget(unit=code)
    return found


def _check_grade(wish: TermWish) -> None:
    if not wish.least_grade:
        return
    if not wish.grade_scale:
        raise GradeNeedsScale
    scale = SCALES.get(wish.grade_scale)
    if scale is None or not scale.holds(wish.least_grade):
        raise GradeNotOfScale(grade=wish.least_grade)
