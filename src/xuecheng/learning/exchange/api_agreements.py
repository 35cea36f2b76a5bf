"""Writing exchange agreements for programs: one side drafts, the others sign, the certification body decides (C-32).

The same verbs as on the pages, with the same refusals, under the caller's own name: nobody speaks for two sides, and
whoever drafted or signed does not approve. A whole table of lines comes as a file of the import kind `exchange.terms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field, StringConstraints

from xuecheng.city import clock
from xuecheng.city.access.requests import standing
from xuecheng.city.access.services import Denied
from xuecheng.city.api.paging import Paged, cut
from xuecheng.city.api.routing import Router
from xuecheng.city.api.schemas import Day, Flag, In, Key, Line
from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.creditbank.models import CreditKind, FrameworkLevel
from xuecheng.learning.creditbank.queries import DEFAULT_FRAMEWORK

from . import queries, services
from .api import ExchangeAgreementOut, ExchangeTermOut
from .models import Agreement, Basis, Silence

router = Router(tags=["Exchange"])
_PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_PLAIN)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=_PLAIN)]
Hundredths = Annotated[int, Field(ge=0, le=1_000_000)]
Part = Annotated[int, Field(ge=1, le=1000)]
Learning = Literal[CreditKind.FORMAL, CreditKind.CERTIFICATE, CreditKind.COMMUNITY]
"""What institutions exchange: all but points (C-39)."""
Short = Annotated[str, StringConstraints(max_length=60, pattern=_PLAIN)]


class ExchangeSignatureOut(Schema):
    """A side of an agreement, and when it signed; empty: it has not."""

    side: str
    signed_at: datetime | None


class KeptExchangeAgreementOut(ExchangeAgreementOut):
    """An agreement as its sides and the certification body see it: unsigned, sent back and ended ones too."""

    drafted_for: str
    escalation_days: int
    silence: Silence
    appeal_days: int
    notice_days: int
    period: str
    evidence: str
    decided_at: datetime | None
    decision_reason: str
    ended_because: str
    signatures: list[ExchangeSignatureOut]

    @staticmethod
    def kept(row: Agreement) -> dict[str, Any]:
        plain = (
            "escalation_days", "appeal_days", "notice_days", "period", "evidence", "decided_at", "decision_reason",
            "ended_because",
        )  # fmt: skip
        return (
            ExchangeAgreementOut.values(row)
            | {name: getattr(row, name) for name in plain}
            | {
                "drafted_for": row.drafted_for.code,
                "silence": Silence(row.silence),
                "signatures": [
                    ExchangeSignatureOut(side=one.organisation.code, signed_at=one.signed_at)
                    for one in row.parties.all()
                ],
            }
        )


class WholeKeptExchangeAgreementOut(KeptExchangeAgreementOut):
    """The same with its lines."""

    KEYS: ClassVar = ("id",)
    terms: list[ExchangeTermOut]

    @staticmethod
    def of(row: Agreement) -> WholeKeptExchangeAgreementOut:
        terms = [ExchangeTermOut.of(one) for one in row.terms.all()]
        return WholeKeptExchangeAgreementOut(**KeptExchangeAgreementOut.kept(row), terms=terms)


class ExchangeAgreementIn(In):
    """What an agreement says beside its lines; institutions by code, caps in hundredths, the price in fen for 1.00.

    The id makes a repeated request the same draft, and changes it while it is one. With `follows` it is the next
    version of an agreement in force, whose lines are copied.
    """

    id: UUID
    drafted_for: Key
    others: Annotated[list[Key], Field(min_length=1, max_length=20)]
    follows: UUID | None = None
    name_zh: Name
    name_en: Annotated[str, StringConstraints(max_length=200, pattern=_PLAIN)] = ""
    effect_from: Day
    effect_to: Day | None = None
    is_automatic: Flag = False
    answer_days: Annotated[int, Field(ge=1, le=60)] = 10
    escalation_days: Annotated[int, Field(ge=1, le=60)] = 5
    silence: Silence = Silence.LAPSES
    appeal_days: Annotated[int, Field(ge=5, le=90)] = 15
    notice_days: Annotated[int, Field(ge=1, le=730)] = 60
    most_per_learner: Hundredths | None = None
    most_per_period: Hundredths | None = None
    period: Agreement.Period | None = None
    evidence: Line = ""
    price_fen: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class ExchangeTermIn(In):
    """One line: a pair names `of_code` and `as_unit`; a ratio kinds, levels and `num` of `den` (C-32, C-33)."""

    source: Key
    target: Key
    basis: Basis
    of_code: Short = ""
    as_unit: Annotated[str, StringConstraints(max_length=40, pattern=_PLAIN)] = ""
    of_kind: Learning | None = None
    of_level: Annotated[str, StringConstraints(max_length=16, pattern=_PLAIN)] = ""
    as_kind: Learning | None = None
    as_level: Annotated[str, StringConstraints(max_length=16, pattern=_PLAIN)] = ""
    num: Part = 1
    den: Part = 1
    least_grade: Annotated[str, StringConstraints(max_length=20, pattern=_PLAIN)] = ""
    grade_scale: Annotated[str, StringConstraints(max_length=20, pattern=_PLAIN)] = ""


class ExchangeTermRemovalIn(In):
    """Which line, by its number."""

    number: Annotated[int, Field(ge=1, le=32_767)]


class ExchangeOfferIn(In):
    """Nothing is to be said."""


class ExchangeSignatureIn(In):
    """For which side (code of the institution)."""

    side: Key


class ExchangeAgreementDecisionIn(In):
    """Put in force, or sent back for good with the reason; a side that does not sign says why, too."""

    approves: Flag
    why: Line = ""


class ExchangeNoticeIn(In):
    """On whose behalf notice is given, the first day on which nothing new is asked, and why."""

    side: Key
    on: Day
    why: Said


class KeptAgreementWish(Paged):
    waiting: bool = False
    """Only what the caller is to sign or to decide."""


@router.listing("/kept-exchange-agreements", scope="exchange.read", out=KeptExchangeAgreementOut)
def list_kept_exchange_agreements(request: HttpRequest, wish: Query[KeptAgreementWish]) -> dict[str, Any]:
    """Agreements of the caller's institutions, or those the caller decides; with `waiting` what waits for them."""
    viewer = standing(request)
    if not (viewer.may_somewhere(queries.DRAFT) or viewer.may_somewhere(queries.DECIDE_AGREEMENT)):
        raise Denied(queries.DRAFT)
    rows = queries.own_agreements(viewer)
    if wish.waiting:
        rows = rows.filter(pk__in=queries.agreements_waiting(viewer).order_by().values("pk"))

    def show(found: Sequence[Agreement]) -> list[KeptExchangeAgreementOut]:
        return [KeptExchangeAgreementOut(**KeptExchangeAgreementOut.kept(one)) for one in found]

    return cut(request, wish, rows, order=("-id",), show=show)


@router.reading("/kept-exchange-agreements/{id}", scope="exchange.read", out=WholeKeptExchangeAgreementOut)
def get_kept_exchange_agreement(request: HttpRequest, id: Path[UUID]) -> WholeKeptExchangeAgreementOut:
    """One agreement of the caller's, with its lines and who has signed."""
    return _shown(request, id)


@router.writing("/kept-exchange-agreements", scope="exchange.write", out=WholeKeptExchangeAgreementOut)
def draft_exchange_agreement(request: HttpRequest, body: ExchangeAgreementIn) -> WholeKeptExchangeAgreementOut:
    """Begin an agreement for one side, change a draft, or draft the version after one in force."""
    actor = standing(request)
    side, *others = _places(body.drafted_for, *body.others)
    before = _row(request, body.follows) if body.follows is not None else None
    said = body.dict(include=set(services.Wish.__dataclass_fields__)) | {"period": body.period or ""}
    made = services.draft_agreement(
        actor=actor, public_id=body.id, organisation=side, others=others, wish=services.Wish(**said), at=clock.now(),
        follows=before,
    )  # fmt: skip
    return _shown(request, made.public_id)


@router.writing("/kept-exchange-agreements/{id}/terms", scope="exchange.write", out=WholeKeptExchangeAgreementOut)
def add_exchange_term(request: HttpRequest, id: Path[UUID], body: ExchangeTermIn) -> WholeKeptExchangeAgreementOut:
    """Add a line to a draft; said twice, once."""
    source, target = _places(body.source, body.target)
    plain = body.dict(exclude={"source", "target", "of_kind", "of_level", "as_kind", "as_level"})
    wish = services.TermWish(
        **plain, source=source, target=target, of_kind=body.of_kind or "", as_kind=body.as_kind or "",
        of_level=_level(body.of_level), as_level=_level(body.as_level),
    )  # fmt: skip
    services.add_term(actor=standing(request), agreement=_row(request, id), wish=wish)
    return _shown(request, id)


@router.writing(
    "/kept-exchange-agreements/{id}/term-removal", scope="exchange.write", out=WholeKeptExchangeAgreementOut, status=200
)
def remove_exchange_term(
    request: HttpRequest, id: Path[UUID], body: ExchangeTermRemovalIn
) -> WholeKeptExchangeAgreementOut:
    """Take a line out of a draft; said twice, once."""
    services.remove_term(actor=standing(request), agreement=_row(request, id), number=body.number)
    return _shown(request, id)


@router.writing(
    "/kept-exchange-agreements/{id}/offer", scope="exchange.write", out=WholeKeptExchangeAgreementOut, status=200
)
def offer_exchange_agreement(
    request: HttpRequest, id: Path[UUID], body: ExchangeOfferIn
) -> WholeKeptExchangeAgreementOut:
    """Sign for the side that drafted, and lay it before the others."""
    del body
    services.offer_agreement(actor=standing(request), agreement=_row(request, id), at=clock.now())
    return _shown(request, id)


@router.writing(
    "/kept-exchange-agreements/{id}/signature", scope="exchange.write", out=WholeKeptExchangeAgreementOut, status=200
)
def sign_exchange_agreement(
    request: HttpRequest, id: Path[UUID], body: ExchangeSignatureIn
) -> WholeKeptExchangeAgreementOut:
    """Sign for another side; after the last one the certification body decides."""
    (side,) = _places(body.side)
    services.sign_agreement(actor=standing(request), agreement=_row(request, id), organisation=side, at=clock.now())
    return _shown(request, id)


@router.writing(
    "/kept-exchange-agreements/{id}/decision", scope="exchange.write", out=WholeKeptExchangeAgreementOut, status=200
)
def decide_exchange_agreement(
    request: HttpRequest, id: Path[UUID], body: ExchangeAgreementDecisionIn
) -> WholeKeptExchangeAgreementOut:
    """Put what every side signed in force, or send it back with the reason; not by who drafted or signed."""
    act = services.approve_agreement if body.approves else services.reject_agreement
    act(actor=standing(request), agreement=_row(request, id), why=body.why, at=clock.now())
    return _shown(request, id)


@router.writing(
    "/kept-exchange-agreements/{id}/notice", scope="exchange.write", out=WholeKeptExchangeAgreementOut, status=200
)
def end_exchange_agreement(
    request: HttpRequest, id: Path[UUID], body: ExchangeNoticeIn
) -> WholeKeptExchangeAgreementOut:
    """Give notice: from a day on nothing new is asked under it; running cases keep their version (C-32)."""
    (side,) = _places(body.side)
    services.end_agreement(
        actor=standing(request), agreement=_row(request, id), organisation=side, on=body.on, why=body.why,
        at=clock.now(),
    )  # fmt: skip
    return _shown(request, id)


def _row(request: HttpRequest, public_id: UUID) -> Agreement:
    """One as its sides and officers see it. What everybody may read is no reason to be let near changing it."""
    row = queries.kept_agreement(standing(request), public_id)
    if row is None:
        raise Http404
    return row


def _shown(request: HttpRequest, public_id: UUID) -> WholeKeptExchangeAgreementOut:
    return WholeKeptExchangeAgreementOut.of(_row(request, public_id))


def _places(*codes: str) -> list[Organisation]:
    """Institutions in the order of their codes as said. Raises `Http404`."""
    found = {one.code: one for one in Organisation.objects.select_related("territory").filter(code__in=codes)}
    if not set(codes) <= set(found):
        raise Http404
    return [found[code] for code in codes]


def _level(label: str) -> FrameworkLevel | None:
    """A level of the framework in force, as the forms offer them; empty: none. Raises `Http404`."""
    if not label:
        return None
    levels = FrameworkLevel.objects.filter(framework__code=DEFAULT_FRAMEWORK, framework__successor__isnull=True)
    found = levels.select_related("framework").filter(label=label).first()
    if found is None:
        raise Http404
    return found
