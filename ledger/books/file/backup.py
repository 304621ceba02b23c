"""A consistent copy of a ledger while it is being written to, which copying the file is not."""

import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.books.file import birth
from ledger.books.file.connect import connect_reader
from ledger.books.file.errors import LedgerUnusable


def copy_to(source: Path, target: Path) -> None:
    """Copy through SQLite into a file beside the target, which gets its name when it is complete.

    A copy that was killed leaves nothing that stops the next. Raises `LedgerUnusable` if the target
    exists or cannot be written.
    """
    exists = LedgerUnusable(target, "it already exists, and a backup never overwrites a file")
    if target.exists() or target.is_symlink():
        raise exists
    if not target.parent.is_dir():
        raise LedgerUnusable(target, "there is no such folder")
    with closing(connect_reader(source)) as reader:

        def fill(copy: sqlite3.Connection) -> None:
            reader.backup(copy)

        lock = birth.make(target, fill)
    if lock is None:
        raise exists
    lock.release()


def rescued(db: sqlite3.Connection, path: Path) -> Path | None:
    """Everything that an open connection still has of a deleted file, saved beside its place.

    `None` if that fails too.
    """
    for number in range(1, 100):
        target = path.with_name(f"{path.stem}-rescued-{number}{path.suffix}")
        if target.exists():
            continue
        try:
            lock = birth.make(target, db.backup)
        except LedgerUnusable:
            return None
        if lock is not None:
            lock.release()
            return target
    return None
