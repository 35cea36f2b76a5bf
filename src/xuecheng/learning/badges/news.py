"""What issued credentials tell people: that one came, holds no more or not for now, and that an organisation looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .models import Badge

ISSUED, REVOKED, SUSPENDED, LOOKED = "badges.issued", "badges.revoked", "badges.suspended", "badges.looked"
_SAMPLE = {"title": "智能手机应用"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        ISSUED,
        _("A credential was issued to you"),
        kinds.Words(
            title=_("A credential for you: “%(title)s”."),
            body=_("It can be verified anywhere. You decide who sees it."),
            sms=_("A credential was issued to you. Sign in to see it."),
        ),
        sample=_SAMPLE,
        icon="certificate",
    )
    kinds.register(
        REVOKED,
        _("A credential of yours was revoked"),
        kinds.Words(
            title=_("Revoked: “%(title)s”."),
            body=_("Whoever verifies it sees so. Open it to read why."),
            sms=_("A credential of yours was revoked. Sign in to see why."),
        ),
        sample=_SAMPLE,
        channels=("email", "sms"),
        may_be_switched_off=False,
        icon="certificate",
    )
    kinds.register(
        SUSPENDED,
        _("A credential of yours is suspended"),
        kinds.Words(
            title=_("Suspended for now: “%(title)s”."),
            body=_("It does not verify until that is over. Open it to read why."),
            sms=_("A credential of yours is suspended. Sign in to see why."),
        ),
        sample=_SAMPLE,
        channels=("email", "sms"),
        may_be_switched_off=False,
        icon="certificate",
    )
    kinds.register(
        LOOKED,
        _("An organisation verified a credential of yours"),
        kinds.Words(
            title=_("“%(by)s” verified “%(title)s”."),
            body=_("Your credential shows who looked and when."),
            sms=_("An organisation verified a credential of yours. Sign in to see which."),
        ),
        sample={**_SAMPLE, "by": "广州某公司"},
        icon="eye",
    )


def tell_issued(rows: Sequence[Badge], *, at: datetime) -> None:
    """Holders of new credentials. A fixed number of statements."""
    tell_many(ISSUED, [Telling(row.learner_id, str(row.public_id), _values(row), _page(row)) for row in rows], at=at)


def tell_revoked(row: Badge, *, at: datetime) -> None:
    _tell(row, REVOKED, at=at)


def tell_suspended(row: Badge, *, at: datetime) -> None:
    _tell(row, SUSPENDED, at=at)


def tell_looked(row: Badge, organisation: str, *, at: datetime) -> None:
    """At most once a day for an organisation and a credential."""
    key = f"{row.public_id}/{organisation}/{at:%Y%m%d}"
    tell_many(LOOKED, [Telling(row.learner_id, key, {**_values(row), "by": organisation}, _page(row))], at=at)


def _tell(row: Badge, kind: str, *, at: datetime) -> None:
    key = f"{row.public_id}/{at.isoformat()}"
    tell_many(kind, [Telling(row.learner_id, key, _values(row), _page(row))], at=at)


def _values(row: Badge) -> dict[str, str]:
    return {"title": row.achievement.title_zh}


def _page(row: Badge) -> tuple[str, ...]:
    return ("badges:show_badge", str(row.public_id))
