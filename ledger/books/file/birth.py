"""How a ledger's file is created: complete under another name, then given its own in one step.

So a first start that dies, or meets a full disk, leaves no ledger at all. The first bytes tell what
an older program left half-made from a foreign file, before SQLite may open it: SQLite would roll
back a foreign journal.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from enum import Enum, auto
from pathlib import Path

from ledger.books.file.errors import LedgerInUse, LedgerUnusable
from ledger.books.file.folders import make_folder, sync_folder
from ledger.books.file.lock import Identity, WriterLock
from ledger.books.file.schema import APPLICATION_ID

_MAGIC = b"SQLite format 3\0"
_BESIDE = ("-journal", "-wal", "-shm")
_BINARY = getattr(os, "O_BINARY", 0)


class Content(Enum):
    """What a file is, by its first bytes."""

    LEDGER = auto()
    UNBORN = auto()
    """Nothing was ever recorded in it: empty, or a database without a table."""
    UNSURE = auto()
    """A database of one page at most, whose record may be in the log beside it."""
    FOREIGN = auto()


def content_of(handle: int, path: Path) -> Content:
    """What an open file is. `path` is where its log would lie."""
    head = _head(handle)
    if not head:
        return Content.UNBORN
    if len(head) < 100 or not head.startswith(_MAGIC):
        return Content.FOREIGN
    if int.from_bytes(head[68:72]) == APPLICATION_ID:
        return Content.LEDGER
    page = int.from_bytes(head[16:18])
    pages = os.fstat(handle).st_size / (65_536 if page == 1 else max(page, 1))
    if int.from_bytes(head[68:72]) or int.from_bytes(head[60:64]) or pages > 1:
        return Content.FOREIGN
    if int.from_bytes(head[103:105]):  # rows of the schema: a view has no page of its own
        return Content.FOREIGN
    log = path.with_name(path.name + "-wal")
    return Content.UNSURE if log.exists() and log.stat().st_size else Content.UNBORN


def _head(handle: int) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, 105)


def make(path: Path, fill: Callable[[sqlite3.Connection], None]) -> WriterLock | None:
    """A new ledger under its name, locked; `None` if another process was first.

    `fill` makes the tables. Raises `LedgerUnusable`; then nothing is left behind.
    """
    part, lock = _whole(path, fill)
    try:
        try:
            os.link(part, path)
        except FileExistsError:
            lock.release()
            return None
        except OSError:  # a file system without hard links
            if path.exists():
                lock.release()
                return None
            part.rename(path)
        sync_folder(path.parent)
    except OSError as fault:
        lock.release()
        raise LedgerUnusable(path, fault.strerror or str(fault)) from fault
    finally:
        _remove(part)
    return lock


def begin_anew(path: Path, fill: Callable[[sqlite3.Connection], None]) -> WriterLock:
    """A new ledger in place of one that was never completed. Its lock must be held meanwhile."""
    part, lock = _whole(path, fill)
    try:
        for end in _BESIDE:  # a journal of the old file must not be played back into the new one
            path.with_name(path.name + end).unlink(missing_ok=True)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        lock.release()
        _remove(part)
        raise LedgerUnusable(path, fault.strerror or str(fault)) from fault
    return lock


def _whole(path: Path, fill: Callable[[sqlite3.Connection], None]) -> tuple[Path, WriterLock]:
    """A file beside the ledger's place with everything that a new ledger has, on disk and locked.

    Of mode 0600, which SQLite also gives to -wal and -shm.
    """
    for left in _parts(path):
        _sweep(left)
    part = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        make_folder(path.parent)
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    except OSError as fault:
        raise LedgerUnusable(path, fault.strerror or str(fault)) from fault
    lock = WriterLock(handle, part)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            fill(connection)
        os.fsync(handle)
    except BaseException as fault:
        lock.release()
        _remove(part)
        if isinstance(fault, OSError | sqlite3.Error):
            raise LedgerUnusable(path, getattr(fault, "strerror", "") or str(fault)) from fault
        raise
    return part, lock


def drop_first_name(path: Path, identity: Identity) -> None:
    """Remove the name under which a ledger was made, if a start died before it could."""
    for left in _parts(path):
        with suppress(OSError):
            status = left.stat()
            if (status.st_dev, status.st_ino) == identity:
                left.unlink()


def _parts(path: Path) -> list[Path]:
    """What starts in this folder are making, or have left; of some only SQLite's part."""
    parts: dict[Path, None] = {}
    with suppress(OSError):
        for file in path.parent.iterdir():
            name, new, end = file.name.rpartition(".new")
            if name.startswith(f".{path.name}.") and new and end in ("", *_BESIDE):
                parts[file.with_name(name + new)] = None
    return list(parts)


def _sweep(left: Path) -> None:
    """Remove what a start that died has left; one that is still being made is locked."""
    if left.is_symlink():
        return
    if not left.exists():
        _remove(left)
    elif left.is_file():
        with suppress(OSError, LedgerInUse):
            lock = WriterLock(os.open(left, os.O_RDWR | _BINARY), left)
            _remove(left)
            lock.release()


def _remove(part: Path) -> None:
    for end in (*_BESIDE, ""):
        with suppress(OSError):
            part.with_name(part.name + end).unlink(missing_ok=True)
