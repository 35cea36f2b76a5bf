"""What redemption tells people: learners what became of their orders, staff what waits and what runs short."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.city.organisations.models import Organisation

from .models import Handing, Offer, Redemption, Stock
from .queries.acts import HAND_OUT, KEEP

RESERVED, ENDING, LAPSED, CALLED_OFF, HANDED_OUT, REFUNDED, ASKED, LOW = (
    "redemption.reserved", "redemption.ending", "redemption.lapsed", "redemption.called_off", "redemption.handed_out",
    "redemption.refunded", "redemption.asked", "redemption.low",
)  # fmt: skip
_ICON = "gift"
_SAMPLE = {"title": "书法入门套装"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        RESERVED,
        _("Something was reserved for you"),
        kinds.Words(
            title=_("Kept for you: “%(title)s”."),
            body=_("Show the voucher at the counter. Until when it is kept stands on it."),
            sms=_("Something was reserved for you. Sign in to see until when it is kept."),
        ),
        sample=_SAMPLE,
        icon=_ICON,
    )
    kinds.register(
        ENDING,
        _("What is kept for you is soon free again"),
        kinds.Words(
            title=_("Kept for one more day: “%(title)s”."),
            body=_("Fetch it in time. After that it is free again, and your points come back."),
            sms=_("What you reserved is kept for one more day. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="clock",
        channels=("sms",),
    )
    kinds.register(
        LAPSED,
        _("What you reserved was not fetched in time"),
        kinds.Words(
            title=_("Not fetched in time: “%(title)s”."),
            body=_("Nothing is lost: what it would have cost is on your account again."),
            sms=_("What you reserved was not fetched in time; your points are back. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="clock",
    )
    kinds.register(
        CALLED_OFF,
        _("What you reserved was called off"),
        kinds.Words(
            title=_("Called off: “%(title)s”."),
            body=_("It cannot be handed out. Open it to read why. What it would have cost is on your account again."),
            sms=_("What you reserved was called off; your points are back. Sign in to read why."),
        ),
        sample=_SAMPLE,
        icon=_ICON,
        channels=("sms",),
    )
    kinds.register(
        HANDED_OUT,
        _("Something was handed out to you"),
        kinds.Words(
            title=_("Handed out to you: “%(title)s”."),
            body=_("Was it not you? Open it, and tell the place that offers it."),
            sms=_("Something that you reserved was handed out. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon=_ICON,
    )
    kinds.register(
        REFUNDED,
        _("What you paid was given back"),
        kinds.Words(
            title=_("Given back to you: “%(title)s”."),
            body=_("What it had cost is on your account again. Open it to read why."),
            sms=_("What you paid was given back to your account. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="wallet",
    )
    kinds.register(
        ASKED,
        _("A learner asks for an exemption or a qualification"),
        kinds.Words(
            title=_("Somebody asks for: “%(title)s”."),
            body=_("The credit is there. Grant it, or say why not."),
            sms=_("A learner asks for an exemption or a qualification. Sign in to answer."),
        ),
        sample={"title": "免修：信息技术基础"},
        icon="school",
    )
    kinds.register(
        LOW,
        _("Few are left of something you offer"),
        kinds.Words(
            title=_("Few are left: “%(title)s”."),
            body=_("Enter what comes in, or close the offer."),
            sms=_("Few are left of something you offer. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="alert-triangle",
    )


def tell_reserved(row: Redemption, *, at: datetime) -> None:
    _tell_learner(RESERVED, row, key=str(row.public_id), at=at)


def tell_ending(row: Redemption, *, at: datetime) -> None:
    _tell_learner(ENDING, row, key=f"{row.public_id}/ending", at=at)


def tell_lapsed(row: Redemption, *, at: datetime) -> None:
    _tell_learner(LAPSED, row, key=f"{row.public_id}/lapsed", at=at)


def tell_called_off(row: Redemption, *, at: datetime) -> None:
    _tell_learner(CALLED_OFF, row, key=f"{row.public_id}/off", at=at)


def tell_handed_out(row: Redemption, *, at: datetime) -> None:
    _tell_learner(HANDED_OUT, row, key=f"{row.public_id}/out/{row.handed}", at=at)


def tell_refunded(row: Redemption, made: Handing, *, at: datetime) -> None:
    _tell_learner(REFUNDED, row, key=f"{row.public_id}/back/{made.public_id}", at=at)


def tell_asked(row: Redemption, *, at: datetime) -> None:
    """Tell whoever may grant it."""
    _tell_staff(ASKED, HAND_OUT, row.offer.organisation, row.offer, key=str(row.public_id), about=row.public_id, at=at)


def tell_if_low(offer: Offer, *, at: datetime) -> None:
    """Tell whoever keeps it that few are left; once for each time that it runs short."""
    if offer.low_stock is None:
        return
    stock = Stock.objects.get(offer_id=offer.pk)
    if stock.free > offer.low_stock:
        return
    came = stock.movements.filter(kind="received").order_by("-id").values_list("pk", flat=True).first()
    rows = Organisation.objects.select_related("territory")
    where = rows.get(pk=offer.organisation_id)
    people = people_who_may(KEEP, at=where, today=clock.date_of(at))
    about = ("redemption:keep_offer", str(offer.public_id))
    key = f"{offer.public_id}/low/{came}"
    tell_many(LOW, [Telling(one.pk, key, {"title": offer.title_zh}, about) for one in people], at=at)


def _tell_staff(
    kind: str, act: str, where: Organisation, offer: Offer, *, key: str, about: object, at: datetime
) -> None:
    people = people_who_may(act, at=where, today=clock.date_of(at))
    page = ("redemption:show_order", str(about))
    tell_many(kind, [Telling(one.pk, key, {"title": offer.title_zh}, page) for one in people], at=at)


def _tell_learner(kind: str, row: Redemption, *, key: str, at: datetime) -> None:
    about = ("redemption:show_order", str(row.public_id))
    tell_many(kind, [Telling(row.learner_id, key, {"title": row.offer.title_zh}, about)], at=at)
