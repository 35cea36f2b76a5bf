"""What every credential must have and may have (W3C VC Data Model 2.0 §4 and §5.3), whatever its kind adds.

The kinds of 1EdTech have official schemas (`shapes`); the model itself has none, so its rules stand here by section.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from .documents import VC_1, Document, packed
from .identifiers import NotWellFormed, from_base58
from .keys import listed, moment

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_LANGUAGE_KEYS: Final = {"@value", "@language", "@direction"}
_SHA: Final = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_MULTIHASH_SHA256: Final = b"\x12\x20"
_TYPED: Final = ("credentialStatus", "credentialSchema", "termsOfUse", "evidence", "refreshService")


def fault(document: Document, *, is_shown: bool = False) -> str:
    """The first rule that the credential (or presentation) breaks, in plain words; "" if none."""
    return next(_faults(document, is_shown=is_shown), "")


def is_address(value: object) -> bool:
    """Whether it is one whole address (§4.4): a URL, a DID or a URN."""
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


def _faults(document: Document, *, is_shown: bool) -> Iterator[str]:
    if "id" in document and not is_address(document["id"]):
        yield _("Its own id is no address.")
    yield from _contexts(document)
    yield from _types(document)
    if is_shown:
        yield from _of_presentation(document)
        return
    yield from _of_issuer(document)
    yield from _of_subjects(document)
    yield from _of_parts(document)
    yield from _of_related(document)
    for name in ("name", "description"):
        yield from _of_words(document.get(name), name)
    if document.get("@context") and listed(document["@context"])[:1] != [VC_1]:
        yield from _of_times(document)


def _contexts(document: Document) -> Iterator[str]:
    if not all(isinstance(one, dict) or is_address(one) for one in listed(document.get("@context"))):
        yield _("One of its contexts is neither an address nor a definition.")


def _types(document: Document) -> Iterator[str]:
    given = document.get("type")
    if not given or not all(isinstance(one, str) and one for one in listed(given)):
        yield _("Its types are no list of names.")


def _of_presentation(document: Document) -> Iterator[str]:
    holder = document.get("holder")
    if holder is not None and not is_address(holder.get("id") if isinstance(holder, dict) else holder):
        yield _("Whoever shows it is named by no address.")
    # Some hand over JWTs bare where the standard wraps them; those are read all the same.
    if not all(isinstance(one, dict | str) for one in listed(document.get("verifiableCredential"))):
        yield _("What is shown in it are no credentials.")


def _of_issuer(document: Document) -> Iterator[str]:
    issuer = document.get("issuer")
    if not is_address(issuer.get("id") if isinstance(issuer, dict) else issuer):
        yield _("It does not say who issued it.")
    elif isinstance(issuer, dict):
        for name in ("name", "description"):
            yield from _of_words(issuer.get(name), name)


def _of_subjects(document: Document) -> Iterator[str]:
    subjects = listed(document.get("credentialSubject"))
    if not subjects or not all(isinstance(one, dict) and one for one in subjects):
        yield _("It does not say what it certifies.")
    elif any("id" in one and not is_address(one["id"]) for one in subjects):
        yield _("Its holder is named by no address.")


def _of_parts(document: Document) -> Iterator[str]:
    """§4.5: these parts say of what type they are; their ids are addresses (§4.4)."""
    for name in _TYPED:
        if name not in document:
            continue
        for one in listed(document[name]):
            where = {"part": name}
            if not isinstance(one, dict) or not one.get("type"):
                yield _("Its part %(part)s does not say of what type it is.") % where
            elif ("id" in one or name == "credentialSchema") and not is_address(one.get("id")):
                yield _("The id of its part %(part)s is no address.") % where


def _of_related(document: Document) -> Iterator[str]:
    """§5.3: what lies elsewhere is named once each, with its digest, which must be right where we have it."""
    if "relatedResource" not in document:
        return
    named: set[str] = set()
    for one in listed(document["relatedResource"]):
        if not isinstance(one, dict) or not is_address(one.get("id")):
            yield _("Something that it refers to is named by no address.")
        elif one["id"] in named:
            yield _("It refers to the same address twice.")
        elif not (one.get("digestSRI") or one.get("digestMultibase")):
            yield _("It refers to something without a digest.")
        elif (known := packed(one["id"])) is not None and not _is_digest_of(known, one):
            yield _("Something that it refers to is not what was referred to.")
        else:
            named.add(one["id"])


def _is_digest_of(data: bytes, said: Document) -> bool:
    checks: tuple[tuple[str, Callable[[str], set[tuple[str, bytes]]]], ...] = (
        ("digestSRI", _of_sri),
        ("digestMultibase", _of_multibase),
    )
    for name, read in checks:
        if (value := said.get(name)) is None:
            continue
        try:
            digests = read(str(value))
        except (NotWellFormed, binascii.Error, ValueError):
            return False
        if not any(_SHA[kind](data).digest() == digest for kind, digest in digests):
            return False
    return True


def _of_sri(value: str) -> set[tuple[str, bytes]]:
    """Subresource Integrity: one of several digests must fit."""
    found = (one.partition("-") for one in value.split())
    return {(kind, base64.b64decode(text, validate=True)) for kind, _dash, text in found if kind in _SHA}


def _of_multibase(value: str) -> set[tuple[str, bytes]]:
    """A multihash of SHA-256, or its 32 bytes bare as older tools write them."""
    data = (
        from_base58(value[1:])
        if value[:1] == "z"
        else base64.urlsafe_b64decode(value[1:] + "=" * (-len(value[1:]) % 4))
    )
    return {("sha256", data.removeprefix(_MULTIHASH_SHA256) if len(data) > 32 else data)}


def _of_words(value: Any, name: str) -> Iterator[str]:
    """§4.6, §11.1: text, or text with its language."""
    for one in listed(value):
        is_text = isinstance(one, str) or (
            isinstance(one, dict) and isinstance(one.get("@value"), str) and set(one) <= _LANGUAGE_KEYS
        )
        if value is not None and not is_text:
            yield _("Its part %(part)s is no text.") % {"part": name}


def _of_times(document: Document) -> Iterator[str]:
    begins, ends = moment(document.get("validFrom")), moment(document.get("validUntil"))
    if begins and ends and ends < begins:
        yield _("It ends before it begins.")
