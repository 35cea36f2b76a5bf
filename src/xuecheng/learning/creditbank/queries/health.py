"""How the ledger is: what is sealed, what was verified, what is wrong.

The page asks what is cheap at any size: head rows, newest blocks, the last checks. What reads every row (sums, chains)
is done by the checks themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank.models import LedgerCheck

from .frameworks import ClassNames, names_of_classes

#: The nightly check should not be older; a day and some hours of grace.
CHECK_AFTER = timedelta(hours=30)
#: City heads are published hourly.
HEAD_AFTER = timedelta(hours=3)

# Learners hold their classes, collectives those of their own (C-91).
# Institutions issue on accounts of role 3, whose balance is minus what they gave (ledger.md §4.1).
_SUMS = """
select a.unit,
    coalesce(-sum(b.balance) filter (where a.role = 3), 0)::bigint as issued,
    coalesce(sum(b.balance) filter (where a.owner_kind in (1, 5)), 0)::bigint as held,
    coalesce(sum(b.balance) filter (where a.owner_kind not in (1, 5) and a.role <> 3), 0)::bigint as elsewhere,
    count(*) filter (where a.owner_kind in (1, 5) and a.role = 1) as accounts
from ledger.account a join ledger.balance b on b.account_id = a.id and b.book = a.book
group by a.unit order by a.unit"""
_NEWEST_BLOCKS = """
select b.book, s.n, s.last_seq
from ledger.book b
cross join lateral (select n, last_seq from ledger.seal where seal.book = b.book order by n desc limit 1) s
order by b.book"""


@dataclass(frozen=True, slots=True)
class ClassSum:
    """One class of credit over all books, in hundredths: what was issued equals what is held, here and elsewhere."""

    unit: int
    issued: int
    held: int
    elsewhere: int
    accounts: int

    @property
    def difference(self) -> int:
        return self.held + self.elsewhere - self.issued


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that an officer has to look into."""

    what: str | Promise
    remedy: str | Promise


@dataclass(frozen=True, slots=True)
class Health:
    """The ledger at a glance. Counts are transfers; `unsealed` is their number beyond the newest blocks."""

    transfers: int
    sealed: int
    unsealed: int
    oldest_unsealed_age: timedelta
    sealed_at: datetime | None
    """When the most recent block of any book was closed."""
    last_check: LedgerCheck | None
    running: bool
    head: ledger.CityHead
    anchor: ledger.Anchor | None
    sums: list[tuple[ClassSum, ClassNames | None]]
    problems: list[Problem]

    @property
    def sums_of_learners(self) -> list[tuple[ClassSum, ClassNames | None]]:
        return [(one, names) for one, names in self.sums if names is None or not names.is_collective]

    @property
    def sums_of_collectives(self) -> list[tuple[ClassSum, ClassNames | None]]:
        """Classes that only collectives hold: they count for nobody and are never added to the others (C-91)."""
        return [(one, names) for one, names in self.sums if names is not None and names.is_collective]


def sums_by_class() -> list[ClassSum]:
    """Every class of credit over all books. Reads every balance: for checks, not for pages."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        return [ClassSum(*row) for row in cursor.fetchall()]


def newest_blocks() -> dict[int, tuple[int, int]]:
    """The number and last serial of the newest block of every book. One query, 256 index probes."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_BLOCKS)
        return {book: (n, last) for book, n, last in cursor.fetchall()}


def checks() -> QuerySet[LedgerCheck]:
    """Checks, the newest first."""
    return LedgerCheck.objects.select_related("asked_by", "job").order_by("-began_at", "-pk")


def health(*, now: datetime, running: bool = False) -> Health:
    """The ledger at `now`. A fixed number of queries, each independent of how much was posted."""
    tails = ledger.tails()
    blocks = newest_blocks()
    sealed = sum(last for _n, last in blocks.values())
    unsealed = sum(tail.rows for tail in tails)
    age = max((tail.age(now=now) for tail in tails), default=timedelta())
    last = checks().first()
    genesis, head = ledger.genesis_and_newest_city_head()
    anchor = ledger.newest_anchor()
    sums = [ClassSum(**entry) for entry in last.sums] if last else []
    names = names_of_classes([one.unit for one in sums]) if sums else {}
    return Health(
        transfers=sealed + unsealed,
        sealed=sealed,
        unsealed=unsealed,
        oldest_unsealed_age=age,
        sealed_at=max((tail.sealed_at for tail in tails), default=None),
        last_check=last,
        running=running,
        head=head,
        anchor=anchor,
        sums=sorted(((one, names.get(one.unit)) for one in sums), key=_place),
        problems=_problems(
            age=age,
            # A ledger that is younger than a night need not have been checked.
            checked_at=last.ended_at if last else genesis.at,
            last=last,
            head=head,
            now=now,
            any_posted=sealed + unsealed > 0,
        ),
    )


def _place(row: tuple[ClassSum, ClassNames | None]) -> tuple[str, str, int, int]:
    """By framework, kind and level; classes without a name come first, they want to be looked at."""
    one, names = row
    return (names.framework, names.kind, names.level, one.unit) if names else ("", "", 0, one.unit)


def _problems(
    *,
    age: timedelta,
    checked_at: datetime,
    last: LedgerCheck | None,
    head: ledger.CityHead,
    now: datetime,
    any_posted: bool,
) -> list[Problem]:
    problems = []
    if last and not last.is_good:
        problems.append(
            Problem(
                what=_("The last check found that the books were changed or do not add up."),
                remedy=_("Stop posting, keep the server as it is, and call the operators: the findings stand below."),
            )
        )
    if age > ledger.ALARM_AFTER:
        problems.append(
            Problem(
                what=_("Postings have been waiting for their seal for more than three minutes."),
                remedy=_("See that the worker runs; sealing catches up by itself."),
            )
        )
    if any_posted and now - checked_at > CHECK_AFTER:
        problems.append(
            Problem(
                what=_("The books have not been checked since yesterday."),
                remedy=_("See that the worker runs at night, or start a check now."),
            )
        )
    if any_posted and now - head.at > HEAD_AFTER:
        problems.append(
            Problem(
                what=_("No city head has been published for three hours."),
                remedy=_("See that the worker runs; the next one is published by itself."),
            )
        )
    return problems
