"""Pages of one's place in a class that apps above have: linked from "my classes" and from the place itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from xuecheng.city.refusals import Text

from .models import Enrolment


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A page of a place (`url_name` takes the enrolment's public id), and the one that lists all of one's own."""

    label: Text
    icon: str
    url_name: str
    list_label: Text
    list_url_name: str


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    url: str


_PAGES: list[Beside] = []


def register(page: Beside) -> None:
    """Called from `apps.py` of the app above."""
    _PAGES[:] = [one for one in _PAGES if one.url_name != page.url_name] + [page]


def of_place(one: Enrolment) -> list[Link]:
    """The pages of a place, for whoever has it."""
    if not one.holds_a_place:
        return []
    return [Link(str(page.label), page.icon, reverse(page.url_name, args=[one.public_id])) for page in _PAGES]


def of_list() -> list[Link]:
    """The pages that list all of one's own."""
    return [Link(str(page.list_label), page.icon, reverse(page.list_url_name)) for page in _PAGES]
