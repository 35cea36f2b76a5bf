"""Who looked at a credential of ours: told to whoever keeps that for its holder.

The holder's app lies above and declares here what to do. It is called inside the transaction of whoever looked, only
for our own credentials, and only where a person of an organisation looked: strangers are not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_noop

from xuecheng.city import trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person

from .verdicts import Outcome, Verdict

Note = Callable[[str, Organisation, Person, datetime], None]
"""The credential's id, the organisation that looked, the person who did for it, and when."""

_NOTES: list[Note] = []


def declare(note: Note) -> None:
    """In an app's `ready`."""
    if note not in _NOTES:
        _NOTES.append(note)


def note(verdict: Verdict, *, by: Standing, at: datetime) -> None:
    """Somebody verified a credential, at a page or through a program: tell it where they act for an organisation and it
    is genuine as far as could be asked.
    """
    identifier = verdict.credential.get("id") if verdict.credential else None
    holding = next(iter(by.holdings), None)
    if verdict.outcome is Outcome.FAILED or not isinstance(identifier, str):
        return
    if holding is None or holding.organisation_id is None:
        return
    with trace.change(by=by.person, why=gettext_noop("Looked at a credential")):
        tell(identifier, Organisation.objects.get(pk=holding.organisation_id), by.person, at)


def tell(identifier: str, by_organisation: Organisation, by_person: Person, at: datetime) -> None:
    """One of our credentials was looked at. An identifier that is nobody's is passed over by each."""
    for note in _NOTES:
        note(identifier, by_organisation, by_person, at)
