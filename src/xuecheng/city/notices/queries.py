"""Questions about notices: a person's list, how they want to be told, the outbox as operators see it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from xuecheng.city.access.queries import Standing, visible
from xuecheng.city.people.groups import in_group
from xuecheng.city.people.models import Person

from .kinds import KINDS, SITE, NoticeKind
from .models import ChannelChoice, Message, Notice, Preference

MOST_COUNTED = 100
"""Beside the bell more than 99 is "99+"."""
LATE_AFTER = timedelta(minutes=10)
"""A message that has been due for so long finds no worker, or a provider that holds all up."""
CHANNELS = ("email", "sms")
_State = Message.State
OPEN = (_State.WAITING, _State.SENDING)


def notices_of(person: Person, *, is_unread: bool = False) -> QuerySet[Notice]:
    """What was told to a person, under each account that was merged, for a list by `-id`."""
    found = Notice.objects.filter(person__in=in_group(person))
    return found.filter(read_at__isnull=True) if is_unread else found


def unread_count(person: Person) -> int:
    """How many notices a person has not opened, at most `MOST_COUNTED`. One query."""
    return Notice.objects.filter(person__in=in_group(person), read_at__isnull=True).order_by()[:MOST_COUNTED].count()


def preference_of(person_id: int) -> Preference:
    """How a person wants to be told things: their row, or the defaults. One query."""
    return Preference.objects.filter(pk=person_id).first() or Preference(person_id=person_id)


def preferences_of(person_ids: Collection[int]) -> dict[int, Preference]:
    """The same of many. One query."""
    return Preference.objects.in_bulk(list(person_ids))


def wanted_channels(kind: NoticeKind, person_ids: Collection[int]) -> dict[int, set[str]]:
    """By which channels each of the people wants a kind, `site` aside; who wants none is not there. One query."""
    wanted = {person_id: set(kind.channels) for person_id in person_ids} if kind.channels else {}
    for choice in ChannelChoice.objects.filter(kind=kind.name, person_id__in=person_ids).exclude(channel=SITE):
        channels = wanted.setdefault(choice.person_id, set())
        if choice.is_wanted:
            channels.add(choice.channel)
        elif kind.may_be_switched_off:
            channels.discard(choice.channel)
    return {person_id: channels for person_id, channels in wanted.items() if channels}


def is_wanted(kind: NoticeKind, person_id: int, channel: str) -> bool:
    """Whether a person wants a kind by a channel now. One query."""
    if channel == SITE:
        switched_off = ChannelChoice.objects.filter(kind=kind.name, person_id=person_id, channel=SITE, is_wanted=False)
        return not (kind.is_reminder and switched_off.exists())
    return channel in wanted_channels(kind, [person_id]).get(person_id, set())


def choices_of(person: Person) -> dict[tuple[str, str], bool]:
    """A person's own choices by kind and channel. One query."""
    rows = ChannelChoice.objects.filter(person=person).values_list("kind", "channel", "is_wanted")
    return {(kind, channel): wanted for kind, channel, wanted in rows}


def kinds_for(viewer: Standing) -> list[NoticeKind]:
    """The kinds that a person can get, those of their roles among them; reminders last."""
    found = [kind for kind in KINDS.values() if not kind.act or viewer.may_somewhere(kind.act)]
    return sorted(found, key=lambda kind: (kind.is_reminder, bool(kind.act), kind.name))


def is_due(*, at: datetime) -> bool:
    """Whether any message is to be sent now. One query."""
    return Message.objects.filter(state__in=OPEN, due_at__lte=at).exists()


def visible_messages(viewer: Standing, *, state: str = "", channel: str = "", kind: str = "") -> QuerySet[Message]:
    """The outbox where `viewer` may see it: messages to people who live there; those to bare addresses city-wide."""
    found = Message.objects.filter(visible(viewer, "notices.see_outbox", territory="person__territory"))
    for name, value in (("state", state), ("channel", channel), ("kind", kind)):
        if value:
            found = found.filter(**{name: value})
    return found.select_related("person__territory")


@dataclass(frozen=True)
class Health:
    """How the outbox stands."""

    waiting: int
    troubled: int
    """Of those that wait, how many failed before and are tried again."""
    held: int
    failed: int
    """In the last seven days."""
    sent: int
    """In the last seven days."""
    oldest: timedelta | None
    """How long the oldest message that is due has waited; None: none is."""

    @property
    def oldest_minutes(self) -> int:
        return int(self.oldest.total_seconds() // 60) if self.oldest else 0

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and self.oldest > LATE_AFTER


def health(viewer: Standing, *, at: datetime) -> Health:
    """Counts of the outbox where `viewer` may see it. Three queries."""
    mine = visible_messages(viewer).select_related(None)
    week = at - timedelta(days=7)
    open_ones = mine.filter(state__in=[*OPEN, _State.HELD]).order_by().values("state")
    rows_now = list(open_ones.annotate(many=Count("id"), again=Count("id", filter=Q(attempts__gt=0))))
    counts = {row["state"]: row["many"] for row in rows_now}
    ended = mine.filter(state__in=[_State.SENT, _State.FAILED, _State.BOUNCED], ended_at__gte=week).order_by()
    ended_counts = dict(ended.values_list("state").annotate(many=Count("id")))
    return Health(
        waiting=sum(counts.get(state, 0) for state in OPEN),
        troubled=sum(row["again"] for row in rows_now if row["state"] == _State.WAITING),
        held=counts.get(_State.HELD, 0),
        failed=ended_counts.get(_State.FAILED, 0) + ended_counts.get(_State.BOUNCED, 0),
        sent=ended_counts.get(_State.SENT, 0),
        oldest=oldest_wait(mine, at=at),
    )


def oldest_wait(messages: QuerySet[Message] | None = None, *, at: datetime) -> timedelta | None:
    """How long the message that waits longest has been due; None: none is. One query.

    What is kept for a digest or for the end of quiet hours is not due.
    """
    found = messages if messages is not None else Message.objects.all()
    due = found.filter(state__in=OPEN, due_at__lte=at).order_by().aggregate(first=Min("due_at"))["first"]
    return at - due if due else None


def troubled_count() -> int:
    """How many messages failed and are tried again, of the whole city. One query."""
    return Message.objects.filter(state=_State.WAITING, attempts__gt=0).count()


def failed_count(*, since: datetime) -> int:
    """How many were given up since then, of the whole city. One query."""
    return Message.objects.filter(state=_State.FAILED, ended_at__gte=since).count()
