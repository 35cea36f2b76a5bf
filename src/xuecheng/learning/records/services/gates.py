"""The gates of C-13 as rows meet them: the rules' own, and what only a row can get wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from xuecheng.city.refusals import Refusal
from xuecheng.learning.records import rules, scales
from xuecheng.learning.records.entries import Entry
from xuecheng.learning.records.models import DECIDED_ORIGINS, Origin, Status
from xuecheng.learning.records.queries.arriving import Learner, Reporter

_A_DAY = 24 * 60


class KeyOfAnotherLearner(Refusal):
    message = _("The record “%(record_key)s” belongs to another learner.")
    remedy = _("Check number and key. If the first one was wrong, withdraw it and send this one under a new key.")
    field = "record_key"


class GradeScaleUnknown(Refusal):
    message = _("There is no grade scale “%(grade_scale)s”.")
    remedy = _("Write one of: %(scales)s.")
    field = "grade_scale"


class ContactExceedsTotal(Refusal):
    message = _("The hours in class are more than all hours of learning.")
    remedy = _("Check the two numbers; the total counts class and self-study.")
    field = "contact_minutes"


class ExpiresBeforeIssue(Refusal):
    message = _("It expires on %(valid_to)s, before it was issued.")
    remedy = _("Check the two dates.")
    field = "valid_to"


class TerritoryUnknown(Refusal):
    message = _("There is no division with the code %(territory_code)s.")
    remedy = _("Write the official code of 12 digits, or leave it empty.")
    field = "territory_code"


class OriginNotReported(Refusal):
    message = _("Prior learning is recognised by assessors; no institution reports it as a record.")
    remedy = _("Let the learner apply for recognition.")
    field = "origin"


class Around(NamedTuple):
    """What a row is held against: the day, the codes of divisions that exist, the bodies and people it names.

    `is_of_another` says that the row's key is bound to a learner other than the one it names.
    """

    today: date
    places: Collection[str]
    reporter: Reporter | None
    learner: Learner | None
    is_of_another: bool = False


def plainly_passes(entry: Entry, around: Around) -> bool:
    """Whether the row passes every gate as most rows do; asking the gates one by one costs ten times as much.

    False says nothing: `obstacles` then decides. A property test holds the two together.
    """
    reporter, learner, today, ended_on = around.reporter, around.learner, around.today, entry.ended_on
    started_on, minutes = entry.started_on, entry.minutes
    return (
        entry.origin not in DECIDED_ORIGINS
        and learner is not None
        and reporter is not None
        and not around.is_of_another
        and entry.name == learner.name
        and ended_on <= today
        and (started_on is None or started_on <= ended_on)
        and minutes >= 0
        and (minutes <= _A_DAY or (started_on is not None and minutes <= ((ended_on - started_on).days + 1) * _A_DAY))
        and (entry.contact_minutes is None or entry.contact_minutes <= minutes)
        and (entry.attended_sessions is None or entry.held_sessions is None or _attended_in_bounds(entry))
        and (entry.grade_scale == "" or scales.holds(entry.grade_scale, entry.grade))
        and (entry.valid_to is None or entry.valid_to >= ended_on)
        and (entry.territory_code == "" or entry.territory_code in around.places)
        and reporter.may_report(entry.origin, entry.level, ended_on)
    )


def _attended_in_bounds(entry: Entry) -> bool:
    return (entry.attended_sessions or 0) <= (entry.held_sessions or 0)


def obstacles(entry: Entry, around: Around) -> list[Refusal]:
    """Everything that keeps the row out: the city's gates (C-13), then what only rows can get wrong."""
    reporter, learner = around.reporter, around.learner
    is_certificate = entry.origin == Origin.CERTIFICATE
    found = rules.problems(
        rules.Record(
            key=entry.record_key,
            learner=learner.id if learner else 0,
            institution=reporter.name if reporter else entry.institution_code,
            origin=entry.origin,
            code=entry.code,
            title=entry.title,
            ended_on=entry.ended_on,
            started_on=entry.started_on,
            grade=entry.grade,
            level=entry.level,
            minutes=entry.minutes,
            attended=entry.attended_sessions,
            held=entry.held_sessions,
        ),
        rules.Surroundings(
            today=around.today,
            person_ref=entry.person_ref,
            name=entry.name,
            known_name=learner.name if learner else None,
            scale=_scale_to_hold_against(entry),
            certificate_no=entry.record_key,
            certificate_claimed_by_other=around.is_of_another and is_certificate,
            accreditations=reporter.accreditations if reporter else None,
        ),
    )
    first = [OriginNotReported()] if entry.origin in DECIDED_ORIGINS else []
    return [*first, *found, *_of_rows(entry, around, is_certificate=is_certificate)]


def _scale_to_hold_against(entry: Entry) -> rules.GradeScale | None:
    # Who left before the end has no grade.
    if entry.status == Status.WITHDRAWN and not entry.grade:
        return None
    return scales.SCALES.get(entry.grade_scale)


def _of_rows(entry: Entry, around: Around, *, is_certificate: bool) -> Iterator[Refusal]:
    if entry.grade_scale and entry.grade_scale not in scales.SCALES:
        yield GradeScaleUnknown(grade_scale=entry.grade_scale, scales=", ".join(scales.SCALES))
    if entry.contact_minutes is not None and entry.contact_minutes > entry.minutes:
        yield ContactExceedsTotal()
    if entry.valid_to is not None and entry.valid_to < entry.ended_on:
        yield ExpiresBeforeIssue(valid_to=entry.valid_to.isoformat())
    if entry.territory_code and entry.territory_code not in around.places:
        yield TerritoryUnknown(territory_code=entry.territory_code)
    if around.is_of_another and not is_certificate:
        yield KeyOfAnotherLearner(record_key=entry.record_key)
