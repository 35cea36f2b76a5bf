"""What somebody hands over as a credential, read without trusting it: JSON, JWT, and pictures that carry one.

Pictures: Open Badges 3.0 §5.3 (PNG `iTXt`, SVG `openbadges:credential`) and Baked Badges of 2.0.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from . import fetching
from .documents import Document, TooLarge, Work, sized
from .fetching import Fetch, NotFetched
from .own import own_document
from .verdicts import Verdict

MOST_BYTES: Final = 4 * 1024 * 1024
"""Of a picture; a credential alone may have half of it."""
MOST_TEXT: Final = 2 * 1024 * 1024
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_KEYWORDS: Final = (b"openbadgecredential", b"openbadges")
_MOST_CHUNKS: Final = 5_000
_SVG_ELEMENTS: Final = (
    "{https://purl.imsglobal.org/ob/v3p0}credential",
    "{https://purl.imsglobal.org/spec/ob/v3p0}credential",
    "{http://openbadges.org}assertion",
)
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_ADDRESS = re.compile(r"https?://\S{3,2000}")


class Unreadable(ValueError):
    """Nothing could be made of it; the message says why, for whoever handed it over."""


Readable = Document | str
"""A document, or a JWT as it is written."""


def read(given: bytes) -> Readable:
    """The credential in what was handed over. Raises `Unreadable`."""
    if len(given) > MOST_BYTES:
        raise Unreadable(_("It is larger than 4 MB. Credentials are much smaller."))
    if given.startswith(_PNG):
        return of_text(_in_png(given), baked=True)
    try:
        text = given.decode("utf-8-sig").strip()
    except UnicodeDecodeError as broken:
        raise Unreadable(_("It is neither a credential nor a PNG or SVG picture that carries one.")) from broken
    if text.startswith("<"):
        return of_text(_in_svg(text), baked=True)
    return of_text(text)


def of_text(text: str, *, baked: bool = False) -> Readable:
    """A document or a JWT from text. Raises `Unreadable`."""
    text = text.strip()
    if len(text) > MOST_TEXT:
        raise Unreadable(_("It is larger than 2 MB. Credentials are much smaller."))
    if _JWT.fullmatch(text) or (baked and _ADDRESS.fullmatch(text)):
        return text
    if not text.startswith("{"):
        raise Unreadable(_("It is neither JSON nor a JWT. Paste the whole credential, or upload its file."))
    return document_of(text)


def document_of(text: str | bytes) -> Document:
    """A JSON object; names that come twice, and numbers that are none, are refused. Raises `Unreadable`."""
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_number)
        sized(found)
        # Half a sign can be written in JSON and in no bytes.
        json.dumps(found, ensure_ascii=False).encode()
    except (TooLarge, RecursionError) as broken:
        raise Unreadable(_("It is nested too deeply, or has too many parts.")) from broken
    except Unreadable:
        raise
    except ValueError as broken:
        raise Unreadable(_("It is not well-formed JSON.")) from broken
    if not isinstance(found, dict):
        raise Unreadable(_("It is JSON, but no credential."))
    return found


def _once(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Two readers would read two different credentials.
        raise Unreadable(_("A name comes twice in it, so that it could be read in two ways."))
    return found


def _no_number(name: str) -> None:
    raise Unreadable(_("It has a number that JSON does not know: %(name)s.") % {"name": name})


def _number(text: str) -> float:
    """`1e400` is well-formed and is no number that can be kept."""
    found = float(text)
    if math.isinf(found):
        _no_number(text[:40])
    return found


def part_of_jwt(part: str) -> Document:
    """Header or payload. Raises `Unreadable`."""
    try:
        return document_of(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, UnicodeDecodeError) as broken:
        raise Unreadable(_("It is not a well-formed JWT.")) from broken


def _in_png(given: bytes) -> str:
    found = list(islice(_texts(given), 2))
    if not found:
        raise Unreadable(_("The picture carries no credential. Upload the file as it was issued, not a screenshot."))
    if len(found) > 1:
        raise Unreadable(_("The picture carries more than one credential."))
    return _text_of(*found[0])


def _texts(given: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts that carry a credential, as they are packed."""
    place = len(_PNG)
    for _chunk in range(_MOST_CHUNKS):
        head = given[place : place + 8]
        if len(head) < 8 or head[4:] == b"IEND":
            return
        length = int.from_bytes(head[:4])
        data = given[place + 8 : place + 8 + length]
        check = given[place + 8 + length : place + 12 + length]
        if len(data) < length or check != zlib.crc32(head[4:] + data).to_bytes(4):
            raise Unreadable(_("The picture is damaged."))
        keyword, _nul, rest = data.partition(b"\0")
        if keyword in _KEYWORDS and head[4:] in {b"iTXt", b"tEXt", b"zTXt"}:
            yield head[4:], rest
        place += 12 + length


def _text_of(kind: bytes, rest: bytes) -> str:
    try:
        if kind == b"tEXt":
            return rest.decode("latin-1")
        if kind == b"zTXt":
            return _unpacked(rest[1:]).decode("latin-1")
        is_packed, body = rest[0] == 1, rest[2:]
        text = body.split(b"\0", 2)[2]
        return (_unpacked(text) if is_packed else text).decode()
    except (IndexError, UnicodeDecodeError, zlib.error) as broken:
        raise Unreadable(_("The picture is damaged.")) from broken


def _unpacked(packed: bytes) -> bytes:
    unpack = zlib.decompressobj()
    text = unpack.decompress(packed, MOST_TEXT)
    if unpack.unconsumed_tail or not unpack.eof:
        raise Unreadable(_("The picture is damaged."))
    return text


def _in_svg(text: str) -> str:
    try:
        # A DOCTYPE alone is harmless and common; entities and what lies outside are refused.
        root = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as broken:
        raise Unreadable(_("It is no SVG picture that can be read safely.")) from broken
    found = [element for name in _SVG_ELEMENTS for element in root.iter(name)]
    if not found:
        raise Unreadable(_("The picture carries no credential. Upload the file as it was issued, not a screenshot."))
    if len(found) > 1:
        raise Unreadable(_("The picture carries more than one credential."))
    return (found[0].get("verify") or found[0].text or "").strip()


@dataclass
class Source:
    """Where the documents that a credential names are read: ours without a request, others' by `fetch`."""

    fetch: Fetch | None
    asked: int = field(default=0, init=False)
    """Of how many documents, each counted once: another's costs a request, ours a look into the database."""
    work: Work = field(default_factory=Work, init=False)
    judged: dict[str, Verdict] = field(default_factory=dict, init=False)
    """Lists of revocations that were looked at, by address: many credentials name the same."""
    _read: dict[str, Readable] = field(default_factory=dict, init=False)

    def get(self, address: str) -> Readable:
        """A document or a JWT at the address. Raises `NotFetched`, `Unreadable`."""
        address = address.partition("#")[0]
        if address not in self._read:
            self.asked += 1
            if self.asked > fetching.MOST_ASKED:
                raise NotFetched("too_many")
            self._read[address] = self._asked(address)
        return self._read[address]

    def _asked(self, address: str) -> Readable:
        if (own := own_document(address)) is not None:
            return own
        if self.fetch is None:
            raise NotFetched("off")
        return read(self.fetch(address))

    def document(self, address: str) -> Document:
        """A document at the address. Raises `NotFetched`, `Unreadable`."""
        found = self.get(address)
        if isinstance(found, str):
            raise Unreadable(_("It is JSON, but no credential."))
        return found
