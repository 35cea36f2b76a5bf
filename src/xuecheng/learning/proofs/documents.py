"""A JSON-LD document as the bytes that are hashed (VC Data Integrity §4, RDF Dataset Canonicalization, RFC 8785).

Everything that a document means lies in contexts packed with the product. One that is not known is an error and
never a request: what a signature says must not depend on who answers today, and nobody may send us to an address.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
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


class NotSafe(ValueError):
    """The document does not mean what it says: a context or a term is unknown, or an address is relative."""


class TooLarge(ValueError):
    """The document is too deep or has too many parts to be looked at."""


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


def _imports(document: object) -> bool:
    """Whether a context in it builds on another by `@import`: what that gives depends on what was read before."""
    open_nodes = [document]
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, dict):
            if "@import" in node:
                return True
            open_nodes.extend(node.values())
        elif isinstance(node, list):
            open_nodes.extend(node)
    return False


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


class _Bounded(URDNA2015):  # type: ignore[misc]
    """RDFC-1.0, given up where nameless nodes are too much alike.

    Telling those apart takes time beyond all measure in their number (§7.1, "dataset poisoning").
    """

    def __init__(self) -> None:
        super().__init__()
        self._looks = 0

    def hash_n_degree_quads(self, id_: str, issuer: Any) -> Any:
        self._looks += 1
        if self._looks > MOST_LOOKS:
            raise TooLarge(_("too many parts that are alike"))
        return super().hash_n_degree_quads(id_, issuer)

    def create_hash_to_related(self, id_: str, issuer: Any) -> Any:
        related = super().create_hash_to_related(id_, issuer)
        if any(len(alike) > MOST_ALIKE for alike in related.values()):
            raise TooLarge(_("too many parts that are alike"))
        return related


def canonical_rdf(document: Document) -> bytes:
    """The document's canonical N-Quads (RDFC-1.0 with SHA-256).

    Raises `NotSafe` where the processor would silently leave something out or complete it, and `TooLarge`.
    """
    sized(document)
    if _imports(document):
        raise NotSafe(_("a context in it builds on another one"))
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
        quads = _Bounded().main(jsonld.to_rdf(expanded, options), {"format": "application/n-quads"})
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
