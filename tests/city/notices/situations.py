"""Named situations of notices: kinds and templates of tests, people with verified addresses, providers that fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from xuecheng.city import clock
from xuecheng.city.notices import addresses, delivering, kinds
from xuecheng.city.notices.models import ChannelChoice, Message, Preference
from xuecheng.city.notices.senders import Parcel
from xuecheng.city.people.models import Person

NOON = datetime(2026, 11, 24, 12, tzinfo=clock.zone())
"""A Tuesday."""
NEWS, ALARM, REMINDER, SERIOUS = "test.news", "test.alarm", "test.reminder", "test.serious"
CODE = "test.code"


class Told:
    """Verified addresses as the app above would tell them."""

    def __init__(self) -> None:
        self.of: dict[int, dict[str, str]] = {}
        self.asked: list[list[int]] = []
        self.bounced: list[tuple[int, str]] = []

    def __call__(self, person_ids):
        self.asked.append(list(person_ids))
        return {key: self.of[key] for key in person_ids if key in self.of}


class Provider:
    """Takes parcels, knows their ids, and fails as it is told to."""

    def __init__(self) -> None:
        self.calls: list[Parcel] = []
        self.taken: dict[str, Parcel] = {}
        self.trouble: list[Exception | None] = []

    def send(self, parcel: Parcel) -> str:
        self.calls.append(parcel)
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None:
            raise trouble
        self.taken.setdefault(str(parcel.message_id), parcel)
        return f"ref-{len(self.taken)}"

    @property
    def texts(self) -> list[str]:
        return [parcel.text for parcel in self.taken.values()]


def reachable(person: Person, told: Told, *, email: str = "chen@example.cn", phone: str = "") -> Person:
    told.of[person.pk] = {kind: value for kind, value in (("email", email), ("phone", phone)) if value}
    return person


def wants(person: Person, kind: str, *channels: str, is_wanted: bool = True) -> None:
    for channel in channels:
        ChannelChoice.objects.create(person=person, kind=kind, channel=channel, is_wanted=is_wanted)


def prefers(person: Person, **wish: object) -> Preference:
    return Preference.objects.update_or_create(person=person, defaults=wish)[0]


def deliver(at: datetime = NOON, **more: object) -> int:
    return delivering.deliver(now=lambda: at, **more)


def only_message() -> Message:
    return Message.objects.get()


def lease_ended(at: datetime) -> datetime:
    """When another may take what was taken at `at`."""
    return at + max(delivering.LEASE.values()) + timedelta(seconds=1)


@contextmanager
def registered() -> Iterator[None]:
    """The kinds and the template of these tests, beside those of the house."""
    kept, kept_templates = dict(kinds.KINDS), dict(kinds.TEMPLATES)
    words = kinds.Words(title="News: %(what)s", body="Look at it.", sms="News. Sign in.")
    kinds.register(NEWS, "News", words, sample={"what": "x"}, channels=("email",))
    kinds.register(ALARM, "Alarm", words, sample={"what": "x"}, channels=("email",), urgency="now")
    kinds.register(SERIOUS, "Serious", words, sample={"what": "x"}, channels=("email",), may_be_switched_off=False)
    kinds.register(REMINDER, "Reminder", words, sample={"what": "x"}, is_reminder=True)
    kinds.register_template(
        CODE, "Code", kinds.Words(title="Your code", body="%(code)s", sms="Code %(code)s"), sample={"code": "123456"}
    )
    try:
        yield
    finally:
        kinds.KINDS.clear()
        kinds.KINDS.update(kept)
        kinds.TEMPLATES.clear()
        kinds.TEMPLATES.update(kept_templates)


@contextmanager
def telling(told: Told) -> Iterator[Told]:
    """The port of addresses, filled."""
    kept = addresses.registered()
    addresses.register(told, bounced=lambda person_id, kind, _at: told.bounced.append((person_id, kind)))
    try:
        yield told
    finally:
        addresses.register(kept.provider, bounced=kept.bounced)
