"""Verbs of evaluation and awards (V-06): what an organiser says of somebody's service, and honours that it saw."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.volunteers import queries
from xuecheng.coordination.volunteers.models import Activity, Award, Evaluation, Volunteer
from xuecheng.coordination.volunteers.queries import PEOPLE

from .locking import locked_person
from .registering import OwnVolunteer, ProofMissing, require_ours


class NotServedThere(Refusal):
    message = _("No service in this activity counts; only what was recorded is evaluated (V-06).")
    field = "activity"


class PoorSaysWhy(Refusal):
    message = _("Say what was not as agreed; the volunteer reads it.")
    field = "words"


class AwardUnnamed(Refusal):
    message = _("Say which award it is, and who gave it.")
    field = "title"


class GivenInFuture(Refusal):
    message = _("An award is entered when it was given.")
    field = "given_on"


def evaluate(
    *, actor: Standing, volunteer: Volunteer, activity: Activity, mark: str, words: str, at: datetime
) -> Evaluation:
    """Say how somebody's service was in an activity (V-06); a newer word takes the place of the older.

    Right: volunteers.keep_volunteer at the organiser. Raises `Denied`, `OwnVolunteer`, `NotServedThere`, `PoorSaysWhy`.
    """
    require(actor, PEOPLE, on=activity.organisation)
    if volunteer.person_id in actor.person_keys:
        raise OwnVolunteer
    if mark == Evaluation.Mark.POOR and not words.strip():
        raise PoorSaysWhy
    with trace.change(by=actor.person, why=gettext_noop("Service of a volunteer evaluated")):
        keys = locked_person(volunteer.person_id)
        if not queries.served_in(keys, activity):
            raise NotServedThere
        said = {"mark": mark, "words": words.strip()[:300]}
        known = Evaluation.objects.filter(volunteer=volunteer, activity=activity).first()
        if known is not None and all(getattr(known, name) == value for name, value in said.items()):
            return known
        row, _is_new = Evaluation.objects.update_or_create(
            volunteer=volunteer, activity=activity,
            defaults={"person_id": volunteer.person_id, "by": actor.person, "at": at, **said},
        )  # fmt: skip
    return row


def record_award(
    *,
    actor: Standing,
    public_id: UUID,
    volunteer: Volunteer,
    organisation: Organisation,
    title: str,
    given_by: str,
    given_on: date,
    proof: str,
    at: datetime,
) -> Award:
    """Enter an award that was given (V-06). Asked again with the same id, the same entry.

    Right: volunteers.keep_volunteer at the organisation, for its volunteers. Raises `Denied`, `OwnVolunteer`,
    `NotOurs`, `AwardUnnamed`, `ProofMissing`, `GivenInFuture`, `FormUsedBefore`.
    """
    require_ours(actor, volunteer, organisation)
    if not title.strip() or not given_by.strip():
        raise AwardUnnamed(at_field="given_by" if title.strip() else "title")
    if not proof.strip():
        raise ProofMissing
    if given_on > clock.date_of(at):
        raise GivenInFuture
    with (
        trace.change(by=actor.person, why=gettext_noop("Award of a volunteer entered")),
        refusing(volunteer_award_public_id_once=FormUsedBefore),
    ):
        locked_person(volunteer.person_id)
        if known := Award.objects.filter(public_id=public_id, volunteer=volunteer).first():
            return known
        return Award.objects.create(
            public_id=public_id, volunteer=volunteer, person_id=volunteer.person_id, organisation=organisation,
            title=title.strip()[:80], given_by=given_by.strip()[:80], given_on=given_on, proof=proof.strip()[:120],
            recorded_by=actor.person, recorded_at=at,
        )  # fmt: skip


def withdraw_award(*, actor: Standing, award: Award, organisation: Organisation, at: datetime) -> None:
    """It was entered wrongly, or was taken away. Said twice, once.

    Right: volunteers.keep_volunteer at the organisation, for its volunteers. Raises `Denied`, `OwnVolunteer`,
    `NotOurs`.
    """
    require_ours(actor, award.volunteer, organisation)
    with trace.change(by=actor.person, why=gettext_noop("Award of a volunteer taken back")):
        locked_person(award.person_id)
        Award.objects.filter(pk=award.pk, withdrawn_at__isnull=True).update(withdrawn_at=at)
