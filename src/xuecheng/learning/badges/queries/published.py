"""What anybody may read: issuers, keys, achievements, status lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from xuecheng.city.organisations.models import Organisation
from xuecheng.learning.badges import addresses, rules
from xuecheng.learning.badges.models import Achievement, SigningKey, StatusList
from xuecheng.learning.creditbank.queries.frameworks import ClassNames, names_of_classes
from xuecheng.learning.proofs.documents import Document

_State, _Kind = SigningKey.State, SigningKey.Kind


def issuer(code: str) -> Organisation | None:
    """An institution that has a key: whoever never signed is no issuer."""
    rows = Organisation.objects.filter(code=code, pk__in=SigningKey.objects.filter(issuer__code=code).values("issuer"))
    return rows.select_related("territory").first()


def did_document(of: Organisation | None) -> Document:
    """Every key of an issuer that was not compromised, the oldest first (standards §2.4). One query."""
    rows = list(_published().filter(issuer=of).select_related("issuer"))
    return rules.did_document(
        did=addresses.did_of(of),
        also=[addresses.page_of(of)],
        multikeys={row.name: row.public["multibase"] for row in rows if row.kind == _Kind.ED25519},
        jwks={kid_of(row): row.public["jwk"] for row in rows if row.kind == _Kind.RSA},
    )


def jwks() -> dict[str, Any]:
    """Every RSA key of the platform and its institutions that was not compromised. One query."""
    rows = _published().filter(kind=_Kind.RSA).select_related("issuer")
    return {"keys": [{**row.public["jwk"], "kid": kid_of(row), "use": "sig", "alg": "RS256"} for row in rows]}


def kid_of(row: SigningKey) -> str:
    """Where a JWT's key is found: in the one JWKS of the platform."""
    return f"{addresses.keys()}#{row.name if row.issuer is None else f'{row.issuer.code}-{row.name}'}"


def _published() -> Any:
    return SigningKey.objects.exclude(state=_State.COMPROMISED).order_by("issuer", "kind", "number")


def achievement(public_id: UUID) -> Achievement | None:
    rows = Achievement.objects.select_related("creator__territory", "unit__level", "credit_class")
    return rows.filter(public_id=public_id).first()


def class_of(row: Achievement) -> ClassNames:
    """What people call its credit, in the reader's language. One query."""
    return names_of_classes([row.credit_class_id])[row.credit_class_id]


def classes_of(rows: Iterable[Achievement]) -> dict[int, ClassNames]:
    """The same for many, by class. One query."""
    return names_of_classes({row.credit_class_id for row in rows})


def achievements_by(of: Organisation) -> list[Achievement]:
    """The newest of an issuer."""
    return list(Achievement.objects.filter(creator=of).order_by("-pk")[:50])


def status_list_state(number: int) -> tuple[int, int | None] | None:
    """The version of a list and the key that signs for its issuer now. Two queries, without the list itself."""
    found = StatusList.objects.filter(number=number).values_list("version", "issuer").first()
    if found is None:
        return None
    keys = SigningKey.objects.filter(issuer=found[1], kind=_Kind.ED25519, state=_State.ACTIVE)
    return found[0], keys.values_list("pk", flat=True).first()


def status_list(number: int) -> StatusList | None:
    return StatusList.objects.select_related("issuer__territory").filter(number=number).first()
