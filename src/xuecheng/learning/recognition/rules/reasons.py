"""Why a record gave nothing, or less: sentences for learner and registrar, each with what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class NoRule(Refusal):
    message = _("No rule in force on %(ended_on)s covers this record (%(origin)s, %(institution)s, %(code)s).")
    remedy = _("Check the code. If this learning should count, ask the certification body for a rule.")


class NotPassed(Refusal):
    message = _("The learning was not passed.")
    remedy = _("Credit is given for learning that was passed. If the grade is wrong, the institution corrects it.")


class LearnerWithdrew(Refusal):
    message = _("The learner left before the end.")
    remedy = _("Credit is given for learning that was completed. If that is wrong, the institution corrects it.")


class AttendanceTooLow(Refusal):
    message = _("%(attended)s of %(held)s sessions were attended; %(percent)s %% are needed.")
    remedy = _("If the attendance is wrong, the institution corrects it.")


class BelowMinimum(Refusal):
    message = _("%(minutes)s minutes are recorded; rule %(rule)s asks for at least %(least)s.")
    remedy = _("If the minutes are wrong, the institution corrects them.")


class GradeBelowMinimum(Refusal):
    message = _("The grade is “%(grade)s”; rule %(rule)s asks for at least “%(least)s”.")
    remedy = _("If the grade is wrong, the institution corrects it.")


class GradeNotReadable(Refusal):
    message = _("The grade “%(grade)s” is not in the institution's scale “%(scale)s”, so it cannot be compared.")
    remedy = _("The institution names the right scale or corrects the grade.")


class TooLittle(Refusal):
    message = _("%(minutes)s minutes are less than the %(least)s that make the smallest credit.")
    remedy = _("Minutes that a rule accumulates are kept and added to the next ones.")


class TooFewCredits(Refusal):
    message = _("%(credits)s credits of the institution are less than the smallest credit of %(framework)s, %(least)s.")
    remedy = _("If the institution's credits are wrong, it corrects them.")


class MinutesKept(Refusal):
    message = _("%(minutes)s minutes are kept; the smallest credit takes %(least)s.")
    remedy = _("They are added to the next hours of this kind.")


class HoursBeyondBands(Refusal):
    message = _("Under rule %(rule)s no more hours count in %(period)s: %(minutes)s minutes were recorded already.")
    remedy = _("Hours of the next period count again.")


class CapReached(Refusal):
    message = _(
        "%(lost)s of %(worth)s credits are above the limit “%(cap)s” for %(period)s: %(before)s of %(most)s were used."
    )
    remedy = _("They do not move to another period, and are offered again if something before them is taken back.")


class LifetimeCapReached(Refusal):
    message = _(
        "%(lost)s of %(worth)s credits are above the limit “%(cap)s” for all years together: "
        "%(before)s of %(most)s were used."
    )
    remedy = _("They are offered again if something before them is taken back.")


class ItemCapReached(Refusal):
    message = _("The limit “%(cap)s” is reached: %(before)s of %(most)s records are counted already.")
    remedy = _("You may choose which records count; ask at the certification body's desk.")


class AlreadyCredited(Refusal):
    message = _("The same learning (%(what)s) was credited from record %(record)s, which counts at least as much.")
    remedy = _("One unit is credited once. A better result later adds the difference.")


class ExcludedUnit(Refusal):
    message = _("%(unit)s does not count beside %(other)s, which was credited from record %(record)s.")
    remedy = _("The two units exclude each other; the first one stands.")


class HigherLevelWaits(Refusal):
    message = _("This proves level %(level)s of what was credited at level %(posted_level)s from record %(record)s.")
    remedy = _("An officer of the certification body takes back the first credit; then this one is credited in full.")


class Superseded(Refusal):
    message = _("A better record of the same learning is credited instead: %(record)s.")
    remedy = _("Nothing needs to be done.")


class CorrectedSince(Refusal):
    message = _("This version was corrected: version %(version)s of the record counts.")
    remedy = _("Nothing needs to be done.")


class CorrectionWaits(Refusal):
    message = _("The record was corrected after credit was posted from version %(version)s, which no longer fits.")
    remedy = _("An officer of the certification body decides on taking the first posting back.")


class AmbiguousRules(Refusal):
    message = _("Two rules fit equally well: %(rule)s and %(other)s.")
    remedy = _("The certification body gives one of them a higher priority or a narrower scope.")


class FrozenByDispute(Refusal):
    message = _("The record is disputed; nothing new is posted from it.")
    remedy = _("The institution answers the dispute first.")


class SetAside(Refusal):
    message = _("The learner chose not to use this record.")
    remedy = _("The learner may change the choice in the account.")


class OutcomesNotVerified(Refusal):
    message = _("%(framework)s gives credit only for verified learning outcomes.")
    remedy = _("The institution confirms that the outcomes were assessed.")


class CreditsNotInRecord(Refusal):
    message = _("Rule %(rule)s converts the institution's own credits, and the record states none.")
    remedy = _("The institution adds its credits to the record.")


class ExceedsHours(Refusal):
    message = _("The parts of rule %(rule)s are worth %(needed)s minutes, more than the %(minutes)s of the record.")
    remedy = _("One record is used once. The certification body mends the rule, or the institution the minutes.")


class FrameworkUnknown(Refusal):
    message = _("Rule %(rule)s gives credit of the framework %(framework)s, which is not in use here.")
    remedy = _("The certification body mends the rule.")


class LevelNotInFramework(Refusal):
    message = _("Rule %(rule)s gives level “%(level)s”, which %(framework)s does not have.")
    remedy = _("The certification body mends the rule.")


class UnitUnknown(Refusal):
    message = _("Rule %(rule)s gives the unit %(unit)s, which does not exist.")
    remedy = _("The certification body mends the rule.")


class UnitNotInForce(Refusal):
    message = _("The unit %(unit)s was not in force on %(ended_on)s.")
    remedy = _("The certification body names the version for that day.")


_KINDS: tuple[type[Refusal], ...] = (
    NoRule,
    NotPassed,
    LearnerWithdrew,
    AttendanceTooLow,
    BelowMinimum,
    GradeBelowMinimum,
    GradeNotReadable,
    TooLittle,
    TooFewCredits,
    MinutesKept,
    HoursBeyondBands,
    CapReached,
    LifetimeCapReached,
    ItemCapReached,
    AlreadyCredited,
    ExcludedUnit,
    HigherLevelWaits,
    Superseded,
    CorrectedSince,
    CorrectionWaits,
    AmbiguousRules,
    FrozenByDispute,
    SetAside,
    OutcomesNotVerified,
    CreditsNotInRecord,
    ExceedsHours,
    FrameworkUnknown,
    LevelNotInFramework,
    UnitUnknown,
    UnitNotInForce,
)
REASONS: Mapping[str, type[Refusal]] = {kind().code: kind for kind in _KINDS}
_CODES = {kind: code for code, kind in REASONS.items()}


class Reason(NamedTuple):
    """A reason as data: kept as (code, values) and put into words when somebody reads it, in the reader's language."""

    code: str
    values: Mapping[str, str | int]

    @classmethod
    def of(cls, kind: type[Refusal], **values: str | int) -> Reason:
        return cls(_CODES[kind], values)

    def refusal(self) -> Refusal:
        """The sentence and what can be done, by `str`, `.sentence()` and `.advice()`."""
        return REASONS[self.code](at_field=None, **self.values)
