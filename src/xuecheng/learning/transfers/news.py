"""What giving tells: the receiver of an offer, the giver of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Gift, Kinship

RECORDED, ENDED = "transfers.recorded", "transfers.kinship_ended"
OFFERED, ACCEPTED, DECLINED, EXPIRED = (
    "transfers.offered", "transfers.accepted", "transfers.declined", "transfers.expired",
)  # fmt: skip
_ANSWERS = {Gift.State.ACCEPTED: ACCEPTED, Gift.State.DECLINED: DECLINED, Gift.State.EXPIRED: EXPIRED}


def register() -> None:
    """Called from `apps.py`."""
    sms = _("There is news of points within your family. Sign in to see it.")
    for kind, label, title, body in (
        (OFFERED, _("Somebody of your family offers you points"), _("%(name)s offers you points."),
         _("Accept or decline. Until when you can answer stands on the page.")),
        (ACCEPTED, _("Points you offered were accepted"), _("%(name)s accepted your points."),
         _("They are on the other account now.")),
        (DECLINED, _("Points you offered were declined"), _("%(name)s declined your points."),
         _("They are free on your account again.")),
        (EXPIRED, _("Points you offered were not answered in time"), _("%(name)s did not answer in time."),
         _("The points are free on your account again.")),
        (RECORDED, _("A relation in your family was recorded"), _("Is it so? %(name)s and you are of one family."),
         _("Points can be given once both of you agreed. Say yes, or that it is not so, on the page.")),
        (ENDED, _("A relation in your family was ended"), _("%(name)s and you are no longer recorded as one family."),
         _("No points can be given between you any more; what was given stays. If this is wrong, ask at a counter.")),
    ):  # fmt: skip
        words = kinds.Words(title=title, body=body, sms=sms)
        kinds.register(kind, label, words, sample={"name": "何家霖"}, icon="gift")


def tell_offered(row: Gift, *, at: datetime) -> None:
    _tell(OFFERED, row, row.receiver_id, row.giver.name, at=at)


def tell_recorded(row: Kinship, *, at: datetime) -> None:
    """Both are asked whether it is so."""
    about = ("transfers:list_own", "")
    told = ((row.one_id, row.other.name), (row.other_id, row.one.name))
    tell_many(RECORDED, [Telling(key, f"{row.public_id}/recorded", {"name": name}, about) for key, name in told], at=at)


def tell_ended(row: Kinship, *, to_sides_not: Sequence[int] = (), at: datetime) -> None:
    """Both, or the one who did not end it. The reason stands on their page only."""
    about = ("transfers:list_own", "")
    told = ((row.one_id, row.other.name), (row.other_id, row.one.name))
    tellings = [
        Telling(key, f"{row.public_id}/ended", {"name": name}, about) for key, name in told if key not in to_sides_not
    ]
    tell_many(ENDED, tellings, at=at)


def tell_answered(row: Gift, *, at: datetime) -> None:
    _tell(_ANSWERS[Gift.State(row.state)], row, row.giver_id, row.receiver.name, at=at)


def _tell(kind: str, row: Gift, person_id: int, name: str, *, at: datetime) -> None:
    about = ("transfers:list_own", "")
    tell_many(kind, [Telling(person_id, f"{row.public_id}/{row.state}", {"name": name}, about)], at=at)
