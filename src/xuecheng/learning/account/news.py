"""What an account tells its owner: until when credit may be put to new use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many

from .queries.ending import Ending

ENDING = "account.ending"


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        ENDING,
        _("Credit may soon not be put to new use"),
        kinds.Words(
            title=_("Some of your credit may be put to new use until %(until)s only."),
            body=_("It stays on your account, and what it was used for stays. Open your account to see which it is."),
            sms=_("Some of your credit may soon not be put to new use. Sign in to see which."),
        ),
        sample={"until": "2027-05-22"},
        icon="clock",
        channels=("email",),
    )


def tell_ending(rows: Iterable[Ending], *, at: datetime) -> None:
    """Tell each owner once for each last day and warning."""
    told = [
        Telling(
            one.learner_id, f"{one.until.isoformat()}/{one.warning}", {"until": one.until.isoformat()},
            ("account:see_account", ""),
        )
        for one in rows
    ]  # fmt: skip
    tell_many(ENDING, told, at=at)
