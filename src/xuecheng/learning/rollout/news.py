"""What roll-out tells people: proposals to second officers, decisions and ends to institutions, phases to officers."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from xuecheng.city import clock
from xuecheng.city.access.queries import people_who_may
from xuecheng.city.notices import kinds
from xuecheng.city.notices.services import Telling, tell_many
from xuecheng.city.organisations.models import Kind, Organisation

from .models import Accreditation, Phase
from .queries.acts import DECIDE, PROPOSE

WAITS, DECIDED, ENDING, OPENED = (
    "rollout.accreditation_waits", "rollout.accreditation", "rollout.accreditation_ending", "rollout.phase",
)  # fmt: skip
_AT_INSTITUTION = "records.enter_record"
"""Whoever sends an institution's records hears what becomes of its accreditation."""
_NAMED = {"institution": "天河社区学院"}


def register() -> None:
    """Called from `apps.py`."""
    kinds.register(
        WAITS,
        _("An accreditation waits for a second officer"),
        kinds.Words(
            title=_("To be decided: accreditation of %(institution)s."),
            body=_("Another officer proposed it. Grant it, or refuse it with the reason."),
            sms=_("An accreditation waits for your decision. Sign in to see it."),
        ),
        sample=_NAMED,
        icon="certificate",
    )
    kinds.register(
        DECIDED,
        _("An accreditation of your institution was decided"),
        kinds.Words(
            title=_("About the accreditation of %(institution)s."),
            body=_("It was granted, refused, suspended, lifted or ended. The register says what holds now."),
            sms=_("About the accreditation of your institution: sign in to see what holds now."),
        ),
        sample=_NAMED,
        icon="certificate",
        channels=("email",),
    )
    kinds.register(
        ENDING,
        _("An accreditation ends soon"),
        kinds.Words(
            title=_("The accreditation of %(institution)s ends in at most %(days)s days."),
            body=_("Learning that ends after it cannot be reported. Ask the certification body to renew it."),
            sms=_("An accreditation of your institution ends soon. Sign in to see when."),
        ),
        sample=_NAMED | {"days": "60"},
        icon="clock",
        channels=("email",),
    )
    kinds.register(
        OPENED,
        _("A phase of the roll-out was opened"),
        kinds.Words(
            title=_("Open now: %(phase)s."),
            body=_("Conversion rules within it may be approved from now on."),
            sms=_("A phase of the roll-out was opened. Sign in to see what it covers."),
        ),
        sample={"phase": "第一阶段"},
        icon="list-check",
    )


def tell_proposed(row: Accreditation, *, at: datetime) -> None:
    """Tell the other officers."""
    about = ("rollout:show_accreditation", str(row.public_id))
    people = people_who_may(DECIDE, at=row.organisation, today=clock.date_of(at))
    values = {"institution": row.organisation.name_zh}
    key = str(row.public_id)
    tell_many(WAITS, [Telling(one.pk, key, values, about) for one in people if one.pk != row.proposed_by_id], at=at)


def tell_decided(row: Accreditation, *, at: datetime) -> None:
    """Tell the institution; `at` is part of the key, because a suspension may come and go more than once."""
    about = ("rollout:show_institution", row.organisation.code)
    people = people_who_may(_AT_INSTITUTION, at=row.organisation, today=clock.date_of(at))
    values = {"institution": row.organisation.name_zh}
    key = f"{row.public_id}/{row.state}/{at.isoformat()}"
    tell_many(DECIDED, [Telling(one.pk, key, values, about) for one in people], at=at)


def tell_ending(row: Accreditation, *, days: int, at: datetime) -> None:
    """Tell the institution and whoever proposes renewals, once for each of the warnings."""
    today = clock.date_of(at)
    about = ("rollout:show_institution", row.organisation.code)
    values = {"institution": row.organisation.name_zh, "days": str(days)}
    found = [*people_who_may(_AT_INSTITUTION, at=row.organisation, today=today)]
    found += people_who_may(PROPOSE, at=row.organisation, today=today)
    key = f"{row.public_id}/{days}"
    tell_many(ENDING, [Telling(one, key, values, about) for one in sorted({one.pk for one in found})], at=at)


def tell_opened(row: Phase, *, at: datetime) -> None:
    """Tell the officers of every certification body."""
    today = clock.date_of(at)
    about = ("rollout:list_phases", "")
    people: set[int] = set()
    for body in Organisation.objects.filter(kind=Kind.CERTIFICATION_BODY, is_active=True).select_related("territory"):
        people |= {one.pk for one in people_who_may(PROPOSE, at=body, today=today)}
    values = {"phase": row.name_zh}
    key = f"{row.public_id}/open"
    tell_many(OPENED, [Telling(one, key, values, about) for one in sorted(people)], at=at)
