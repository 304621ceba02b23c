"""What became of a damaged ledger: whether anything read is another, who told, who broke a promise.

The judge of what changed knows nothing of the doctor: it reads every row of every table, the words
of the schema, and asks SQLite whether its pages and indexes fit.
"""

import gc
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from types import FrameType

from ledger.books.checks.doctor import examine
from ledger.books.file.errors import LedgerError
from ledger.books.wire.fingerprint import state_hash
from ledger.practice.sessions.session import Session
from ledger.practice.views.desk_view import view
from ledger.refused import Refused
from tests.cli.driving import tightrope
from tests.corruption.damages import MIGRATIONS, Damage
from tui.chart.fill_marks import Fills
from tui.panels import event_rows
from tui.runtime.opener import Door

OWN = "error of Tightrope's own"
LONGEST = 20
"""Seconds of the processor that anything here may take: it takes a tenth of one."""

READERS: tuple[tuple[str, ...], ...] = (
    *(("status",), ("positions",), ("orders",), ("ledger",), ("ledger", "--limit", "5")),
    *(
        ("watch", "--once"),
        ("doctor", "--json"),
        ("ledger", "--kind", "FILL", "--account", "orders"),
    ),
)


class Endless(BaseException):
    """Something went on for longer than anything may; nobody catches it but the run."""


@dataclass
class Verdict:
    """What one damage did. `named` has the checks that found it; `broken` the promises broken."""

    damage: str
    changed: bool
    named: frozenset[str]
    broken: list[str] = field(default_factory=list)
    writable: bool = False
    """Whether some account was opened to be written to."""


@dataclass(frozen=True)
class Content:
    """All that can be read in a ledger; what cannot be read is a content of its own."""

    fault: str = ""
    head: tuple[object, ...] = ()
    tables: Mapping[str, list[object]] = field(default_factory=dict)

    def is_as(self, sound: "Content") -> bool:
        """Whether nothing that is read is another. A snapshot that is gone is lived again."""
        here, there = dict(self.tables), dict(sound.tables)
        kept, was = here.pop("snapshots", []), there.pop("snapshots", [])
        same = (self.fault, self.head, here) == (sound.fault, sound.head, there)
        return same and all(row in was for row in kept)


def content(path: Path) -> Content:
    """What stands in a file, by an ordinary connection."""
    uri = path.resolve().as_uri() + "?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as db:
            db.text_factory = bytes
            pragmas = ("user_version", "application_id", "encoding", "integrity_check")
            head = [db.execute(f"PRAGMA {name}").fetchall() for name in pragmas]
            schema = db.execute(
                "SELECT type, name, tbl_name, sql FROM sqlite_schema"
                f" WHERE tbl_name <> '{MIGRATIONS}' OR type NOT IN ('table', 'index') ORDER BY name"
            ).fetchall()
            strange = any(row[0] == b"view" and not row[1].startswith(b"v_") for row in schema)
            tables = [row[1].decode() for row in schema if row[0] == b"table"]
            asked = [] if strange else [*tables, MIGRATIONS]  # a stranger's view need not end
            return Content("", (*head, schema), {name: _rows(db, name) for name in asked})
    except (sqlite3.Error, UnicodeDecodeError) as fault:
        return Content(f"{type(fault).__name__}: {fault}")


def _rows(db: sqlite3.Connection, table: str) -> list[object]:
    """The rows of a table; without what nobody reads, and commits in the order of their branch."""
    what = {
        MIGRATIONS: "migration_set, name",
        "commit_log": "branch_id, first_seq, last_seq, wall_time, version",
    }
    order = "ORDER BY branch_id, id" if table == "commit_log" else ""
    found = db.execute(f'SELECT {what.get(table, "*")} FROM "{table}" {order}').fetchall()
    rows: list[object] = [[(type(v).__name__, v) for v in row] for row in found]
    return rows if order else sorted(rows, key=repr)


class Bench:
    """A sound ledger, and what it says; damaged copies of it are judged by that."""

    def __init__(self, sound: Path, folder: Path) -> None:
        self.sound = sound
        self.copy = folder / "damaged.db"
        self.whole = sound.read_bytes()
        self.sound_content = content(sound)
        self._readers = cycle(READERS)
        self.renew()
        self.accounts = {name: self._opened(name) for name in (None, *_names(sound))}
        assert all(self.accounts.values()), "the sound ledger opens for each of its accounts"
        self.renew()
        assert not self._named([]), "the doctor finds nothing wrong with the sound ledger"

    def renew(self, whole: bytes | None = None) -> None:
        """The copy as it was, and nothing beside it."""
        for end in ("-wal", "-shm", "-journal"):
            self.copy.with_name(self.copy.name + end).unlink(missing_ok=True)
        self.copy.write_bytes(self.whole if whole is None else whole)
        self.copy.chmod(0o600)

    def judge(self, damage: Damage) -> Verdict | None:
        """Do it to a copy and look; `None` where it cannot be done to this ledger."""
        self.renew()
        try:
            damage.do(self.copy)
        except sqlite3.Error:
            return None
        damaged = self.copy.read_bytes()
        broken: list[str] = []
        verdict = Verdict(
            damage.name,
            not content(self.copy).is_as(self.sound_content),
            self._named(broken),
            broken,
        )
        if verdict.changed and not verdict.named:
            broken.append("doctor --deep says nothing")
        broken += self._read()
        if self.copy.read_bytes() != damaged:
            broken.append("a reader changed the file")
        for name in self.accounts:
            self.renew(damaged)
            verdict.writable |= self._open(name, broken)
        if _held(self.copy):
            gc.collect()  # a fault that was told may still hold the rows that led to it
        if held := _held(self.copy):
            broken.append(f"left open: {held}")
        return verdict

    def _named(self, broken: list[str]) -> frozenset[str]:
        with within("doctor --deep", broken):
            return frozenset(check.name for check in examine(self.copy, deep=True) if not check.ok)
        return frozenset()

    def _read(self) -> Iterator[str]:
        """Two of the commands that read, each time others."""
        for command in islice(self._readers, 2):
            broken: list[str] = []
            with within(" ".join(command), broken):
                ended = tightrope(*command, "--ledger", self.copy)
                if OWN in ended.err or ended.status not in (0, 1, 2, 3):
                    broken.append(f"{command}: status {ended.status}, {ended.err[-300:]}")
            yield from broken

    def _open(self, name: str | None, broken: list[str]) -> bool:
        """Open an account as the desk does; whether it may be written to."""
        with within(f"opening {name}", broken):
            found = self._opened(name, broken)
            if found is not None and found not in (self.accounts[name], *self._by_itself(name)):
                broken.append(f"{name or 'the last account'} is opened as another than it was")
            return found is not None
        return False

    def _by_itself(self, name: str | None) -> list[object]:
        """Where none is named, which one is opened is no promise: each is, as it was."""
        return [] if name else list(self.accounts.values())

    def _opened(self, name: str | None, broken: list[str] | None = None) -> object:
        """What an account is, where it may be written to; the desk's first picture is made."""
        try:
            opened = Door(self.copy).last(name)
        except (Refused, LedgerError) as fault:
            if broken is not None and "\n" in str(fault):
                broken.append(f"told in more than a sentence: {fault}")
            return None
        if opened is None:
            return None
        session = opened.session
        try:
            event_rows.Log(name or "", session.account.currency).recall(opened.past)
            Fills(opened.past)
            view(session.account, session.market)
            return None if session.only_looks else _told(session)
        finally:
            with suppress(LedgerError, Refused):
                session.close()


def _held(path: Path) -> list[str]:
    """What this process has open of a ledger, where a system tells; SQLite lets go at once."""
    found = [os.path.realpath(link) for link in Path("/proc/self/fd").glob("*")]
    return [name for name in found if name.startswith(str(path))]


def _names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("SELECT name FROM branches ORDER BY id")]


def _told(session: Session) -> tuple[object, ...]:
    """All that the one who trades on goes by."""
    timeline = session.timeline
    return (
        *(session.account.name, session.title, session.files, session.rehearsal),
        *(session.script_done, session.place, session.market.time, state_hash(session.account)),
        {symbol: tape.sha256 for symbol, tape in timeline.tapes.items()},
        (timeline.start, len(timeline), tuple(timeline.times[-2:])),
    )


@contextmanager
def within(what: str, broken: list[str]) -> Iterator[None]:
    """Whatever else comes of it than a refusal, or that it never ends, is a promise broken."""

    def give_up(signal_: int, frame: FrameType | None) -> None:
        raise Endless(what)

    before: Callable[..., object] | int | None = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    except Endless:
        broken.append(f"{what}: no end after {LONGEST} s")
    except Exception as fault:  # noqa: BLE001 - that is what is looked for
        broken.append(f"{what}: {type(fault).__name__}: {fault}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
