"""What holders see: to whom they said yes, and who asked."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from xuecheng.city.rights import Standing
from xuecheng.learning.employers.models import Consent, Inquiry

from .acts import CONSENT


def own_consents(viewer: Standing) -> QuerySet[Consent]:
    """One's own consents, those that ended too; for a list by (-id)."""
    return Consent.objects.filter(learner__in=viewer.own_keys(CONSENT) or [-1]).select_related("organisation")


def own_consent(viewer: Standing, public_id: UUID) -> Consent | None:
    return own_consents(viewer).select_related("learner").filter(public_id=public_id).first()


def inquiries(viewer: Standing) -> QuerySet[Inquiry]:
    """Who asked about one's own credentials; for a list by (-id)."""
    return Inquiry.objects.filter(learner__in=viewer.own_keys(CONSENT) or [-1]).select_related("organisation")
