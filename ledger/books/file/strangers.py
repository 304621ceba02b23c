"""Objects of a file that this program did not make: what is not ours is never read.

A table that was replaced by a view, or has a computed column, runs a query of whoever made it,
which may never end. So the words of the schema are compared before any row is read.
"""

import re
import sqlite3
from dataclasses import dataclass

from ledger.books.file import schema

_ON_A_TABLE = re.compile(r"CREATE (?:INDEX|TRIGGER) .*?\bON (\w+)", re.DOTALL)
_MADE_BY_SQLITE = re.compile(r"sqlite_autoindex_(\w+)_\d+")

_PLAIN = re.compile(r"CREATE (?:TABLE|UNIQUE INDEX|INDEX) [^()]*\([^()]*\)")
"""A table or index without an expression: no brackets but those around its columns."""


MISSING = "is missing"


@dataclass(frozen=True, slots=True)
class Strange:
    """An object that is missing, changed, or not of this program."""

    kind: str
    """What it is, or was: table, view, index or trigger."""
    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.name} {self.what}"


def strange_objects(db: sqlite3.Connection) -> list[Strange]:
    """Tables, indexes, guards and views that are missing, changed, or not of this program."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    expected = schema.expected(version)
    missing = dict(expected)
    strange: list[Strange] = []
    for kind, name, table, sql in db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"):
        if sql is not None and missing.get(name) == sql and _says_itself(kind, name, table, sql):
            del missing[name]
        elif not _of_the_tools(kind, name, table, sql, expected):
            what = "was changed" if name in missing else "is not of this program"
            missing.pop(name, None)
            strange.append(Strange(str(kind), str(name), what))
    gone = [Strange(_kind(sql), name, MISSING) for name, sql in missing.items()]
    return [*gone, *strange]


def tables_are_ours(strange: list[Strange]) -> bool:
    """Whether our tables may be queried: each is a table, and as we made it."""
    tables = {*schema.TABLES, *schema.ADDED, *schema.ADDED_3}
    return not any(each.name in tables or each.kind == "table" for each in strange)


def _says_itself(kind: object, name: str, table: object, sql: str) -> bool:
    """Whether the columns of the schema repeat what its SQL says."""
    on = _ON_A_TABLE.match(sql)
    return kind == _kind(sql) and table == (on[1] if on else name)


def _kind(sql: str) -> str:
    return sql.removeprefix("CREATE UNIQUE").removeprefix("CREATE").split(maxsplit=1)[0].lower()


def _of_the_tools(
    kind: object, name: object, table: object, sql: object, expected: dict[str, str]
) -> bool:
    """Whether SQLite or the migrations keep it for themselves."""
    if table == schema.MIGRATIONS_TABLE:
        return isinstance(sql, str) and _PLAIN.fullmatch(sql) is not None and kind == _kind(sql)
    own = _MADE_BY_SQLITE.fullmatch(name) if isinstance(name, str) else None
    return kind == "index" and sql is None and own is not None and own[1] == table in expected
