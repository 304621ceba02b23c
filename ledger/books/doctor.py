"""Every law of the ledger, looked at and not touched.

`examine` reads alone; it runs while a desk is writing. What it cannot see: a file whose owner
computed every checksum anew.
"""

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ledger.books.audit import retell
from ledger.books.branches import lineage
from ledger.books.chain import broken_links, wrong_origins
from ledger.books.codec import canonical
from ledger.books.damage import MISFITS, cause
from ledger.books.entries import head_of
from ledger.books.errors import EntryRefused, LedgerError
from ledger.books.opening import connect_reader, strange_objects
from ledger.books.seals import broken_seals
from ledger.books.snapshots import wrong_snapshots
from ledger.books.store import Ledger, per_unit
from ledger.books.views import INVARIANTS

SAFE_SQLITE = (3, 51, 3)
"""Older ones can damage a file when two connections write or checkpoint at the same moment.

One locked writer keeps the moment from coming, so this is a warning.
"""

_SHOWN = 3
"""Findings told one by one; the rest is counted."""

_FAULTS = (LedgerError, sqlite3.Error, *MISFITS)
"""What reading a damaged row can end in."""


@dataclass(frozen=True, slots=True)
class Check:
    """One law, whether it holds, and what was found; `detail` may be a warning where it holds."""

    name: str
    ok: bool
    detail: str = ""


def examine(path: Path | str, deep: bool = False) -> list[Check]:
    """Every check of a ledger. `deep` also reads every page and lives every branch again."""
    path = Path(path).absolute()
    checks = [_sqlite_version(), _file_mode(path)]
    try:
        connection = connect_reader(path)
    except LedgerError as fault:
        return [*checks, Check("the file opens as a ledger", False, str(fault))]
    with closing(connection):
        connection.execute("BEGIN")  # one moment for all checks, though a desk goes on writing
        checks.append(Check("the file opens as a ledger", True))
        checks += [_checked(name, find, connection) for name, find in _CHECKS.items()]
        if all(check.ok for check in checks if check.name in _VIEWED):
            checks += [_checked(law, _law(query), connection) for law, query in INVARIANTS.items()]
        else:
            checks.append(Check("the laws of the books", False, "they cannot be looked at"))
        pages = "integrity_check" if deep else "quick_check"
        checks.append(_checked("the pages of the file are whole", _pages(pages), connection))
        if deep:
            checks.append(
                _checked("living it again gives the same account", _lived(path), connection)
            )
    return checks


Find = Callable[[sqlite3.Connection], Iterator[str]]


def _checked(name: str, find: Find, db: sqlite3.Connection) -> Check:
    """The check, with its first findings; what cannot even be read is a finding."""
    findings: list[str] = []
    try:
        findings += find(db)
    except _FAULTS as fault:
        findings.append(f"it cannot be read: {cause(fault)}")
    more = len(findings) - _SHOWN
    detail = "; ".join(findings[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
    return Check(name, not findings, detail)


def _sqlite_version() -> Check:
    name = "SQLite is not known to damage files"
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return Check(name, True, sqlite3.sqlite_version)
    safe = ".".join(map(str, SAFE_SQLITE))
    return Check(name, True, f"warning: {sqlite3.sqlite_version} is older than {safe}")


def _file_mode(path: Path) -> Check:
    name = "nobody else can read the file"
    if os.name == "nt" or not path.exists():
        return Check(name, True)
    mode = stat.S_IMODE(path.stat().st_mode)
    return Check(name, not mode & 0o077, f"its mode is {mode:04o}" if mode & 0o077 else "")


def _pages(pragma: str) -> Find:
    def find(db: sqlite3.Connection) -> Iterator[str]:
        return (text for (text,) in db.execute(f"PRAGMA {pragma}") if text != "ok")

    return find


def _lived(path: Path) -> Find:
    def find(db: sqlite3.Connection) -> Iterator[str]:
        ledger = Ledger(path, db, None)
        for branch in ledger.branches():
            yield from retell(ledger, db, branch)

    return find


def _law(query: str) -> Find:
    def find(db: sqlite3.Connection) -> Iterator[str]:
        (broken,) = db.execute(f"SELECT count(*) FROM ({query})").fetchone()
        return iter([f"broken {broken} times"] if broken else [])

    return find


def _strangers(db: sqlite3.Connection) -> Iterator[str]:
    return iter(strange_objects(db))


def _dangling(db: sqlite3.Connection) -> Iterator[str]:
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"row {rowid} of {table} points to no row of {parent}"


def _rulebooks(db: sqlite3.Connection) -> Iterator[str]:
    for hash_, body in db.execute("SELECT hash, body FROM rulebooks"):
        if sha256(canonical(json.loads(body)).encode()).hexdigest() != hash_:
            yield f"the rule book {hash_[:12]} is another one"


def _circles(db: sqlite3.Connection) -> Iterator[str]:
    for (branch_id,) in db.execute("SELECT id FROM branches").fetchall():
        try:
            lineage(db, branch_id)
        except EntryRefused as fault:
            yield str(fault)


def _of_format_2(find: Find) -> Find:
    """What a ledger of format 1 has no table for."""

    def checked(db: sqlite3.Connection) -> Iterator[str]:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        return find(db) if version > 1 else iter(())

    return checked


def _chart(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute("SELECT portfolio, name, class, asset, per_unit FROM accounts")
    for portfolio, name, kind, asset, unit in rows:
        head = head_of(name)
        if (head.portfolio, head.kind, per_unit(name, asset)) != (portfolio, kind, unit):
            yield f"the account {name} is not as the chart of accounts has it"


def _snapshots(db: sqlite3.Connection) -> Iterator[str]:
    return iter(wrong_snapshots(db))


def _json(db: sqlite3.Connection) -> Iterator[str]:
    texts = db.execute(
        "SELECT 'place of branch ' || branch_id, body FROM places"
        " UNION ALL SELECT 'setup of branch ' || id, setup FROM branches"
    )
    for place, text in texts:
        try:
            json.loads(text)
        except ValueError:
            yield f"the {place} is not JSON"


_OURS, _ENDS = "tables, guards and views are this program's", "no what-if line is its own ancestor"
_VIEWED = (_OURS, _ENDS)
"""What has to hold before a view may be asked: a stranger's, or one over a circle, never ends."""

_CHECKS: dict[str, Find] = {
    _OURS: _strangers,
    "every reference leads somewhere": _dangling,
    _ENDS: _circles,
    "each event has the checksum of its content": broken_links,
    "each branch has the checksum of its origin": wrong_origins,
    "clocks and commits have the checksum of their place": _of_format_2(broken_seals),
    "snapshots have the checksum of their event": _of_format_2(_snapshots),
    "rule books are what their hashes say": _rulebooks,
    "accounts are those of the chart": _chart,
    "setups and places are JSON": _json,
}
