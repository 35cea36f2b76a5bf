"""What learning from outside tells people: the learner, and the officers of the certification body."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Delivery, ForeignRecord
from .queries import DECIDE

READ, DECIDED, LOOK, CLEARED = "foreign.read", "foreign.decided", "foreign.look", "foreign.cleared"
_ICON = "certificate"
_SAMPLE = {"title": "编译原理"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        READ,
        _("A file with learning from outside was read"),
        kinds.Words(
            title=_("Your file was read: “%(title)s”."),
            body=_("Open it to see what came in, what counts, and what was left out and why."),
            sms=_("Your file with learning from outside was read. Sign in to see what came in."),
        ),
        sample={"title": "transcript.xml"},
        icon=_ICON,
    )
    kinds.register(
        DECIDED,
        _("Learning from outside was decided on"),
        kinds.Words(
            title=_("News about what you learnt elsewhere: “%(title)s”."),
            body=_("Open it to see what it counts and why."),
            sms=_("There is news about what you learnt elsewhere. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon=_ICON,
        channels=("email", "sms"),
    )
    kinds.register(
        CLEARED,
        _("It is settled whose an outside record is"),
        kinds.Words(
            title=_("“%(title)s” is yours: the certification body looked at it."),
            body=_("Another person had brought it too. It stays in your record. The reason: %(words)s"),
            sms=_("It is settled that a record from outside is yours. Sign in to see it."),
        ),
        sample=_SAMPLE | {"words": "证书编号与本人出示的原件一致"},
        icon=_ICON,
        channels=("email", "sms"),
    )
    kinds.register(
        LOOK,
        _("A record from outside must be looked at"),
        kinds.Words(
            title=_("Look at a record from outside: “%(title)s”."),
            body=_("Two people brought it, or its issuer revoked it. Open it to see."),
            sms=_("A record from outside must be looked at. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="alert-triangle",
        channels=("email",),
    )


def tell_read(row: Delivery, *, at: datetime) -> None:
    about = ("foreign:show_delivery", str(row.public_id))
    tell_many(READ, [Telling(row.learner_id, str(row.public_id), {"title": row.file_name}, about)], at=at)


def tell_decided(row: ForeignRecord, *, at: datetime) -> None:
    about = ("foreign:show_record", str(row.public_id))
    key = f"{row.public_id}/{row.state}/{row.round}"
    tell_many(DECIDED, [Telling(row.learner_id, key, {"title": row.title}, about)], at=at)


def tell_cleared(row: ForeignRecord, words: str, *, contested_at: datetime, at: datetime) -> None:
    """Tell the learner that what another person brought too is theirs; once for each contest."""
    about = ("foreign:show_record", str(row.public_id))
    key = f"{row.public_id}/cleared/{contested_at.isoformat()}"
    told = Telling(row.learner_id, key, {"title": row.title, "words": words.strip()[:300]}, about)
    tell_many(CLEARED, [told], at=at)


def tell_desk(row: ForeignRecord, what: str, *, at: datetime) -> None:
    """Tell the officers, the learner's own office left out."""
    about = ("foreign:show_record", str(row.public_id))
    people = people_who_may(DECIDE, at=row.body, today=clock.date_of(at))
    who = [one.pk for one in people if one.pk != row.learner_id]
    tell_many(LOOK, [Telling(one, f"{row.public_id}/{what}", {"title": row.title}, about) for one in who], at=at)
