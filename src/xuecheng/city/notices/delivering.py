"""Handing messages to their providers, one by one, so that a kill at any moment loses none and doubles none (REL-02).

1. **Take**, committed: the row that is due first becomes `sending`, its `due_at` moves on by the lease, `attempts`
   grows. What is not wanted any more, has no address, is over the day's number or meets quiet hours is settled here.
2. **Send**, in no transaction: the provider gets the message's own id.
3. **Mark**, committed: `sent`, waiting again, or given up; only if nobody took the row meanwhile.

Killed before 2 or before 3, the lease ends and somebody sends again under the same id; the provider knows it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from xuecheng.city import clock
from xuecheng.city.people.models import Person
from xuecheng.web import providers

from . import addresses, queries, rules
from .faces import face_of, say
from .kinds import KINDS, TEMPLATES
from .models import BouncedAddress, Message, Notice, Urgency
from .sealing import CannotBeOpened, address_hash, unseal
from .senders import Parcel, Undeliverable, Unreachable, sender_of
from .services import note_dead_address

log = logging.getLogger(__name__)
LEASE = {"sms": timedelta(seconds=30), "email": timedelta(seconds=120)}
"""Longer than the sender may take, each of its steps at the slowest; then who took the message is taken for dead."""
DIGEST = "notices.digest"
MOST_IN_A_DIGEST = 30
_State = Message.State
_LOCK = 0x4E4F_5403
_NAMES = {urgency: urgency.name.lower() for urgency in Urgency}

_TAKE = """
select id from notices_message
where state in ('waiting', 'sending') and due_at <= %(at)s and (%(only)s::bigint is null or id = %(only)s)
order by urgency desc, due_at, id limit 1 for update skip locked"""


@dataclass(frozen=True)
class _Ready:
    """A taken message with where it goes."""

    message: Message
    address: str
    values: dict[str, Any]
    language: str


def deliver(*, now: Callable[[], datetime], only: int | None = None, most: int = 1_000) -> int:
    """Send what is due, the urgent first; answers how many messages were handed over. At most `most` are looked at.

    With `only`, that message and no other.
    """
    sent = 0
    for _number in range(most):
        ready = _take(at=now(), only=only)
        if ready is None:
            return sent
        if isinstance(ready, _Ready):
            sent += _hand_over(ready, now=now)
        if only is not None:
            break
    return sent


class _Ended(Exception):
    """A message is not sent: its last state, and why."""

    def __init__(self, state: str, error: str) -> None:
        super().__init__(error)
        self.state, self.error = state, error


class _Later(Exception):
    """A message is not sent before `due`."""

    def __init__(self, due: datetime) -> None:
        super().__init__()
        self.due = due


def _take(*, at: datetime, only: int | None) -> _Ready | str | None:
    """The message that is due first, taken; None if none is due; a word if one was settled without sending."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, {"at": at, "only": only})
            row = cursor.fetchone()
        if row is None:
            return None
        message = Message.objects.select_related("person", "notice").get(pk=row[0])
        mine = Message.objects.filter(pk=message.pk)
        try:
            ready = _judge(message, at)
        except _Later as later:
            mine.update(due_at=later.due)
            return "later"
        except _Ended as end:
            mine.update(state=end.state, error=end.error[:60], ended_at=at, sealed=None)
            return "ended"
        message.state, message.due_at = _State.SENDING, at + LEASE[message.channel]
        message.attempts += 1
        message.address_hash = address_hash(message.channel, ready.address)
        message.save(update_fields=["state", "due_at", "attempts", "address_hash"])
        return ready


def _judge(message: Message, at: datetime) -> _Ready:
    """Where the message goes now. Raises `_Later`, `_Ended`."""
    if message.attempts and rules.wait_after(message.attempts, urgency=_NAMES[Urgency(message.urgency)]) is None:
        # Those who took it died without a word, each time.
        raise _Ended(_State.FAILED, "killed")
    ready = _to_address(message) if message.person is None else _to_person(message, message.person, at)
    if BouncedAddress.objects.filter(address_hash=address_hash(message.channel, ready.address)).exists():
        raise _Ended(_State.DROPPED, "bounced")
    return ready


def _to_address(message: Message) -> _Ready:
    try:
        address, values = unseal(message.message_id, bytes(message.sealed or b""))
    except CannotBeOpened:
        raise _Ended(_State.FAILED, "key-missing") from None
    return _Ready(message, address, values, message.language)


def _to_person(message: Message, person: Person, at: datetime) -> _Ready:
    """As the person wishes it at this moment, whatever they wished when they were told."""
    if message.kind != DIGEST:
        kind = KINDS.get(message.kind)
        if kind is not None and not queries.is_wanted(kind, person.pk, message.channel):
            raise _Ended(_State.DROPPED, "not-wanted")
        if message.notice is None:
            raise _Ended(_State.DROPPED, "too-old")
    address = addresses.verified([person.pk]).get(person.pk, {}).get(message.channel, "")
    if not address or not person.is_active:
        raise _Ended(_State.DROPPED, "no-address")
    preference = queries.preference_of(person.pk)
    if message.urgency != Urgency.NOW:
        quiet = rules.end_of_quiet(at, begins=preference.quiet_from, ends=preference.quiet_until, zone=clock.zone())
        due = max(quiet, _free_again(message, person, at))
        if due > at:
            raise _Later(due)
    values = message.notice.values if message.notice is not None else {}
    return _Ready(message, address, values, preference.language or person.language)


def _free_again(message: Message, person: Person, at: datetime) -> datetime:
    """`at`, or the morning after if the person had the day's number of messages by that channel already."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, person.pk % 2**31])
    midnight = at.astimezone(clock.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Message.objects.filter(
        Q(state=_State.SENDING) | Q(state=_State.SENT, ended_at__gte=midnight), person=person, channel=message.channel
    )
    if today.exclude(pk=message.pk).count() < settings.MESSAGES_A_DAY[message.channel]:
        return at
    return midnight + timedelta(days=1, hours=rules.DIGEST_AT.hour)


# Sending


def _hand_over(ready: _Ready, *, now: Callable[[], datetime]) -> bool:
    """Send one taken message and mark what became of it; whether it was sent."""
    message = ready.message
    try:
        reference = sender_of(message.channel).send(_parcel(ready))
    except Undeliverable as error:
        _give_up(message, error, at=now())
    except Unreachable as error:
        _again(message, error.code, at=now())
    except Exception as error:  # noqa: BLE001  # whatever it is, the row is tried again; its words may name somebody
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error(  # noqa: TRY400  # a trace could hold an address or a code
            "message %s (%s, %s): %s at %s:%s",
            message.message_id, message.kind, message.channel, type(error).__name__, place.filename, place.lineno,
        )  # fmt: skip
        _again(message, type(error).__name__, at=now())
    else:
        _mine(message).update(state=_State.SENT, ended_at=now(), sealed=None, reference=reference[:100], error="")
        return True
    return False


def _mine(message: Message) -> QuerySet[Message]:
    """The row, unless somebody else took it since or it has ended."""
    return Message.objects.filter(pk=message.pk, attempts=message.attempts, state=_State.SENDING)


def _again(message: Message, code: str, *, at: datetime) -> None:
    wait = rules.wait_after(message.attempts, urgency=_NAMES[Urgency(message.urgency)])
    if wait is None:
        _mine(message).update(state=_State.FAILED, error=code[:60], ended_at=at, sealed=None)
        log.warning("message %s (%s, %s) given up: %s", message.message_id, message.kind, message.channel, code)
    else:
        _mine(message).update(state=_State.WAITING, error=code[:60], due_at=at + wait)


def _give_up(message: Message, error: Undeliverable, *, at: datetime) -> None:
    with transaction.atomic():
        changed = _mine(message).update(state=_State.FAILED, error=error.code[:60], ended_at=at, sealed=None)
        if changed and error.is_address:
            note_dead_address(message, code=error.code, at=at)


# Words


def _parcel(ready: _Ready) -> Parcel:
    """The message in the words of its channel, in the language of whoever gets it."""
    message = ready.message
    if message.kind not in KINDS and message.kind not in TEMPLATES:
        # While a release is being brought out, another worker may know it already.
        raise Unreachable("unknown-kind")
    with override(ready.language):
        if message.kind == DIGEST:
            subject, text = _digest_words(message)
        elif message.channel == "sms":
            subject, text = "", say(message.kind, ready.values).sms
        else:
            said = say(message.kind, ready.values)
            link = reverse("notices:open_notice", args=[message.notice.message_id]) if message.notice else ""
            subject = said.title
            text = _mail({"titles": [said.title], "body": said.body, "link": link, "is_code": message.person is None})
        if message.channel == "sms":
            text = rules.cut_to_parts(gettext("[Xuecheng] %(text)s") % {"text": text})
        return Parcel(message.message_id, ready.address, subject, text, ready.language)


def _digest_words(message: Message) -> tuple[str, str]:
    notices = Notice.objects.filter(
        pk__in=Message.objects.filter(bundle=message).values("notice_id")
    ).order_by("-id")  # fmt: skip
    many = notices.count()
    subject = gettext("News for you: %(count)s") % {"count": many}
    if message.channel == "sms":
        return "", gettext("News for you: %(count)s. Sign in to read it.") % {"count": many}
    shown = [face_of(notice).title for notice in notices[:MOST_IN_A_DIGEST]]
    return subject, _mail({"titles": shown, "more": many - len(shown), "link": reverse("notices:list_notices")})


def _mail(facts: dict[str, Any]) -> str:
    address = settings.SITE_ADDRESS.rstrip("/")
    return render_to_string(
        "notices/mail.txt",
        facts
        | {
            "site": providers.installation().site,
            "link": f"{address}{facts['link']}" if facts["link"] and address else "",
            "choices": f"{address}{reverse('notices:choose')}" if address else "",
        },
    )
