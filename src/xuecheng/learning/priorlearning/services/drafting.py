"""The learner's verbs: begin, choose units, answer, hand in, pause, go on, take back (C-44). Pausing loses nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, refusing
from xuecheng.city.workdays.queries import due_after
from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import UnitVersion
from xuecheng.learning.creditbank.queries import rule_units
from xuecheng.learning.priorlearning import news
from xuecheng.learning.priorlearning.models import Answer, Application, Centre, Claim, Evidence, Group, Pause
from xuecheng.learning.priorlearning.queries.acts import APPLY

from .clocks import days_left
from .drawing import seed_of
from .refusals import (
    AnswersMissing,
    CentreClosed,
    EvidenceMissing,
    NothingToPause,
    NotPaused,
    NotWritable,
    NoUnitChosen,
    TooLateToWithdraw,
    TooManyUnits,
    UnitHeld,
    UnitNotOffered,
)
from .rows import identities_held, locked

UNITS_MOST = 10
"""Units of one application (ours)."""

_WITHDRAWABLE = ("draft", "submitted", "returned", "screened", "assessing")


def begin_application(
    *, actor: Standing, public_id: UUID, centre: Centre, units: Sequence[UnitVersion], at: datetime
) -> Application:
    """Begin to write an application for some units; it stays a draft for as long as its learner wants.

    Asked again with the same id, the same one. Right: priorlearning.apply, one's own. Raises `Denied`, `CentreClosed`,
    `NoUnitChosen`, `TooManyUnits`, `UnitNotOffered`, `UnitHeld`, `FormUsedBefore`.
    """
    require(actor, APPLY, on=actor.person)
    with trace.change(by=actor.person, why=gettext_noop("Began an application for recognition")):
        return begin_for(learner=actor.person, public_id=public_id, centre=centre, units=units, group=None, at=at)


def begin_for(
    *,
    learner: Person,
    public_id: UUID,
    centre: Centre,
    units: Sequence[UnitVersion],
    group: Group | None,
    at: datetime,
) -> Application:
    """The same, for verbs that have checked the right to it and opened the change."""
    with refusing(priorlearning_application_id_once=FormUsedBefore, priorlearning_claim_unit_once=UnitHeld):
        keys = lock_accounts(learner.pk)
        known = Application.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.learner_id not in keys or known.centre_id != centre.pk:
                raise FormUsedBefore
            return known
        if not centre.is_open:
            raise CentreClosed
        row = Application.objects.create(public_id=public_id, learner=learner, centre=centre, group=group, begun_at=at)
        _write_units(row, units, keys=keys, at=at)
        return row


def choose_units(*, actor: Standing, application: Application, units: Sequence[UnitVersion], at: datetime) -> None:
    """Choose other units while it is being written; answers to units that stay are kept.

    Right: priorlearning.apply, one's own. Raises `Denied`, `NotWritable`, and as `begin_application` does.
    """
    require(actor, APPLY, on=application.learner)
    with (
        trace.change(by=actor.person, why=gettext_noop("Chose units for recognition")),
        refusing(priorlearning_claim_unit_once=UnitHeld),
    ):
        row = _writable(application)
        _write_units(row, units, keys=lock_accounts(row.learner_id), at=at)


def save_answers(
    *,
    actor: Standing,
    application: Application,
    answers: Mapping[tuple[int, int], str],
    employer_name: str,
    employer: Organisation | None,
    at: datetime,
) -> None:
    """Keep what was written so far, by (number of the unit, number of the outcome); an empty text takes it out.

    What is not named stays as it is. Right: priorlearning.apply, one's own. Raises `Denied`, `NotWritable`.
    """
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Answered questions about what one can do")):
        row = _writable(application)
        row.employer_name, row.employer = employer_name.strip()[:120], employer
        row.save(update_fields=["employer_name", "employer"])
        claims = {claim.number: claim for claim in row.claims.all()}
        for (number, outcome), text in answers.items():
            claim = claims.get(number)
            if claim is None or not 1 <= outcome <= len(claim.unit.outcomes):
                continue
            if text.strip():
                Answer.objects.update_or_create(
                    claim=claim, outcome=outcome, defaults={"text": text.strip()[:3000], "saved_at": at}
                )
            else:
                Answer.objects.filter(claim=claim, outcome=outcome).delete()


def submit_application(*, actor: Standing, application: Application, at: datetime) -> Application:
    """Hand it in: every question answered, at least one piece of evidence. The seed of the draw is fixed now (C-76).

    Said twice, once. Right: priorlearning.apply, one's own. Raises `Denied`, `NotWritable`, `AnswersMissing`,
    `EvidenceMissing`, `UnitHeld`.
    """
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Handed in an application for recognition")):
        row = locked(application)
        if row.state == Application.State.SUBMITTED:
            return row
        if row.state not in Application.WRITABLE:
            raise NotWritable
        lacking = sum(len(one.unit.outcomes) for one in row.claims.all())
        lacking -= Answer.objects.filter(claim__application=row).count()
        if lacking:
            raise AnswersMissing(n=lacking)
        if not Evidence.objects.filter(application=row, removed_at=None).exists():
            raise EvidenceMissing
        held = identities_held(lock_accounts(row.learner_id), but=row.pk)
        for claim in row.claims.all():
            if claim.identity in held:
                raise UnitHeld(unit=claim.unit.title)
        if not row.seed:
            head = ledger.newest_city_head()
            row.seal_number, row.seed = head.n, seed_of(head)
        row.state, row.submitted_at = Application.State.SUBMITTED, at
        row.due_on = due_after(clock.date_of(at), row.centre.screening_days)
        row.reminded_at = row.overdue_at = None
        row.save()
        news.tell_submitted(row, at=at)
    return row


def pause_application(*, actor: Standing, application: Application, at: datetime) -> Application:
    """Stop the clock on the learner's wish: nobody works on it and nothing runs out until they go on. Said twice, once.

    Right: priorlearning.apply, one's own. Raises `Denied`, `NothingToPause`.
    """
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Paused an application for recognition")):
        row = locked(application, may_be_paused=True)
        if row.paused_at is not None:
            return row
        if row.state not in ("submitted", "screened", "assessing") or row.due_on is None:
            raise NothingToPause
        row.paused_at = at
        Pause.objects.create(application=row, began_at=at, days_left=days_left(clock.date_of(at), row.due_on))
        row.save(update_fields=["paused_at"])
    return row


def resume_application(*, actor: Standing, application: Application, at: datetime) -> Application:
    """Go on where it was: as many working days are left as there were. Said twice, once.

    Right: priorlearning.apply, one's own. Raises `Denied`, `NotPaused`.
    """
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Went on with an application for recognition")):
        row = locked(application, may_be_paused=True)
        if row.paused_at is None:
            raise NotPaused
        pause = Pause.objects.get(application=row, ended_at=None)
        pause.ended_at = at
        pause.save(update_fields=["ended_at"])
        row.paused_at = row.reminded_at = row.overdue_at = None
        # Who was late when it was paused has at least a day.
        row.due_on = due_after(clock.date_of(at), max(pause.days_left or 0, 1))
        row.save(update_fields=["paused_at", "due_on", "reminded_at", "overdue_at"])
    return row


def withdraw_application(*, actor: Standing, application: Application, at: datetime) -> Application:
    """Take it back before everything is decided; what was recognised by then stays. Said twice, once.

    Right: priorlearning.apply, one's own. Raises `Denied`, `TooLateToWithdraw`.
    """
    require(actor, APPLY, on=application.learner)
    with trace.change(by=actor.person, why=gettext_noop("Took back an application for recognition")):
        row = locked(application, may_be_paused=True)
        if row.state == Application.State.WITHDRAWN:
            return row
        if row.state not in _WITHDRAWABLE:
            raise TooLateToWithdraw
        Pause.objects.filter(application=row, ended_at=None).update(ended_at=at)
        end_claims(row, at=at)
        row.state, row.due_on, row.paused_at = Application.State.WITHDRAWN, None, None
        row.save(update_fields=["state", "due_on", "paused_at"])
        row.assignments.filter(ended_at=None).update(ended_at=at)
    return row


def end_claims(row: Application, *, at: datetime) -> None:
    """What is not decided ends with the application, so that the unit may be asked for anew."""
    for claim in row.claims.filter(state=Claim.State.CLAIMED):
        claim.state, claim.decided_at = Claim.State.DROPPED, at
        claim.save(update_fields=["state", "decided_at"])


def _writable(application: Application) -> Application:
    row = locked(application)
    if row.state not in Application.WRITABLE:
        raise NotWritable
    return row


def _write_units(row: Application, units: Sequence[UnitVersion], *, keys: tuple[int, ...], at: datetime) -> None:
    wanted = {unit.pk: unit for unit in units}
    if not wanted:
        raise NoUnitChosen
    if len(wanted) > UNITS_MOST:
        raise TooManyUnits(most=UNITS_MOST)
    today, law, held = clock.date_of(at), rule_units(), identities_held(keys, but=row.pk)
    known = {claim.unit_id: claim for claim in row.claims.all()}
    for key, claim in known.items():
        if key not in wanted:
            claim.delete()
    number = max((claim.number for key, claim in known.items() if key in wanted), default=0)
    for key, unit in wanted.items():
        of = law.get(str(unit))
        if of is None or unit.state != UnitVersion.State.PUBLISHED or not of.begins_on <= today < of.ends_on:
            raise UnitNotOffered(unit=unit.title)
        if of.identity in held:
            raise UnitHeld(unit=unit.title)
        if key in known:
            continue
        number += 1
        Claim.objects.create(
            public_id=uuid5(row.public_id, f"claim/{key}/{at.isoformat()}"), application=row,
            learner_id=row.learner_id, number=number, unit=unit, identity=of.identity,
        )  # fmt: skip
