"""What volunteers' service tells people: applications, answers, what is called off, what is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Assignment, LateEntry, Service
from .queries.acts import KEEP

APPLIED, OVERDUE, ANSWERED, CALLED_OFF, LOOKED_AT = (
    "volunteers.applied", "volunteers.overdue", "volunteers.answered", "volunteers.called_off", "volunteers.looked_at",
)  # fmt: skip
_SAMPLE = {"title": "教邻居用手机"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        APPLIED,
        _("Somebody applied for a shift, or gave a place back"),
        kinds.Words(
            title=_("The list of a shift has changed: “%(title)s”."),
            body=_("Somebody applied, or gave a place back. Open the list to see it."),
            sms=_("The list of a shift of volunteers has changed. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="heart-handshake",
    )
    kinds.register(
        OVERDUE,
        _("An application of a volunteer waits too long"),
        kinds.Words(
            title=_("An application waits too long: “%(title)s”."),
            body=_("Somebody offered to help and has no answer yet. Say yes, or no and why."),
            sms=_("An application of a volunteer waits too long. Sign in to answer it."),
        ),
        sample=_SAMPLE,
        icon="clock",
        channels=("email",),
    )
    kinds.register(
        ANSWERED,
        _("Your application as a volunteer was answered"),
        kinds.Words(
            title=_("Your application was answered: “%(title)s”."),
            body=_("Open your shifts to see the answer."),
            sms=_("Your application as a volunteer was answered. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="heart-handshake",
        channels=("email", "sms"),
    )
    kinds.register(
        CALLED_OFF,
        _("A shift as a volunteer is called off"),
        kinds.Words(
            title=_("You need not come: “%(title)s”."),
            body=_("Your shift is called off. Why, stands among your shifts."),
            sms=_("Your shift as a volunteer is called off. Sign in to see why."),
        ),
        sample=_SAMPLE,
        icon="calendar",
        channels=("email", "sms"),
    )
    kinds.register(
        LOOKED_AT,
        _("A service of yours is looked at, or was decided"),
        kinds.Words(
            title=_("About your service: “%(title)s”."),
            body=_("It overlaps with another one, or it was decided whether it counts. Open your service to see it."),
            sms=_("About your service as a volunteer: sign in to see what was found."),
        ),
        sample=_SAMPLE,
        icon="eye",
    )


def tell_applied(row: Assignment, *, at: datetime) -> None:
    """Tell whoever keeps the activity."""
    _tell_organisers(APPLIED, row, key=f"{row.public_id}/applied", at=at)


def tell_gave_back(row: Assignment, *, at: datetime) -> None:
    _tell_organisers(APPLIED, row, key=f"{row.public_id}/back", at=at)


def tell_overdue(row: Assignment, *, at: datetime) -> None:
    """Once for each application, however often it is asked."""
    _tell_organisers(OVERDUE, row, key=f"{row.public_id}/overdue", at=at)


def _tell_organisers(kind: str, row: Assignment, *, key: str, at: datetime) -> None:
    activity = row.shift.activity
    keepers = people_who_may(KEEP, at=activity.organisation, today=clock.date_of(at))
    about = ("volunteers:show_shift", str(row.shift.public_id))
    values = {"title": activity.title}
    tell_many(kind, [Telling(one.pk, key, values, about) for one in keepers if one.pk != row.person_id], at=at)


def tell_answered(row: Assignment, *, at: datetime) -> None:
    _tell(ANSWERED, [(row.person_id, f"{row.public_id}/{row.state}", row.shift.activity.title)], at=at)


def tell_called_off(rows: Iterable[Assignment], *, at: datetime) -> None:
    found = [(row.person_id, f"{row.public_id}/{row.state}", row.shift.activity.title) for row in rows]
    if found:
        _tell(CALLED_OFF, found, at=at)


def tell_in_review(rows: Iterable[Service], *, at: datetime) -> None:
    found = [(row.person_id, f"{row.public_id}/review/{at.isoformat()}", row.activity.title) for row in rows]
    _tell(LOOKED_AT, found, at=at)


def tell_decided(row: Service, *, at: datetime) -> None:
    _tell(LOOKED_AT, [(row.person_id, f"{row.public_id}/{row.state}/{at.isoformat()}", row.activity.title)], at=at)


def tell_late(row: LateEntry, *, at: datetime) -> None:
    """What an organiser registered afterwards was confirmed or not."""
    _tell(LOOKED_AT, [(row.person_id, f"{row.public_id}/{row.state}", row.shift.activity.title)], at=at)


def _tell(kind: str, rows: list[tuple[int, str, str]], *, at: datetime) -> None:
    about = ("volunteers:show_own",)
    tell_many(kind, [Telling(person, key, {"title": title}, about) for person, key, title in rows], at=at)
