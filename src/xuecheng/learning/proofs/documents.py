"""A JSON-LD document as the bytes that are hashed (VC Data Integrity §4, RDF Dataset Canonicalization, RFC 8785).

Everything that a document means lies in contexts packed with the product. One that is not known is an error and
never a request: what a signature says must not depend on who answers today, and nobody may send us to an address.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import rfc8785
from django.utils.translation import gettext as _
from pyld import jsonld
from pyld.canon import URDNA2015

Document = dict[str, Any]

_FOLDER: Final = Path(__file__).parent / "data" / "contexts"
VC_2: Final = "https://www.w3.org/ns/credentials/v2"
VC_1: Final = "https://www.w3.org/2018/credentials/v1"
OB_3: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OB_EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
CLR_2: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"
DID_1: Final = "https://www.w3.org/ns/did/v1"
MULTIKEY_1: Final = "https://w3id.org/security/multikey/v1"

CONTEXTS: Final[Mapping[str, str]] = {
    VC_2: "credentials-v2.json",
    VC_1: "credentials-v1.json",
    OB_3: "ob-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "ob-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": "ob-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json": "ob-3.0.0.json",
    OB_EXTENSIONS: "ob-extensions.json",
    CLR_2: "clr-2.0.1.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context.json": "clr-2.0.0.json",
    "https://w3id.org/openbadges/v2": "ob-2.json",
    DATA_INTEGRITY: "data-integrity-v2.json",
    "https://w3id.org/security/data-integrity/v1": "data-integrity-v1.json",
    "https://w3id.org/security/suites/ed25519-2020/v1": "ed25519-2020-v1.json",
    DID_1: "did-v1.json",
    MULTIKEY_1: "multikey-v1.json",
}
"""Address of a context → its file; their hashes stand in a test, origin and licence in data/README.md."""
MOST_DEPTH: Final = 40
MOST_NODES: Final = 20_000
"""What a document may be at most before it is looked at: canonicalization costs more than its size."""
MOST_PAIRS: Final = 500_000
"""The processor compares each of a list with each: a list of 700, or 12 of 200."""
MOST_ALIKE: Final = 6
MOST_LOOKS: Final = 2_000
"""So many nameless parts may be alike, and so often is one looked at more closely to tell it from its like."""
MOST_TRIES: Final = 1_000_000
MOST_SECONDS: Final = 20.0
"""What one verification may cost in all, with everything inside: orders tried, and time of the processor."""

_VOCABULARIES: Final = (
    "https://www.w3.org/2018/credentials",
    "https://www.w3.org/ns/credentials",
    "https://w3id.org/security",
    "https://purl.imsglobal.org/",
)
"""Words in these are what verification reads."""
_CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
_READ_BY_NAME: Final = (
    "issuer",
    "holder",
    "issuanceDate",
    "expirationDate",
    "validFrom",
    "validUntil",
    "credentialStatus",
    "credentialSubject",
    "verifiableCredential",
)
_KEYS_OF_VALUES: Final = frozenset(
    {"@context", "@value", "@type", "@language", "@direction", "@index", "@list", "@set"}
)


class NotSafe(ValueError):
    """The document does not mean what it says: a context or a term is unknown, or an address is relative."""


class TooLarge(ValueError):
    """The document is too deep or has too many parts to be looked at."""


@dataclass
class Work:
    """What one verification has done so far. A document with eight signatures is written out once."""

    tries: int = 0
    began: float = field(default_factory=time.thread_time)
    _written: dict[bytes, bytes | ValueError] = field(default_factory=dict)

    def spend(self, tries: int = 0) -> None:
        """Raises `TooLarge` once too much was done."""
        self.tries += tries
        if self.tries > MOST_TRIES or time.thread_time() - self.began > MOST_SECONDS:
            raise TooLarge(_("it takes too long to look at"))

    def rdf(self, document: Document) -> bytes:
        """`canonical_rdf`, once for each document."""
        self.spend()
        mark = hashlib.sha256(json.dumps(document).encode()).digest()
        if mark not in self._written:
            try:
                self._written[mark] = canonical_rdf(document, work=self)
            except (NotSafe, TooLarge) as broken:
                self._written[mark] = broken
        found = self._written[mark]
        if isinstance(found, ValueError):
            raise found
        return found


@cache
def _context(address: str) -> Document:
    name = CONTEXTS.get(address)
    if name is None:
        raise NotSafe(_("the context %(address)s is not known here") % {"address": address[:200]})
    found: Document = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return found


def packed(address: str) -> bytes | None:
    """The published bytes of a context that is packed with the product; None for another address."""
    name = CONTEXTS.get(address)
    return None if name is None else (_FOLDER / name).read_bytes()


def _load(address: str, _options: Mapping[str, Any]) -> dict[str, Any]:
    # The processor changes what it is given.
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": deepcopy(_context(address)),
    }


def sized(document: object) -> None:
    """Raises `TooLarge` for what is too deep or too much; looks without recursion."""
    open_nodes: list[tuple[object, int]] = [(document, 0)]
    seen = pairs = 0
    while open_nodes:
        node, depth = open_nodes.pop()
        seen += 1
        pairs += len(node) ** 2 if isinstance(node, list) else 0
        if depth > MOST_DEPTH or seen > MOST_NODES or pairs > MOST_PAIRS:
            raise TooLarge(_("too deep or too many parts"))
        if isinstance(node, dict):
            open_nodes.extend((child, depth + 1) for child in node.values())
        elif isinstance(node, list):
            open_nodes.extend((child, depth + 1) for child in node)


def _names(expanded: object) -> Iterator[str]:
    """Every name (`@id`, `@type`) in an expanded document."""
    open_nodes = [expanded]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, list):
            open_nodes.extend(node)
        elif isinstance(node, dict):
            for key, child in node.items():
                if key in {"@id", "@type"}:
                    yield from (
                        each for each in (child if isinstance(child, list) else [child]) if isinstance(each, str)
                    )
                else:
                    open_nodes.append(child)


class _Bounded(URDNA2015):  # type: ignore[misc]  # the library has no types
    """RDFC-1.0, given up where nameless nodes are too much alike.

    Telling those apart takes time beyond all measure in their number (§7.1, "dataset poisoning").
    """

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._looks = 0
        self._work = work

    def hash_n_degree_quads(self, id_: str, issuer: Any) -> Any:
        self._looks += 1
        if self._looks > MOST_LOOKS:
            raise TooLarge(_("too many parts that are alike"))
        return super().hash_n_degree_quads(id_, issuer)

    def create_hash_to_related(self, id_: str, issuer: Any) -> Any:
        related = super().create_hash_to_related(id_, issuer)
        if any(len(alike) > MOST_ALIKE for alike in related.values()):
            raise TooLarge(_("too many parts that are alike"))
        # Each order is tried on a copy of all the names given so far.
        names = 1 + len(issuer.order)
        self._work.spend(names * sum(math.factorial(len(alike)) for alike in related.values()))
        return related


def _imports(context: object) -> Iterator[Document]:
    """Every `@import` in contexts written out here: what it takes in is meant for definitions, not for credentials."""
    open_nodes = [context]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, list):
            open_nodes.extend(node)
        elif isinstance(node, dict):
            if "@import" in node:
                yield {"@import": node["@import"]}
            open_nodes.extend(node.values())


def _keywords(document: object) -> None:
    """Raises `NotSafe` for what moves a part out of the sight of whoever reads the JSON by its names."""
    open_nodes = [document]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, list):
            open_nodes.extend(node)
        elif isinstance(node, dict):
            for key, child in node.items():
                if key.startswith("@") and (key not in _KEYS_OF_VALUES or (key == "@type" and "@value" not in node)):
                    raise NotSafe(_("it says something by %(name)s, which is not read here") % {"name": key[:60]})
                # A context's own keywords are judged by what they change (`_as_named`).
                open_nodes.extend(_imports(child) if key == "@context" else [child])


def _bare(value: Any) -> Any:
    """The document without what defines or names a word otherwise than by the contexts packed here."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if not isinstance(value, dict):
        return value
    bare = {key: _bare(child) for key, child in value.items() if ":" not in key and key != "@context"}
    if "@context" in value:
        given = value["@context"]
        bare["@context"] = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)]
    return bare


def _words(expanded: object) -> Counter[str]:
    """How often each word of the vocabularies is said, as a name or as a type."""
    found: Counter[str] = Counter()
    open_nodes = [expanded]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, list):
            open_nodes.extend(node)
        elif isinstance(node, dict):
            for key, child in node.items():
                said = child if key == "@type" and isinstance(child, list) else [key]
                found.update(word for word in said if isinstance(word, str) and word.startswith(_VOCABULARIES))
                open_nodes.append(child)
    return found


def _is_said_again(top: Document) -> bool:
    """Whether such words are said of the outermost thing deeper inside, by its id; others, as in praise, may be."""
    name = top.get("@id")
    open_nodes: list[object] = [value for key, value in top.items() if key != "@id"]
    while name is not None and open_nodes:
        node = open_nodes.pop()
        if isinstance(node, list):
            open_nodes.extend(node)
        elif isinstance(node, dict):
            if node.get("@id") == name and any(_CREDENTIALS + word in node for word in _READ_BY_NAME):
                return True
            open_nodes.extend(node.values())
    return False


def _as_named(document: Document, expanded: list[Any], options: Mapping[str, Any]) -> None:
    """Raises `NotSafe` where the document means what a reader of its JSON would not see.

    Signed is the meaning. A holder could write the same meaning with `validUntil` under a name of their own, and the
    signature would hold for a credential that seems to have no end.
    """
    other = _("it gives a part that has a name in the standard another one")
    top = expanded[0] if expanded and isinstance(expanded[0], dict) else {}
    if _bare(document) != document and _words(expanded) != _words(jsonld.expand(_bare(document), dict(options))):
        raise NotSafe(other)
    if any(top.get(_CREDENTIALS + name) and document.get(name) in (None, []) for name in _READ_BY_NAME):
        raise NotSafe(other)
    types = document.get("type", [])
    if ("@id" in top) != ("id" in document) or len(top.get("@type", [])) != len(
        types if isinstance(types, list) else [types]
    ):
        raise NotSafe(other)
    if len(expanded) > 1 or _is_said_again(top):
        raise NotSafe(_("it describes itself in two places"))


def canonical_rdf(document: Document, *, work: Work | None = None) -> bytes:
    """The document's canonical N-Quads (RDFC-1.0 with SHA-256).

    Raises `NotSafe` where the processor would silently leave something out or complete it, and where the JSON read by
    its names says something else; and `TooLarge`.
    """
    sized(document)
    _keywords(document)
    dropped: list[str] = []
    options = {"base": None, "documentLoader": _load}
    try:
        # By its own argument: among the options it would be passed over in silence.
        expanded = jsonld.expand(document, options, on_property_dropped=lambda term: dropped.append(str(term)))
        if dropped:
            terms = ", ".join(sorted(dropped))[:300]
            raise NotSafe(_("its contexts do not define the terms %(terms)s") % {"terms": terms})
        if relative := next((name for name in _names(expanded) if ":" not in name and not name.startswith("@")), None):
            raise NotSafe(_("%(name)s is no whole address and no defined term") % {"name": relative[:200]})
        _as_named(document, expanded, options)
        quads = _Bounded(work or Work()).main(jsonld.to_rdf(expanded, options), {"format": "application/n-quads"})
    except jsonld.JsonLdError as broken:
        if isinstance(cause := broken.__cause__ or broken.__context__, NotSafe):
            raise cause from broken
        raise NotSafe(_("it cannot be read as linked data")) from broken
    except (TypeError, AttributeError, KeyError, ValueError, RecursionError) as broken:
        if isinstance(broken, (NotSafe, TooLarge)):
            raise
        # The processor trusts the shapes of what it reads.
        raise NotSafe(_("it cannot be read as linked data")) from broken
    return str(quads).encode()


def canonical_json(document: Document) -> bytes:
    """The document by RFC 8785 (JCS). Raises `NotSafe` for numbers that JSON cannot keep, and `TooLarge`."""
    sized(document)
    try:
        return rfc8785.dumps(document)
    except rfc8785.CanonicalizationError as broken:
        raise NotSafe(_("it has a number or a text that cannot be written in one way only")) from broken
