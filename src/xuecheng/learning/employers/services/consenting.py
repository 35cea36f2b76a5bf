"""Verbs of holders: say yes to an organisation until a day, and take it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.groups import lock_accounts
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.learning.employers.models import Consent
from xuecheng.learning.employers.models.consents import MOST
from xuecheng.learning.employers.queries.acts import CONSENT

_MOST_OPEN: Final = 50


class OrganisationUnknown(Refusal):
    message = _("No organisation goes by this code or name.")
    remedy = _("Ask the employer for the code under which it stands in the city’s directory.")
    field = "organisation"


class EndWrong(Refusal):
    message = _("A consent ends after now, and within %(days)s days.")
    remedy = _("Choose another last day; you can agree again at any time.")
    field = "until"


class TooManyOpen(Refusal):
    message = _("You have said yes to fifty organisations.")
    remedy = _("Take one back that is not needed any more.")


def most_days() -> int:
    """So many days a consent lasts at most: 90 (C-89), or fewer where an installation says so."""
    return min(settings.EMPLOYER_CONSENT_DAYS, MOST.days)


def give_consent(
    *,
    actor: Standing,
    public_id: UUID,
    learner: Person,
    organisation: Organisation | None,
    until: datetime,
    at: datetime,
) -> Consent:
    """Let an organisation get answers about the learner's credentials until a moment, in place of an earlier consent.

    Asked again with the same id, the same consent. Right: employers.give_consent on the learner. Raises `Denied`,
    `OrganisationUnknown`, `EndWrong`, `TooManyOpen`, `FormUsedBefore`.
    """
    require(actor, CONSENT, on=learner)
    with (
        trace.change(by=actor.person, why=gettext_noop("Agreed that an organisation verifies credentials")),
        refusing(employers_consent_id_once=FormUsedBefore),
    ):
        keys = lock_accounts(learner.pk)
        known = Consent.objects.filter(public_id=public_id).first()
        if known is not None:
            if known.learner_id not in keys or organisation is None or known.organisation_id != organisation.pk:
                raise FormUsedBefore
            return known
        if organisation is None or not organisation.is_active:
            raise OrganisationUnknown
        if not at < until <= at + timedelta(days=most_days()):
            raise EndWrong(days=most_days())
        mine = Consent.objects.filter(learner__in=keys, ended_at=None)
        mine.filter(organisation=organisation).update(ended_at=at)
        if mine.filter(until__gt=at).count() >= _MOST_OPEN:
            raise TooManyOpen
        return Consent.objects.create(
            public_id=public_id, learner=learner, organisation=organisation, given_at=at, until=until
        )


def withdraw_consent(*, actor: Standing, consent: Consent, at: datetime) -> Consent:
    """From now on the organisation gets no answers. Said twice, once. Right: employers.give_consent on the learner.

    Raises `Denied`.
    """
    require(actor, CONSENT, on=consent.learner)
    with trace.change(by=actor.person, why=gettext_noop("Took a consent to an organisation back")):
        row = Consent.objects.select_for_update(no_key=True).get(pk=consent.pk)
        if row.ended_at is None:
            row.ended_at = at
            row.save(update_fields=["ended_at"])
    return row
