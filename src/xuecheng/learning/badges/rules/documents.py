"""The documents that are signed or published, as JSON: Open Badges 3.0, CLR 2.0, status lists, DID documents.

Shapes and rules: `standards.md` §2.1 (badge), §2.3 (CLR), §2.4 (DID), §2.5 (status list). Sets are arrays even with one
member, nothing is null or empty, times are whole seconds in UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from xuecheng.learning.proofs.documents import CLR_2, DID_1, MULTIKEY_1, OB_3, OB_EXTENSIONS, VC_2, Document
from xuecheng.learning.proofs.integrity import stamp
from xuecheng.learning.proofs.statuslist import encoded

_SCHEMA: Final = "https://purl.imsglobal.org/spec/{}"
BADGE_SCHEMA: Final = _SCHEMA.format("ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json")
CLR_SCHEMA: Final = _SCHEMA.format("clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json")
_JWK: Final = "https://w3id.org/security/jwk/v1"
REVOCATION, SUSPENSION = "revocation", "suspension"


@dataclass(frozen=True)
class Issuer:
    """Who issues: its DID, its name, its page."""

    did: str
    name: str
    url: str

    @property
    def profile(self) -> Document:
        return {"id": self.did, "type": ["Profile"], "name": self.name, "url": self.url}


@dataclass(frozen=True)
class Place:
    """Where a status is looked up: the addresses of both lists, and the bit."""

    revocation: str
    suspension: str
    index: int

    @property
    def entry(self) -> Document:
        """The entry of a credential.

        The official schema of Open Badges has room for one entry; it is that of the revocation list, whose bit is set
        as long as the credential does not hold. `statusReference` leads to the list that tells a suspension apart.
        """
        return {
            "id": f"{self.revocation}#{self.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": REVOCATION,
            "statusListIndex": str(self.index),
            "statusListCredential": self.revocation,
            "statusReference": f"{self.suspension}#{self.index}",
        }


@dataclass(frozen=True)
class Holder:
    """Whose it is: never a number of a person, a hash salted for this one credential; a name on wish only."""

    subject: str
    """`urn:uuid:…` of this credential alone, so that two of them do not betray one holder."""
    identifier: str
    salt: str
    name: str = ""

    @property
    def identities(self) -> list[Document]:
        hashed = hashlib.sha256((self.identifier + self.salt).encode()).hexdigest()
        found: list[Document] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": f"sha256${hashed}",
                "identityType": "sourcedId",
                "salt": self.salt,
            }
        ]
        if self.name:
            found.append({"type": "IdentityObject", "hashed": False, "identityHash": self.name, "identityType": "name"})
        return found


@dataclass(frozen=True)
class Said:
    """What was learnt, as an achievement says it."""

    address: str
    kind: str
    name: str
    description: str
    criteria: str
    credits: int
    """Hundredths; what it is worth. Nothing where only what somebody earned is known."""
    creator: Issuer | None = None
    code: str = ""
    version: str = ""
    level: str = ""
    study: str = ""
    outcomes: Sequence[str] = ()


def number(hundredths: int) -> int | float:
    """Credits as JSON writes them."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def midnight(day: date) -> datetime:
    """A day as a moment that every reader takes for the same day."""
    return datetime.combine(day, time(), tzinfo=UTC)


def achievement_document(said: Said) -> Document:
    """An achievement as Open Badges say it."""
    made: Document = {
        "id": said.address,
        "type": ["Achievement"],
        "achievementType": said.kind,
        "name": said.name,
        "description": said.description,
        "criteria": {"narrative": said.criteria},
        "inLanguage": "zh-CN",
    }
    if said.credits:
        made["creditsAvailable"] = number(said.credits)
    if said.creator is not None:
        made["creator"] = said.creator.profile
    for name, value in (
        ("humanCode", said.code), ("version", said.version), ("fieldOfStudy", said.study), ("tag", list(said.outcomes)),
    ):  # fmt: skip
        if value:
            made[name] = value
    return made


def badge_document(
    *,
    address: str,
    issuer: Issuer,
    holder: Holder,
    said: Said,
    credits_: int,
    awarded: date,
    issued: datetime,
    until: datetime | None,
    place: Place,
    level: str = "",
) -> Document:
    """An Open Badge 3.0, unsigned."""
    subject: Document = {
        "type": ["AchievementSubject"],
        "id": holder.subject,
        "identifier": holder.identities,
        "activityEndDate": stamp(midnight(awarded)),
        "creditsEarned": number(credits_),
        "achievement": achievement_document(said),
    }
    if level:
        subject["narrative"] = level
    made: Document = {
        "@context": [VC_2, OB_3, OB_EXTENSIONS],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": said.name,
        "issuer": issuer.profile,
        "validFrom": stamp(issued),
        "awardedDate": stamp(midnight(awarded)),
        "credentialSubject": subject,
        "credentialStatus": place.entry,
        "credentialSchema": [{"id": BADGE_SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if until is not None:
        made["validUntil"] = stamp(until)
    return made


def clr_document(
    *, address: str, name: str, issuer: Issuer, holder: Holder, badges: Sequence[Document], is_partial: bool,
    issued: datetime,
) -> Document:  # fmt: skip
    """A Comprehensive Learner Record 2.0 of whole signed badges, unsigned itself."""
    achievements = [badge["credentialSubject"]["achievement"] for badge in badges]
    return {
        "@context": [VC_2, CLR_2, OB_3, OB_EXTENSIONS],
        "id": address,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": name,
        "partial": is_partial,
        "issuer": issuer.profile,
        "validFrom": stamp(issued),
        "awardedDate": stamp(issued),
        "credentialSubject": {
            "type": ["ClrSubject"],
            "id": holder.subject,
            "identifier": holder.identities,
            "achievement": list({each["id"]: each for each in achievements}.values()),
            "verifiableCredential": list(badges),
        },
        "credentialSchema": [{"id": CLR_SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def status_document(*, address: str, purpose: str, issuer: Issuer, bits: bytes, changed: datetime) -> Document:
    """A status list, unsigned. It says of bits that they are set, and never of whom."""
    return {
        "@context": [VC_2],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": stamp(changed),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(bits),
        },
    }


def did_document(
    *, did: str, also: Sequence[str], multikeys: Mapping[str, str], jwks: Mapping[str, Mapping[str, Any]]
) -> Document:
    """The DID document of an issuer: every key that ever signed and was not compromised.

    `multikeys`: fragment of the key → how it is written; `jwks`: whole name of the key → how it is written. A JWT names
    its key by where the platform's set of keys lies; that it stands here makes it the issuer's.
    """
    methods: list[Document] = [
        {"id": f"{did}#{name}", "type": "Multikey", "controller": did, "publicKeyMultibase": key}
        for name, key in multikeys.items()
    ] + [{"id": name, "type": "JsonWebKey", "controller": did, "publicKeyJwk": dict(key)} for name, key in jwks.items()]
    made: Document = {"@context": [DID_1, MULTIKEY_1, *([_JWK] if jwks else [])], "id": did}
    if also:
        made["alsoKnownAs"] = list(also)
    if methods:
        made["verificationMethod"] = methods
        made["assertionMethod"] = [each["id"] for each in methods]
    return made
