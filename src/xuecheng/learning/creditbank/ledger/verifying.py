"""Verifying: the chains against the rows, and the city heads against the chains (ledger.md §4.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from .calls import rows
from .keys import BOOKS

_GENESIS = b"ledger genesis v2"
_CITY_GENESIS = b"ledger city genesis v2"

# Heads whose hash does not follow from the head before, or that are missing.
_HEADS = """
select h.n
from (select n, at, heads, hash, lag(n) over w as before, lag(hash) over w as chained
      from ledger.city_head where n >= %s window w as (order by n)) h
where h.before is not null
    and (h.n <> h.before + 1 or h.hash <> ledger.city_hash(h.chained, h.n, h.at, h.heads))
order by h.n limit 1"""
# Blocks that a head names and the book does not have so: 44 bytes each, number of book, of block, hash.
_HEADS_AGAINST_SEALS = """
select p.n, p.book, p.block
from (
    select h.n, h.hash,
        ('x' || encode(substr(h.heads, i, 4), 'hex'))::bit(32)::int as book,
        ('x' || encode(substr(h.heads, i + 4, 8), 'hex'))::bit(64)::bigint as block,
        substr(h.heads, i + 12, 32) as sealed
    from ledger.city_head h cross join lateral generate_series(1, length(h.heads), 44) i
    where h.n >= %s
) p
left join ledger.seal s on s.book = p.book and s.n = p.block
where s.hash is distinct from p.sealed
order by p.n, p.book limit 1"""
_ANCHORS = """
select a.n, a.place from ledger.anchor a left join ledger.city_head h on h.n = a.n
where h.hash is distinct from a.hash order by a.n limit 1"""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong in a chain. `book` is None when it is the chain of the city."""

    book: int | None
    block: int
    what: str
    #: Serial of the first bad row of the block; None when the block itself is wrong.
    seq: int | None = None

    def __str__(self) -> str:
        values = {"book": self.book, "block": self.block, "seq": self.seq, "what": self.what}
        if self.book is None:
            return _("City head %(block)s: %(what)s") % values
        if self.seq is None:
            return _("Book %(book)s, block %(block)s: %(what)s") % values
        return _("Book %(book)s, block %(block)s, serial %(seq)s: %(what)s") % values


@dataclass(frozen=True, slots=True)
class Verification:
    """What was read, and the first fault of each chain; `faults` empty means good."""

    books: int
    blocks: int
    rows: int
    faults: tuple[Fault, ...]

    @property
    def is_good(self) -> bool:
        return not self.faults


def verify(
    *,
    books: Iterable[int] = range(BOOKS),
    since: Mapping[int, int] | None = None,
    published: Mapping[int, bytes] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verification:
    """Verify the chains of `books`, each with its first bad block and serial, then the chain of city heads.

    `since` names per book the first block to read (1 if not given); the block before it should lie in an anchored head.
    `published` are hashes of city heads as they stand where they were made known, by number: the only check that an
    owner who rewrote rows, seals and heads together does not pass. `progress` is told (books read, books in all).
    """
    wanted = list(books)
    faults: list[Fault] = []
    blocks = transfers = 0
    for done, book in enumerate(wanted):
        first = (since or {}).get(book, 1)
        if fault := verify_book(book=book, since=first):
            faults.append(fault)
        block_count, row_count = rows(
            "select count(*), coalesce(sum(rows), 0)::bigint from ledger.seal where book = %s and n >= %s",
            [book, first],
        )[0]
        blocks += block_count
        transfers += row_count
        if progress:
            progress(done + 1, len(wanted))
    if fault := verify_city_heads(published=published):
        faults.append(fault)
    return Verification(books=len(wanted), blocks=blocks, rows=transfers, faults=tuple(faults))


def verify_book(*, book: int, since: int = 1) -> Fault | None:
    """The first fault of one book from block `since` on, or None."""
    genesis = sha256(_GENESIS + book.to_bytes(4, "big")).digest()
    if since <= 1 and rows("select hash from ledger.seal where book = %s and n = 0", [book]) != [(genesis,)]:
        return Fault(book, 0, _reason("the seal itself was changed"))
    found = rows("select * from ledger.verify_book(%s, %s)", [book, since])
    return Fault(book, found[0][0], _reason(found[0][1]), found[0][2]) if found else None


def verify_blocks(*, blocks: Iterable[tuple[int, int]]) -> list[Fault]:
    """The faults of single blocks, given as (book, block): the nightly sample."""
    faults = []
    for book, block in blocks:
        for bad_block, what, seq in rows("select * from ledger.verify_block(%s, %s)", [book, block]):
            faults.append(Fault(book, bad_block, _reason(what), seq))
    return faults


def verify_city_heads(*, since: int = 0, published: Mapping[int, bytes] | None = None) -> Fault | None:
    """The first fault of the chain of city heads, of what they say of the books, or of the anchors; None if well."""
    if rows("select hash from ledger.city_head where n = 0", []) != [(sha256(_CITY_GENESIS).digest(),)]:
        return Fault(None, 0, _("the head itself was changed"))
    if broken := rows(_HEADS, [since]):
        return Fault(None, broken[0][0], _("the head itself was changed"))
    if differing := rows(_HEADS_AGAINST_SEALS, [since]):
        head, book, block = differing[0]
        return Fault(book, block, _("not the block that city head %(head)s names") % {"head": head})
    if moved := rows(_ANCHORS, []):
        head, place = moved[0]
        return Fault(None, head, _("not the head that was anchored at %(place)s") % {"place": place})
    for head, hash_ in sorted((published or {}).items()):
        if rows("select hash from ledger.city_head where n = %s", [head]) != [(hash_,)]:
            return Fault(None, head, _("not the head that was published"))
    return None


def _reason(what: str) -> str:
    """What `ledger.verify_block` found, in the reader's language."""
    return {
        "the seal itself was changed": _("the seal itself was changed"),
        "row added after sealing": _("a row was added after sealing"),
        "row missing": _("a row is missing"),
        "row changed": _("a row was changed"),
    }[what]
