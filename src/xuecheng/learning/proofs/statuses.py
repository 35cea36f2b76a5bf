"""Whether a credential was revoked: Bitstring Status List 1.0, and 1EdTech's list of revoked ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _

from . import statuslist
from .documents import Document
from .fetching import NotFetched
from .identifiers import NotWellFormed
from .keys import listed, text_of
from .reading import Readable, Source, Unreadable
from .verdicts import Finding, Outcome, Verdict

Judge = Callable[[Readable], Verdict]
"""How the list itself is judged: as the credential that it is, without asking for its own status."""
_MOST_ENTRIES: Final = 8
_MOST_SIZE: Final = 8
_BAD: Final = frozenset({"revocation", "suspension"})


def status(document: Document, *, issuer: str, source: Source, judge: Judge) -> list[Finding]:
    """One finding for each list that the credential names."""
    entries = listed(document.get("credentialStatus"))
    if not entries:
        text = _("Its issuer named no list of revocations, so it cannot be revoked.")
        return [Finding("status", Outcome.PROVEN, text)]
    found = [_entry(one, document, issuer=issuer, source=source, judge=judge) for one in entries[:_MOST_ENTRIES]]
    if len(entries) > _MOST_ENTRIES:
        found.append(_unproven(_("It names more lists of revocations than are looked at.")))
    return found


def _entry(entry: object, document: Document, *, issuer: str, source: Source, judge: Judge) -> Finding:
    if not isinstance(entry, dict):
        return _failed(_("What it says of its revocation cannot be read."))
    kinds = listed(entry.get("type"))
    try:
        if "BitstringStatusListEntry" in kinds:
            return _in_bits(entry, issuer=issuer, source=source, judge=judge)
        if "1EdTechRevocationList" in kinds:
            return _in_list(entry, document, issuer=issuer, source=source)
    except NotFetched as missing:
        return _unproven(
            _("Whether it was revoked could not be asked: %(why)s.") % {"why": missing.sentence().rstrip(".。")}
        )
    except (NotWellFormed, Unreadable):
        return _unproven(_("Whether it was revoked could not be asked: the list is not well-formed."))
    name = str(kinds[0])[:60] if kinds else "?"
    return _unproven(_("Whether it was revoked could not be asked: %(kind)s is not known here.") % {"kind": name})


def _in_bits(entry: Document, *, issuer: str, source: Source, judge: Judge) -> Finding:
    address, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    index = _whole_number(entry.get("statusListIndex"))
    size = _whole_number(entry.get("statusSize", 1))
    if not isinstance(address, str) or not isinstance(purpose, str) or index is None or not size or size > _MOST_SIZE:
        return _failed(_("What it says of its revocation cannot be read."))
    where = address.partition("#")[0]
    if where not in source.judged:
        source.judged[where] = judge(source.get(where))
    verdict = source.judged[where]
    published = verdict.credential or {}
    if fault := _list_fault(verdict, published, purpose=purpose, issuer=issuer):
        return _unproven(fault)
    encoded = published["credentialSubject"].get("encodedList")
    bits = statuslist.decoded(encoded if isinstance(encoded, str) else "")
    if len(bits) * 8 < statuslist.LENGTH:
        raise NotWellFormed
    value = 0
    for place in range(size):
        value = 2 * value + statuslist.bit(bits, index * size + place)
    return _said(value, purpose, is_proven=_is_as_good(verdict, issuer))


def _is_as_good(verdict: Verdict, issuer: str) -> bool:
    """Whether the list is proven, but for who holds the key where its issuer is a key and nothing else."""
    return all(
        one.outcome is Outcome.PROVEN or (one.question == "issuer" and issuer.startswith("did:key:"))
        for one in verdict.findings
    )


def _list_fault(verdict: Verdict, published: Document, *, purpose: str, issuer: str) -> str:
    """Why nothing can be read from a list; "" if something can. Raises `NotWellFormed`."""
    subject = published.get("credentialSubject")
    if "BitstringStatusListCredential" not in listed(published.get("type")) or not isinstance(subject, dict):
        raise NotWellFormed
    if verdict.outcome is Outcome.FAILED:
        return _("The list of revocations is itself not genuine, so nothing can be said of this credential.")
    if text_of(published.get("issuer")) != issuer:
        return _("The list of revocations was issued by somebody else than the credential.")
    if purpose not in listed(subject.get("statusPurpose")):
        return _("The list of revocations is kept for another purpose.")
    return ""


def _said(value: int, purpose: str, *, is_proven: bool) -> Finding:
    if value and purpose in _BAD:
        said = _("It was revoked by its issuer.") if purpose == "revocation" else _("It is suspended by its issuer.")
        return _failed(said)
    if not is_proven:
        return _unproven(_("It is not marked as revoked, but the list itself could not be proven genuine."))
    if purpose in _BAD:
        return _proven(
            _("It is not marked as revoked in its issuer's list (%(purpose)s).") % {"purpose": _word(purpose)}
        )
    said = (
        _("Its issuer left a note on it (%(purpose)s), and did not revoke it.")
        if value
        else _("In its issuer's list (%(purpose)s) nothing is noted.")
    )
    return _proven(said % {"purpose": purpose[:40]})


def _word(purpose: str) -> str:
    return _("revocation") if purpose == "revocation" else _("suspension")


def _in_list(entry: Document, document: Document, *, issuer: str, source: Source) -> Finding:
    """Open Badges 3.0: a plain JSON document at an address that the signed credential names."""
    address = text_of(entry)
    published = source.document(address)
    if text_of(published.get("issuer")) != issuer:
        return _unproven(_("The list of revocations was issued by somebody else than the credential."))
    names = ("revokedCredential", "revokedCredentials")
    rows: list[Any] = next((listed(published[name]) for name in names if name in published), [])
    ours = text_of(document)
    for row in rows:
        if text_of(row) == ours and (not isinstance(row, dict) or row.get("revoked", True) is True):
            return _failed(_("It was revoked by its issuer."))
    is_list = "1EdTechRevocationList" in listed(published.get("type")) and any(name in published for name in names)
    if not ours or not is_list or text_of(published) != address:
        raise NotWellFormed
    return _proven(_("It is not in its issuer's list of revoked credentials."))


def _whole_number(value: object) -> int | None:
    """`"94567"`, or as some write it 94567."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 2**32 else None
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None


def _proven(text: str) -> Finding:
    return Finding("status", Outcome.PROVEN, text)


def _unproven(text: str) -> Finding:
    return Finding("status", Outcome.UNPROVEN, text)


def _failed(text: str) -> Finding:
    return Finding("status", Outcome.FAILED, text)
