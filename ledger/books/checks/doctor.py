"""Every law of the ledger, checked without changing anything.

`examine` only reads; it runs while a desk is writing. It cannot detect a file whose owner computed
every checksum anew.
"""

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from itertools import repeat
from math import inf
from pathlib import Path

from ledger.books.acts import wrong_acts
from ledger.books.checks.audit import discrepancies
from ledger.books.checks.pairs import twins_apart
from ledger.books.entries import head_of
from ledger.books.file.connect import connect_reader
from ledger.books.file.damage import MISFITS, cause
from ledger.books.file.errors import LedgerError
from ledger.books.file.schema import MIGRATIONS_TABLE, STEPS
from ledger.books.file.strangers import strange_objects, tables_are_ours
from ledger.books.file.views import INVARIANTS
from ledger.books.purse import wrong_purses
from ledger.books.snapshots import wrong_snapshots
from ledger.books.store import Ledger, per_unit
from ledger.books.walk import LAWS, Walked, begun
from ledger.books.wire.chain import wrong_origins
from ledger.books.wire.codec import canonical
from ledger.books.wire.seals import broken_seals

SAFE_SQLITE = (3, 51, 3)
"""Older ones can damage a file when two connections write or checkpoint at the same moment.

The one locked writer prevents that moment, so this is a warning.
"""

_HIGHEST = 1_000
"""The most branches that build on each other, the first counted: views go through all for each."""

_SHOWN = 3
"""Findings listed one by one; the rest are counted."""

_FAULTS = (LedgerError, sqlite3.Error, *MISFITS)
"""What reading a damaged row can raise."""


@dataclass(frozen=True, slots=True)
class Check:
    """One law, whether it holds, and what was found; `detail` may be a warning if it holds."""

    name: str
    ok: bool
    detail: str = ""


def examine(
    path: Path | str,
    deep: bool = False,
    executor: Executor | None = None,
    reach: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Check]:
    """Every check of a ledger. `deep` also reads every page and replays every branch.

    Meanwhile the `executor` reads a long record in pieces. Progress of the replay is reported to
    `reach`, in events out of all events.
    """
    path = Path(path).absolute()
    checks = [_sqlite_version(), _file_mode(path)]
    try:
        connection = connect_reader(path)
    except LedgerError as fault:
        return [*checks, Check("the file opens as a ledger", False, str(fault))]
    with closing(connection):
        connection.execute("BEGIN")  # all checks see one moment, while a desk goes on writing
        checks.append(Check("the file opens as a ledger", True))
        return checks + _examined(connection, path, deep, executor, reach)


def _examined(
    db: sqlite3.Connection,
    path: Path,
    deep: bool,
    executor: Executor | None,
    reach: Callable[[int, int], None],
) -> list[Check]:
    ours = _checked(_OURS, _strangers, db)
    if not ours.ok and not _has_our_tables(db):  # it is named, and never queried
        return [ours, Check("what is on record", False, "not read: a table is not this program's")]
    walked = _begun(db, path, executor)
    finds = {_OURS: _strangers} | _CHECKS | {_CHAIN: _unlike(walked)}
    done = {_OURS: ours, _ENDS: _checked(_ENDS, _circles, db)}
    if all(check.ok for check in done.values()):
        finds |= {law: _law(_SOONER.get(law, query)) for law, query in INVARIANTS.items()}
        finds |= {law: _broken(walked, law) for law in LAWS}
    else:
        finds["the laws of the books"] = _unseen
    finds["the pages of the file are whole"] = _pages("integrity_check" if deep else "quick_check")
    if deep:
        finds["replaying it gives the same account"] = _lived(path, reach)
    of_walk = LAWS | {_CHAIN}
    for name in sorted(finds, key=of_walk.__contains__):  # first what can be queried meanwhile
        if name not in done:
            done[name] = _checked(name, finds[name], db)
    return [done[name] for name in finds]


Find = Callable[[sqlite3.Connection], Iterator[str]]


def _checked(name: str, find: Find, db: sqlite3.Connection) -> Check:
    """The check with its first findings; a check that cannot even be read is a finding."""
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
    name = "only its owner can read the file"
    if os.name == "nt" or not path.exists():
        return Check(name, True)
    mode = stat.S_IMODE(path.stat().st_mode)
    return Check(name, not mode & 0o077, f"its mode is {mode:04o}" if mode & 0o077 else "")


def _pages(pragma: str) -> Find:
    def find(db: sqlite3.Connection) -> Iterator[str]:
        return (text for (text,) in db.execute(f"PRAGMA {pragma}") if text != "ok")

    return find


def _lived(path: Path, reach: Callable[[int, int], None]) -> Find:
    def find(db: sqlite3.Connection) -> Iterator[str]:
        ledger = Ledger(path, db, None)
        branches = ledger.branches()
        total, done = sum(branch.last_seq for branch in branches), 0
        for branch in branches:
            yield from discrepancies(ledger, db, branch, partial(_further, reach, done, total))
            done += branch.last_seq

    return find


def _further(reach: Callable[[int, int], None], done: int, total: int, seq: int) -> None:
    """Report progress: `seq` events of one branch, after those `done` before it."""
    reach(done + seq, total)


def _begun(db: sqlite3.Connection, path: Path, executor: Executor | None) -> Callable[[], Walked]:
    """The walk over all events; an error in it is raised when its result is asked for."""
    try:
        return cache(begun(db, path, executor))
    except _FAULTS as fault:
        failed = fault

    def failing() -> Walked:
        raise failed

    return failing


def _unlike(walked: Callable[[], Walked]) -> Find:
    """Each event that does not match its checksum."""

    def find(_db: sqlite3.Connection) -> Iterator[str]:
        walk_result = walked()
        yield from walk_result.named
        yield from repeat("", walk_result.unlike - len(walk_result.named))

    return find


def _broken(walked: Callable[[], Walked], law: str) -> Find:
    """A law that the walk checked."""

    def find(_db: sqlite3.Connection) -> Iterator[str]:
        if broken := walked().broken[law]:
            yield f"broken {broken} times"

    return find


def _unseen(_db: sqlite3.Connection) -> Iterator[str]:
    yield "they cannot be checked"


def _law(query: str) -> Find:
    def find(db: sqlite3.Connection) -> Iterator[str]:
        (broken,) = db.execute(f"SELECT count(*) FROM ({query})").fetchone()
        return iter([f"broken {broken} times"] if broken else [])

    return find


def _strangers(db: sqlite3.Connection) -> Iterator[str]:
    return map(str, strange_objects(db))


def _has_our_tables(db: sqlite3.Connection) -> bool:
    try:
        return tables_are_ours(strange_objects(db))
    except _FAULTS:
        return False


def _dangling(db: sqlite3.Connection) -> Iterator[str]:
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"row {rowid} of {table} refers to a missing row of {parent}"


def _rulebooks(db: sqlite3.Connection) -> Iterator[str]:
    for hash_, body in db.execute("SELECT hash, body FROM rulebooks"):
        if sha256(canonical(json.loads(body)).encode()).hexdigest() != hash_:
            yield f"the rule book {hash_[:12]} does not match its hash"


def _circles(db: sqlite3.Connection) -> Iterator[str]:
    """Each branch on the way into a circle, and each that builds on more others than views can
    bear."""
    parents = dict(db.execute("SELECT id, parent_id FROM branches"))
    heights: dict[object, float] = {}
    for branch in parents:
        line: dict[object, None] = {}
        at = branch
        while at in parents and at not in heights and at not in line:
            line[at] = None
            at = parents[at]
        height = inf if at in line else heights.get(at, 0)
        for each in reversed(line):
            height += 1
            heights[each] = height
    for branch, height in heights.items():
        if height == inf:
            yield f"branch {branch} is its own ancestor"
        elif height > _HIGHEST:
            yield f"branch {branch} has {height - 1} ancestors"


def _since(format_: int, find: Find) -> Find:
    """What a ledger of an earlier format has no table for."""

    def checked(db: sqlite3.Connection) -> Iterator[str]:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        return find(db) if version >= format_ else iter(())

    return checked


def _chart(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute("SELECT portfolio, name, class, asset, per_unit FROM accounts")
    for portfolio, name, kind, asset, unit in rows:
        head = head_of(name)
        if (head.portfolio, head.kind, per_unit(name, asset)) != (portfolio, kind, unit):
            yield f"the account {name} does not match the chart of accounts"


def _steps(db: sqlite3.Connection) -> Iterator[str]:
    """The migration steps on record, by which the next version goes."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    rows = db.execute(f"SELECT migration_set, name FROM {MIGRATIONS_TABLE}").fetchall()
    if sorted(rows, key=repr) != [("tightrope", name) for name in STEPS[:version]]:
        yield "they do not lead to its format"


def _snapshots(db: sqlite3.Connection) -> Iterator[str]:
    return iter(wrong_snapshots(db))


def _acts(db: sqlite3.Connection) -> Iterator[str]:
    return iter(wrong_acts(db))


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


_CHAIN = "each event has the checksum of its content"
_OURS, _ENDS = "tables, guards and views are this program's", "no what-if line is its own ancestor"
"""What must hold before a view is queried: a foreign one, or one over a circle, may never end."""

_SOONER = {
    "no forced exit reaches the long-term account": """
  SELECT 1 FROM accounts a CROSS JOIN legs l ON l.debit_id = a.id OR l.credit_id = a.id
    JOIN events e ON e.branch_id = l.branch_id AND e.seq = l.event_seq
  WHERE a.portfolio = 'longterm' AND e.type <> 'swept'""",
}
"""The same law computed from the few accounts it is about, not over every leg."""

_CHECKS: dict[str, Find] = {
    "no reference is broken": _dangling,
    _ENDS: _circles,
    _CHAIN: _unseen,
    "each branch has the checksum of its origin": wrong_origins,
    "clocks and commits have the checksum of their place": _since(2, broken_seals),
    "snapshots have the checksum of their event": _since(2, _snapshots),
    "names and archives have the checksum of their act": _since(3, _acts),
    "no account took more than its purse held": _since(3, wrong_purses),
    "a twin's clock stands where its account's does": twins_apart,
    "rule books match their hashes": _rulebooks,
    "accounts match the chart of accounts": _chart,
    "setups and places are JSON": _json,
    "the steps to its format are on record": _steps,
}
