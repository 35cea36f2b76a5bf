"""Hot accounts: whatever waits for a book is posted in one transaction (ledger.md §3.2, §4.3 "Hot accounts", B9).

Posted one by one, the writers of a book queue behind each other's flush to disk; a queue in the process takes all that
wait into one commit. One thread suffices: a second gains nothing.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from concurrent.futures import Future
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from .calls import retrying
from .codes import Code, standing
from .keys import BOOKS, book_of_account, fresh_call_key
from .posting import Transfer, check_kind, code_of, post_batch

#: While people work, a book is locked for some 20 ms by so many (ledger.md §4.3 "Size").
_MOST_PER_BOOK = 1000
_IDLE_S = 5.0


class _Waiting(NamedTuple):
    transfer: Transfer
    kind: int
    actor: int
    answer: Future[Code]


class PostingQueue:
    """Posts for many threads at once through one thread and one connection; each caller gets the code of its own.

    The thread starts with the first posting and ends when nothing came for some seconds. Transfers of a book keep the
    order in which they came. Kinds and actors may be mixed: neighbours of one kind and actor make a batch call, and all
    calls of a round for a book are one transaction.
    """

    def __init__(self, *, most_per_book: int = _MOST_PER_BOOK, idle_s: float = _IDLE_S) -> None:
        self._most = most_per_book
        self._idle_s = idle_s
        self._begin()
        this = weakref.ref(self)

        def begin_in_child() -> None:
            # A fork takes the locks along but not the thread that would release them.
            if (queue := this()) is not None:
                queue._begin()  # noqa: SLF001

        os.register_at_fork(after_in_child=begin_in_child)

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[int, deque[_Waiting]] = {}
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def post(self, *, transfer: Transfer, kind: int, actor: int, patience_s: float = 30) -> Code:
        """As `ledger.post`, together with whatever else waits. Never inside a transaction, which could not undo it.

        Raises `NotPosted`, and `TimeoutError` when no answer came in `patience_s`: the outcome is unknown then, and the
        same transfer sent again tells it.
        """
        check_kind(kind)
        if connection.in_atomic_block:
            raise RuntimeError("What the queue posts stands although the caller's transaction may be undone.")
        book = book_of_account(transfer.debit)
        if not 0 <= book < BOOKS:
            return standing(Code.NO_SUCH_ACCOUNT)
        waiting = _Waiting(transfer, kind, actor, Future())
        with self._changed:
            if self._is_closed:
                raise RuntimeError("This queue was closed.")
            self._waiting.setdefault(book, deque()).append(waiting)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="ledger-posting", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return standing(waiting.answer.result(timeout=patience_s))

    def close(self) -> None:
        """Post what waits, end the thread and its connection. No posting is taken afterwards."""
        with self._changed:
            self._is_closed = True
            thread = self._thread
            self._changed.notify_all()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        try:
            while round_ := self._next_round():
                for book, items in round_.items():
                    self._answer(book, items)
        finally:
            connection.close()

    def _next_round(self) -> dict[int, list[_Waiting]]:
        """What waits now, per book at most so many; empty when the thread should end."""
        with self._changed:
            if not self._waiting and not self._is_closed:
                self._changed.wait_for(lambda: self._waiting or self._is_closed, timeout=self._idle_s)
            if not self._waiting:
                self._thread = None
                return {}
            round_ = {book: self._take(queue) for book, queue in self._waiting.items()}
            self._waiting = {book: queue for book, queue in self._waiting.items() if queue}
            return round_

    def _take(self, queue: deque[_Waiting]) -> list[_Waiting]:
        taken: list[_Waiting] = []
        keys = set()
        while queue and len(taken) < self._most:
            # The same key twice would be refused inside one call; in the next round it is a retry like any other.
            if queue[0].transfer.key in keys:
                break
            item = queue.popleft()
            if item.answer.set_running_or_notify_cancel():
                keys.add(item.transfer.key)
                taken.append(item)
        return taken

    def _answer(self, book: int, items: list[_Waiting]) -> None:
        runs = [list(run) for _, run in groupby(items, key=lambda item: (item.kind, item.actor))]
        # Chosen before the first attempt: a retry must be the same calls.
        calls = [fresh_call_key(run[0].transfer.key) for run in runs]

        def attempt() -> list[Code]:
            if len(runs) == 1:
                return self._post_run(book, runs[0], calls[0])
            with transaction.atomic():
                return [code for run, call in zip(runs, calls, strict=True) for code in self._post_run(book, run, call)]

        try:
            codes = retrying(attempt)
        # Whatever it is belongs to the callers; the thread lives on.
        except BaseException as error:  # noqa: BLE001
            if len(items) > 1 and not isinstance(error, OperationalError | InterfaceError):
                # One that cannot even be sent must not take the others along. A server that is away takes all.
                for item in items:
                    self._answer(book, [item])
            else:
                for item in items:
                    item.answer.set_exception(error)
        else:
            for item, code in zip(items, codes, strict=True):
                item.answer.set_result(code)

    @staticmethod
    def _post_run(book: int, run: list[_Waiting], call: UUID) -> list[Code]:
        first = run[0]
        if len(run) == 1:
            return [code_of(first.transfer, first.kind, first.actor)]
        return post_batch(
            book=book,
            transfers=[item.transfer for item in run],
            kind=first.kind,
            actor=first.actor,
            key=call,
        )


#: The queue of this process.
queue = PostingQueue()
