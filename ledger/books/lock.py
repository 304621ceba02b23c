"""One writer a ledger: a lock on a file beside it, which the system drops when the process ends."""

import os
import sys
from pathlib import Path

from ledger.books.errors import LedgerInUse, LedgerUnusable

if sys.platform == "win32":
    import msvcrt

    def _seize(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class WriterLock:
    """Held from construction to `release`. Raises `LedgerInUse` at once when another holds it.

    The file stays behind: removing it would let two processes lock two different files.
    """

    def __init__(self, ledger: Path) -> None:
        path = ledger.with_name(ledger.name + ".lock")
        try:
            self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise LedgerUnusable(ledger, f"{fault.strerror} at {path.name}") from fault
        try:
            _seize(self._handle)
        except OSError as fault:
            os.close(self._handle)
            raise LedgerInUse(ledger) from fault

    def release(self) -> None:
        """Let another process write. A second call does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
