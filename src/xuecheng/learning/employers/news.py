"""What verification by employers tells people: that an organisation asked, and whether it got an answer."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Inquiry

ANSWERED, UNANSWERED = "employers.answered", "employers.unanswered"
_SAMPLE = {"by": "广州某公司"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        ANSWERED,
        _("An organisation verified a transcript or certificate of yours"),
        kinds.Words(
            title=_("“%(by)s” asked about your certificates and got an answer."),
            body=_("You had agreed. You can see what it asked, and take your consent back."),
            sms=_("An organisation verified a certificate of yours. Sign in to see which."),
        ),
        sample=_SAMPLE,
        icon="eye",
    )
    kinds.register(
        UNANSWERED,
        _("An organisation asked about certificates of yours without your consent"),
        kinds.Words(
            title=_("“%(by)s” asked about your certificates and was told nothing."),
            body=_("You have not agreed to it. If you want it to get an answer, say so; otherwise do nothing."),
            sms=_("An organisation asked about your certificates and was told nothing. Sign in to see which."),
        ),
        sample=_SAMPLE,
        icon="shield-check",
    )


def tell_answered(row: Inquiry, *, at: datetime) -> None:
    _tell(ANSWERED, row, at=at)


def tell_unanswered(row: Inquiry, *, at: datetime) -> None:
    _tell(UNANSWERED, row, at=at)


def _tell(kind: str, row: Inquiry, *, at: datetime) -> None:
    """Once for a list and a person, however many of its rows name them."""
    values = {"by": row.organisation.name_zh}
    tell_many(kind, [Telling(row.learner_id, str(row.list_id), values, ("employers:list_consents",))], at=at)
