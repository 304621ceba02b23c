"""One writer for each ledger: a lock on the file itself, which the system drops with its process.

It is on the file and not on a name beside it: a second name of the same file (a symbolic link, or a
hard link) leads to the same lock, and no deleted lock file lets a second writer in.
"""

import os
import sys
from pathlib import Path

from ledger.books.file.errors import LedgerInUse

if sys.platform == "win32":
    import msvcrt

    _FAR = 0x7FFF_0000
    """A byte that SQLite neither writes nor locks: a lock there keeps others from reading too."""

    def _seize(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


Identity = tuple[int, int]
"""Device and number of a file, whatever its name."""

_HELD: set[Identity] = set()


class WriterLock:
    """Held from construction to `release`. Raises `LedgerInUse` at once if another process holds
    it.

    `handle` is an open file of the ledger, which the lock owns from now on. It must outlive every
    SQLite connection of this process to the file: closing any handle of a file drops the locks that
    SQLite has on it.
    """

    def __init__(self, handle: int, ledger: Path) -> None:
        status = os.fstat(handle)
        self.identity: Identity = (status.st_dev, status.st_ino)
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
    """The file that a path leads to; `None` if it leads nowhere."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def held_here(identity: Identity) -> bool:
    """Whether this process has a file locked: then no other handle of it may be closed."""
    return identity in _HELD
