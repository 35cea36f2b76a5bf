"""Issued credentials for programs: one's own, links to them, the issuer's desk, keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.models import Reading
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.requests import seen, standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, Flag, In, Moment, Out
from xuecheng.city.organisations.models import Organisation

from . import addresses, queries, services
from .models import Badge, Batch, Share, SigningKey

router = Router(tags=["Issued credentials"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PLAIN)]


class IssuedCredentialOut(Out):
    """A credential. `credits` are hundredths; `document` is the signed Open Badge 3.0, for its holder alone."""

    KEYS: ClassVar = ("id",)
    id: UUID
    address: str
    title: str
    issuer: str | None
    credits: int
    awarded_on: date
    valid_until: date | None
    issued_at: datetime
    version: int
    bears_name: bool
    state: Badge.State
    state_since: datetime
    why: str
    document: dict[str, Any] | None

    @staticmethod
    def of(row: Badge, *, with_document: bool = False) -> IssuedCredentialOut:
        plain = ("credits", "awarded_on", "valid_until", "issued_at", "version", "state_since", "why")
        return IssuedCredentialOut(
            **{name: getattr(row, name) for name in plain}, id=row.public_id,
            address=addresses.credential(row.public_id), title=row.achievement.title_zh,
            issuer=row.issuer.code if row.issuer else None, bears_name=row.with_name, state=Badge.State(row.state),
            document=json.loads(row.document) if with_document and row.document else None,
        )  # fmt: skip


class CertifiableOut(Out):
    """An entry of one's record for which a credential can be had. `credits` are hundredths."""

    KEYS: ClassVar = ("id",)
    id: UUID
    title: str
    institution: str | None
    ended_on: date
    credits: int


class CertifiableEntriesOut(Out):
    """Entries of one's record that have no credential yet, the newest first."""

    KEYS: ClassVar = ("entries",)
    entries: list[CertifiableOut]


class CredentialShareOut(Out):
    """A link to credentials. `address` is given as long as it works."""

    KEYS: ClassVar = ("id",)
    id: UUID
    address: str
    credentials: list[UUID]
    shows_name: bool
    until: datetime
    withdrawn_at: datetime | None
    looks: int


class CredentialBatchOut(Out):
    """Issuing for a course by a background job."""

    KEYS: ClassVar = ("id",)
    id: UUID
    organisation: str
    code: str
    ended_from: date
    ended_to: date
    job: UUID | None
    issued: int
    finished_at: datetime | None

    @staticmethod
    def of(row: Batch) -> CredentialBatchOut:
        return CredentialBatchOut(
            id=row.public_id, organisation=row.organisation.code, code=row.code, ended_from=row.ended_from,
            ended_to=row.ended_to, job=row.job.public_id if row.job else None, issued=row.issued_count,
            finished_at=row.finished_at,
        )  # fmt: skip


class SigningKeyOut(Out):
    """A key that signs credentials, without its private half."""

    KEYS: ClassVar = ("id",)
    id: UUID
    issuer: str | None
    name: str
    kind: SigningKey.Kind
    state: SigningKey.State
    public: dict[str, Any]
    made_at: datetime
    ended_at: datetime | None

    @staticmethod
    def of(row: SigningKey) -> SigningKeyOut:
        return SigningKeyOut(
            id=row.public_id, issuer=row.issuer.code if row.issuer else None, name=row.name,
            kind=SigningKey.Kind(row.kind), state=SigningKey.State(row.state), public=row.public, made_at=row.made_at,
            ended_at=row.ended_at,
        )  # fmt: skip


class CredentialIn(In):
    """An entry to be certified. What has a credential keeps it."""

    entry: UUID
    with_name: Flag = False


class CredentialShareIn(In):
    """Credentials to be shown until a moment; the id makes a repeated request the same link."""

    id: UUID
    credentials: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    until: Moment
    shows_name: Flag = False


class CredentialMoveIn(In):
    """What becomes of it, and why; the holder reads it."""

    verb: Literal["suspend", "resume", "revoke", "reissue"]
    why: Reason


class CredentialBatchIn(In):
    """Everybody with credit of a course that ended in `[ended_from, ended_to)`."""

    id: UUID
    organisation: Annotated[str, StringConstraints(max_length=24, pattern=r"^[A-Z0-9-]*$")]
    code: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=_PLAIN)]
    ended_from: Day
    ended_to: Day


class IssuedWish(Paged):
    state: Badge.State | None = None


@router.reading("/me/certifiable-entries", scope="badges.read", out=CertifiableEntriesOut)
def list_certifiable_entries(request: HttpRequest) -> CertifiableEntriesOut:
    """What of one's own record has no credential yet."""
    return CertifiableEntriesOut(
        entries=[
            CertifiableOut(
                id=one.certifies, title=one.record.title, institution=one.issuer.code if one.issuer else None,
                ended_on=one.record.ended_on, credits=one.credits,
            )
            for one in queries.lines_to_ask(_own(request, queries.ASK), on=clock.today())
        ]
    )  # fmt: skip


@router.listing("/me/credentials", scope="badges.read", out=IssuedCredentialOut)
def list_own_credentials(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """One's own credentials with their signed documents, the newest first."""
    rows = queries.own_badges(_own(request, queries.SEE))
    return cut(request, wish, rows, order=("-id",), show=_own_ones)


@router.writing("/me/credentials", scope="badges.write", out=IssuedCredentialOut)
def ask_credential(request: HttpRequest, body: CredentialIn) -> IssuedCredentialOut:
    """Get a credential for an entry of one's own record."""
    actor = _own(request, queries.ASK)
    (made,) = services.ask_badges(
        actor=actor, learner=actor.person, lines=[body.entry], with_name=body.with_name, at=clock.now()
    )
    row = queries.badge(actor, made.public_id)
    if row is None:
        raise Http404
    return IssuedCredentialOut.of(row, with_document=True)


@router.writing("/me/credential-shares", scope="badges.write", out=CredentialShareOut)
def share_credentials(request: HttpRequest, body: CredentialShareIn) -> CredentialShareOut:
    """Make a link that shows credentials until a moment."""
    actor = _own(request, queries.SHARE)
    services.share_badges(
        actor=actor, public_id=body.id, learner=actor.person, badges=body.credentials, until=body.until,
        shows_name=body.shows_name, at=clock.now(),
    )  # fmt: skip
    return _share(request, body.id)


@router.writing("/me/credential-shares/{id}/withdrawal", scope="badges.write", out=CredentialShareOut, status=200)
def withdraw_credential_share(request: HttpRequest, id: Path[UUID]) -> CredentialShareOut:
    """Withdraw a link: it shows nothing any more."""
    actor = _own(request, queries.SHARE)
    row = queries.own_share(actor, id)
    if row is None:
        raise Http404
    services.withdraw_share(actor=actor, share=row, at=clock.now())
    return _share(request, id)


@router.listing("/issued-credentials", scope="badges.read", out=IssuedCredentialOut)
def list_issued_credentials(request: HttpRequest, wish: Query[IssuedWish]) -> dict[str, Any]:
    """Credentials of the caller's issuers, the newest first."""
    viewer = standing(request)
    if not viewer.may_somewhere(queries.REVOKE):
        raise Denied(queries.REVOKE)

    def show(found: Sequence[Badge]) -> list[IssuedCredentialOut]:
        for one in found:
            seen(request, person_id=one.learner_id, what=Reading.What.ACCOUNT, thing=one.public_id)
        return [IssuedCredentialOut.of(one) for one in found]

    return cut(request, wish, queries.issued(viewer, state=wish.state or ""), order=("-id",), show=show)


@router.writing("/issued-credentials/{id}/moves", scope="badges.write", out=IssuedCredentialOut, status=200)
def move_credential(request: HttpRequest, id: Path[UUID], body: CredentialMoveIn) -> IssuedCredentialOut:
    """Suspend a credential, let it hold again, revoke it for ever, or issue it anew."""
    actor, now = standing(request), clock.now()
    row = queries.badge(actor, id)
    if row is None or row.learner_id in actor.person_keys:
        raise Http404
    seen(request, person_id=row.learner_id, what=Reading.What.ACCOUNT, thing=row.public_id)
    if body.verb == "suspend":
        made = services.suspend_badge(actor=actor, badge=row, why=body.why, at=now)
    elif body.verb == "resume":
        made = services.resume_badge(actor=actor, badge=row, at=now)
    elif body.verb == "revoke":
        made = services.revoke_badge(actor=actor, badge=row, why=body.why, at=now)
    else:
        made = services.reissue_badge(actor=actor, badge=row, why=body.why, at=now)
    return IssuedCredentialOut.of(made)


@router.writing("/credential-batches", scope="badges.write", out=CredentialBatchOut)
def issue_credentials(request: HttpRequest, body: CredentialBatchIn) -> CredentialBatchOut:
    """Issue for everybody with credit of a course, by a background job; the id makes a repeated request the same."""
    actor = standing(request)
    place: Organisation | None = queries.issuing_bodies(actor).filter(code=body.organisation).first()
    if place is None:
        raise Denied(queries.ISSUE)
    row = services.issue_for_course(
        actor=actor, public_id=body.id, organisation=place, code=body.code, ended_from=body.ended_from,
        ended_to=body.ended_to, at=clock.now(),
    )  # fmt: skip
    return CredentialBatchOut.of(row)


@router.listing("/signing-keys", scope="badges.read", out=SigningKeyOut)
def list_signing_keys(request: HttpRequest, wish: Query[Paged]) -> dict[str, Any]:
    """Keys of the issuers for which the caller keeps them, the newest first."""
    rows = queries.signing_keys(_keeper(request))
    return cut(request, wish, rows, order=("-id",), show=lambda found: [SigningKeyOut.of(one) for one in found])


@router.writing("/signing-keys/{id}/rotation", scope="badges.write", out=SigningKeyOut, status=200)
def rotate_signing_key(request: HttpRequest, id: Path[UUID]) -> SigningKeyOut:
    """Let another key sign from now on; what the old one signed still verifies."""
    actor = _keeper(request)
    row = queries.signing_keys(actor).filter(public_id=id).first()
    if row is None:
        raise Http404
    return SigningKeyOut.of(services.rotate_key(actor=actor, key=row, at=clock.now()))


def _own(request: HttpRequest, act: str) -> Standing:
    viewer = standing(request)
    if not viewer.own_keys(act):
        raise Denied(act)
    return viewer


def _keeper(request: HttpRequest) -> Standing:
    viewer = standing(request)
    if not viewer.may_somewhere(queries.KEYS):
        raise Denied(queries.KEYS)
    return viewer


def _own_ones(rows: Sequence[Badge]) -> list[IssuedCredentialOut]:
    return [IssuedCredentialOut.of(one, with_document=True) for one in rows]


def _share(request: HttpRequest, public_id: UUID) -> CredentialShareOut:
    row: Share | None = queries.own_share(standing(request), public_id)
    if row is None:
        raise Http404
    token = services.token_of(row.public_id)
    is_shown = row.is_open(clock.now()) and services.hash_of(token) == bytes(row.token_hash)
    return CredentialShareOut(
        id=row.public_id, address=addresses.to_open(request, "open_share", token) if is_shown else "",
        credentials=[one.badge.public_id for one in row.items.all()], shows_name=row.shows_name, until=row.until,
        withdrawn_at=row.withdrawn_at, looks=row.looks.count(),
    )  # fmt: skip
