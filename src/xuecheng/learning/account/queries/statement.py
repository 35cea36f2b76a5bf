"""The statement: every entry of a learner with what stands behind it (C-30)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language, gettext

from xuecheng.city import clock
from xuecheng.learning.creditbank.queries import ClassNames
from xuecheng.learning.exchange.services.books import LEDGER_KIND as EXCHANGE
from xuecheng.learning.redemption.services.books import REFUND_KIND as REFUND

from .entries import Entry, Mine, entries
from .purposes import For, Purpose, purposes_of

PAGE = 20
# Kinds of transfer below 10 are the ledger's own (ledger.md §4.1).
HOLD, HOLD_END, MOVE, REVERSAL = 6, 7, 8, 9

# What recognition left beside the ledger, with the record it came from. Co-located by book on a cluster; rules, units
# and organisations are small.
_BEHIND = """
select p.key, p.record_id, p.reverses, p.why, p.minutes_used, p.grade_used, p.valid_until, p.officer_id,
    r.title, r.origin, r.ended_on, r.minutes, r.role,
    o.name_zh, o.name_en, v.public_id, v.code, v.version, v.name_zh, v.name_en,
    u.public_id, u.code, u.version, u.title_zh, u.title_en
from recognition_posting p
left join records_learningrecord r on r.id = p.record_id and r.book = p.book
left join organisations_organisation o on o.id = p.institution_id
left join recognition_ruleversion v on v.id = p.rule_id
left join creditbank_unitversion u on u.id = p.unit_id
where p.book = any(%s) and p.key = any(%s)"""


@dataclass(frozen=True, slots=True)
class Behind:
    """The record, rule and unit behind an entry."""

    record_id: int
    reverses: UUID | None
    why: str
    minutes_used: int
    grade_used: str
    valid_until: date | None
    officer_id: int | None
    title: str
    origin: str
    ended_on: date | None
    minutes: int
    role: str
    institution: str
    rule_id: UUID | None
    rule_code: str
    rule_version: int
    rule_name: str
    unit_id: UUID | None
    unit_code: str
    unit_version: int
    unit_title: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of the statement. `amount` and `after` in hundredths, `after` on the axis of record."""

    entry: Entry
    of: ClassNames
    behind: Behind | None
    purpose: Purpose | None = None
    """What it was set aside for, exchanged for, given back from or given to, where no learning stands behind it."""

    @property
    def key(self) -> UUID:
        return self.entry.key

    @property
    def amount(self) -> int:
        return self.entry.amount

    @property
    def after(self) -> int:
        return self.entry.after

    @property
    def learnt_on(self) -> date:
        """The day from which it counts: the end of the learning."""
        return clock.date_of(self.entry.effective_at)

    @property
    def booked_on(self) -> date:
        return clock.date_of(self.entry.recorded_at)

    @property
    def is_reversal(self) -> bool:
        return self.entry.posted_as == REVERSAL

    @property
    def is_set_aside(self) -> bool:
        return self.entry.posted_as in (HOLD, HOLD_END)

    @property
    def is_exchanged(self) -> bool:
        """Whether another institution gave it for credits of elsewhere (C-34)."""
        return self.entry.posted_as == EXCHANGE

    @property
    def is_refunded(self) -> bool:
        """Whether it came back after something was redeemed for it (C-40)."""
        return self.entry.posted_as == REFUND

    @property
    def is_moved(self) -> bool:
        return self.entry.posted_as == MOVE

    @property
    def title(self) -> str:
        """What the entry is called in a list: its learning, or what was done where no learning stands behind it."""
        if self.behind is None:
            done = self.done
            said = {"title": self.purpose.title, "done": done} if self.purpose else {}
            return gettext("%(title)s: %(done)s") % said if said.get("title") else done
        if self.is_reversal:
            return gettext("%(title)s: correction") % {"title": self.behind.title}
        return self.behind.title

    @property
    def done(self) -> str:
        """What was done, in the learner's words, where no learning stands behind it."""
        of = self.purpose.of if self.purpose else None
        if self.is_set_aside and self.amount < 0:
            aside = {
                For.EXCHANGE: gettext("set aside for exchange"),
                For.REDEMPTION: gettext("set aside for redemption"),
                For.GIFT: gettext("set aside as a gift"),
            }
            return aside[of] if of else gettext("Set aside")
        if self.is_set_aside:
            return gettext("no longer set aside") if of else gettext("Set-aside given back")
        if of is For.GIFT:
            return gettext("gift of points") if self.amount < 0 else gettext("points given to me")
        words = {
            MOVE: gettext("Transfer"),
            EXCHANGE: gettext("given in exchange") if of else gettext("Given in exchange"),
            REFUND: gettext("given back after redemption") if of else gettext("Given back after redemption"),
        }
        return words.get(self.entry.posted_as, gettext("Posting"))

    @property
    def place(self) -> str:
        """Where it came from or goes to: the institution, as far as one is known."""
        if self.behind is not None:
            return self.behind.institution
        return self.purpose.place if self.purpose else ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the statement is wanted: the year in which the learning ended, a kind of credit, a framework."""

    year: int | None = None
    kind: str = ""
    framework: str = ""


EVERYTHING = Wish()


@dataclass(frozen=True, slots=True)
class Statement:
    """Some lines, newest first; `total` counts all with the same filters, `earlier` those still to come."""

    lines: tuple[StatementLine, ...]
    total: int
    earlier: int
    next_before: int | None


def statement_of(mine: Mine, *, wish: Wish = EVERYTHING, before: int | None = None, size: int = PAGE) -> Statement:
    """A page of the statement. Two queries."""
    begins_at, ends_at = _year(wish.year)
    found = entries(
        mine,
        kind=wish.kind,
        framework=wish.framework,
        begins_at=begins_at,
        ends_at=ends_at,
        before=before,
        limit=size,
    )
    earlier = found.left_over - len(found.rows)
    return Statement(
        lines=tuple(lines_of(mine, found.rows)),
        total=found.total,
        earlier=earlier,
        next_before=found.rows[-1].place if earlier else None,
    )


def whole_statement(mine: Mine, *, wish: Wish = EVERYTHING) -> Iterator[StatementLine]:
    """Every line, newest first, 500 at a time: for files."""
    begins_at, ends_at = _year(wish.year)
    before: int | None = None
    while True:
        found = entries(
            mine,
            kind=wish.kind,
            framework=wish.framework,
            begins_at=begins_at,
            ends_at=ends_at,
            before=before,
            limit=500,
        )
        yield from lines_of(mine, found.rows)
        if len(found.rows) == found.left_over:
            return
        before = found.rows[-1].place


def lines_of(mine: Mine, found: Iterable[Entry]) -> list[StatementLine]:
    """Entries with what stands behind them. One query, and one more where some are of no learning."""
    rows = list(found)
    behind = what_is_behind(books=mine.books, keys=[row.key for row in rows])
    purposes = purposes_of(keys=[row.key for row in rows if row.key not in behind], learners=mine.keys)
    return [
        StatementLine(
            entry=row, of=mine.class_of(row.account), behind=behind.get(row.key), purpose=purposes.get(row.key)
        )
        for row in rows
    ]


def what_is_behind(*, books: Sequence[int], keys: list[UUID]) -> dict[UUID, Behind]:
    """Record, rule and unit of the postings with these keys. One query."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [list(books), keys])
        return {row[0]: _behind(row) for row in cursor.fetchall()}


def _behind(row: tuple[Any, ...]) -> Behind:
    def name(chinese: str | None, english: str | None) -> str:
        return (english if get_language() == "en" and english else chinese) or ""

    return Behind(
        record_id=row[1],
        reverses=row[2],
        why=row[3],
        minutes_used=row[4],
        grade_used=row[5],
        valid_until=row[6],
        officer_id=row[7],
        title=row[8] or "",
        origin=row[9] or "",
        ended_on=row[10],
        minutes=row[11] or 0,
        role=row[12] or "",
        institution=name(row[13], row[14]),
        rule_id=row[15],
        rule_code=row[16] or "",
        rule_version=row[17] or 0,
        rule_name=name(row[18], row[19]),
        unit_id=row[20],
        unit_code=row[21] or "",
        unit_version=row[22] or 0,
        unit_title=name(row[23], row[24]),
    )


def _year(year: int | None) -> tuple[datetime | None, datetime | None]:
    if year is None:
        return None, None

    def begins(of: int) -> datetime:
        return datetime.combine(date(of, 1, 1), time(), tzinfo=clock.zone())

    return begins(year), begins(year + 1)
