"""Damage to the schema: a guard, a view, an index or a table gone, changed, or a stranger's."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.corruption.damages import Damage

ENDLESS = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT {} FROM n WHERE i < 0"
)
"""A query that gives no row and never ends."""


def schemas_of(path: Path, dice: random.Random) -> Iterator[Damage]:
    """Each object dropped, changed, doubled and replaced; then what a stranger may add."""
    with closing(sqlite3.connect(path)) as db:
        objects = db.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema"
            " WHERE sql IS NOT NULL ORDER BY name"
        ).fetchall()
        columns = {
            name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
            for kind, name, _, _ in objects
            if kind in ("table", "view")
        }
        without_text = [n for (n,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE sql IS NULL ORDER BY name"
        )]  # fmt: skip
    for kind, name, table, sql in objects:
        if table.startswith("_sqlite"):
            continue
        yield _by_sql(f"{kind} {name} dropped", f"DROP {kind} {name}")
        yield _by_row(f"{kind} {name} with a comment", name, "sql = sql || ' -- so'")
        yield _by_row(f"{kind} {name} otherwise", name, f"sql = {_otherwise(kind)}")
        yield _doubled(kind, name, table, sql)
        if kind in ("table", "view"):
            made = ENDLESS.format(", ".join(f"1 AS {column}" for column in columns[name]))
            yield _replaced(kind, name, made)
    for name in without_text:
        yield _by_row(f"{name} renamed", name, "name = name || 'x'")
        yield _by_row(f"{name} of another table", name, "tbl_name = 'legs'")
    tables = [name for kind, name, _, _ in objects if kind == "table"]
    for _ in range(8):
        one, other = dice.sample(tables, 2)
        yield _roots(one, other)
    for added in STRANGE:
        yield _by_sql(added[:60], added)


def _by_sql(name: str, *statements: str) -> Damage:
    def do(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            for each in statements:
                db.execute(each)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    return Damage(name, do)


def _by_row(name: str, of: str, change: str) -> Damage:
    return _by_sql(
        name,
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET {change} WHERE name = '{of}'",
    )


def _otherwise(kind: str) -> str:
    """Another meaning, in words that are still SQL."""
    return {
        "table": "replace(sql, 'NOT NULL', '')",
        "trigger": "replace(sql, 'ABORT', 'IGNORE')",
        "view": "sql || ' LIMIT 1'",
        "index": "sql || ' WHERE rowid > 0'",
    }[kind]


def _doubled(kind: str, name: str, table: str, sql: str) -> Damage:
    """A stranger's view that says in the schema that it is this object."""
    evil = f"CREATE VIEW mine_{name} AS {ENDLESS.format('1 AS a')}"
    return _by_sql(
        f"a view in the name of the {kind} {name}",
        "PRAGMA writable_schema = ON",
        "INSERT INTO sqlite_schema (rowid, type, name, tbl_name, rootpage, sql)"
        f" VALUES (-1, '{kind}', '{name}', '{table}', 0, '{evil}')",
    )


def _replaced(kind: str, name: str, made: str) -> Damage:
    """An endless view where a table or view of ours was."""
    return _by_sql(
        f"{kind} {name} replaced by a view without end",
        "PRAGMA legacy_alter_table = ON",
        f"ALTER TABLE {name} RENAME TO was_{name}" if kind == "table" else f"DROP VIEW {name}",
        f"CREATE VIEW {name} AS {made}",
    )


def _roots(one: str, other: str) -> Damage:
    return _by_sql(
        f"tables {one} and {other} in each other's place",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema"
        f" WHERE name IN ('{one}', '{other}')) - rootpage WHERE name IN ('{one}', '{other}')",
    )


STRANGE = (
    "CREATE TABLE songs (title)",
    "CREATE TABLE sqlite_stat9 (title)",
    f"CREATE VIEW songs AS {ENDLESS.format('1 AS a')}",
    "CREATE INDEX mine ON legs (hex(zeroblob(30000000 + amount)))",
    "CREATE INDEX mine ON events (length(body)) WHERE seq > 3",
    "CREATE TRIGGER mine AFTER INSERT ON legs BEGIN DELETE FROM notes; END",
    f"CREATE TRIGGER mine AFTER INSERT ON events BEGIN {ENDLESS.format('1')}; END",
    "CREATE VIRTUAL TABLE songs USING fts5 (title)",
    "CREATE VIRTUAL TABLE songs USING rtree (a, b, c)",
    "ALTER TABLE events ADD COLUMN mine TEXT",
    "ALTER TABLE legs ADD COLUMN mine AS (hex(zeroblob(30000000 + amount)))",
    "ALTER TABLE branches RENAME COLUMN seed TO seat",
    "CREATE VIEW _sqlite_mine AS SELECT 1 AS a",
    "CREATE TRIGGER mine AFTER INSERT ON _sqlite_migrations BEGIN DELETE FROM legs; END",
    "CREATE INDEX mine ON _sqlite_migrations (name)",
    "DROP TABLE _sqlite_migrations",
    "ANALYZE",
    "PRAGMA user_version = 1",
    "PRAGMA user_version = 2",
    "PRAGMA user_version = 4",
    "PRAGMA application_id = 5",
)
