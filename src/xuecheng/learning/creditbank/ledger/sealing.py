"""Sealing: hashing what was posted into a chain per book, and the 256 chains into one of the city (ledger.md §4.6).

Driven by a job every second. Each block is a transaction of its own; all functions here append and change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from xuecheng.city import clock

from .calls import answer, rows

#: A block holds at most so many rows; a tail of so many is sealed at once.
BLOCK_ROWS = 1000
#: A shorter tail is sealed when its oldest row is so old: every second would make blocks of one row.
SEAL_AFTER = timedelta(seconds=60)
#: An older tail means that sealing does not keep up or does not run.
ALARM_AFTER = timedelta(seconds=180)

_TAILS = """
select b.book, b.last_seq - s.last_seq, s.closed_at,
    (select t.recorded_at from ledger.transfer t where t.book = b.book and t.seq = s.last_seq + 1)
from ledger.book b
cross join lateral (
    select last_seq, closed_at from ledger.seal where seal.book = b.book order by n desc limit 1
) s
order by b.book"""


@dataclass(frozen=True, slots=True)
class Tail:
    """What of a book is not sealed yet."""

    book: int
    rows: int
    #: When the newest block was closed.
    sealed_at: datetime
    #: When the oldest unsealed row was recorded.
    oldest_at: datetime | None

    def age(self, *, now: datetime) -> timedelta:
        return max(now - self.oldest_at, timedelta()) if self.oldest_at else timedelta()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one round of sealing did."""

    books: int
    blocks: int
    rows: int
    #: Books whose tail was older than `ALARM_AFTER` when the round began, ascending: raise an alarm.
    late_books: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CityHead:
    n: int
    at: datetime
    #: SHA-256; what an anchor makes known.
    hash: bytes


@dataclass(frozen=True, slots=True)
class Anchor:
    n: int
    hash: bytes
    place: str
    at: datetime


def tails() -> list[Tail]:
    """The unsealed tail of every book, by book. One query."""
    return [Tail(*row) for row in rows(_TAILS, [])]


def seal_due(*, now: datetime) -> Sealed:
    """Seal every book whose tail is long or old, and once a day the quiet ones too, so that the day's cut is final.

    `now` is compared with the server's times and decides only what is due. Call it outside any transaction: each block
    locks its book until its transaction ends.
    """
    midnight = datetime.combine(clock.date_of(now), time(), tzinfo=clock.zone())
    found = tails()
    due = [
        tail
        for tail in found
        if tail.rows >= BLOCK_ROWS or tail.age(now=now) >= SEAL_AFTER or tail.sealed_at < midnight
    ]
    return _seal(due, late=tuple(tail.book for tail in found if tail.age(now=now) > ALARM_AFTER))


def seal_all(*, books: set[int] | None = None) -> Sealed:
    """Seal all that was posted in `books` (all 256 if not given), whatever its age: before an anchor or a copy."""
    return _seal([tail for tail in tails() if tail.rows and (books is None or tail.book in books)], late=())


def seal_book(*, book: int, rows: int = BLOCK_ROWS, empty: bool = False) -> int:
    """Seal one book to its end and answer how many blocks that took; with `empty`, one also when there is nothing."""
    before = _newest_block(book)
    more = True
    while more:
        more = answer("select ledger.seal_one(%s, %s, %s)", [book, rows, empty])
        empty = False
    return _newest_block(book) - before


def publish_city_head() -> CityHead:
    """Write the next head over the newest block of every book. Hourly, and before each anchor."""
    n = answer("select ledger.publish_city_head()", [])
    return CityHead(*rows("select n, at, hash from ledger.city_head where n = %s", [n])[0])


def newest_city_head() -> CityHead:
    """The newest published head; number 0 is the genesis."""
    return genesis_and_newest_city_head()[1]


def first_city_head_since(*, at: datetime) -> CityHead | None:
    """The first head that was published at `at` or later; nobody knows it before. One query."""
    found = rows("select n, at, hash from ledger.city_head where at >= %s order by n limit 1", [at])
    return CityHead(*found[0]) if found else None


def genesis_and_newest_city_head() -> tuple[CityHead, CityHead]:
    """The first head, which tells when the ledger began, and the newest one. One query."""
    found = rows(
        "select n, at, hash from ledger.city_head where n in (0, (select max(n) from ledger.city_head)) order by n", []
    )
    return CityHead(*found[0]), CityHead(*found[-1])


def anchor(*, head: int, place: str) -> bytes:
    """Note that city head `head` was made known at `place`, where the database's owner cannot write; answers its hash.

    Daily. Noting the same place again says nothing new. Without anchors an owner could rewrite rows, seals and heads
    together.
    """
    if not place.strip():
        raise ValueError("An anchor names the place where the hash was made known.")
    known: bytes = answer("select ledger.note_anchor(%s, %s)", [head, place.strip()])
    return known


def newest_anchor() -> Anchor | None:
    found = rows("select n, hash, place, at from ledger.anchor order by n desc, at desc limit 1", [])
    return Anchor(*found[0]) if found else None


def _seal(due: list[Tail], *, late: tuple[int, ...]) -> Sealed:
    blocks = sum(seal_book(book=tail.book, empty=tail.rows == 0) for tail in due)
    return Sealed(books=len(due), blocks=blocks, rows=sum(tail.rows for tail in due), late_books=late)


def _newest_block(book: int) -> int:
    newest: int = answer("select max(n) from ledger.seal where book = %s", [book])
    return newest
