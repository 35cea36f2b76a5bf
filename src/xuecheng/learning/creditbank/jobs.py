"""Work of the credit bank in the background: sealing, publishing city heads, checking the ledger."""

from __future__ import annotations

import logging
import random
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import override

from xuecheng.city import clock
from xuecheng.city.jobs.models import Job
from xuecheng.city.jobs.progress import Progress
from xuecheng.learning.creditbank import ledger, queries, services
from xuecheng.learning.creditbank.models import LedgerCheck

log = logging.getLogger(__name__)

HEAD_EVERY = timedelta(hours=1)
#: Of the blocks that were verified before, a check that is not full reads one in so many again.
SAMPLE_ONE_IN = 100
#: So many problems are told; one is enough for an alarm.
_MOST_TOLD = 100


def seal() -> None:
    """Seal what is due; late tails are an alarm for the operators."""
    sealed = ledger.seal_due(now=clock.now())
    if sealed.late_books:
        log.warning("ledger: tails of %d books waited too long for their seal", len(sealed.late_books))


def publish_head() -> None:
    """Publish a city head when the newest is an hour old, however often this is called."""
    if clock.now() - ledger.newest_city_head().at >= HEAD_EVERY:
        ledger.publish_city_head()


def check_tonight() -> None:
    """Start the check of this night."""
    services.check_tonight(night=clock.today(), at=clock.now())


def verify_ledger(progress: Progress) -> dict[str, Any]:
    """Check the ledger book by book: chain against rows, balances against sums; then what holds over all books.

    Argument `is_full`: from the first block on; else from the last good check on, and a sample of what is older. After
    a crash it goes on at the book where it was.
    """
    job = Job.objects.select_related("started_by").get(pk=progress.job_id)
    state = progress.cursor
    if "began_at" not in state:
        with progress.slice():
            _begin(progress)
    for book in state["books"][state["next"] :]:
        since = state["since"].get(str(book), 1)
        found = _check_book(book, since=since, sample=state["sample"])
        with progress.slice():
            state["next"] += 1
            state["blocks"] += found["blocks"]
            state["rows"] += found["rows"]
            state["faults"] = (state["faults"] + found["faults"])[:_MOST_TOLD]
            state["findings"] = (state["findings"] + found["findings"])[:_MOST_TOLD]
            state["verified_to"][str(book)] = found["newest"]
            progress.done += 1
    with override(None):
        heads = ledger.verify_city_heads()
    between = ledger.reconcile_city(now=clock.now())
    sums = [asdict(one) for one in queries.sums_by_class()]
    with progress.slice():
        check = services.keep_check(
            job=job,
            began_at=datetime.fromisoformat(state["began_at"]),
            ended_at=clock.now(),
            found={
                "is_full": state["is_full"],
                "book_count": len(state["books"]),
                "block_count": state["blocks"],
                "row_count": state["rows"],
                "faults": state["faults"] + ([_told_fault(heads)] if heads else []),
                "findings": state["findings"] + [_told_finding(one) for one in between],
                "sums": sums,
                "verified_to": state["verified_to"],
            },
        )
    if not check.is_good:
        log.error("ledger: check %s found %d faults, %d findings", check.pk, len(check.faults), len(check.findings))
    return {"is_good": check.is_good, "rows": check.row_count, "blocks": check.block_count}


def _begin(progress: Progress) -> None:
    is_full = bool(progress.arguments.get("is_full"))
    last_good = None if is_full else LedgerCheck.objects.filter(faults=[], findings=[]).order_by("-began_at").first()
    verified_to = last_good.verified_to if last_good else {}
    books = ledger.books_in_use()
    progress.cursor |= {
        "began_at": clock.now().isoformat(),
        "is_full": last_good is None,
        "books": books,
        "next": 0,
        "since": {book: n + 1 for book, n in verified_to.items()},
        "sample": last_good is not None,
        "blocks": 0,
        "rows": 0,
        "faults": [],
        "findings": [],
        "verified_to": dict(verified_to),
    }
    progress.total = len(books)


def _check_book(book: int, *, since: int, sample: bool) -> dict[str, Any]:
    newest, _last = queries.newest_blocks()[book]
    with override(None):  # faults are kept in the language of the source and translated for whoever reads them
        fault = ledger.verify_book(book=book, since=since) if newest >= since else None
        faults = [fault] if fault else []
        if sample and since > 1:
            older = random.sample(range(1, since), -(-(since - 1) // SAMPLE_ONE_IN))
            faults += ledger.verify_blocks(blocks=[(book, block) for block in older])
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), coalesce(sum(rows), 0)::bigint from ledger.seal where book = %s and n between %s and %s",
            [book, since, newest],
        )
        blocks, rows = cursor.fetchone()
    return {
        "newest": max(newest, since - 1),
        "blocks": blocks,
        "rows": rows,
        "faults": [_told_fault(one) for one in faults],
        "findings": [_told_finding(one) for one in ledger.reconcile(book=book)],
    }


def _told_fault(fault: ledger.Fault) -> dict[str, Any]:
    return {"book": fault.book, "block": fault.block, "seq": fault.seq, "what": fault.what}


def _told_finding(finding: ledger.Finding) -> dict[str, Any]:
    values = {name: value if isinstance(value, int) else str(value) for name, value in finding.values.items()}
    return {"check": str(finding.check), "book": finding.book, "values": values}
