"""Notices for programs: what a person was told and how they want it, and what was sent out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied, require
from xuecheng.city.api.etags import etag_of, must_match
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Flag, In, Out
from xuecheng.city.people.models import Person

from . import queries, services
from .faces import face_of
from .kinds import KINDS, SITE, label_of
from .models import Message, Notice, Preference

router = Router(tags=["Notices"])
READ, CHOOSE, OUTBOX = "notices.read_notice", "notices.choose_channels", "notices.see_outbox"
KindName = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$")]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Channel = Literal["site", "email", "sms"]


class NoticeOut(Out):
    """Something that a person was told, in the caller's language."""

    KEYS: ClassVar = ("id",)
    id: UUID
    kind: str
    title: str
    body: str
    told_at: datetime
    is_read: bool

    @staticmethod
    def of(row: Notice) -> NoticeOut:
        face = face_of(row)
        return NoticeOut(
            id=row.message_id, kind=row.kind, title=face.title, body=face.body, told_at=row.told_at,
            is_read=row.read_at is not None,
        )  # fmt: skip


class NoticeWish(Paged):
    unread: bool = Field(default=False, description="Only what was not read yet.")


class ReadIn(In):
    is_read: Flag = True


class AllReadOut(Out):
    KEYS: ClassVar = ("count",)
    count: int


class KindChoiceOut(Schema):
    """A kind of notice, and by which ways the person wants it."""

    kind: str
    channels: list[str]
    may_be_switched_off: bool


class ChoicesOut(Out):
    """How a person wants to be told things."""

    KEYS: ClassVar = ("digest",)
    digest: Preference.Digest
    quiet_from: Clock
    quiet_until: Clock
    language: str
    kinds: list[KindChoiceOut]


class ChannelsIn(In):
    kind: KindName
    channels: Annotated[list[Channel], Field(max_length=3)]


class ChoicesIn(In):
    """Digest, quiet hours, language (empty: the account's), and the kinds that change; the others stay."""

    digest: Preference.Digest
    quiet_from: Clock
    quiet_until: Clock
    language: Literal["", "zh-hans", "en"] = ""
    kinds: Annotated[list[ChannelsIn], Field(max_length=100)] = []


class MessageOut(Out):
    """A message that left the house: to whom, of which kind, how far; never what it says."""

    KEYS: ClassVar = ("id",)
    id: UUID
    kind: str
    label: str
    channel: str
    person: UUID | None
    state: Message.State
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    error: str

    @staticmethod
    def of(row: Message) -> MessageOut:
        plain = ("kind", "channel", "attempts", "created_at", "ended_at", "error")
        return MessageOut(
            **{name: getattr(row, name) for name in plain},
            id=row.message_id,
            label=str(label_of(row.kind)),
            person=row.person.public_id if row.person else None,
            state=Message.State(row.state),
        )


class MessageWish(Paged):
    state: Message.State | None = None
    channel: Literal["email", "sms"] | None = None
    kind: KindName | None = None


@router.listing("/me/notices", scope="notices.read", out=NoticeOut)
def list_notices(request: HttpRequest, wish: Query[NoticeWish]) -> dict[str, Any]:
    """What the person was told for whom the caller acts, the newest first."""
    found = queries.notices_of(_me(request, READ), is_unread=wish.unread)
    return cut(request, wish, found, order=("-id",), show=lambda rows: [NoticeOut.of(row) for row in rows])


@router.writing("/me/notices/{id}/reading", scope="notices.write", out=NoticeOut, status=200)
def mark_notice(request: HttpRequest, id: Path[UUID], body: ReadIn) -> NoticeOut:
    """Mark a notice as read, or as unread again."""
    notice = queries.notices_of(_me(request, READ)).filter(message_id=id).first()
    if notice is None:
        raise Http404
    services.mark_read(reader=standing(request), notice=notice, at=clock.now(), is_read=body.is_read)
    notice.refresh_from_db()
    return NoticeOut.of(notice)


@router.writing("/me/notices/reading", scope="notices.write", out=AllReadOut, status=200)
def mark_all_notices(request: HttpRequest) -> AllReadOut:
    """Mark everything as read that was told until now; answers how much was new."""
    return AllReadOut(count=services.mark_all_read(reader=standing(request), at=clock.now()))


@router.reading("/me/notice-choices", scope="notices.read", out=ChoicesOut, has_etag=True)
def get_notice_choices(request: HttpRequest, response: HttpResponse) -> ChoicesOut:
    """How the person wants to be told things."""
    _me(request, READ)
    return _with_etag(request, response)


@router.edit("/me/notice-choices", scope="notices.write", out=ChoicesOut)
def choose_channels(request: HttpRequest, response: HttpResponse, body: ChoicesIn) -> ChoicesOut:
    """Say how one wants to be told things."""
    me = _me(request, CHOOSE)
    if any(one.kind not in KINDS for one in body.kinds):
        raise Http404
    # The person's own row is the lock, as in the service: of two rivals one meets the other's choices.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=me.pk)
    must_match(request, _choices(request))
    services.choose(
        actor=standing(request),
        wanted={one.kind: list(one.channels) for one in body.kinds},
        digest=body.digest.value,
        quiet_from=time.fromisoformat(body.quiet_from),
        quiet_until=time.fromisoformat(body.quiet_until),
        language=body.language,
        at=clock.now(),
    )
    return _with_etag(request, response)


@router.listing("/messages", scope="outbox.read", out=MessageOut)
def list_messages(request: HttpRequest, wish: Query[MessageWish]) -> dict[str, Any]:
    """The outbox where the caller may see it, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(OUTBOX):
        raise Denied(OUTBOX)
    found = queries.visible_messages(
        viewer, state=wish.state or "", channel=wish.channel or "", kind=wish.kind or ""
    ).select_related("person")
    return cut(request, wish, found, order=("-id",), show=_shown_messages)


@router.writing("/messages/{id}/retry", scope="outbox.write", out=MessageOut, status=202)
def send_message_again(request: HttpRequest, id: Path[UUID]) -> MessageOut:
    """Queue a message that was given up, under its own id."""
    viewer = standing(request)
    message = queries.visible_messages(viewer).filter(message_id=id).first()
    if message is None:
        raise Http404
    services.send_again(actor=viewer, message=message, at=clock.now())
    message.refresh_from_db()
    return MessageOut.of(message)


def _me(request: HttpRequest, act: str) -> Person:
    viewer = standing(request)
    require(viewer, act, on=viewer.person)
    return viewer.person


def _choices(request: HttpRequest) -> ChoicesOut:
    viewer = standing(request)
    preference, mine = queries.preference_of(viewer.person.pk), queries.choices_of(viewer.person)
    return ChoicesOut(
        digest=Preference.Digest(preference.digest),
        quiet_from=f"{preference.quiet_from:%H:%M}",
        quiet_until=f"{preference.quiet_until:%H:%M}",
        language=preference.language,
        kinds=[
            KindChoiceOut(
                kind=kind.name,
                channels=[
                    channel
                    for channel in (SITE, *queries.CHANNELS)
                    if mine.get((kind.name, channel), channel == SITE or channel in kind.channels)
                ],
                may_be_switched_off=kind.may_be_switched_off,
            )
            for kind in queries.kinds_for(viewer)
        ],
    )


def _with_etag(request: HttpRequest, response: HttpResponse) -> ChoicesOut:
    shown = _choices(request)
    response["ETag"] = etag_of(shown)
    return shown


def _shown_messages(rows: Sequence[Message]) -> list[MessageOut]:
    return [MessageOut.of(row) for row in rows]
