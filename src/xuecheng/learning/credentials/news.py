"""What credentials tell people: the holder hears when somebody else revokes a transcript."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.notices import kinds
from xuecheng.city.notices.faces import day
from xuecheng.city.notices.services import tell

from .models import Transcript

REVOKED = "credentials.transcript_revoked"


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        REVOKED,
        _("A transcript of yours was revoked"),
        kinds.Words(
            title=_("Your transcript of %(issued_on)s was revoked."),
            body=_("Whoever looks it up sees so. Your transcripts show the reason; you can get a new one there."),
            sms=_("A transcript of yours was revoked. Sign in to see why."),
        ),
        sample={"issued_on": {"on": "2026-11-23"}},
        channels=("email", "sms"),
        may_be_switched_off=False,
        icon="certificate",
    )


def tell_revoked(transcript: Transcript, *, at: datetime) -> None:
    """Tell the holder. The code is no secret of ours to send about: the page lists it."""
    tell(
        transcript.learner,
        REVOKED,
        {"issued_on": day(clock.date_of(transcript.issued_at))},
        key=str(transcript.pk),
        at=at,
        about=("credentials:list_transcripts",),
    )
