"""The ledger against its floors (`ledger.md` §6, B1–B3, B8–B13).

F1: one COPY of the same rows into a twin table with the product's own columns, checks and indexes, a commit per batch.
F2: F1 and one balance update from the summed deltas. The text of the rows is made inside the clock on all sides.
"""

from __future__ import annotations

import random
import statistics
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from django.db import connection as django_connection
from django.db import connections

from xuecheng.learning.creditbank import ledger
from xuecheng.learning.creditbank import sql as ledger_sql
from xuecheng.learning.creditbank.ledger import OwnerKind, Role, Transfer, Wanted

from .frame import Context, Sides, alternate, measure
from .server import fresh_database, point_django_at, server, template, timed, tool

KIND, ACTOR, UNIT = 10, 7, 1
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_SPARE = 10**9
_SQL = Path(ledger_sql.__file__).parent


@dataclass
class World:
    """A filled ledger with its twins, and a source of transfers that nothing refuses."""

    owner: psycopg.Connection
    accounts: dict[int, list[int]]
    made: int = 0
    draw: random.Random = field(default_factory=lambda: random.Random(2026))

    def transfers(self, count: int, books: Sequence[int]) -> dict[int, list[Transfer]]:
        """`count` uniform transfers inside `books`, by book. Keys are time-ordered, as recognition's are."""
        found: dict[int, list[Transfer]] = defaultdict(list)
        for _number in range(count):
            self.made += 1
            book = books[self.made % len(books)]
            debit, credit = self.draw.sample(self.accounts[book], 2)
            at = BEGAN + timedelta(milliseconds=self.made)
            key = ledger.derive_key(at=at, source_system="bench", source_id=str(self.made), purpose="posting")
            found[book].append(Transfer(key, debit, credit, 1 + self.made % 90, self.made, at))
        return found


_worlds: dict[tuple[int, int], World] = {}


def world(context: Context, *, books: int, per_book: int, filled: int) -> World:
    """One world per shape, kept for the measurements that follow. Small ones are copied from a template."""
    shape = (books, per_book)
    if shape in _worlds:
        return _worlds[shape]
    name = name_of(books)
    if context.full:
        _fill(context, name, books=books, per_book=per_book, filled=filled)
    else:
        ready = f"{name}_template"
        made_of = [*sorted(_SQL.glob("*.sql")), Path(__file__), f"{books} {per_book} {filled}"]
        template(
            context,
            ready,
            made_of=made_of,
            make=lambda: _fill(context, ready, books=books, per_book=per_book, filled=filled),
        )
        fresh_database(context, name, with_ledger=False, template=ready).close()
    owner = server(context.home).connect(name)
    point_django_at(context, name)
    accounts: dict[int, list[int]] = defaultdict(list)
    for book, account in owner.execute("select book, id from ledger.account where owner_kind = 1 order by id"):
        accounts[book].append(account)
    owner.execute("checkpoint")
    _worlds[shape] = World(owner, dict(accounts), made=filled)
    return _worlds[shape]


def name_of(books: int) -> str:
    return f"bench_ledger_{books}"


def _fill(context: Context, name: str, *, books: int, per_book: int, filled: int) -> None:
    """Accounts, what they may spend, `filled` transfers, and twins of the tables as full as these."""
    context.say(f"filling a ledger: {books} books of {per_book:,} accounts, {filled:,} transfers")
    owner = fresh_database(context, name)
    point_django_at(context, name)
    accounts: dict[int, list[int]] = {}
    for book in range(books):
        (source,) = ledger.open_accounts(book=book, wanted=[Wanted(OwnerKind.INSTITUTION, 1, Role.ISSUING, UNIT)])
        wanted = [Wanted(OwnerKind.LEARNER, (n + 1) * 256 + book, Role.MAIN, UNIT) for n in range(per_book)]
        accounts[book] = ledger.open_accounts(book=book, wanted=wanted)
        spare = [
            Transfer(
                ledger.derive_key(at=BEGAN, source_system="bench", source_id=str(a), purpose="spare"),
                source, a, _SPARE, 1, BEGAN,
            )
            for a in accounts[book]
        ]  # fmt: skip
        for first in range(0, len(spare), 8000):
            ledger.post_batch(book=book, transfers=spare[first : first + 8000], kind=KIND, actor=ACTOR)
    made = World(owner, accounts)
    owner.execute("create schema floor")
    for twin in ("f1", "f2"):
        owner.execute(f"create table floor.{twin} (like ledger.transfer including all)")
    owner.execute("create table floor.balance (like ledger.balance including all)")
    owner.execute("insert into floor.balance select * from ledger.balance")
    for first in range(0, filled, 50_000):
        for book, rows in made.transfers(min(50_000, filled - first), list(accounts)).items():
            for start in range(0, len(rows), 8000):
                ledger.post_batch(book=book, transfers=rows[start : start + 8000], kind=KIND, actor=ACTOR)
    for twin in ("f1", "f2"):
        owner.execute(f"insert into floor.{twin} select * from ledger.transfer")
    for table in ("ledger.transfer", "ledger.balance", "floor.f1", "floor.f2", "floor.balance"):
        owner.execute(f"vacuum (analyze) {table}")
    owner.close()
    connections.close_all()


_COPY = (
    "copy floor.{} (key, seq, recorded_at, effective_at, debit, credit, amount, debit_after, credit_after, ref, actor, "
    "book, kind) from stdin"
)


def _copy_floor(made: World, twin: str, by_book: dict[int, list[Transfer]], seqs: dict[tuple[str, int], int]) -> None:
    """The floor: the same rows as text, one COPY, one commit; for f2 the summed balances too."""
    lines: list[str] = []
    deltas: dict[int, int] = defaultdict(int)
    now = "2026-01-01 00:00:00+00"
    for book, rows in by_book.items():
        seq = seqs.setdefault((twin, book), 10**12)
        for key, debit, credit, amount, ref, at in rows:
            seq += 1
            lines.append(
                f"{key}\t{seq}\t{now}\t{at.isoformat()}\t{debit}\t{credit}\t{amount}\t0\t0\t{ref}\t{ACTOR}\t{book}\t{KIND}\n"
            )
            deltas[debit] -= amount
            deltas[credit] += amount
        seqs[twin, book] = seq
    with made.owner.transaction(), made.owner.cursor() as cursor:
        with cursor.copy(_COPY.format(twin)) as copy:
            copy.write("".join(lines))
        if twin == "f2":
            cursor.execute(
                "update floor.balance b set balance = b.balance + d.delta, version = b.version + 1 "
                "from unnest(%s::bigint[], %s::bigint[]) d(id, delta) where b.account_id = d.id and b.book = d.id >> 40",
                [list(deltas), list(deltas.values())],
            )


_SEQS: dict[tuple[str, int], int] = {}


def post(by_book: dict[int, list[Transfer]]) -> None:
    from django.db import transaction

    if len(by_book) == 1:
        ((book, rows),) = by_book.items()
        ledger.post_batch(book=book, transfers=rows, kind=KIND, actor=ACTOR)
        return
    with transaction.atomic():
        for book in sorted(by_book):
            ledger.post_batch(book=book, transfers=by_book[book], kind=KIND, actor=ACTOR)


def _batches(context: Context, made: World, *, size: int, floor: str, books: Sequence[int]) -> Sides:
    """Transfers per second: posting against a floor, batch by batch in turn."""
    calls = context.size(8_000, 80_000) // size

    def _side(work: Callable[[dict[int, list[Transfer]]], None], spread: bool) -> Callable[[int], float]:
        def _run(number: int) -> float:
            prepared = [
                made.transfers(size, books if spread else [books[(number * calls + call) % len(books)]])
                for call in range(calls)
            ]
            seconds = timed(lambda: [work(one) for one in prepared])
            return size * calls / seconds

        return _run

    spread = len(books) > 8
    point = _side(post, spread)
    other = _side(lambda one: _copy_floor(made, floor, one, _SEQS), spread)
    ours, floors = alternate(point, other, rounds=context.size(3, 5))
    return Sides(ours, floors, "transfers/s")


def inside(context: Context) -> World:
    made = world(context, books=8, per_book=context.amount(1_500, 20_000), filled=context.amount(60_000, 1_000_000))
    point_django_at(context, "bench_ledger_8")
    return made


def _labelled(sides: Sides, label: str, target: str) -> Sides:
    return Sides(sides.measured, sides.reference, sides.unit, label=label, target=target)


@measure("B1", "batch inside one book against F1, COPY of the same rows", target="≥ 0.45")
def b1(context: Context) -> list[Sides]:
    made = inside(context)
    return [
        _labelled(_batches(context, made, size=size, floor="f1", books=range(8)), f"{size}", "≥ 0.45")
        for size in (8000, 1000)
    ]


@measure("B2", "batch inside one book against F2, COPY and one balance update", target="≥ 0.88")
def b2(context: Context) -> list[Sides]:
    made = inside(context)
    return [
        _labelled(_batches(context, made, size=size, floor="f2", books=range(8)), f"{size}", "≥ 0.88")
        for size in (8000, 1000)
    ]


@measure("B3", "batch of 100 inside one book against F1 and F2", target="≥ 0.4")
def b3(context: Context) -> list[Sides]:
    made = inside(context)
    return [
        _labelled(_batches(context, made, size=100, floor=floor, books=range(8)), floor.upper(), target)
        for floor, target in (("f1", "≥ 0.4"), ("f2", "≥ 0.8"))
    ]


@measure("B1s", "batch of 8,000 sorted over 256 books, one commit, against F1 and F2", target="≥ 0.24")
def b1s(context: Context) -> list[Sides]:
    made = world(context, books=256, per_book=context.amount(100, 900), filled=context.amount(60_000, 1_000_000))
    point_django_at(context, "bench_ledger_256")
    return [
        _labelled(_batches(context, made, size=8000, floor=floor, books=range(256)), floor.upper(), target)
        for floor, target in (("f1", "≥ 0.24"), ("f2", "≥ 0.48"))
    ]


_BARE = """\\set d random(1, :n)
\\set c random(1, :n - 1)
\\set c case when :c >= :d then :c + 1 else :c end
\\set b random(0, :books - 1)
select ledger.post(:b, gen_random_uuid(), (:b::bigint << 40) + 1 + :d, (:b::bigint << 40) + 1 + :c, 1, 10::smallint, 1, now(), 7)
"""
_INSERT = """\\set b random(0, :books - 1)
\\set d random(1, :n)
insert into floor.f1(key, seq, recorded_at, effective_at, debit, credit, amount, debit_after, credit_after, ref, actor, book, kind)
values (gen_random_uuid(), nextval('floor.seq'), now(), now(), (:b::bigint << 40) + 1 + :d, (:b::bigint << 40) + 2 + :d, 1, 0, 0, 1, 7, :b, 10)
"""


def _pgbench(context: Context, made: World, script: str, *, clients: int, each: int) -> float:
    """Transactions per second of `script`, prepared, by the server's own pgbench."""
    path = context.home / "script.sql"
    path.write_text(script.replace(":n", str(len(made.accounts[0]))).replace(":books", str(len(made.accounts))))
    out = tool(
        context, "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-t", str(each), "-f", str(path),
        database=name_of(8),
    )  # fmt: skip
    return float(next(line for line in out.splitlines() if line.startswith("tps")).split()[2])


def _by_threads(rows: Sequence[Sequence[Transfer]], post_one: Callable[[Transfer], object]) -> float:
    """Postings per second, each client a thread with a connection of its own, from the first to the last of them."""
    ready = threading.Barrier(len(rows) + 1)

    def _client(mine: Sequence[Transfer]) -> None:
        django_connection.ensure_connection()
        ready.wait()
        for row in mine:
            post_one(row)
        django_connection.close()

    threads = [threading.Thread(target=_client, args=(mine,)) for mine in rows]
    for thread in threads:
        thread.start()
    ready.wait()
    return sum(map(len, rows)) / timed(lambda: [thread.join() for thread in threads])


def _python_singles(made: World, *, clients: int, each: int) -> float:
    """Postings per second by `ledger.post`."""
    prepared = [
        [row for of_book in made.transfers(each, range(len(made.accounts))).values() for row in of_book]
        for _client in range(clients)
    ]
    return _by_threads(prepared, lambda row: ledger.post(transfer=row, kind=KIND, actor=ACTOR))


@measure("B6", "how many times slower the Python posting call is than the bare function by pgbench", target="≤ 2")
def b6(context: Context) -> list[Sides]:
    made = inside(context)
    found = []
    postings = context.size(240, 9_600)
    for clients, target in ((1, "≤ 2"), (4, "≤ 2"), (16, "≤ 2.5")):
        each = postings // clients
        bare, ours = alternate(
            lambda _n, c=clients, e=each: _pgbench(context, made, _BARE, clients=c, each=e),
            lambda _n, c=clients, e=each: _python_singles(made, clients=c, each=e),
        )
        found.append(Sides(bare, ours, "postings/s (bare, Python)", label=f"{clients}", target=target))
    return found


@measure("B8", "how many times slower the bare function is than a bare INSERT of the row", target="≤ 2")
def b8(context: Context) -> Sides:
    made = inside(context)
    made.owner.execute("create sequence if not exists floor.seq start 3000000000000")
    postings = context.size(1_200, 12_000)
    insert, bare = alternate(
        lambda _n: _pgbench(context, made, _INSERT, clients=1, each=postings),
        lambda _n: _pgbench(context, made, _BARE, clients=1, each=postings),
    )
    return Sides(insert, bare, "rows/s (INSERT, function)")


@measure(
    "B9", "one hot account, 16 clients through the queue against direct calls, flush lengthened by 2 ms", target="≥ 8"
)
def b9(context: Context) -> Sides:
    made = inside(context)
    # A flush that waits 2 ms stands for a slow disk: commit_siblings 0 makes every commit wait.
    for setting in ("commit_delay = 2000", "commit_siblings = 0"):
        made.owner.execute(f"alter database {name_of(8)} set {setting}")
    django_connection.close()
    source = made.accounts[0][0]
    queue = ledger.PostingQueue()

    def _clients(each: int, post_one: Callable[[Transfer], object]) -> float:
        rows = [
            [row._replace(debit=source, credit=made.accounts[0][1 + number]) for row in made.transfers(each, [0])[0]]
            for number in range(16)
        ]
        return _by_threads(rows, post_one)

    try:
        # So many that each side takes about as long as the other.
        ours, direct = alternate(
            lambda _n: _clients(context.size(70, 1_200), lambda row: queue.post(transfer=row, kind=KIND, actor=ACTOR)),
            lambda _n: _clients(context.size(7, 120), lambda row: ledger.post(transfer=row, kind=KIND, actor=ACTOR)),
        )
    finally:
        queue.close()
        for setting in ("commit_delay", "commit_siblings"):
            made.owner.execute(f"alter database {name_of(8)} reset {setting}")
        django_connection.close()
    return Sides(ours, direct, "postings/s")


def _grown(context: Context) -> tuple[int, int]:
    """A learner's and a hot account, with many entries behind them: the hot one has half of all, 10 million in full.

    Every transfer is two entries. The hot account pays in all of them.
    """
    made = inside(context)
    book, transfers = 7, context.amount(160_000, 10_000_000) // 2
    hot = made.accounts[book][0]
    context.say(f"posting until {transfers:,} transfers lie in the book")
    while _count(made, book) < transfers:
        rows = made.transfers(8_000, [book])[book]
        rows = [row._replace(debit=hot, credit=row.credit if row.credit != hot else row.debit) for row in rows]
        ledger.post_batch(book=book, transfers=rows, kind=KIND, actor=ACTOR)
    return made.accounts[book][1], hot


def _count(made: World, book: int) -> int:
    return int(made.owner.execute("select last_seq from ledger.book where book = %s", [book]).fetchone()[0])  # type: ignore[index]


def _p50(work: Callable[[], object], times: int = 300) -> float:
    return statistics.median(timed(work) for _number in range(times)) * 1e6


@measure("B10", "cached balance with many entries behind it against 10,000 entries, median time", target="≤ 1.5")
def b10(context: Context) -> Sides:
    """Two databases: the large one of the other measurements, and one of 5,000 transfers."""
    _learner, hot = _grown(context)
    few = world(context, books=1, per_book=100, filled=4_900).accounts[0][0]

    def _read(name: str, account: int) -> float:
        point_django_at(context, name)
        _p50(lambda: ledger.balance(account=account), 30)  # Connects and warms up, outside the clock.
        return _p50(lambda: ledger.balance(account=account))

    ours, theirs = alternate(lambda _n: _read(name_of(8), hot), lambda _n: _read(name_of(1), few))
    return Sides(ours, theirs, "µs")


@measure("B11", "balance at a past moment against the cached one, median time", target="≤ 12")
def b11(context: Context) -> list[Sides]:
    made = inside(context)
    learner, hot = _grown(context)
    ledger.seal_all(books={7})
    (moment,) = made.owner.execute("select max(closed_at) from ledger.seal where book = 7").fetchone()  # type: ignore[misc]
    found = []
    for label, account in (("learner", learner), ("hot", hot)):
        ours, theirs = alternate(
            lambda _n, a=account: _p50(lambda: ledger.balance_at_record(account=a, at=moment)),
            lambda _n, a=account: _p50(lambda: ledger.balance(account=a)),
            rounds=3,
        )
        found.append(Sides(ours, theirs, "µs", label=label))
    return found


@measure("B12", "sealing and verifying against batch posting, rows per second", target="≥ 5")
def b12(context: Context) -> list[Sides]:
    made = inside(context)
    ledger.seal_all(books=set(made.accounts))
    size = context.amount(8_000, 160_000)
    posting, sealing, verifying = [], [], []
    for number in range(3):
        rows = made.transfers(size, [number])[number]
        posting.append(
            size
            / timed(
                lambda r=rows, n=number: [
                    ledger.post_batch(book=n, transfers=r[first : first + 8000], kind=KIND, actor=ACTOR)
                    for first in range(0, size, 8000)
                ]
            )
        )
        sealing.append(size / timed(lambda n=number: ledger.seal_all(books={n})))
        total = _count(made, number)
        verifying.append(total / timed(lambda n=number: ledger.verify_book(book=n)))
    return [
        Sides(sealing, posting, "rows/s", label="sealing"),
        Sides(verifying, posting, "rows/s", label="verifying"),
    ]


@measure("B13", "bytes per transfer with indexes and seals, against the bound", target="≤ 1")
def b13(context: Context) -> Sides:
    made = inside(context)
    ledger.seal_all(books=set(made.accounts))
    (size,) = made.owner.execute(
        "select sum(pg_total_relation_size(format('ledger.%%I', t)::regclass)) from unnest(%s::text[]) t",
        [["transfer", "seal", "batch"]],
    ).fetchone()  # type: ignore[misc]
    (rows,) = made.owner.execute("select count(*) from ledger.transfer").fetchone()  # type: ignore[misc]
    return Sides([float(size) / rows], [350.0], "bytes")
