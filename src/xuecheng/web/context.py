"""What the shell of a page shows: places, person, city, and how the reader wants it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from . import helping, menu, preferences, providers, searching

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .preferences import Preferences
    from .providers import Installation, PersonLabel, SignedInUntil


@dataclass(frozen=True)
class Shell:
    """Asked by the base templates only, so everything is found out on first use: a fragment pays for nothing."""

    request: HttpRequest

    @cached_property
    def preferences(self) -> Preferences:
        """How the reader wants pages shown."""
        return preferences.of(self.request)

    @cached_property
    def person(self) -> PersonLabel | None:
        """Who is signed in."""
        return providers.person_of(self.request)

    @cached_property
    def installation(self) -> Installation:
        """Whose city this is."""
        return providers.installation()

    @cached_property
    def until(self) -> SignedInUntil | None:
        """When the session ends by itself."""
        return providers.until_of(self.request)

    @cached_property
    def places(self) -> tuple[menu.Place, ...]:
        """The header's places: a resident's when signed in, else the public's."""
        return menu.header_places(self.request, "resident" if self.person else "public")

    @cached_property
    def has_nav(self) -> bool:
        """Whether the header shows its places. A resident's large print has big rows on the page instead."""
        return bool(self.places) and not (self.person and self.preferences.is_elder)

    @cached_property
    def rail(self) -> tuple[menu.Place, ...]:
        """The places in the staff rail."""
        return menu.places(self.request, "staff")

    @cached_property
    def bar(self) -> tuple[menu.Place, ...]:
        """The places at a resident's thumb; nobody else has a bar."""
        if self.person is None:
            return ()
        return menu.bar_places(self.request, elder=self.preferences.is_elder)

    @cached_property
    def tools(self) -> tuple[menu.Place, ...]:
        """Places that stand as icons in the head of the page, for whoever is signed in."""
        return menu.places(self.request, "tool") if self.person else ()

    @cached_property
    def more(self) -> tuple[menu.Place, ...]:
        """Places that stand only in the menu."""
        return menu.places(self.request, "more")

    @cached_property
    def footer(self) -> tuple[menu.Place, ...]:
        """Places at the foot of every page."""
        return menu.places(self.request, "footer")

    @cached_property
    def finds_people(self) -> bool:
        """Whether the search box posts its words, since they may be a person's name."""
        return searching.finds_people(self.request)

    @cached_property
    def help_url(self) -> str:
        """The help for exactly this page."""
        return helping.url_for(self.request)

    @cached_property
    def here(self) -> str:
        """Where a change of preferences comes back to: this page, or the page above a form that was sent."""
        return self.request.get_full_path()


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `shell` for every template."""
    return {"shell": Shell(request)}
