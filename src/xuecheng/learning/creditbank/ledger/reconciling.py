"""Reconciling: what the rows must add up to, asked of each book beside posting (ledger.md §4.7).

Each query must return no row. A finding freezes the account and raises an incident; nothing repairs a balance by
itself. All queries of one book run in one snapshot; between books only pairs are matched, since no sum over all books
is a snapshot on a cluster.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

#: Both halves of a move stand in one transaction; younger ones may still be on their way on a cluster.
PAIR_AFTER = timedelta(minutes=1)


class Check(StrEnum):
    """What is asked; the value is the name of the finding for machines."""

    NOTHING_FROM_NOTHING = "nothing_from_nothing"
    ABOVE_FLOOR = "above_floor"
    BALANCE_IS_SUM = "balance_is_sum"
    NO_GAP_IN_BALANCES = "no_gap_in_balances"
    GAPLESS = "gapless"
    CLEARING_FOR_MOVES_ONLY = "clearing_for_moves_only"
    INDEXED_FACTS = "indexed_facts"
    RULINGS = "rulings"
    PAIRS = "pairs"
    KEYS_IN_ONE_BOOK = "keys_in_one_book"

    @property
    def label(self) -> str:
        return str(_LABELS[self])


_LABELS = {
    Check.NOTHING_FROM_NOTHING: _("The balances of a class of credit add up to zero in each book."),
    Check.ABOVE_FLOOR: _("No balance lies below its floor."),
    Check.BALANCE_IS_SUM: _("Each balance is the sum of its postings."),
    Check.NO_GAP_IN_BALANCES: _("Each posting begins with the balance at which the one before it ended."),
    Check.GAPLESS: _("The serials of a book have no gap."),
    Check.CLEARING_FOR_MOVES_ONLY: _("Clearing accounts are used by transfers between books only."),
    Check.INDEXED_FACTS: _("Reversals, set-asides and their ends agree with the postings that they name."),
    Check.RULINGS: _("State and floor of each account are those that were last decided."),
    Check.PAIRS: _("Transfers between books have two matching halves."),
    Check.KEYS_IN_ONE_BOOK: _("No posting stands in two books."),
}

_OF_BOOK = {
    Check.NOTHING_FROM_NOTHING: """
select unit, sum(balance)::bigint as sum from ledger.balance where book = %(b)s
group by unit having sum(balance) <> 0""",
    Check.ABOVE_FLOOR: """
select account_id, balance, floor from ledger.balance where book = %(b)s and balance < floor""",
    # Also finds a row that went from the tail which no seal covers yet: version counts the transfers.
    # No union all of two sides: on a cluster that takes 87 s where the lateral values take 6.
    Check.BALANCE_IS_SUM: """
select b.account_id, b.balance, coalesce(x.s, 0)::bigint as sum, b.version, coalesce(x.n, 0) as transfers
from ledger.balance b
left join (
    select l.a, sum(l.m) as s, count(*) as n
    from ledger.transfer t cross join lateral (values (t.debit, -t.amount), (t.credit, t.amount)) l(a, m)
    where t.book = %(b)s group by l.a
) x on x.a = b.account_id
where b.book = %(b)s and (b.balance <> coalesce(x.s, 0) or b.version <> coalesce(x.n, 0))""",
    Check.NO_GAP_IN_BALANCES: """
select * from (
    select l.a as account_id, t.seq,
        l.after - l.m - lag(l.after, 1, 0::bigint) over (partition by l.a order by t.seq) as gap
    from ledger.transfer t
    cross join lateral (values (t.debit, t.debit_after, -t.amount), (t.credit, t.credit_after, t.amount)) l(a, after, m)
    where t.book = %(b)s
) x where gap <> 0 order by seq""",
    Check.GAPLESS: """
select h.last_seq, t.n as rows, t.top as highest
from ledger.book h, (select count(*) as n, coalesce(max(seq), 0) as top from ledger.transfer where book = %(b)s) t
where h.book = %(b)s and (h.last_seq <> t.n or h.last_seq <> t.top)""",
    Check.CLEARING_FOR_MOVES_ONLY: """
select t.seq, t.key, t.kind from ledger.transfer t
where t.book = %(b)s and (t.kind = 8) <> (
    t.debit in (select id from ledger.account where book = %(b)s and role = 6)
    or t.credit in (select id from ledger.account where book = %(b)s and role = 6)
)""",
    # The tables beside the transfers index facts that sealed rows carry: rebuild and compare.
    Check.INDEXED_FACTS: """
select 'reversal' as of, t.key
from (select * from ledger.transfer where book = %(b)s and kind = 9) t
full join (select * from ledger.reversal where book = %(b)s) r on r.by = t.key
left join ledger.transfer o on o.book = %(b)s and o.key = r.reversed
where r.by is null or t.key is null
    or (o.seq, o.debit, o.credit, o.amount, o.effective_at)
        is distinct from (t.ref, t.credit, t.debit, t.amount, t.effective_at)
union all
select 'hold', coalesce(t.key, h.key)
from (select * from ledger.transfer where book = %(b)s and kind = 6) t
full join (select * from ledger.hold where book = %(b)s) h on h.key = t.key
where (t.debit, t.credit, t.amount) is distinct from (h.source, h.hold_account, h.amount)
union all
select 'hold_end', h.key
from ledger.hold_end e join ledger.hold h on h.key = e.hold and h.book = e.book
left join ledger.transfer c on c.book = %(b)s and c.key = ledger.part_key(h.key, 1) and c.kind = 7
left join ledger.transfer r on r.book = %(b)s and r.key = ledger.part_key(h.key, 2) and r.kind = 7
where e.book = %(b)s
    and (coalesce(c.amount, 0) <> e.captured or coalesce(r.amount, 0) <> h.amount - e.captured
        or c.debit <> h.hold_account or r.debit <> h.hold_account or r.credit <> h.source)
union all
select 'end of a hold', t.key
from ledger.transfer t
left join (
    select ledger.part_key(h.key, part) as key
    from ledger.hold h join ledger.hold_end e on e.hold = h.key and e.book = h.book cross join (values (1), (2)) p(part)
    where h.book = %(b)s
) ended on ended.key = t.key
where t.book = %(b)s and t.kind = 7 and ended.key is null""",
    Check.RULINGS: """
select b.account_id, b.state, b.floor
from ledger.balance b
join ledger.account a on a.id = b.account_id and a.book = b.book
left join lateral (
    select state, floor from ledger.account_change c
    where c.account_id = b.account_id and c.book = %(b)s order by n desc limit 1
) c on true
where b.book = %(b)s
    and (b.state, b.floor) <> (
        coalesce(c.state, 0), coalesce(c.floor, case when a.role in (3, 6) then -4000000000000000000 else 0 end)
    )""",
}
_OF_CITY = {
    Check.PAIRS: """
select ref as pair, count(*) as halves from ledger.transfer where kind = 8
group by ref having max(recorded_at) < %(before)s
    and (count(*) <> 2 or min(amount) <> max(amount) or min(book) = max(book))
union all
select m.pair, 0 from ledger.move m
where m.at < %(before)s and not exists (select from ledger.transfer t where t.kind = 8 and t.ref = m.pair)""",
    Check.KEYS_IN_ONE_BOOK: """
select key, count(*) as books from ledger.transfer group by key having count(*) > 1""",
}
#: So many rows of a check are told; one is a finding enough.
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that should not be: which check, in which book (None: over all), and what the row says."""

    check: Check
    book: int | None
    values: dict[str, object]

    def __str__(self) -> str:
        said = ", ".join(f"{name} {value}" for name, value in self.values.items())
        return f"{self.check.label} {'' if self.book is None else f'book {self.book}, '}{said}"


def reconcile(*, book: int) -> list[Finding]:
    """What does not add up in one book, at most 20 rows per check; empty means good. In one read-only snapshot.

    Call it outside any transaction. A full check reads the whole book: daily for the books in use, weekly for all.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        # Only a test's own transaction can be around us; it is too late to say how that one reads.
        if is_outermost:
            cursor.execute("set transaction isolation level repeatable read, read only")
        return [finding for check, query in _OF_BOOK.items() for finding in _ask(cursor, check, query, {"b": book})]


def reconcile_city(*, now: datetime) -> list[Finding]:
    """What does not match between books: halves of moves older than a minute before `now`, and keys in two books."""
    with connection.cursor() as cursor:
        values = {"before": now - PAIR_AFTER}
        return [finding for check, query in _OF_CITY.items() for finding in _ask(cursor, check, query, values)]


def books_in_use() -> list[int]:
    """The books that hold any transfer or account, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("select book from ledger.book where last_seq > 0 or last_account > 0 order by book")
        return [book for (book,) in cursor.fetchall()]


def _ask(cursor: CursorWrapper, check: Check, query: str, values: dict[str, Any]) -> Iterable[Finding]:
    cursor.execute(f"{query}\nlimit {_MOST_ROWS}", values)
    names = [column.name for column in cursor.description]
    book = values.get("b")
    return [Finding(check, book, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
