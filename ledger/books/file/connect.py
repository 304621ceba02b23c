"""How a ledger's file is found, made, checked and opened, before anything is read from it."""

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from ledger.books.file import birth, schema
from ledger.books.file.birth import Content
from ledger.books.file.damage import STRANGER, cause, ledger_errors
from ledger.books.file.errors import LedgerDamaged, LedgerEmpty, LedgerTooNew, LedgerUnusable
from ledger.books.file.lock import WriterLock, held_here, identity_of
from ledger.books.file.strangers import MISSING, strange_objects
from ledger.books.file.views import VIEWS
from ledger.books.wire import seals

if TYPE_CHECKING:
    from sqlite_utils import Database

_PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "trusted_schema = OFF",
    "busy_timeout = 5000",
)
_TRIES = 5
"""How often a file is examined again that changes while it is being opened."""

UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises for a damaged file; a damaged name cannot even be decoded."""

_LARGEST_CELL = 64_000_000
"""Bytes of one cell: the largest setup has a thousandth of it."""

_STEPS = 100_000
"""Instructions of SQLite's machine between two checks for ctrl+c: a millisecond."""

_RECENT = 200
"""Events whose checksums are recomputed at every opening: a fixed cost at any size."""


def connect_writer(path: Path) -> tuple[sqlite3.Connection, WriterLock]:
    """The one read-write connection and its lock; a missing ledger is made here.

    Raises `LedgerInUse`, `LedgerTooNew` or `LedgerUnusable`; a file that is not a ledger stays as
    it was, with nothing put beside it.
    """
    lock = _claim(path)
    try:
        return _connected(path), lock
    except BaseException:
        lock.release()
        raise


def _claim(path: Path) -> WriterLock:
    """The lock on a complete ledger: one that exists, or one that is made here."""
    for _ in range(_TRIES):
        if not path.exists():
            made = birth.make(path, _fill)
            if made is not None:
                return made
            continue  # another process was first
        lock = WriterLock(_open_file(path), path)
        try:
            if identity_of(path) != lock.identity:
                lock.release()  # replaced while it was being opened
                continue
            return _sound(path, lock)
        except BaseException:
            lock.release()
            raise
    raise LedgerUnusable(
        path, "the file keeps appearing and disappearing; is another program using it?"
    )


def _open_file(path: Path) -> int:
    if not path.is_file():
        raise LedgerUnusable(path, "it is not a file")
    if not _writable(path):
        raise LedgerUnusable(path, "the file is read-only")
    try:
        return os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError as fault:
        raise LedgerUnusable(path, fault.strerror or str(fault)) from fault


def _sound(path: Path, lock: WriterLock) -> WriterLock:
    """The lock of a file that may be written: a ledger, or a new one where none was completed."""
    assert lock.handle is not None
    content = birth.content_of(lock.handle, path)
    if content is Content.FOREIGN:
        raise LedgerUnusable(path, STRANGER)
    if content is Content.UNBORN:
        made = birth.begin_anew(path, _fill)
        lock.release()
        return made
    if os.fstat(lock.handle).st_nlink > 1:
        birth.drop_first_name(path, lock.identity)
    if os.fstat(lock.handle).st_nlink > 1:
        raise LedgerUnusable(
            path,
            "the file has a second name (a hard link), and what is written under one name is lost "
            "under the other; remove one name, or copy the file with `tightrope backup`",
        )
    return lock


def _connected(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except UNREADABLE as fault:
        raise LedgerUnusable(path, cause(fault)) from fault
    _restrain(connection)
    try:
        with ledger_errors(path):
            _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _fill(connection: sqlite3.Connection) -> None:
    """Give a new ledger its tables, guards and views, and a log that survives a power cut."""
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    _migrate(connection)
    connection.execute("PRAGMA journal_mode = WAL")


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises as `connect_writer` does, also for a missing file."""
    if not path.is_file():
        there = path.exists()
        raise LedgerUnusable(path, "it is not a file" if there else "there is no such file")
    _check_content(path)
    try:
        connection = _connect_read_only(path)
    except UNREADABLE as fault:
        raise LedgerUnusable(path, cause(fault)) from fault
    _restrain(connection)
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if _version(connection, path) == 0:
            raise LedgerEmpty(path)
    except UNREADABLE as fault:
        connection.close()
        raise LedgerUnusable(path, cause(fault)) from fault
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_ours(path: Path) -> sqlite3.Connection:
    """The same, if every table, guard and view is this program's: a foreign one is not queried."""
    connection = connect_reader(path)
    try:
        with ledger_errors(path):
            strange = strange_objects(connection)
    except BaseException:
        connection.close()
        raise
    if strange:
        connection.close()
        raise LedgerUnusable(path, f"{strange[0]}; run `tightrope doctor` for details")
    return connection


def _restrain(connection: sqlite3.Connection) -> None:
    """Load no cell of unlimited size, and let no query outlast ctrl+c.

    The handler is Python code, in which Python sees the signal; SQLite then gives the query up, and
    `cause` says that it was ctrl+c.
    """
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_CELL)
    connection.set_progress_handler(lambda: 0, _STEPS)


def _check_content(path: Path) -> None:
    """Keep SQLite from a foreign file, beside which it would put files of its own."""
    try:
        status = path.stat()
        if held_here((status.st_dev, status.st_ino)):
            return  # open for writing: it is a ledger
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as fault:
        raise LedgerUnusable(path, fault.strerror or str(fault)) from fault
    try:
        content = birth.content_of(handle, path)
    finally:
        os.close(handle)
    if content is Content.FOREIGN:
        raise LedgerUnusable(path, STRANGER)
    if content is Content.UNBORN:
        raise LedgerEmpty(path)


def _connect_read_only(path: Path) -> sqlite3.Connection:
    """A finished ledger in a folder that cannot be written has no room for its -shm file."""
    wal = path.with_name(path.name + "-wal")
    alone = not _writable(path.parent) and not (wal.exists() and wal.stat().st_size)
    query = "?mode=ro&immutable=1" if alone else "?mode=ro"
    return sqlite3.connect(
        _uri(path.resolve()) + query,
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )


def _uri(path: Path) -> str:
    """The file's address for SQLite; on Python 3.14 `Path.as_uri` loads the URL library, which
    takes a third of the time that a plain line may take."""
    text = path.as_posix()
    root = "" if text.startswith("/") else "/"
    return f"file://{root}{quote(os.fsencode(text), safe='/:')}"


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if version < schema.VERSION:
        for strange in strange_objects(connection):
            if strange.what != MISSING or strange.kind == "table":  # the rest is made again
                raise LedgerDamaged(path, str(strange))
        _migrate(connection)
    reason = first_fault(connection)
    if reason:
        raise LedgerDamaged(path, reason)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The ledger's format, 0 for an empty file; only reads, so that a foreign file stays
    untouched."""
    if sqlite3.sqlite_version_info < (3, 37):
        raise LedgerUnusable(
            path, f"SQLite {sqlite3.sqlite_version} is too old; 3.37 or newer is needed"
        )
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if objects == 0 and application == 0 and version == 0:
        return 0
    if application != schema.APPLICATION_ID or version == 0:
        raise LedgerUnusable(path, STRANGER)
    if version > schema.VERSION:
        raise LedgerTooNew(path, version, schema.VERSION)
    return int(version)


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the file up to this version: every step, guard and view in one transaction."""
    # imported here: it costs 100 ms, which only a new or old file should pay
    from sqlite_utils import Database, Migrations

    steps = Migrations("tightrope")

    @steps()
    def m001_first_tables(db: "Database") -> None:
        for table, body in schema.TABLES.items():
            db.execute(f"CREATE TABLE {table} {body}")
        for index, body in schema.INDEXES.items():
            db.execute(f"CREATE INDEX {index} {body}")

    @steps()
    def m002_seals_and_snapshots(db: "Database") -> None:
        for table, body in schema.ADDED.items():
            db.execute(f"CREATE TABLE {table} {body}")
        seals.seal_all(connection)

    @steps()
    def m003_acts(db: "Database") -> None:
        for table, body in schema.ADDED_3.items():
            db.execute(f"CREATE TABLE {table} {body}")

    db = Database(connection, execute_plugins=False)
    db.execute("BEGIN IMMEDIATE")
    try:
        steps.apply(db)
        _renew_guards_and_views(connection)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {schema.VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _renew_guards_and_views(connection: sqlite3.Connection) -> None:
    """Make them again after any step, since a rebuilt table silently loses its triggers."""
    for kind, objects in (("VIEW", VIEWS), ("TRIGGER", schema.GUARDS)):
        for name in objects:
            connection.execute(f"DROP {kind} IF EXISTS {name}")
        for name, body in objects.items():
            connection.execute(f"CREATE {kind} {name} {body}")


def first_fault(connection: sqlite3.Connection) -> str | None:
    """The first fault that can be found at a fixed cost; `doctor` checks everything."""
    # imported here: a reader of one line does not need it
    from ledger.books.wire.chain import broken_of_last

    strange = strange_objects(connection)
    if strange:
        return str(strange[0])
    unbalanced = connection.execute(
        "SELECT a.asset FROM balances b JOIN accounts a ON a.id = b.account_id"
        " GROUP BY a.branch_id, a.asset, a.per_unit HAVING sum(b.amount) <> 0"
    ).fetchone()
    if unbalanced:
        return f"its balances of {unbalanced[0]} do not sum to zero"
    return next(broken_of_last(connection, _RECENT), None)
