"""What collective accounts tell: the institution of applications, keepers of requests and deposits, members of ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Collective, Deposit, Membership
from .queries.acts import KEEP
from .queries.seeing import representatives

APPLIED, OPENED, REFUSED, ASKED, ADMITTED, DECLINED, ENDED, KEEPS, DEPOSITED, TAKEN_BACK, CLOSED = (
    "collectives.applied", "collectives.opened", "collectives.refused", "collectives.asked", "collectives.admitted",
    "collectives.declined", "collectives.ended", "collectives.keeps", "collectives.deposited",
    "collectives.taken_back", "collectives.closed",
)  # fmt: skip
_ICON = "users"
_SAMPLE = {"name": "荔湾湖晨读会"}


def register() -> None:
    """Called from `apps.py`."""
    for kind, label, title, body in (
        (APPLIED, _("Somebody applies for a collective account"), _("“%(name)s” applies for a collective account."),
         _("Open it, or say why not.")),
        (OPENED, _("A collective account you applied for is open"), _("The account of “%(name)s” is open."),
         _("You keep it. Others can ask to join; you admit them.")),
        (REFUSED, _("A collective account you applied for was refused"), _("No account for “%(name)s”."),
         _("Open it to read why. You can apply again.")),
        (ASKED, _("Somebody asks to join a collective whose account you keep"),
         _("Somebody asks to join “%(name)s”."), _("Admit or decline.")),
        (ADMITTED, _("You were admitted to a collective"), _("You are a member of “%(name)s”."),
         _("You see its account. What it earns belongs to all together and does not count for yourself.")),
        (DECLINED, _("You were not admitted to a collective"), _("“%(name)s” did not admit you."),
         _("Ask whoever keeps its account, if you want to know why.")),
        (ENDED, _("Your membership of a collective was ended"), _("You are no member of “%(name)s” any more."),
         _("If that is wrong, ask the institution that keeps the account.")),
        (KEEPS, _("You keep a collective account"), _("Who keeps the account of “%(name)s”: you."),
         _("Until when stands on its page.")),
        (DEPOSITED, _("A collective whose account you keep was credited"), _("Credit for “%(name)s”: “%(title)s”."),
         _("It lies on the collective's account. It does not count for any member.")),
        (TAKEN_BACK, _("Credit of a collective whose account you keep was taken back"),
         _("Taken back from “%(name)s”: “%(title)s”."), _("Open its page to read why.")),
        (CLOSED, _("A collective account was closed"), _("The account of “%(name)s” is closed."),
         _("Open it to read why, and what became of the credit.")),
    ):  # fmt: skip
        sample = _SAMPLE | ({"title": "粤剧欣赏沙龙"} if kind in (DEPOSITED, TAKEN_BACK) else {})
        words = kinds.Words(title=title, body=body, sms=_("There is news of a collective account. Sign in to see it."))
        kinds.register(kind, label, words, sample=sample, icon=_ICON)


def tell_applied(row: Collective, *, at: datetime) -> None:
    """Tell whoever may open it, but not who applied."""
    people = people_who_may(KEEP, at=row.institution, today=clock.date_of(at))
    _tell(APPLIED, row, (one.pk for one in people if one.pk != row.applied_by_id), key="applied", at=at)


def tell_decided(row: Collective, *, at: datetime) -> None:
    kind = OPENED if row.state == Collective.State.OPEN else REFUSED
    _tell(kind, row, [row.applied_by_id], key=row.state, at=at)


def tell_asked(row: Membership, *, at: datetime) -> None:
    _tell(ASKED, row.collective, _keepers(row.collective, at=at), key=f"asked/{row.public_id}", at=at)


def tell_answered(row: Membership, *, at: datetime) -> None:
    kind = ADMITTED if row.state == Membership.State.STANDING else DECLINED
    _tell(kind, row.collective, [row.person_id], key=f"{row.state}/{row.public_id}", at=at)


def tell_ended(row: Membership, *, at: datetime) -> None:
    _tell(ENDED, row.collective, [row.person_id], key=f"ended/{row.public_id}", at=at)


def tell_keeps(row: Membership, *, at: datetime) -> None:
    if row.keeps_on(clock.date_of(at)):
        _tell(KEEPS, row.collective, [row.person_id], key=f"keeps/{row.public_id}/{row.keeps_until}", at=at)


def tell_deposited(row: Deposit, *, at: datetime) -> None:
    _tell(DEPOSITED, row.collective, _keepers(row.collective, at=at), key=f"{row.public_id}", at=at, title=row.title)


def tell_taken_back(row: Deposit, *, at: datetime, by_heir: Collective) -> None:
    """Tell who keeps the account; of a closed one, who keeps the account that its rest went to."""
    people = _keepers(by_heir, at=at)
    _tell(TAKEN_BACK, row.collective, people, key=f"{row.public_id}/back", at=at, title=row.title)


def tell_closed(row: Collective, people: Iterable[int], *, at: datetime) -> None:
    _tell(CLOSED, row, people, key="closed", at=at)


def _keepers(row: Collective, *, at: datetime) -> list[int]:
    today = clock.date_of(at)
    standing = Membership.objects.filter(collective=row, state=Membership.State.STANDING)
    keeping = standing.filter(keeps_from__lte=today, keeps_until__gt=today)
    people = list(keeping.order_by("person_id").values_list("person_id", flat=True))
    if row.organisation_id is None:
        return people
    # Who does not represent the organisation any more keeps nothing.
    in_office = representatives(row, on=today)
    return [one for one in people if one in in_office] or sorted(in_office)


def _tell(kind: str, row: Collective, people: Iterable[int], *, key: str, at: datetime, **more: str) -> None:
    about = ("collectives:show_account", str(row.public_id))
    values = {"name": row.name_zh} | more
    tell_many(kind, [Telling(one, f"{row.public_id}/{key}", values, about) for one in people], at=at)
