"""The quality gates a record passes on import, each with its own code (C-13)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.records.rules.grades import GradeNotInScale, GradeScale
from xuecheng.learning.records.rules.names import same_name
from xuecheng.learning.records.rules.record import Record

_MINUTES_A_DAY = 24 * 60


class UnknownLearner(Refusal):
    message = _("No learner of the city has the number “%(person_ref)s”.")
    remedy = _("Check the number with the learner, or have an account opened.")
    field = "person_ref"


class IdentityNumberGiven(Refusal):
    message = _("This looks like the number of an identity card. It is not wanted here.")
    remedy = _("Write the number of the learning card, which has 16 digits, or the sign-in name.")
    field = "person_ref"


_IDENTITY_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9Xx]")


class NameMismatch(Refusal):
    message = _("The name “%(name)s” is not the one that belongs to this number.")
    remedy = _("Check number and name with the learner; the name must be written as on the account.")
    field = "name"


class EndsInFuture(Refusal):
    message = _("The learning ends on %(ended_on)s, which is still to come.")
    remedy = _("Send the record once the learning has ended.")
    field = "end_date"


class EndsBeforeItBegins(Refusal):
    message = _("The learning ends on %(ended_on)s, before it begins on %(started_on)s.")
    remedy = _("Exchange or mend the two dates.")
    field = "end_date"


class MinutesNegative(Refusal):
    message = _("Learning time cannot be below zero.")
    remedy = _("Write the hours as a number of zero or more.")
    field = "minutes"


class MoreThanADayHolds(Refusal):
    message = _("%(minutes)s minutes from %(started_on)s to %(ended_on)s would be more than 24 hours a day.")
    remedy = _("Check the minutes and the dates; hours must be written as minutes.")
    field = "minutes"


class MoreThanWasHeld(Refusal):
    message = _("%(minutes)s minutes are more than the %(held_minutes)s minutes that the class was held.")
    remedy = _("Check the minutes against the class's own sessions.")
    field = "minutes"


class AttendedMoreThanWasHeld(Refusal):
    message = _("%(attended)s sessions attended are more than the %(held)s that were held.")
    remedy = _("Compare both with the attendance list; perhaps they stand in each other's column.")
    field = "attended_sessions"


class CertificateAlreadyClaimed(Refusal):
    message = _("The certificate %(certificate_no)s is already in another person's account.")
    remedy = _("Check the number with the issuer. If it is this learner's, the certification body settles it.")
    field = "certificate_no"


class OutsideAccreditedScope(Refusal):
    message = _("%(institution)s is not accredited for %(code)s.")
    remedy = _("Ask the certification body to widen the accreditation, or check the code.")
    field = "institution_code"


class OutsideAccreditedPeriod(Refusal):
    message = _("%(institution)s was not accredited for %(code)s on %(ended_on)s.")
    remedy = _("Check the date, or ask the certification body about the accreditation's period.")
    field = "end_date"


@dataclass(frozen=True, slots=True)
class Accreditation:
    """What an institution may report in `[begins_on, ends_on)`: origins, patterns of codes, labels of levels.

    Empty is unlimited. A record that says no level is at none that could be outside.
    """

    begins_on: date = date.min
    ends_on: date = date.max
    origins: frozenset[str] = frozenset()
    codes: tuple[str, ...] = ()
    levels: frozenset[str] = frozenset()

    def covers(self, record: Record) -> bool:
        """Whether the record is in its scope, whatever the day."""
        return (
            (not self.origins or record.origin in self.origins)
            and (not self.levels or not record.level or record.level in self.levels)
            and (not self.codes or any(fnmatchcase(record.code, pattern) for pattern in self.codes))
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the city knows that a record is held against; None means that there is nothing to hold it against.

    `known_name` is the name on the account that `person_ref` leads to, None when it leads to none.
    """

    today: date
    person_ref: str
    name: str
    known_name: str | None
    scale: GradeScale | None = None
    held_minutes: int | None = None
    certificate_no: str = ""
    certificate_claimed_by_other: bool = False
    accreditations: Sequence[Accreditation] | None = None


def problems(record: Record, around: Surroundings) -> list[Refusal]:
    """Everything that keeps a record out, in a fixed order: who, when, how much, how good, by whose right."""
    return [
        *_person(around),
        *_dates(record, around),
        *_amounts(record, around),
        *_proof(record, around),
        *_accreditation(record, around),
    ]


def _person(around: Surroundings) -> Iterator[Refusal]:
    if around.known_name is None and _IDENTITY_NUMBER.fullmatch(around.person_ref):
        yield IdentityNumberGiven()
    elif around.known_name is None:
        yield UnknownLearner(person_ref=around.person_ref)
    elif not same_name(around.name, around.known_name):
        # The account's own name is not told: a sender of numbers could read the city's residents that way.
        yield NameMismatch(name=around.name)


def _dates(record: Record, around: Surroundings) -> Iterator[Refusal]:
    if record.ended_on > around.today:
        yield EndsInFuture(ended_on=record.ended_on.isoformat())
    if record.started_on is not None and record.started_on > record.ended_on:
        yield EndsBeforeItBegins(started_on=record.started_on.isoformat(), ended_on=record.ended_on.isoformat())


def _amounts(record: Record, around: Surroundings) -> Iterator[Refusal]:
    if record.minutes < 0:
        yield MinutesNegative()
    started_on = min(record.started_on or record.ended_on, record.ended_on)
    days = (record.ended_on - started_on).days + 1
    if record.minutes > days * _MINUTES_A_DAY:
        yield MoreThanADayHolds(
            minutes=record.minutes, started_on=started_on.isoformat(), ended_on=record.ended_on.isoformat()
        )
    if around.held_minutes is not None and record.minutes > around.held_minutes:
        yield MoreThanWasHeld(minutes=record.minutes, held_minutes=around.held_minutes)
    if record.attended is not None and record.held is not None and record.attended > record.held:
        yield AttendedMoreThanWasHeld(attended=record.attended, held=record.held)


def _proof(record: Record, around: Surroundings) -> Iterator[Refusal]:
    if around.scale is not None and not around.scale.holds(record.grade):
        yield GradeNotInScale(grade=record.grade, scale=around.scale.code)
    if around.certificate_claimed_by_other:
        yield CertificateAlreadyClaimed(certificate_no=around.certificate_no)


def _accreditation(record: Record, around: Surroundings) -> Iterator[Refusal]:
    if around.accreditations is None:
        return
    covering = [entry for entry in around.accreditations if entry.covers(record)]
    if not covering:
        yield OutsideAccreditedScope(institution=record.institution, code=record.code)
    elif not any(entry.begins_on <= record.ended_on < entry.ends_on for entry in covering):
        yield OutsideAccreditedPeriod(
            institution=record.institution, code=record.code, ended_on=record.ended_on.isoformat()
        )
