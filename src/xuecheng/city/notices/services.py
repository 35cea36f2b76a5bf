"""Verbs of notices: tell somebody something, read it, choose how to be told, send again what failed."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from xuecheng.city import clock, trace
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.jobs import errands
from xuecheng.city.people.models import Person
from xuecheng.city.rights import Scope

from . import addresses, consents, queries, rules
from .kinds import KINDS, SITE, NoticeKind, kind_named
from .models import BouncedAddress, ChannelChoice, Message, Notice, Preference, Urgency
from .sealing import address_hash

DELIVER = "notices.deliver"
"""The errand that hands messages to their providers."""
URGENCIES = {"now": Urgency.NOW, "normal": Urgency.NORMAL, "bulk": Urgency.BULK}
About = Sequence[str | int]
"""A page: its name and arguments, such as `("records:show_record", 17)`; nothing secret, it stands in messages."""
_State = Message.State
# Namespace of the advisory lock under which somebody's reminders are counted.
_LOCK = 0x4E4F_5401

_TELL = """
insert into notices_notice (message_id, book, person_id, kind, "values", about, told_at)
select t.name, t.person %% 256, t.person, %s, t.said, t.about, %s
from jsonb_to_recordset(%s) t(name uuid, person bigint, said jsonb, about jsonb)
join people_person p on p.id = t.person and p.erased_at is null
on conflict (book, message_id) do nothing
returning id, person_id, message_id"""


class Telling(NamedTuple):
    """One notice of many: to whom, the event's key, the values of its words, and the page it leads to."""

    person_id: int
    key: str
    values: dict[str, Any]
    about: About = ()


class _Told(NamedTuple):
    id: int
    person_id: int
    message_id: UUID


# Telling


def tell(person: Person, kind: str, values: dict[str, Any], *, key: str, at: datetime, about: About = ()) -> bool:
    """Tell `person` something of `kind`, in the caller's transaction; answers whether they were not told before.

    `key` names the event: the same kind, key and person are told once, whoever tells it and however often. With the
    notice, the messages by the channels that the person wants are there or not. A third reminder in a week is not told
    (UX-18). The caller has checked the right to what it does.
    """
    known = kind_named(kind)
    with transaction.atomic():
        if known.is_reminder and not _may_be_reminded(known, person.pk, at):
            return False
        return tell_many(kind, [Telling(person.pk, key, values, about)], at=at) == 1


def tell_many(kind: str, tellings: Sequence[Telling], *, at: datetime) -> int:
    """Tell many people something of one kind; answers how many were not told before.

    A fixed number of statements, however many they are: one for the notices, one for the channels wanted, and where any
    are, those of the addresses, the wishes and the messages. Not for reminders, and not to who was erased. A kind with
    a purpose is told to those only who agree to it, and asking that is one question more.
    """
    known = kind_named(kind)
    if known.purpose and tellings:
        agreed = consents.who_agrees(known.purpose, {one.person_id for one in tellings})
        tellings = [one for one in tellings if one.person_id in agreed]
    if not tellings:
        return 0
    rows = [
        {
            "name": rules.notice_id(kind=kind, key=one.key, person_id=one.person_id).hex,
            "person": one.person_id,
            "said": one.values,
            "about": one.about,
        }
        for one in tellings
    ]
    # All of it or the caller's transaction with it: nobody goes on after half a notice, so no savepoint is needed.
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute(_TELL, [kind, at, json.dumps(rows, ensure_ascii=False)])
            told = [_Told(*row) for row in cursor.fetchall()]
        if told:
            _send_out(known, told, at)
    return len(told)


def _send_out(kind: NoticeKind, told: Sequence[_Told], at: datetime) -> None:
    """Messages for those of the told who want the kind by other ways than the site, and have an address there."""
    wanted = queries.wanted_channels(kind, {one.person_id for one in told})
    if not wanted:
        return
    known = addresses.verified(sorted(wanted))
    ways = {person_id: channels & set(known.get(person_id, ())) for person_id, channels in wanted.items()}
    digests = queries.preferences_of([key for key, channels in ways.items() if channels]) if kind.is_digestible else {}
    messages = []
    for one in told:
        preference = digests.get(one.person_id)
        is_held = preference is not None and preference.digest != Preference.Digest.OFF
        due = at
        if preference is not None and is_held:
            is_weekly = preference.digest == Preference.Digest.WEEKLY
            due = rules.next_digest(at, is_weekly=is_weekly, zone=clock.zone())
        messages += [
            Message(
                message_id=rules.message_id(one.message_id, channel),
                channel=channel,
                kind=kind.name,
                urgency=URGENCIES[kind.urgency],
                person_id=one.person_id,
                notice_id=one.id,
                state=_State.HELD if is_held else _State.WAITING,
                created_at=at,
                due_at=due,
            )
            for channel in sorted(ways.get(one.person_id, ()))
        ]
    Message.objects.bulk_create(messages)
    if kind.urgency == "now":
        for message in messages:
            errands.defer(DELIVER, on="now", message=message.pk)


def _may_be_reminded(kind: NoticeKind, person_id: int, at: datetime) -> bool:
    """Whether a reminder may still be told this week; until the transaction ends nobody else reminds that person."""
    if not queries.is_wanted(kind, person_id, SITE):
        return False
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, person_id % 2**31])
    kinds = [one.name for one in KINDS.values() if one.is_reminder]
    since = at - timedelta(days=7)
    told = Notice.objects.filter(person_id=person_id, kind__in=kinds, told_at__gt=since)
    return told.order_by()[: rules.REMINDERS_A_WEEK].count() < rules.REMINDERS_A_WEEK


# Reading


def mark_read(*, reader: Standing, notice: Notice, at: datetime, is_read: bool = True) -> None:
    """Note that a person has opened a notice of theirs, or wants it unread again. Raises `Denied`."""
    require(reader, "notices.read_notice", on=Scope(person_id=notice.person_id))
    found = Notice.objects.filter(pk=notice.pk, read_at__isnull=is_read)
    found.update(read_at=at if is_read else None)


def mark_all_read(*, reader: Standing, at: datetime) -> int:
    """Note that a person has seen everything that was told to them until `at`; answers how much was new."""
    require(reader, "notices.read_notice", on=reader.person)
    return Notice.objects.filter(person__in=reader.person_keys, read_at__isnull=True, told_at__lte=at).update(
        read_at=at
    )


# Choosing


def choose(
    *,
    actor: Standing,
    wanted: Mapping[str, Collection[str]],
    digest: str,
    quiet_from: time,
    quiet_until: time,
    language: str,
    at: datetime,
) -> Preference:
    """Keep how a person wants to be told things: by kind the channels, digest, quiet hours, language.

    Kinds not in `wanted` stay as they are. Without a digest from now on, what was kept for one goes out by itself.
    Raises `Denied`, `QuietNever`.
    """
    require(actor, "notices.choose_channels", on=actor.person)
    if quiet_from == quiet_until:
        raise rules.QuietNever
    with transaction.atomic():
        # The person's own row is the lock: two forms of one person do not mix.
        Person.objects.select_for_update(no_key=True).only("pk").get(pk=actor.person.pk)
        for name, channels in wanted.items():
            _choose_kind(actor.person, kind_named(name), channels)
        preference, _is_new = Preference.objects.update_or_create(
            person=actor.person,
            defaults={
                "digest": digest,
                "quiet_from": quiet_from,
                "quiet_until": quiet_until,
                "language": language,
            },
        )
        if digest == Preference.Digest.OFF:
            Message.objects.filter(person=actor.person, state=_State.HELD).update(state=_State.WAITING, due_at=at)
    return preference


def switch_off(*, actor: Standing, kind: str) -> None:
    """One tap: a kind comes no more, but for the list in the site where it is no reminder.

    Raises `Denied`, `AlwaysTold`.
    """
    require(actor, "notices.choose_channels", on=actor.person)
    known = kind_named(kind)
    if not known.may_be_switched_off:
        raise rules.AlwaysTold
    with transaction.atomic():
        _choose_kind(actor.person, known, ())


def _choose_kind(person: Person, kind: NoticeKind, channels: Collection[str]) -> None:
    """Keep what differs from the kind's defaults."""
    offered = (SITE, *queries.CHANNELS) if kind.is_reminder else queries.CHANNELS
    for channel in offered:
        is_default = channel in kind.channels or channel == SITE
        is_wanted = channel in channels or (channel in kind.channels and not kind.may_be_switched_off)
        mine = ChannelChoice.objects.filter(person=person, kind=kind.name, channel=channel)
        if is_wanted == is_default:
            mine.delete()
        elif not mine.update(is_wanted=is_wanted):
            ChannelChoice.objects.create(person=person, kind=kind.name, channel=channel, is_wanted=is_wanted)


# Sending again, and what came back


def send_again(*, actor: Standing, message: Message, at: datetime) -> None:
    """Queue a message that was given up; its id stays. Raises `Denied`, `NothingToSendAgain`, `CodeIsTooOld`."""
    require(actor, "notices.retry_sending", on=message)
    with trace.change(by=actor.person, why=gettext_noop("Sent again.")):
        row = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
        if row.state not in (_State.FAILED, _State.BOUNCED):
            raise rules.NothingToSendAgain
        if row.person_id is None:
            raise rules.CodeIsTooOld
        row.state, row.ended_at, row.attempts, row.due_at, row.error = _State.WAITING, None, 0, at, ""
        row.save(update_fields=["state", "ended_at", "attempts", "due_at", "error"])


def record_bounce(*, message_id: UUID, code: str, at: datetime, is_permanent: bool = True) -> bool:
    """Note what a provider said later: the message did not arrive. Answers whether we sent such a message.

    After a permanent one nothing more is sent to that address, and the app that keeps addresses is told. Said again,
    nothing changes. The caller has made sure that it is the provider who says so.
    """
    with transaction.atomic():
        row = Message.objects.select_for_update(no_key=True).filter(message_id=message_id).first()
        if row is None or row.state not in (_State.SENT, _State.BOUNCED):
            return False
        if row.state == _State.SENT:
            row.state, row.error, row.ended_at = _State.BOUNCED, code[:60], at
            row.save(update_fields=["state", "error", "ended_at"])
            if is_permanent:
                note_dead_address(row, code=code, at=at)
    return True


def note_dead_address(message: Message, *, code: str, at: datetime) -> None:
    """Send nothing more to where `message` went, in the caller's transaction."""
    if message.address_hash is not None:
        BouncedAddress.objects.bulk_create(
            [BouncedAddress(address_hash=bytes(message.address_hash), bounced_at=at, error=code[:60])],
            ignore_conflicts=True,
        )
    if message.person_id is not None:
        addresses.tell_bounced(message.person_id, message.channel, at=at)


def forgive_address(*, channel: str, address: str) -> None:
    """An address was verified anew: messages go there again. For the app that verifies, in its transaction."""
    BouncedAddress.objects.filter(address_hash=address_hash(channel, address)).delete()
