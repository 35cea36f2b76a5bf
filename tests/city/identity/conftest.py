"""People at the door: a phone that receives what is sent, and browsers that ask for codes."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from city.situations import a_person
from xuecheng.city import clock, trace
from xuecheng.city.identity import sending
from xuecheng.city.identity.models import ContactPoint
from xuecheng.city.identity.rules.addresses import masked, read_address
from xuecheng.city.identity.services import codes
from xuecheng.city.identity.services.contacts import keep_contact
from xuecheng.city.notices import delivering
from xuecheng.city.people.models import Person

SECRET = "trees and rivers"


def send_due(at: datetime | None = None) -> None:
    """The errand of notices: what waits in the outbox goes out."""
    delivering.deliver(now=lambda: at or clock.now())


class Door:
    """Sends codes to a phone that is a folder, and types them at a browser."""

    def __init__(self, folder: Path, capture: Any) -> None:
        self.folder, self.capture = folder, capture

    def messages(self) -> list[dict[str, str]]:
        """What was sent, the oldest first."""
        send_due()
        found = []
        for path in self.folder.glob("outbox/*/*.txt"):
            address, subject, _blank, text = path.read_text().split("\n", 3)
            kind = {"sms": "phone", "email": "email"}[path.parent.name]
            to = masked(kind, address)
            found.append((path.stat().st_ctime_ns, {"to": to, "kind": kind, "subject": subject, "text": text}))
        return [one for _age, one in sorted(found, key=lambda pair: pair[0])]

    def newest_code(self) -> str:
        found = [re.search(r"(?<!\d)(\d{6})(?!\d)", one["text"]) for one in self.messages()]
        return next(match[1] for match in reversed(found) if match)

    def post(self, client: Client, name: str, data: dict[str, Any] | None = None, **arguments: Any) -> Any:
        """Send a form; what it sends goes out, as when the transaction commits and the errand runs."""
        with self.capture(execute=True):
            answer = client.post(reverse(name, kwargs=arguments), data or {})
        send_due()
        return answer

    def ask(self, client: Client, address: str) -> Any:
        return self.post(client, "identity:ask_code", {"address": address})

    def give(self, client: Client, code: str) -> Any:
        return self.post(client, "identity:give_code", {"code": code})

    def sign_in(self, client: Client, address: str) -> Any:
        self.ask(client, address)
        return self.give(client, self.newest_code())

    def prove(self, client: Client, person: Person) -> None:
        """A browser of somebody who signed in just now with their password."""
        person.set_password(SECRET)
        person.save()
        answer = client.post("/sign-in/", {"login": person.sign_in_name, "password": SECRET})
        assert answer.status_code == 302


@pytest.fixture
def door(db: None, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> Door:
    settings.NOTICE_FOLDER = tmp_path / "outbox"
    return Door(tmp_path, django_capture_on_commit_callbacks)


def has_contact(person: Person, text: str) -> ContactPoint:
    """`person` with a proved phone number or e-mail address."""
    with trace.change(by=person, why="proved"):
        return keep_contact(person=person, address=read_address(text), at=clock.now())


@pytest.fixture
def elder(city: Any) -> Person:
    """Somebody with a proved phone number."""
    person = a_person("陈惠芬", territory=city["五山街道"])
    has_contact(person, "138 0013 8000")
    return person


ASKER = codes.Asker(nonce="this session", client="203.0.113.7")
OTHER_ASKER = codes.Asker(nonce="another session", client="203.0.113.8")


def ask(
    door: Door, purpose: Any, text: str, *, at: Any, asker: codes.Asker = ASKER, person: Any = None
) -> tuple[UUID, str]:
    """Ask for a code as a page does; its id and the code that came."""
    with door.capture(execute=True):
        public_id = codes.ask_code(purpose=purpose, address=read_address(text), asker=asker, person=person, at=at)
    send_due(at)
    (message,) = sending.shown_in_demonstration([str(public_id)])
    found = re.search(r"(?<!\d)(\d{6})(?!\d)", message.text)
    assert found
    return public_id, found[1]
