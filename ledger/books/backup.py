"""A consistent copy of a ledger while it is being written to. Copying the file itself is none."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from ledger.books.errors import LedgerUnusable
from ledger.books.opening import connect_reader


def copy_to(source: Path, target: Path) -> None:
    """Copy through SQLite into a temporary file beside the target, then give it its name.

    Raises `LedgerUnusable` when the target exists already or cannot be written.
    """
    if target.exists() or target.is_symlink():
        raise LedgerUnusable(target, "it exists already, and a backup replaces nothing")
    part = target.with_name(target.name + ".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as fault:
        raise LedgerUnusable(target, fault.strerror or str(fault)) from fault
    try:
        with closing(connect_reader(source)) as reader, closing(sqlite3.connect(part)) as copy:
            reader.backup(copy)
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as fault:
        raise LedgerUnusable(target, str(fault)) from fault
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _sync(path: Path) -> None:
    """Make the disk keep it. A folder cannot be opened for this on every system."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
