"""Sessions of a person: begun at sign-in, ended one by one or all; and the book of sign-ins."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import override

from xuecheng.city.identity import queries
from xuecheng.city.identity.messages import NEW_SIGN_IN
from xuecheng.city.identity.models import OpenSession, SignInTry
from xuecheng.city.identity.rules.browsers import browser_of
from xuecheng.city.notices.services import tell
from xuecheng.city.people.models import Person
from xuecheng.web import events

log = logging.getLogger(__name__)


def begin_session(*, person: Person, key: str, way: str, user_agent: str, at: datetime) -> None:
    """Write down that somebody signed in, with which browser; the same session twice is one.

    Whoever signed in before, and never with such a browser on such a device, is told.
    """
    browser, device = browser_of(user_agent)
    with transaction.atomic():
        if queries.is_new_browser(person, browser, device):
            values = {"browser": _words_in_both(browser, device)}
            about = ("identity:show_security",)
            tell(person, NEW_SIGN_IN, values, key=f"{at.isoformat()} {browser} {device}", at=at, about=about)
        SignInTry.objects.create(person=person, at=at, way=way, worked=True, browser=browser, device=device)
        OpenSession.objects.update_or_create(
            key=key,
            defaults={
                "person": person, "way": way, "browser": browser, "device": device, "began_at": at, "seen_at": at,
            },
        )  # fmt: skip


def _words_in_both(browser: str, device: str) -> dict[str, str]:
    said = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            said[name] = queries.browser_words(browser, device)
    return said


def note_failure(*, person: Person | None, way: str, user_agent: str, at: datetime) -> None:
    """Write down a sign-in that failed; for names of nobody too, so that both take the same work."""
    browser, device = browser_of(user_agent)
    SignInTry.objects.create(person=person, at=at, way=way, worked=False, browser=browser, device=device)
    who = person.public_id if person else None
    events.tell(log, "identity.sign_in_failed", "A sign-in failed", kind=str(way), person=who)


def seen(*, key: str, at: datetime) -> None:
    """Write down that a session is in use. Called every few minutes, not on every page."""
    OpenSession.objects.filter(key=key).update(seen_at=at)


def end_session(*, person: Person, public_id: UUID) -> None:
    """End one of the person's own sessions; another's is left alone without a word."""
    with transaction.atomic():
        _end(list(OpenSession.objects.filter(person=person, public_id=public_id).values_list("key", flat=True)))


def end_sessions(*, person: Person, but: str = "") -> None:
    """End all sessions of a person, but for the one with the key `but`."""
    with transaction.atomic():
        _end(list(OpenSession.objects.filter(person=person).exclude(key=but).values_list("key", flat=True)))


def end_everybodys_sessions() -> int:
    """End every session of everybody, as after a leak: all sign in anew. Answers how many ended."""
    with transaction.atomic():
        OpenSession.objects.all().delete()
        ended, _by_model = Session.objects.all().delete()
    return ended


def end_here(*, key: str) -> None:
    """End the session at hand: its time is over."""
    OpenSession.objects.filter(key=key).delete()


def _end(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(key__in=keys).delete()


def begin_again(*, person: Person, key: str, user_agent: str, at: datetime) -> None:
    """The session at hand goes on under another key, after all were ended."""
    browser, device = browser_of(user_agent)
    OpenSession.objects.update_or_create(
        key=key,
        defaults={
            "person": person, "way": SignInTry.Way.OTHER, "browser": browser, "device": device,
            "began_at": at, "seen_at": at,
        },
    )  # fmt: skip
