"""What a credential says it is, and whether it is built so: the official JSON Schemas of 1EdTech (draft 2019-09)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from . import model
from .documents import VC_1, VC_2, Document
from .keys import listed, moment, text_of
from .verdicts import Finding, Outcome

if TYPE_CHECKING:
    from jsonschema import Draft201909Validator
    from jsonschema.exceptions import ValidationError

OB_2: Final = "https://w3id.org/openbadges/v2"
_FOLDER: Final = Path(__file__).parent / "data" / "schemas"
_SCHEMAS: Final[Mapping[str, str]] = {
    "OpenBadgeCredential": "ob_v3p0_achievementcredential_schema.json",
    "AchievementCredential": "ob_v3p0_achievementcredential_schema.json",
    "EndorsementCredential": "ob_v3p0_endorsementcredential_schema.json",
    "ClrCredential": "clr_v2p0_clrcredential_schema.json",
}
_EDITIONS: Final = {"ClrCredential": "2.0", "EndorsementCredential": "3.0"}
_RENAMED: Final = {"issuanceDate": "validFrom", "expirationDate": "validUntil"}


def types_of(document: Document) -> list[str]:
    """The types that a document names."""
    return [one for one in listed(document.get("type")) if isinstance(one, str)]


def contexts_of(document: Document) -> list[object]:
    return listed(document.get("@context"))


def is_first_edition(document: Document) -> bool:
    """Whether it follows VC 1.1 (`issuanceDate`)."""
    return contexts_of(document)[:1] == [VC_1]


def is_old_badge(document: Document) -> bool:
    """Whether it is an Open Badge 2.0."""
    return OB_2 in contexts_of(document)


def is_presentation(document: Document) -> bool:
    return "VerifiablePresentation" in types_of(document)


def is_record(document: Document) -> bool:
    """Whether it is a learner record (CLR 2.0): credentials within, and what they are to each other."""
    return "ClrCredential" in types_of(document)


def kind_of(document: Document) -> str:
    """What it says it is, with the edition."""
    types = types_of(document)
    if is_old_badge(document):
        return f"{types[0] if types else 'Assertion'} 2.0"[:60]
    if is_presentation(document):
        return f"VerifiablePresentation {_edition(document)}"
    name = next((name for name in types if name in _SCHEMAS), "")
    if name:
        return f"{name} {_EDITIONS.get(name, '3.0')}"
    return f"VerifiableCredential {_edition(document)}" if "VerifiableCredential" in types else ""


def in_words(kind: str) -> str:
    """A kind as people call it: 开放徽章 3.0 for `OpenBadgeCredential 3.0`."""
    name, _space, edition = kind.partition(" ")
    called = {
        "OpenBadgeCredential": _("Open Badge"),
        "AchievementCredential": _("Open Badge"),
        "Assertion": _("Open Badge"),
        "EndorsementCredential": _("Endorsement of a badge"),
        "ClrCredential": _("Comprehensive Learner Record (CLR)"),
        "VerifiableCredential": _("Verifiable credential"),
        "VerifiablePresentation": _("Credentials shown by their holder"),
    }.get(name, name)
    return f"{called} {edition}".strip()


def _edition(document: Document) -> str:
    return "1.1" if is_first_edition(document) else "2.0"


def shape(document: Document) -> Finding:
    """Whether it has what its kind must have."""
    if fault := _by_hand(document):
        return Finding("shape", Outcome.FAILED, fault)
    name = next((_SCHEMAS[one] for one in types_of(document) if one in _SCHEMAS), None)
    if name is None:
        return Finding("shape", Outcome.PROVEN, _("It has the parts that every verifiable credential must have."))
    try:
        # Its grammar of IRIs is built on import, which would be a second of every start of a program.
        from jsonschema.exceptions import best_match  # noqa: PLC0415  # see above

        fault = best_match(_validator(name).iter_errors(_as_second(document)))
    except (RecursionError, ValueError, TypeError):
        return Finding("shape", Outcome.FAILED, _("It is not built as the standard says."))
    if fault is not None:
        return Finding("shape", Outcome.FAILED, _sentence(fault))
    return Finding(
        "shape",
        Outcome.PROVEN,
        _("It is built as the official schema of %(kind)s says.") % {"kind": in_words(kind_of(document))},
    )


def _by_hand(document: Document) -> str:
    """What the schemas leave open, and what every credential must have (VC Data Model 2.0 §4)."""
    is_shown = is_presentation(document)
    subjects = listed(document.get("credentialSubject"))
    asked = (
        (contexts_of(document)[:1] in ([VC_2], [VC_1]), _("Its first context is none of the W3C's for credentials.")),
        (
            is_shown or "VerifiableCredential" in types_of(document),
            _("It does not say that it is a verifiable credential."),
        ),
        (is_shown or ":" in text_of(document.get("issuer")), _("It does not say who issued it.")),
        (
            is_shown or (subjects and all(isinstance(one, dict) and one for one in subjects)),
            _("It does not say what it certifies."),
        ),
    )
    if fault := next((text for is_so, text in asked if not is_so), ""):
        return fault
    return ("" if is_shown else _date_fault(document)) or model.fault(document, is_shown=is_shown)


def _date_fault(document: Document) -> str:
    names = ("issuanceDate", "expirationDate") if is_first_edition(document) else ("validFrom", "validUntil")
    for name in names:
        if name in document and moment(document[name]) is None:
            return _("Its date %(name)s is none.") % {"name": name}
    if is_first_edition(document) and "issuanceDate" not in document:
        return _("It does not say since when it is valid.")
    return ""


def _as_second(value: Any) -> Any:
    """What follows VC 1.1, also deep inside, with the names of 2.0, by which the official schemas are written."""
    if isinstance(value, list):
        return [_as_second(one) for one in value]
    if not isinstance(value, dict):
        return value
    first = is_first_edition(value)
    changed = {(_RENAMED.get(name, name) if first else name): _as_second(one) for name, one in value.items()}
    return {**changed, "@context": [VC_2, *contexts_of(value)[1:]]} if first else changed


@cache
def _validator(name: str) -> Draft201909Validator:
    from jsonschema import Draft201909Validator  # noqa: PLC0415  # as above

    schema = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return Draft201909Validator(schema, format_checker=Draft201909Validator.FORMAT_CHECKER)


def _sentence(fault: ValidationError) -> str:
    """The fault in plain words: where, and what."""
    where = " › ".join(str(step) for step in fault.absolute_path)[:120] or _("the credential")
    if fault.validator == "required" and isinstance(fault.instance, dict) and isinstance(fault.validator_value, list):
        missing = ", ".join(str(name) for name in fault.validator_value if name not in fault.instance)
        return _("In %(where)s the part %(missing)s is missing.") % {"where": where, "missing": missing[:120]}
    if fault.validator in {"enum", "const", "contains"}:
        return _("In %(where)s stands a value that the standard does not know there.") % {"where": where}
    if fault.validator == "format":
        return _("In %(where)s the value is not written as the standard says.") % {"where": where}
    return _("In %(where)s it is not built as the standard says.") % {"where": where}
