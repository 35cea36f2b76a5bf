"""Export by the European Learning Model 3.3 (application profile "generic"), unsigned.

It is read by platforms of that world; sealing it as the EU does needs a qualified seal of the EU, so it never calls
itself a Europass credential (standards §1.1). Credit has the name of its own framework: it is no ECTS.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from xuecheng.learning.creditbank.queries.frameworks import ClassNames
from xuecheng.learning.proofs.documents import Document
from xuecheng.learning.proofs.integrity import stamp

from . import addresses, queries, rules
from .models import Badge

CONTEXT: Final = "http://data.europa.eu/snb/model/context/edc-ap"
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
_PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""The profile wants a picture of each page; one dot says that there is none."""


def document_of(rows: Sequence[Badge], *, holder: str, at: datetime) -> Document:
    """Credentials that hold as one learner's achievements; `holder` is the name, empty if it is left out."""
    names = queries.classes_of(row.achievement for row in rows)
    bodies: dict[str, Document] = {}
    claims = [_claim(row, names[row.achievement.credit_class_id], bodies) for row in rows]
    person: Document = {"id": "urn:epass:person:1", "type": "Person", "hasClaim": claims}
    if holder:
        person["fullName"] = _said(holder)
    return {
        "@context": ["https://www.w3.org/2018/credentials/v1", CONTEXT],
        "id": f"urn:credential:{rows[0].public_id}",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialSchema": [
            {"id": "http://data.europa.eu/snb/model/ap/edc-generic-full", "type": "ShaclValidator2017"}
        ],
        "issued": stamp(at),
        "issuanceDate": stamp(at),
        "validFrom": stamp(at),
        "credentialProfiles": [
            _concept("http://data.europa.eu/snb/credential", "e34929035b", "Generic", language="en")
        ],
        "displayParameter": _display(),
        "credentialSubject": person,
    }


def _claim(row: Badge, of: ClassNames, bodies: dict[str, Document]) -> Document:
    said, number = row.achievement, row.pk
    issuer = addresses.issuer_of(row.issuer)
    body = bodies.setdefault(
        issuer.did,
        {
            "id": issuer.did, "type": "Organisation", "legalName": _said(issuer.name),
            "location": [{
                "id": f"urn:epass:location:{len(bodies) + 1}", "type": "Location", "address": [{
                    "id": f"urn:epass:address:{len(bodies) + 1}", "type": "Address",
                    "countryCode": _authority("country", "CHN", "中国"),
                }],
            }],
        },
    )  # fmt: skip
    return {
        "id": f"urn:epass:learningAchievement:{number}",
        "type": "LearningAchievement",
        "title": _said(said.title_zh),
        "description": _said(said.about),
        "awardedBy": {
            "id": f"urn:epass:awardingProcess:{number}",
            "type": "AwardingProcess",
            "awardingBody": [body],
            "awardingDate": stamp(rules.midnight(row.awarded_on)),
        },
        "creditReceived": [
            {
                "id": f"urn:epass:creditPoint:{number}",
                "type": "CreditPoint",
                "framework": {
                    "id": f"{addresses.root()}/creditbank/frameworks/{of.framework}",
                    "type": "Concept",
                    "inScheme": {"id": f"{addresses.root()}/creditbank/", "type": "ConceptScheme"},
                    "prefLabel": _said(of.framework_name),
                },
                "point": f"{row.credits / 100:.2f}",
            }
        ],
        "specifiedBy": {
            "id": addresses.achievement(said.public_id),
            "type": "LearningAchievementSpecification",
            "title": _said(said.title_zh),
            **(
                {
                    "learningOutcome": [
                        {
                            "id": f"urn:epass:learningOutcome:{number}:{place}",
                            "type": "LearningOutcome",
                            "title": _said(outcome),
                        }
                        for place, outcome in enumerate(said.outcomes, 1)
                    ]
                }
                if said.outcomes
                else {}
            ),
        },
    }


def _display() -> Document:
    chinese = _authority("language", "ZHO", "中文")
    return {
        "id": "urn:epass:displayParameter:1",
        "type": "DisplayParameter",
        "title": _said("综合学习记录"),
        "language": [chinese],
        "primaryLanguage": chinese,
        "individualDisplay": [
            {
                "id": "urn:epass:individualDisplay:1",
                "type": "IndividualDisplay",
                "language": chinese,
                "displayDetail": [
                    {
                        "id": "urn:epass:displayDetail:1",
                        "type": "DisplayDetail",
                        "page": 1,
                        "image": {
                            "id": "urn:epass:mediaObject:1",
                            "type": "MediaObject",
                            "content": _PIXEL,
                            "contentEncoding": _concept(
                                "http://data.europa.eu/snb/encoding", "6146cde7dd", "base64", language="en"
                            ),
                            "contentType": _authority("file-type", "PNG", "PNG"),
                        },
                    }
                ],
            }
        ],
    }


def _said(text: str, *, language: str = "zh") -> dict[str, Any]:
    return {language: [text]}


def _concept(scheme: str, name: str, label: str, *, language: str = "zh") -> Document:
    return {
        "id": f"{scheme}/{name}",
        "type": "Concept",
        "inScheme": {"id": f"{scheme}/25831c2", "type": "ConceptScheme"},
        "prefLabel": _said(label, language=language),
    }


def _authority(table: str, name: str, label: str) -> Document:
    return {
        "id": f"{_AUTHORITY}/{table}/{name}",
        "type": "Concept",
        "inScheme": {"id": f"{_AUTHORITY}/{table}", "type": "ConceptScheme"},
        "prefLabel": _said(label),
        "notation": table,
    }
