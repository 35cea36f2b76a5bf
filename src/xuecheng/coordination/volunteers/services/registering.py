"""Verbs of the pool: registering, identity, a guardian's consent, trainings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.identity.queries import told_contacts_of
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.volunteers import queries, rules
from xuecheng.coordination.volunteers.models import Assignment, GuardianConsent, Training, Volunteer
from xuecheng.coordination.volunteers.queries import PEOPLE, SERVE

from .locking import locked_person


class TimesMissing(Refusal):
    message = _("Say when you usually can (V-01).")
    field = "times"


class NoContact(Refusal):
    message = _("Nobody could reach you: no telephone number and no e-mail address is kept (V-01).")
    remedy = _("Add one on the page “Sign-in and security”, or register through an organisation.")


class RegisteredBefore(Refusal):
    message = _("This person volunteers already.")
    field = "person"


class OwnVolunteer(Refusal):
    message = _("Nobody confirms anything about themselves.")
    remedy = _("Ask a colleague.")


class ProofMissing(Refusal):
    message = _("Say which paper was seen, and where it is kept.")
    field = "proof"


class OfAge(Refusal):
    message = _("This person is of age; no guardian's consent is needed.")


class ConsentKept(Refusal):
    message = _("A guardian's consent is kept already.")


class CompletedInFuture(Refusal):
    message = _("A training is entered when it was completed.")
    field = "completed_on"


class EndsBeforeCompleted(Refusal):
    message = _("It cannot end before it was completed.")
    field = "valid_until"


class StillAssigned(Refusal):
    message = _("There are shifts to come.")
    remedy = _("Give them back first.")


def register(
    *, actor: Standing, public_id: UUID, skills: Collection[str], times: Collection[str], at: datetime
) -> Volunteer:
    """Enter oneself as a volunteer (V-01), or change the entry; the same again changes nothing.

    Right: volunteers.serve, one's own. Raises `Denied`, `TimesMissing`, `NoContact`, `FormUsedBefore`.
    """
    require(actor, SERVE, on=actor.person)
    if not times:
        raise TimesMissing
    with (
        trace.change(by=actor.person, why=gettext_noop("Registered as a volunteer")),
        refusing(volunteer_public_id_once=FormUsedBefore),
    ):
        locked_person(actor.person.pk)
        row = queries.own_volunteer(actor.person)
        if (row is None or row.via_id is None) and not told_contacts_of(actor.person):
            raise NoContact
        if row is None:
            return Volunteer.objects.create(
                public_id=public_id, person=actor.person, skills=sorted(set(skills)), times=sorted(set(times)),
                registered_at=at,
            )  # fmt: skip
        said = (sorted(set(skills)), sorted(set(times)), Volunteer.State.REGISTERED)
        if said != (row.skills, row.times, row.state):
            row.skills, row.times, row.state = said
            row.save(update_fields=["skills", "times", "state"])
    return row


def register_person(
    *,
    actor: Standing,
    public_id: UUID,
    organisation: Organisation,
    person: Person,
    skills: Collection[str],
    times: Collection[str],
    at: datetime,
) -> Volunteer:
    """Register somebody through an organisation (V-01), which saw their identity and reaches them.

    Asked again with the same id, the same entry. Right: volunteers.keep_volunteer at the organisation. Raises
    `Denied`, `OwnVolunteer`, `TimesMissing`, `RegisteredBefore`, `FormUsedBefore`.
    """
    require(actor, PEOPLE, on=organisation)
    _check_other(actor, person.pk)
    if not times:
        raise TimesMissing
    with (
        trace.change(by=actor.person, why=gettext_noop("Registered as a volunteer through an organisation")),
        refusing(volunteer_public_id_once=FormUsedBefore),
    ):
        locked_person(person.pk)
        row = queries.own_volunteer(person)
        if row is not None:
            if row.public_id != public_id:
                raise RegisteredBefore
            return row
        return Volunteer.objects.create(
            public_id=public_id, person=person, via=organisation, skills=sorted(set(skills)), times=sorted(set(times)),
            registered_at=at, identity_seen_at=at, identity_seen_by=actor.person,
        )  # fmt: skip


def leave_volunteering(*, actor: Standing, volunteer: Volunteer, at: datetime) -> Volunteer:
    """Volunteer no more, for now or for good; what was served stays. Applications are taken back.

    Right: volunteers.serve, one's own. Raises `Denied`, `StillAssigned`.
    """
    require(actor, SERVE, on=volunteer.person)
    with trace.change(by=actor.person, why=gettext_noop("Left the volunteers")):
        keys = locked_person(volunteer.person_id)
        live = Assignment.objects.filter(person__in=keys)
        if live.filter(state__in=["assigned", "serving"], shift__during__endswith__gt=at).exists():
            raise StillAssigned
        live.filter(state=Assignment.State.APPLIED).update(state=Assignment.State.WITHDRAWN)
        row = Volunteer.objects.get(pk=volunteer.pk)
        if row.state != Volunteer.State.LEFT:
            row.state = Volunteer.State.LEFT
            row.save(update_fields=["state"])
    return row


def see_identity(*, actor: Standing, volunteer: Volunteer, organisation: Organisation, at: datetime) -> Volunteer:
    """An organisation saw who it is (V-01); seen before, nothing happens.

    Right: volunteers.keep_volunteer at the organisation, for its volunteers. Raises `Denied`, `OwnVolunteer`.
    """
    require_ours(actor, volunteer, organisation)
    with trace.change(by=actor.person, why=gettext_noop("Identity seen")):
        locked_person(volunteer.person_id)
        row = Volunteer.objects.get(pk=volunteer.pk)
        if row.identity_seen_at is None:
            row.identity_seen_at, row.identity_seen_by = at, actor.person
            row.save(update_fields=["identity_seen_at", "identity_seen_by"])
    return row


def record_consent(
    *, actor: Standing, public_id: UUID, volunteer: Volunteer, organisation: Organisation, proof: str, at: datetime
) -> GuardianConsent:
    """A guardian's written consent was seen (V-03); it counts until the volunteer is surely of age.

    Right: volunteers.keep_volunteer at the organisation, for its volunteers. Raises `Denied`, `OwnVolunteer`,
    `ProofMissing`, `YearOfBirthUnknown`, `OfAge`, `ConsentKept`, `FormUsedBefore`.
    """
    require_ours(actor, volunteer, organisation)
    if not proof.strip():
        raise ProofMissing
    today = clock.date_of(at)
    numbers = queries.numbers_at(organisation.territory.path, on=today)
    year = volunteer.person.birth_year
    if year is None:
        raise rules.YearOfBirthUnknown
    if not rules.may_be_minor(year, today, numbers):
        raise OfAge
    with (
        trace.change(by=actor.person, why=gettext_noop("A guardian's consent was seen")),
        refusing(volunteer_consent_public_id_once=FormUsedBefore, volunteer_consent_one_counts=ConsentKept),
    ):
        locked_person(volunteer.person_id)
        if known := GuardianConsent.objects.filter(public_id=public_id, volunteer=volunteer).first():
            return known
        return GuardianConsent.objects.create(
            public_id=public_id, volunteer=volunteer, person_id=volunteer.person_id, organisation=organisation,
            proof=proof.strip()[:120], until=rules.grown_up_on(year, numbers), recorded_by=actor.person, recorded_at=at,
        )  # fmt: skip


def withdraw_consent(*, actor: Standing, volunteer: Volunteer, organisation: Organisation, at: datetime) -> None:
    """The guardian takes it back: from now on nobody is assigned by it. Said twice, once.

    Right: volunteers.keep_volunteer at the organisation, for its volunteers. Raises `Denied`, `OwnVolunteer`.
    """
    require_ours(actor, volunteer, organisation)
    with trace.change(by=actor.person, why=gettext_noop("A guardian's consent was taken back")):
        locked_person(volunteer.person_id)
        GuardianConsent.objects.filter(volunteer=volunteer, withdrawn_at__isnull=True).update(withdrawn_at=at)


def record_training(
    *,
    actor: Standing,
    public_id: UUID,
    volunteer: Volunteer,
    organisation: Organisation,
    kind: str,
    completed_on: date,
    valid_until: date | None,
    proof: str,
    at: datetime,
) -> Training:
    """Enter a training that was completed (V-04). Asked again with the same id, the same entry.

    Right: volunteers.keep_volunteer at the organisation, for its volunteers. Raises `Denied`, `OwnVolunteer`,
    `ProofMissing`, `CompletedInFuture`, `EndsBeforeCompleted`, `FormUsedBefore`.
    """
    require_ours(actor, volunteer, organisation)
    if not proof.strip():
        raise ProofMissing
    if completed_on > clock.date_of(at):
        raise CompletedInFuture
    if valid_until is not None and valid_until < completed_on:
        raise EndsBeforeCompleted
    with (
        trace.change(by=actor.person, why=gettext_noop("Training entered")),
        refusing(volunteer_training_public_id_once=FormUsedBefore),
    ):
        locked_person(volunteer.person_id)
        if known := Training.objects.filter(public_id=public_id, volunteer=volunteer).first():
            return known
        return Training.objects.create(
            public_id=public_id, volunteer=volunteer, person_id=volunteer.person_id, organisation=organisation,
            kind=kind, completed_on=completed_on, valid_until=valid_until, proof=proof.strip()[:120],
            recorded_by=actor.person, recorded_at=at,
        )  # fmt: skip


def withdraw_training(*, actor: Standing, training: Training, organisation: Organisation, at: datetime) -> None:
    """It was entered wrongly, or counts no more. Said twice, once.

    Right: volunteers.keep_volunteer at the organisation, for its volunteers. Raises `Denied`, `OwnVolunteer`.
    """
    require_ours(actor, training.volunteer, organisation)
    with trace.change(by=actor.person, why=gettext_noop("Training taken back")):
        locked_person(training.person_id)
        Training.objects.filter(pk=training.pk, withdrawn_at__isnull=True).update(withdrawn_at=at)


def require_ours(actor: Standing, volunteer: Volunteer, organisation: Organisation) -> None:
    """At an organisation to which the volunteer came or applied, and never about oneself."""
    require(actor, PEOPLE, on=organisation)
    if not queries.is_ours(volunteer, organisation.pk):
        raise NotOurs
    _check_other(actor, volunteer.person_id)


class NotOurs(Refusal):
    message = _("This person neither came through your organisation nor applied to it.")


def _check_other(actor: Standing, person_id: int) -> None:
    if person_id in actor.person_keys:
        raise OwnVolunteer
