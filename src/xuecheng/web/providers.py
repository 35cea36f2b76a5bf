"""What the shell must know about the city and who tells it.

`web` is the lowest floor and imports nobody: higher floors hand in functions from the `ready()` of their `apps.py`.
Until they do, nobody is signed in, nothing is allowed, and the city has no name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Capacity:
    """One hat of a person: in which organisation, as what. `key` is posted to switch to it."""

    key: str
    organisation: str
    label: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class ActingFor:
    """The person whose affairs are being handled, until when (as shown), and where to post to leave."""

    name: str
    until: str
    leave_url: str


@dataclass(frozen=True, slots=True)
class PersonLabel:
    """Who is signed in, as far as the shell shows it."""

    name: str
    home_url: str
    capacities: tuple[Capacity, ...] = ()
    switch_url: str = ""
    acting_for: ActingFor | None = None
    is_staff: bool = False

    @property
    def capacity(self) -> Capacity | None:
        """The hat worn now."""
        return next((capacity for capacity in self.capacities if capacity.is_current), None)

    @property
    def other_capacities(self) -> tuple[Capacity, ...]:
        """The hats that can be switched to."""
        return tuple(capacity for capacity in self.capacities if not capacity.is_current)


@dataclass(frozen=True, slots=True)
class Installation:
    """Whose city this is. A demonstration says so on every page."""

    city_zh: str = ""
    city_en: str = ""
    is_demonstration: bool = False

    @property
    def city(self) -> str:
        """The city's name in the language of the page."""
        return self.city_en if (get_language() or "").startswith("en") else self.city_zh

    @property
    def site(self) -> str:
        """What this site is called: 广州学城, Guangzhou Xuecheng."""
        if not self.city:
            return gettext("Xuecheng")
        return gettext("%(city)s Xuecheng") % {"city": self.city.removesuffix("市")}


@dataclass(frozen=True, slots=True)
class SignedInUntil:
    """When the session ends by itself, and how to put that off (WCAG 2.2.1)."""

    asked_at: datetime
    """When this was so; a page read without network says with it how old it is."""
    left_s: int
    words: str
    """The warning, with the time in it."""
    is_final: bool
    """Use does not put it off any more; a fresh proof of who one is does."""
    stay_url: str
    again_url: str
    draft_key: str
    """Seals what is typed while it waits in the browser; the same for this person at every sign-in."""

    @property
    def is_today(self) -> bool:
        """Whether less than a day is left, so that it is worth a line on every page (WCAG 2.2.6)."""
        return self.left_s < 24 * 3600


PersonProvider = Callable[["HttpRequest"], PersonLabel | None]
AllowedProvider = Callable[["HttpRequest", str], bool]
InstallationProvider = Callable[[], Installation]
UntilProvider = Callable[["HttpRequest"], SignedInUntil | None]


def _nobody(request: HttpRequest) -> PersonLabel | None:
    return None


def _never(request: HttpRequest) -> SignedInUntil | None:
    return None


def _nothing(request: HttpRequest, act: str) -> bool:
    return False


@dataclass(slots=True)
class _Providers:
    person: PersonProvider = _nobody
    allowed: AllowedProvider = _nothing
    installation: InstallationProvider = field(default=Installation)
    until: UntilProvider = _never


_providers = _Providers()


def set_person_provider(provider: PersonProvider) -> None:
    """Let `provider(request)` say who is signed in, or None."""
    _providers.person = provider


def set_allowed(provider: AllowedProvider) -> None:
    """Let `provider(request, act)` say whether the signed-in person may do `act`."""
    _providers.allowed = provider


def set_installation(provider: InstallationProvider) -> None:
    """Let `provider()` say whose city this is. It is asked once a page and should not query each time."""
    _providers.installation = provider


def set_until(provider: UntilProvider) -> None:
    """Let `provider(request)` say when the session of the signed-in person ends."""
    _providers.until = provider


def until_of(request: HttpRequest) -> SignedInUntil | None:
    """When the session ends by itself; None where nobody is signed in."""
    return _providers.until(request)


def person_of(request: HttpRequest) -> PersonLabel | None:
    """Who is signed in, as far as the shell shows it."""
    return _providers.person(request)


def is_allowed(request: HttpRequest, act: str) -> bool:
    """Whether the signed-in person may do `act`; without an act everybody may."""
    return not act or _providers.allowed(request, act)


def installation() -> Installation:
    """Whose city this is."""
    return _providers.installation()
