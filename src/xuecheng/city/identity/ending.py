"""When a session ends by itself, and what pages say of it beforehand: no time-out without warning (WCAG 2.2.1).

A session ends when it was not used for long, and at last in any case; of staff much sooner (ASVS 7.3.1, 7.3.2). Use
puts the first off; the second only a fresh proof of who one is.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from xuecheng.city import clock
from xuecheng.city.access.requests import everything, standing
from xuecheng.city.people.models import Person
from xuecheng.web.providers import SignedInUntil
from xuecheng.web.requests import page_behind
from xuecheng.web.templatetags.xc import day_time

SEEN = "identity_seen"
BEGAN = "identity_began"
SEEN_EVERY_S = 600
"""Use is noted that often only; so long may pass beyond the limit of staff."""
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Ending:
    """The second at which a session is over, and whether use no longer puts it off."""

    at: float
    is_final: bool


def is_over(request: HttpRequest, now: float) -> bool:
    """Whether the session ended by itself. Roles are asked for only where it would matter."""
    if now >= _ending(request, now, of_staff=False).at:
        return True
    return now >= _ending(request, now, of_staff=True).at and bool(everything(request).holdings)


def ending_of(request: HttpRequest, now: float) -> Ending:
    """When the session of the signed-in person ends if it is not used from now on."""
    return _ending(request, now, of_staff=bool(everything(request).holdings))


def _ending(request: HttpRequest, now: float, *, of_staff: bool) -> Ending:
    seen = float(request.session.get(SEEN, now))
    if of_staff:
        idle = seen + settings.STAFF_SESSION_IDLE_MINUTES * 60 + SEEN_EVERY_S
        last = _proved(request, now) + settings.STAFF_SESSION_HOURS * 3600
    else:
        idle = seen + settings.SESSION_IDLE_DAYS * _DAY_S
        last = _proved(request, now) + settings.SESSION_DAYS * _DAY_S
    return Ending(at=min(idle, last), is_final=last <= idle)


def _proved(request: HttpRequest, now: float) -> float:
    """When the person last proved who they are: at the sign-in, or anew since."""
    began = float(request.session.setdefault(BEGAN, int(now)))
    proofs = get_authentication_records(request, request.user)
    return max([began, *(float(record.get("at", 0)) for record in proofs)])


def until(request: HttpRequest) -> SignedInUntil | None:
    """What the shell says of it. No query of its own."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person) or not request.session.session_key:
        return None
    now = clock.now()
    ending = ending_of(request, now.timestamp())
    return SignedInUntil(
        asked_at=now,
        left_s=max(0, int(ending.at - now.timestamp())),
        words=_words(ending),
        is_final=ending.is_final,
        stay_url=reverse("identity:stay"),
        again_url=f"{reverse('account_reauthenticate')}?{urlencode({'next': page_behind(request)})}",
        draft_key=_draft_key(request, person),
    )


def _words(ending: Ending) -> str:
    at = {"time": day_time(datetime.fromtimestamp(ending.at, UTC))}
    if ending.is_final:
        return _("You will be signed out at %(time)s. That keeps your account safe.") % at
    return _("If you do nothing, you will be signed out at %(time)s. That keeps your account safe.") % at


def _draft_key(request: HttpRequest, person: Person) -> str:
    """A key of this person, and of whom they act for: what they typed opens for nobody else."""
    whom = f"{person.public_id} {getattr(standing(request).person, 'public_id', '')}"
    return base64.b64encode(salted_hmac("identity.draft", whom, algorithm="sha256").digest()).decode()
