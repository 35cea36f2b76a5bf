"""What a course must say, how its versions move, and where it may be held. No database, no clock.

I4 (what a college can teach), L2 (whoever wants to learn may), N-03 (levels of the network), N-04 (course
exchange), C-07 (a certification unit is credited for what was assessed).
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal

MOST_SESSIONS = 200
LEAST_MINUTES, MOST_MINUTES = 15, 480
MOST_SEATS = 2000
MOST_FEE_FEN = 1_000_000

IN_WORK = ("draft", "in_review", "returned")
"""States of a version that is not decided for good; a course has at most one."""
PUBLIC = ("approved", "retired")
"""States whose text everybody may read: it is what classes were or are held by."""
_FOLLOWS: dict[str, tuple[str, ...]] = {
    "in_review": ("draft", "returned"),
    "approved": ("in_review",),
    "returned": ("in_review",),
    "retired": ("approved",),
}


class TitleMissing(Refusal):
    message = _("A course needs a Chinese title.")
    field = "title_zh"


class LanguageMissing(Refusal):
    message = _("Say in which languages it is taught.")
    field = "languages"


class OutcomeMissing(Refusal):
    message = _("Say what one can do afterwards.")
    remedy = _("One line each, such as “books a doctor by phone alone”.")
    field = "outcome"


class SessionsWrong(Refusal):
    message = _("A course has 1 to %(most)s sessions.")
    field = "sessions"


class MinutesWrong(Refusal):
    message = _("A session lasts %(least)s to %(most)s minutes.")
    field = "minutes"


class AttendanceWrong(Refusal):
    message = _("The least attendance is a percentage, 0 to 100.")
    field = "least_attendance_percent"


class SeatsWrong(Refusal):
    message = _("A class has at least one learner, and the most are not fewer than the fewest.")
    remedy = _("Give two numbers up to %(most)s.")
    field = "seats_most"


class HeldNowhere(Refusal):
    """N-03."""

    message = _("Say at which levels of the network it may be held.")
    field = "levels"


class EntryReasonMissing(Refusal):
    """L2: nobody is kept out unless the course says what is required, and why."""

    message = _("Nobody is kept out without a reason that they can read.")
    remedy = _("Say why it is required, or take the requirement away.")
    field = "entry_reason"


class EntryRequirementMissing(Refusal):
    """L2, the other way round."""

    message = _("There is a reason, but nothing is required.")
    remedy = _("Say what is required, or take the reason away.")
    field = "entry_requirement"


class FeeWrong(Refusal):
    message = _("A fee lies between nothing and 10,000 yuan.")
    field = "fee"


class WaiverWithoutFee(Refusal):
    message = _("Nothing can be waived where there is no fee.")
    remedy = _("Enter the fee, or take the ticks away.")
    field = "waivers"


class UnitNeedsAssessment(Refusal):
    """C-07."""

    message = _("A certification unit is credited only for what was assessed.")
    remedy = _("Require an assessment, or choose no unit.")
    field = "is_assessed"


class UnitNotOpen(Refusal):
    message = _("This certification unit is not given now.")
    remedy = _("Choose one that is, or none.")
    field = "unit"


class NotInWork(Refusal):
    message = _("This version is not being written now, so it is not changed.")
    remedy = _("While it is in review nobody changes it; of an approved one write a new version.")


class NotInReview(Refusal):
    message = _("This version is not in review.")


class NotApproved(Refusal):
    message = _("Only an approved version is retired.")


class OwnVersion(Refusal):
    """Four eyes."""

    message = _("You have had a hand in this version, so you do not review it.")
    remedy = _("Another reviewer decides.")


class DecisionReasonMissing(Refusal):
    message = _("Say what is to be changed.")
    field = "reason"


class NotShared(Refusal):
    """N-04: what is another college's is held or copied only once it is shared."""

    message = _("This course is not shared with other colleges.")
    remedy = _("Ask %(owner)s to share it.")


class LevelNotListed(Refusal):
    """N-03."""

    message = _("This course is not for that level of the network.")
    remedy = _("It may be held at: %(levels)s.")


def check_move(state: str, wanted: str) -> None:
    """Raise the refusal of a step that the table of states does not have."""
    if state in _FOLLOWS[wanted]:
        return
    raise {"in_review": NotInWork, "retired": NotApproved}.get(wanted, NotInReview)


def check_facts(*, title_zh: str, languages: Collection[str]) -> None:
    """Raise the first refusal of what a course is called and in what it is taught."""
    if not title_zh.strip():
        raise TitleMissing
    if not languages:
        raise LanguageMissing


def check_text(
    *,
    sessions: int,
    minutes: int,
    least_attendance_percent: int,
    is_assessed: bool,
    entry_requirement: str,
    entry_reason: str,
    fee_fen: int,
    waivers: Collection[str],
    levels: Collection[str],
    seats_least: int,
    seats_most: int,
    has_unit: bool,
) -> None:
    """Raise the first refusal of a version that is being written (L2, N-03, C-07)."""
    if not 1 <= sessions <= MOST_SESSIONS:
        raise SessionsWrong(most=MOST_SESSIONS)
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise MinutesWrong(least=LEAST_MINUTES, most=MOST_MINUTES)
    if not 0 <= least_attendance_percent <= 100:
        raise AttendanceWrong
    if not 1 <= seats_least <= seats_most <= MOST_SEATS:
        raise SeatsWrong(most=MOST_SEATS)
    if not levels:
        raise HeldNowhere
    if not 0 <= fee_fen <= MOST_FEE_FEN:
        raise FeeWrong
    if waivers and not fee_fen:
        raise WaiverWithoutFee
    _check_entry(entry_requirement, entry_reason)
    if has_unit and not is_assessed:
        raise UnitNeedsAssessment


def _check_entry(requirement: str, reason: str) -> None:
    if requirement.strip() and not reason.strip():
        raise EntryReasonMissing
    if reason.strip() and not requirement.strip():
        raise EntryRequirementMissing


def check_reviewer(reviewer: Collection[int], hands: Collection[int]) -> None:
    """Four eyes: no key of the reviewer is among those who wrote the version. Raises `OwnVersion`."""
    if set(reviewer) & set(hands):
        raise OwnVersion


def check_holding(
    *, level: str, levels: Collection[str], is_own: bool, is_shared: bool, owner: str, words: str
) -> None:
    """Whether an organisation of a level of the network may hold classes of a course (N-03, N-04).

    Raises `NotShared`, `LevelNotListed`; `owner` names the unit whose course it is, `words` the levels that it lists.
    """
    if not is_own and not is_shared:
        raise NotShared(owner=owner)
    if level not in levels:
        raise LevelNotListed(levels=words)
