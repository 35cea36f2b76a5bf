"""Certificates of service behind their code, for anybody who holds one (V-06)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from xuecheng.city.people.groups import keys_of
from xuecheng.coordination.volunteers.models import Certificate, Service, Volunteer
from xuecheng.learning.credentials.rules import TranscriptCodeWrong, normalise_transcript_code


def counted_ids(row: Volunteer) -> list[str]:
    """The services that count of a volunteer, by public id. Two queries."""
    rows = Service.objects.filter(person__in=keys_of(row.person_id), state=Service.State.COUNTED)
    return [str(key) for key in rows.order_by("pk").values_list("public_id", flat=True)]


@dataclass(frozen=True)
class Checked:
    """A certificate, and how many of its minutes still count."""

    certificate: Certificate
    minutes_now: int

    @property
    def holds(self) -> bool:
        """Whether every hour in it still counts: none was shortened or found not to be so since (V-07)."""
        return self.minutes_now == self.certificate.minutes


def certificate_with(text: str) -> Checked | None:
    """The certificate with a code as somebody typed it; None for an unknown or a malformed one. Two queries."""
    try:
        code = normalise_transcript_code(text)
    except TranscriptCodeWrong:
        return None
    found = Certificate.objects.filter(code=code).select_related("person").first()
    if found is None:
        return None
    rows = Service.objects.filter(public_id__in=found.content["services"], state=Service.State.COUNTED)
    return Checked(found, rows.aggregate(m=Sum("minutes"))["m"] or 0)
