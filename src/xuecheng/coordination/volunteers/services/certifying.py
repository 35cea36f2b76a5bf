"""The verb of certificates: free of charge, at once, and from the record only (V-06)."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.refusals import FormUsedBefore, Refusal, refusing
from xuecheng.coordination.volunteers import queries
from xuecheng.coordination.volunteers.models import Certificate, Volunteer
from xuecheng.coordination.volunteers.queries import SERVE
from xuecheng.learning.credentials.rules import transcript_code

from .locking import locked_person

_RANDOM_BYTES = 8
"""Of which a code takes 60 bits, as a transcript's does (C-88)."""


class NothingServed(Refusal):
    message = _("No service counts yet; a certificate says only what was recorded (V-06).")
    remedy = _("After your first shift it is there.")


def issue_certificate(
    *, actor: Standing, public_id: UUID, volunteer: Volunteer, language: str, at: datetime
) -> Certificate:
    """Issue a certificate of everything that counts now. Asked again with the same id, the same certificate.

    Right: volunteers.serve, one's own. Raises `Denied`, `NothingServed`, `FormUsedBefore`.
    """
    require(actor, SERVE, on=volunteer.person)
    with (
        trace.change(by=actor.person, why=gettext_noop("Certificate of service issued")),
        refusing(volunteer_certificate_public_id_once=FormUsedBefore),
    ):
        locked_person(volunteer.person_id)
        if known := Certificate.objects.filter(public_id=public_id, volunteer=volunteer).first():
            return known
        account = queries.account_of(volunteer, at=at)
        if account.minutes < 1:
            raise NothingServed
        lines = [
            asdict(one) | {"first_on": one.first_on.isoformat(), "last_on": one.last_on.isoformat()}
            for one in queries.served_of(volunteer)
        ]
        content = {
            "holder": volunteer.person.name, "lines": lines, "is_fictional": volunteer.person.is_fictional,
            "services": queries.counted_ids(volunteer),
        }  # fmt: skip
        return Certificate.objects.create(
            public_id=public_id, code=transcript_code(secrets.token_bytes(_RANDOM_BYTES)), volunteer=volunteer,
            person_id=volunteer.person_id, language=language, issued_at=at, minutes=account.minutes,
            star=account.star.number, content=content,
        )  # fmt: skip
