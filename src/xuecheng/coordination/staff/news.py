"""What agreements tell people: whose word is awaited, and that something about an agreement has changed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Agreement
from .queries.agreements import SIGN, next_party
from .rules import Party

ASKED, CHANGED = "staff.consent_asked", "staff.agreement_changed"


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        ASKED,
        _("An agreement to teach waits for your consent"),
        kinds.Words(
            title=_("An agreement to teach waits for your consent: “%(purpose)s”."),
            body=_("Open it, read it, and say yes or no."),
            sms=_("An agreement to teach waits for your consent. Sign in to read it."),
        ),
        sample={"purpose": "冬季书法初级班（街道社区学校）"},
        channels=("email", "sms"),
        icon="writing",
    )
    kinds.register(
        CHANGED,
        _("An agreement to teach has changed"),
        kinds.Words(
            title=_("An agreement to teach has changed: “%(purpose)s”."),
            body=_("Open it to see what holds now."),
            sms=_("An agreement to teach has changed. Sign in to see what holds now."),
        ),
        sample={"purpose": "冬季书法初级班（街道社区学校）"},
        icon="writing",
    )


def tell_whose_turn(row: Agreement, *, at: datetime) -> None:
    """Tell the party whose word is awaited: the person, or whoever may sign for the unit."""
    said = list(row.consents.all())
    turn = next_party(row, said)
    if turn is None:
        return
    if turn is Party.PERSON:
        keys = [row.person_id]
    else:
        unit = row.home if turn is Party.HOME else row.receiver
        signers = people_who_may(SIGN, at=unit, today=clock.date_of(at)) if unit else []
        keys = [one.pk for one in signers if one.pk != row.person_id]
    _tell(ASKED, row, keys, key=f"{row.public_id}/{row.round}/{turn}", at=at)


def tell_changed(row: Agreement, *, but: int, at: datetime) -> None:
    """Tell the person and whoever drafted it, except `but`, who did it."""
    keys = {row.person_id, row.drafted_by_id} - {but}
    _tell(CHANGED, row, sorted(keys), key=f"{row.public_id}/{row.round}/{row.state}/{row.during.upper}", at=at)


def _tell(kind: str, row: Agreement, keys: list[int], *, key: str, at: datetime) -> None:
    about = ("staff:show_agreement", str(row.public_id))
    tell_many(kind, [Telling(one, key, {"purpose": row.purpose}, about) for one in keys], at=at)
