"""Questions about people. Every one takes first who asks: nobody sees more people than their rights reach."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from xuecheng.city.rights import Standing, visible
from xuecheng.city.territories.models import Territory

from . import rules
from .models import Person

SEE = "people.see_person"


def people(viewer: Standing, *, text: str = "", within: Territory | None = None) -> QuerySet[Person]:
    """Those whom `viewer` may see; unordered, for a list by (`sort_key`, `id`). One query.

    `text` finds by the exact name or sign-in name only: a list of a million residents is no book to leaf through
    (SEC-03, ASVS 8.4.1). `within` narrows to those who live in a territory.
    """
    found = Person.objects.filter(visible(viewer, SEE, territory="territory", person="pk")).select_related("territory")
    if within is not None:
        found = found.filter(territory__path__startswith=within.path)
    if text.strip():
        found = found.filter(_named(text))
    return found


def person(viewer: Standing, public_id: UUID) -> Person | None:
    """One person, if `viewer` may see them. One query."""
    return people(viewer).filter(public_id=public_id).first()


def by_sign_in_name(text: str) -> Person | None:
    """The active account with that sign-in name, however it was typed: for forms that name a colleague. One query."""
    try:
        name = rules.normalise_sign_in_name(text)
    except rules.SignInNameWrong:
        return None
    return Person.objects.filter(sign_in_name=name, is_active=True).first()


def _named(text: str) -> Q:
    wanted = Q(sign_in_name=text.strip().lower())
    try:
        return wanted | Q(name=rules.normalise_name(text))
    except (rules.NameMissing, rules.NameTooLong, rules.NameHasSign):
        return wanted
