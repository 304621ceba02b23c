"""One writer a ledger: a lock on the ledger's own file, dropped by the system with its process.

It is on the file and not on a name beside it: a second name of the same file (a symbolic link, or
a hard link) leads to the same lock, and no deleted lock file lets a second writer in.
"""

import os
import sys
from pathlib import Path

from ledger.books.file.errors import LedgerInUse

if sys.platform == "win32":
    import msvcrt

    _FAR = 0x7FFF_0000
    """A byte that SQLite neither writes nor locks: there a lock keeps others from reading too."""

    def _seize(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


Identity = tuple[int, int]
"""Device and number of a file, whatever it is called."""

_HELD: set[Identity] = set()


class WriterLock:
    """Held from construction to `release`. Raises `LedgerInUse` at once when another holds it.

    `handle` is an open file of the ledger, which the lock owns from now on. It must outlive every
    SQLite connection of this process to the file: closing any handle of a file drops the locks
    that SQLite has on it.
    """

    def __init__(self, handle: int, ledger: Path) -> None:
        found = os.fstat(handle)
        self.identity: Identity = (found.st_dev, found.st_ino)
        try:
            _seize(handle)
        except OSError as fault:
            os.close(handle)
            raise LedgerInUse(ledger) from fault
        self.handle: int | None = handle
        _HELD.add(self.identity)

    def release(self) -> None:
        """Let another process write. A second call does nothing."""
        if self.handle is not None:
            _HELD.discard(self.identity)
            os.close(self.handle)
            self.handle = None


def identity_of(path: Path) -> Identity | None:
    """Which file a path leads to; `None` when it leads nowhere."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def held_here(identity: Identity) -> bool:
    """Whether this very process has a file locked: then no other handle of it may be closed."""
    return identity in _HELD
