"""The law of enrolment: who may, in which order, until when, and what is given back. No database, no clock.

Everything that a class decides for itself (groups, hours, percentages) is data of the class; the defaults here are the
house's and no law [K].
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal


class State(StrEnum):
    """Where an enrolment stands; `models.Enrolment` says who moves it."""

    APPLIED = "applied"
    WAITING = "waiting"
    OFFERED = "offered"
    ENROLLED = "enrolled"
    PAUSED = "paused"
    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"


MOVES: Mapping[State, frozenset[State]] = {
    State.APPLIED: frozenset(
        {State.ENROLLED, State.WAITING, State.REFUSED, State.WITHDRAWN, State.CANCELLED}
    ),
    State.WAITING: frozenset({State.OFFERED, State.REFUSED, State.WITHDRAWN, State.CANCELLED}),
    State.OFFERED: frozenset({State.ENROLLED, State.LAPSED, State.REFUSED, State.WITHDRAWN, State.CANCELLED}),
    State.ENROLLED: frozenset(
        {
            State.PAUSED, State.COMPLETED, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.TRANSFERRED,
            State.CANCELLED,
        }
    ),
    State.PAUSED: frozenset({State.ENROLLED, State.COMPLETED, State.REFUSED, State.WITHDRAWN, State.CANCELLED}),
    **{
        over: frozenset()
        for over in (
            State.COMPLETED, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.TRANSFERRED, State.CANCELLED,
        )
    },
}  # fmt: skip
"""What may follow what; a trigger holds the same (`sql/enrolment_v1.sql`), and a test that both are the same."""
LIVE: frozenset[State] = frozenset(state for state, after in MOVES.items() if after)
"""Nobody is twice in one of these in the same class."""
HOLDING: frozenset[State] = frozenset({State.OFFERED, State.ENROLLED, State.PAUSED, State.COMPLETED})
"""Whoever is in one of these has one of the places. A pause keeps it: flexible study is no way to lose it (L2)."""


class Group(StrEnum):
    """Groups of people that a class may put first; the values are those of `classes.models.Priority`."""

    LOCALS = "locals"
    ELDERS = "elders"
    FIRST_TIMERS = "first_timers"


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """What the rules may know of somebody: the year of birth, where they live, whether they ever had a place."""

    birth_year: int | None
    territory_path: str
    had_a_place: bool


def age_in(birth_year: int, year: int) -> int:
    """The age that somebody completes within a year: only the year of birth is known [K]."""
    return year - birth_year


def groups_of(one: Applicant, *, year: int, local_path: str, elder_age: int) -> frozenset[Group]:
    """The groups somebody belongs to. Whoever completes the age in the course of the year counts as that old [K]."""
    found = set()
    if local_path and one.territory_path.startswith(local_path):
        found.add(Group.LOCALS)
    if one.birth_year is not None and age_in(one.birth_year, year) >= elder_age:
        found.add(Group.ELDERS)
    if not one.had_a_place:
        found.add(Group.FIRST_TIMERS)
    return frozenset(found)


def rank_of(groups: Collection[str], priorities: Sequence[str]) -> int:
    """0 for the group that comes first, and so on; the number of priorities for whoever is in none of them."""
    return next((rank for rank, group in enumerate(priorities) if group in groups), len(priorities))


class NotYetOpen(Refusal):
    message = _("Enrolment begins on %(when)s.")


class EnrolmentClosed(Refusal):
    message = _("Enrolment for this class has ended.")
    remedy = _("Look for another class of the same course.")


class OnlyForLocals(Refusal):
    message = _("This class is for people who live in %(place)s.")
    remedy = _("If your residence is missing or wrong, have it mended at a counter.")


class TooYoung(Refusal):
    message = _("This class is for people of %(age)s and older.")
    remedy = _("If your year of birth is missing or wrong, have it mended at a counter.")


class TooOld(Refusal):
    message = _("This class is for people of at most %(age)s.")
    remedy = _("If your year of birth is missing or wrong, have it mended at a counter.")


class OnlyForFirstTimers(Refusal):
    message = _("This class is for people who have not had a place in any class yet.")


def check_open(*, opens_at: datetime, closes_at: datetime, at: datetime) -> None:
    """Raise `NotYetOpen` before the first instant, `EnrolmentClosed` from the last on."""
    if at < opens_at:
        raise NotYetOpen(when=opens_at)
    if at >= closes_at:
        raise EnrolmentClosed


def check_eligible(
    one: Applicant, groups: Collection[str], asked: Mapping[str, object], *, year: int, place: str
) -> None:
    """Raise the first refusal of what a class asks for; asking nothing, it takes everybody (L2).

    Without a known year of birth nobody has an age: where one is asked for, it is to be mended first.
    """
    if asked.get("locals_only") and Group.LOCALS not in groups:
        raise OnlyForLocals(place=place)
    age = None if one.birth_year is None else age_in(one.birth_year, year)
    least, most = asked.get("least_age"), asked.get("most_age")
    if isinstance(least, int) and (age is None or age < least):
        raise TooYoung(age=least)
    if isinstance(most, int) and (age is None or age > most):
        raise TooOld(age=most)
    if asked.get("first_timers_only") and Group.FIRST_TIMERS not in groups:
        raise OnlyForFirstTimers


class NumbersWrong(Refusal):
    message = _("Hours lie between 1 and 720, percentages between 0 and 100, the age between 18 and 100.")


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What a class decides about time and money; hours, percent, sessions, years. All [K]."""

    offer_hours: int = 24
    pay_hours: int = 48
    refund_before_percent: int = 100
    refund_during_percent: int = 50
    refund_until_session: int = 3
    elder_age: int = 60

    def check(self) -> None:
        """Raise `NumbersWrong`."""
        hours = all(1 <= value <= 720 for value in (self.offer_hours, self.pay_hours))
        shares = all(0 <= value <= 100 for value in (self.refund_before_percent, self.refund_during_percent))
        if not (hours and shares and 18 <= self.elder_age <= 100 and 0 <= self.refund_until_session <= 200):
            raise NumbersWrong


def refund_percent(numbers: Numbers, *, sessions_begun: int) -> int:
    """Which share of the fee is given back to whoever leaves after that many sessions have begun.

    All (⚙) before the first, a share (⚙) until the n-th (⚙) begins, nothing from then on.
    """
    if sessions_begun == 0:
        return numbers.refund_before_percent
    return numbers.refund_during_percent if sessions_begun < numbers.refund_until_session else 0


def share_of(amount_fen: int, percent: int) -> int:
    """A share of an amount in fen, a broken fen to the learner."""
    return -(-amount_fen * percent // 100)


def until(at: datetime, hours: int) -> datetime:
    return at + timedelta(hours=hours)


class Money(StrEnum):
    """Kinds of movements of a charge. What raises what is owed is positive, what lowers it negative."""

    CHARGED = "charged"
    WAIVED = "waived"
    REDUCED = "reduced"
    PAID = "paid"
    REFUNDED = "refunded"
    MOVED_OUT = "moved_out"
    MOVED_IN = "moved_in"


RAISES: frozenset[Money] = frozenset({Money.CHARGED, Money.REFUNDED, Money.MOVED_OUT})
"""The others lower what is owed."""


class Owed(StrEnum):
    """What the sum of a charge's movements says."""

    DUE = "due"
    SETTLED = "settled"
    REFUND_DUE = "refund_due"


def owed_state(owed_fen: int) -> Owed:
    """Due while something is owed, refund due while too much is held, settled at nothing."""
    if owed_fen > 0:
        return Owed.DUE
    return Owed.REFUND_DUE if owed_fen < 0 else Owed.SETTLED
