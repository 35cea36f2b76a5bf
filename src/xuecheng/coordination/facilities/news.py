"""What places tell people: that a room they wait for is offered to them, or went to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.city.organisations.models import Organisation

from .models import LoanRequest, RoomLoan, RoomWait
from .queries import BOOK, KEEP

OFFERED, LAPSED = "facilities.room_offered", "facilities.room_lapsed"
ASKED, NOT_LENT = "facilities.room_asked", "facilities.room_not_lent"
LENT, LOAN_ENDED = "facilities.room_lent", "facilities.loan_ended"
_SAMPLE = {"room": "学院楼 301室", "when": "2026-11-23 19:00"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        OFFERED,
        _("A room you wait for is free"),
        kinds.Words(
            title=_("A room is offered to you: %(room)s, %(when)s."),
            body=_("It is kept for you until %(until)s, then the next is asked."),
            sms=_("A room you wait for is offered to you until %(until)s. Sign in to take it."),
        ),
        sample={**_SAMPLE, "until": "2026-11-22 18:00"},
        channels=("email", "sms"),
        urgency="now",
        icon="door",
    )
    kinds.register(
        LAPSED,
        _("A room you waited for was not to be had, or the offer ran out"),
        kinds.Words(
            title=_("You wait no more for %(room)s, %(when)s."),
            body=_("The offer was not taken in time, or the time has come. Look for another room, or wait anew."),
            sms=_("You wait no more for a room: the offer was not taken in time, or the time has come."),
        ),
        sample=_SAMPLE,
        icon="door",
    )
    kinds.register(
        ASKED,
        _("Another unit asks for a room of yours"),
        kinds.Words(
            title=_("%(unit)s asks for rooms of %(place)s: “%(purpose)s”."),
            body=_("Look at the week, then lend it or say why not."),
            sms=_("Another unit asks for a room of yours. Sign in to answer."),
        ),
        sample={"unit": "逢源社区学校", "place": "学院楼", "purpose": "秋季书法班"},
        channels=("email",),
        icon="arrows-exchange",
    )
    kinds.register(
        NOT_LENT,
        _("A room that your unit asked for is not lent"),
        kinds.Words(
            title=_("Rooms of %(place)s are not lent to your unit: “%(purpose)s”."),
            body=_("The owner says: %(answer)s"),
            sms=_("A room that your unit asked for is not lent. Sign in to read why."),
        ),
        sample={"place": "学院楼", "purpose": "秋季书法班", "answer": "周二晚上合唱团要用，周三可以"},
        channels=("email",),
        icon="arrows-exchange",
    )
    kinds.register(
        LENT,
        _("Rooms are lent to your unit"),
        kinds.Words(
            title=_("Rooms at %(place)s are lent to your unit: “%(purpose)s”."),
            body=_("Within the agreed times your unit books them by itself."),
            sms=_("Rooms of another unit are lent to yours. Sign in to see which."),
        ),
        sample={"place": "学院楼", "purpose": "秋季书法班"},
        icon="arrows-exchange",
    )
    kinds.register(
        LOAN_ENDED,
        _("Rooms are lent to your unit no more"),
        kinds.Words(
            title=_("Rooms at %(place)s are lent to your unit only until before %(day)s."),
            body=_("Bookings given back: %(number)s. Classes held there need other rooms."),
            sms=_("Rooms of another unit are lent to yours no more. Sign in to see from when on."),
        ),
        sample={"place": "学院楼", "purpose": "秋季书法班", "day": "2026-12-01", "number": 4},
        channels=("email",),
        urgency="now",
        icon="arrows-exchange",
    )


def tell_asked(request: LoanRequest, *, at: datetime) -> None:
    """Tell those who keep the owner's places that a unit asks for a room."""
    unit = {"zh": request.unit.name_zh, "en": request.unit.name_en or request.unit.name_zh}
    _tell_of_request(ASKED, request, KEEP, request.venue.owner, at=at, unit=unit)


def tell_refused(request: LoanRequest, *, at: datetime) -> None:
    """Tell those who book for the unit that asked why it is not lent."""
    _tell_of_request(NOT_LENT, request, BOOK, request.unit, at=at, answer=request.answer)


def _tell_of_request(
    kind: str, request: LoanRequest, act: str, whom: Organisation, *, at: datetime, **more: Any
) -> None:
    place = {"zh": request.venue.name_zh, "en": request.venue.name_en or request.venue.name_zh}
    about = ("facilities:show_request", str(request.public_id))
    values = {"place": place, "purpose": request.purpose} | more
    people = people_who_may(act, at=whom, today=clock.date_of(at))
    tell_many(kind, [Telling(one.pk, f"{request.public_id}/{request.state}", values, about) for one in people], at=at)


def tell_lent(loan: RoomLoan, *, at: datetime) -> None:
    """Tell those who book for the unit to which rooms are lent."""
    _tell_borrower(LENT, loan, at=at)


def tell_loan_ended(loan: RoomLoan, number: int, *, at: datetime) -> None:
    """Tell them from when on they are lent no more, and how many bookings were given back."""
    _tell_borrower(LOAN_ENDED, loan, at=at, day=f"{loan.end:%Y-%m-%d}", number=number)


def _tell_borrower(kind: str, loan: RoomLoan, *, at: datetime, **more: Any) -> None:
    place = {"zh": loan.venue.name_zh, "en": loan.venue.name_en or loan.venue.name_zh}
    about = ("facilities:show_venue", str(loan.venue.public_id))
    values = {"place": place, "purpose": loan.purpose} | more
    people = people_who_may(BOOK, at=loan.borrower, today=clock.date_of(at))
    tell_many(kind, [Telling(one.pk, str(loan.public_id), values, about) for one in people], at=at)


def tell_offered(wait: RoomWait, *, at: datetime) -> None:
    """Tell whoever is first that the room is theirs if they want it."""
    _tell(OFFERED, wait, at=at, until=_written(wait.offered_until))


def tell_lapsed(wait: RoomWait, *, at: datetime) -> None:
    """Tell them that it is over."""
    _tell(LAPSED, wait, at=at)


def _tell(kind: str, wait: RoomWait, *, at: datetime, **more: Any) -> None:
    venue, space = wait.venue, wait.space
    room = {
        "zh": f"{venue.name_zh} {space.name_zh}",
        "en": f"{venue.name_en or venue.name_zh}, {space.name_en or space.name_zh}",
    }
    values = {"room": room, "when": _written(wait.during.lower)} | more
    tell_many(
        kind,
        [Telling(wait.booked_by_id, f"{wait.public_id}/{wait.state}", values, ("facilities:list_waits",))],
        at=at,
    )


def _written(moment: Any) -> str:
    return f"{moment.astimezone(clock.zone()):%Y-%m-%d %H:%M}"
