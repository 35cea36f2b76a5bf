"""Verbs of keys: made on first use, replaced by adding, taken out when compromised (standards §2.4).

`Held` is the shape of a hardware module: it signs and says how its public half is written; the key never comes out.
Whoever keeps keys in such a module replaces `_make` and `Held` and nothing else.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from joserfc import jws
from joserfc.jwk import RSAKey

from xuecheng.city import trace, vault
from xuecheng.city.access.queries import Standing
from xuecheng.city.access.services import require
from xuecheng.city.ids import uuid7
from xuecheng.city.jobs import services as jobs
from xuecheng.city.organisations.models import Organisation
from xuecheng.city.people.models import Person
from xuecheng.city.refusals import Refusal, refusing
from xuecheng.city.rights import Scope
from xuecheng.learning.badges import addresses
from xuecheng.learning.badges.models import SigningKey
from xuecheng.learning.badges.queries.acts import KEYS
from xuecheng.learning.badges.queries.published import kid_of
from xuecheng.learning.proofs.identifiers import multikey
from xuecheng.learning.proofs.integrity import Signer

PURPOSE = "badges.key"
REISSUED = "badges.reissue_for_key"
"""Kind of the job that issues anew what a compromised key signed."""
_RSA_BITS = 3072
_Kind, _State = SigningKey.Kind, SigningKey.State


class ReasonMissing(Refusal):
    message = _("Say why.")
    field = "why"


class KeyEnded(Refusal):
    message = _("This key signs nothing any more.")
    remedy = _("Look at the list of keys again.")


class _Raced(Refusal):
    """Never reaches a person: another process made the key."""


class JwtSigner(Protocol):
    """Whoever signs JWTs."""

    def jwt(self, payload: dict[str, Any]) -> str:
        """The compact form, RS256."""


class Held:
    """A key of the vault as a signer."""

    def __init__(self, row: SigningKey) -> None:
        self.row = row
        self._private: Ed25519PrivateKey | None = None

    @property
    def verification_method(self) -> str:
        return f"{addresses.did_of(self.row.issuer)}#{self.row.name}"

    def sign(self, data: bytes) -> bytes:
        if self._private is None:
            self._private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(_opened(self.row)))
        return self._private.sign(data)

    def jwt(self, payload: dict[str, Any]) -> str:
        """Only `alg` and `kid` in the head: both texts of the standard are content with that (§2.2)."""
        key = RSAKey.import_key(json.loads(_opened(self.row)))
        said = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        return jws.serialize_compact({"alg": "RS256", "kid": kid_of(self.row)}, said, key, algorithms=["RS256"])


def signer_of(issuer: Organisation | None, *, at: datetime) -> tuple[SigningKey, Signer]:
    """The key that signs for an issuer, made on first use. In a transaction: it does not end before that does."""
    row = _active(issuer, _Kind.ED25519, at=at)
    return row, Held(row)


def jwt_signer_of(issuer: Organisation | None, *, at: datetime) -> JwtSigner:
    return Held(_active(issuer, _Kind.RSA, at=at))


def rotate_key(*, actor: Standing, key: SigningKey, at: datetime) -> SigningKey:
    """Let another key sign from now on. The old one's public half stays published, its private half is destroyed.

    Said twice, once. Right: badges.keep_keys at the issuer. Raises `Denied`, `KeyEnded`.
    """
    require(actor, KEYS, on=scope_of_issuer(key.issuer))
    with trace.change(by=actor.person, why=gettext_noop("A signing key was replaced")):
        row = _locked(key)
        if row.state != _State.ACTIVE:
            raise KeyEnded
        row.state, row.sealed, row.ended_at = _State.RETIRED, None, at
        row.save(update_fields=["state", "sealed", "ended_at"])
        return _make(row.issuer, row.kind, at=at, by=actor.person)


def compromise_key(*, actor: Standing, key: SigningKey, why: str, at: datetime) -> SigningKey:
    """Take a key out of the DID document and destroy it; a job issues anew whatever holds and was signed by it.

    Right: badges.keep_keys at the issuer. Raises `Denied`, `ReasonMissing`, `KeyEnded`.
    """
    require(actor, KEYS, on=scope_of_issuer(key.issuer))
    if not why.strip():
        raise ReasonMissing
    with trace.change(by=actor.person, why=why.strip()):
        row = _locked(key)
        if row.state == _State.COMPROMISED:
            raise KeyEnded
        was_active = row.state == _State.ACTIVE
        if row.kind == _Kind.ED25519:
            jobs.start(
                REISSUED, at=at, title_zh=f"重新签发：密钥 {row.name}", title_en=f"Issuing anew: key {row.name}",
                arguments={"key": row.pk, "page": ["badges:show_keys"]}, by=actor.person, organisation=row.issuer,
            )  # fmt: skip
        row.state, row.sealed, row.why, row.ended_at = _State.COMPROMISED, None, why.strip()[:200], row.ended_at or at
        row.save(update_fields=["state", "sealed", "why", "ended_at"])
        if was_active:
            _make(row.issuer, row.kind, at=at, by=actor.person)
    return row


def scope_of_issuer(issuer: Organisation | None) -> Scope:
    """Where a key, a credential or a list belongs; the platform's to the city as a whole."""
    if issuer is None:
        return Scope()
    return Scope(organisation_id=issuer.pk, territory_path=issuer.territory.path)


def _active(issuer: Organisation | None, kind: str, *, at: datetime) -> SigningKey:
    while True:
        row = _signing(issuer, kind)
        if row is None:
            try:
                with transaction.atomic(), refusing(badges_key_one_signs=_Raced, badges_key_number_once=_Raced):
                    return _make(issuer, kind, at=at, by=None)
            except _Raced:
                continue
        return row


def _signing(issuer: Organisation | None, kind: str) -> SigningKey | None:
    """The key that signs, held against being replaced until the transaction ends; others may sign beside."""
    rows = SigningKey.objects.filter(issuer=issuer, kind=kind, state=_State.ACTIVE)
    key = rows.values_list("pk", flat=True).first()
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select from badges_signingkey where id = %s for share", [key])
    # Read after the lock: whoever replaced it meanwhile is seen.
    row = rows.select_related("issuer__territory").filter(pk=key).first()
    return row if row is not None else _signing(issuer, kind)


def _locked(key: SigningKey) -> SigningKey:
    rows = SigningKey.objects.select_related("issuer__territory").select_for_update(of=("self",))
    return rows.get(pk=key.pk)


def _make(issuer: Organisation | None, kind: str, *, at: datetime, by: Any) -> SigningKey:
    public_id = uuid7()
    public, private = _pair(kind)
    newest = SigningKey.objects.filter(issuer=issuer, kind=kind).aggregate(Max("number"))["number__max"] or 0
    return SigningKey.objects.create(
        public_id=public_id, issuer=issuer, kind=kind, number=newest + 1, public=public,
        sealed=vault.seal(PURPOSE, str(public_id), private), made_at=at, made_by=by if isinstance(by, Person) else None,
    )  # fmt: skip


def _pair(kind: str) -> tuple[dict[str, Any], str]:
    """A new pair: the public half as it is published, the private one as text."""
    if kind == _Kind.ED25519:
        key = Ed25519PrivateKey.generate()
        raw = key.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        return {"multibase": multikey(key.public_key())}, raw.hex()
    made = RSAKey.import_key(rsa.generate_private_key(65537, _RSA_BITS))
    return {"jwk": dict(made.as_dict(private=False))}, json.dumps(made.as_dict(private=True))


def _opened(row: SigningKey) -> str:
    if row.sealed is None:
        raise KeyEnded
    return vault.open_sealed(PURPOSE, str(row.public_id), bytes(row.sealed))
