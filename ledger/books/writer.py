"""One thread that writes, so that a slow disk never holds up the screen.

The session hands over batches and shows nothing beyond `committed_seq`. If the disk falls far
behind, the queue fills and `submit` waits: the clock slows down instead of running ahead.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

from ledger.books.file.errors import LedgerBusy, LedgerError
from ledger.books.store import Batch, Ledger, Record

__all__ = ["Batch", "Keeper", "MemoryWriter", "Pane", "Record", "Ticket", "Writer"]

QUEUE = 8
"""Batches that may wait to be written."""
PAUSE = 1.0
"""Seconds without a batch after which the log is moved into the file."""

Ticket = Future[int]
"""Done when its batch is on disk; the result is the branch's last number."""


class Keeper(Protocol):
    """What a session needs from the books."""

    @property
    def committed_seq(self) -> int: ...

    @property
    def failure(self) -> BaseException | None: ...

    @property
    def held_up(self) -> bool: ...

    def submit(self, batch: Batch, then: Callable[[], None] | None = None) -> Ticket: ...

    def flush(self) -> None: ...

    def close(self) -> None: ...


class Writer:
    """Writes the batches of one branch in order.

    After the first failure nothing more is written: that batch was rolled back, `failure` holds the
    cause, and every later `submit` and `flush` raises it.
    """

    def __init__(self, ledger: Ledger | Path | str, branch_id: int) -> None:
        self._owned = not isinstance(ledger, Ledger)
        self._ledger = ledger if isinstance(ledger, Ledger) else Ledger.open(ledger)
        self._branch_id = branch_id
        self._committed = self._ledger.last_seq(branch_id)
        self._failure: BaseException | None = None
        self._closing = self._held_up = False
        self._queue: queue.Queue[tuple[Batch, Ticket] | None] = queue.Queue(QUEUE)
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    @property
    def committed_seq(self) -> int:
        """The last event that is on disk."""
        return self._committed

    @property
    def failure(self) -> BaseException | None:
        """Why writing stopped; `None` while all is well."""
        return self._failure

    @property
    def held_up(self) -> bool:
        """Whether writing waits for another program that holds the file."""
        return self._held_up

    def submit(self, batch: Batch, then: Callable[[], None] | None = None) -> Ticket:
        """Hand over a batch; waits while the queue is full. Raises the failure, if there is one.

        `then` is called by the writer's thread once the batch is on disk.
        """
        self._raise_failure()
        if not self._thread.is_alive():
            raise ValueError("the writer is closed")
        ticket = _ticket(then)
        self._closing = batch.closing
        self._queue.put((batch, ticket))
        return ticket

    def flush(self) -> None:
        """Wait until everything handed over is on disk. Raises the failure, if there is one."""
        self._queue.join()
        self._raise_failure()

    def close(self) -> None:
        """Write what is waiting and end the thread; a failure stays readable. May be repeated.

        From a closing batch on, another program that holds the file is waited for only once, for a
        few seconds.
        """
        self._closing = True
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
            if self._owned:
                self._ledger.close()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while (work := self._next()) is not None:
            self._write(*work)
            self._queue.task_done()
        self._queue.task_done()

    def _next(self) -> tuple[Batch, Ticket] | None:
        """The next batch. If none comes for a while, the log is moved into the file."""
        try:
            return self._queue.get(timeout=PAUSE)
        except queue.Empty:
            if self._failure is None:
                self._ledger.checkpoint()
            return self._queue.get()

    def _append(self, batch: Batch) -> int:
        """Store a batch as soon as no other program holds the file; each try waits a few
        seconds."""
        while True:
            try:
                committed = self._ledger.append(self._branch_id, batch)
            except LedgerBusy:
                self._held_up = True
                if self._closing:
                    raise
            else:
                self._held_up = False
                return committed

    def _write(self, batch: Batch, ticket: Ticket) -> None:
        if self._failure is None:
            try:
                self._committed = self._append(batch)
            except BaseException as fault:  # noqa: BLE001 - it reaches the session as `failure`
                self._failure = fault
        if self._failure is None:
            ticket.set_result(self._committed)
        else:
            ticket.set_exception(self._failure)


class Pane:
    """Stands in for the writer of an account that may be viewed but not written to; `failure` says
    why.

    Every attempt to store something raises it.
    """

    held_up = False

    def __init__(self, committed_seq: int, reason: LedgerError) -> None:
        self.committed_seq = committed_seq
        self.failure: BaseException | None = reason

    def submit(self, batch: Batch, then: Callable[[], None] | None = None) -> Ticket:
        assert self.failure is not None
        raise self.failure

    def flush(self) -> None:
        """Return at once: nothing is ever waiting."""

    def close(self) -> None:
        """Do nothing: no thread was started."""


class MemoryWriter:
    """Stands in for the writer of a new account without a ledger: nothing is written."""

    failure: BaseException | None = None
    held_up = False

    def __init__(self, committed_seq: int = 0) -> None:
        self.committed_seq = committed_seq

    def submit(self, batch: Batch, then: Callable[[], None] | None = None) -> Ticket:
        """Count the batch as stored at once."""
        self.committed_seq += len(batch.records)
        ticket = _ticket(then)
        ticket.set_result(self.committed_seq)
        return ticket

    def flush(self) -> None:
        """Return at once: nothing is ever waiting."""

    def close(self) -> None:
        """Do nothing: no thread was started."""


def _ticket(then: Callable[[], None] | None) -> Ticket:
    ticket: Ticket = Future()
    if then is not None:

        def call(done: Ticket) -> None:
            if done.exception() is None:
                then()

        ticket.add_done_callback(call)
    return ticket
