"""Opening a ledger: what is made, what is refused, and in which words."""

import gzip
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

import pytest

from ledger.books.checks.doctor import examine
from ledger.books.file import schema
from ledger.books.file.errors import LedgerInUse, LedgerTooNew, LedgerUnusable
from ledger.books.store import Ledger
from tests.books.lives import first_call
from tests.books.shelves import plainly, shelf

LIFE = first_call()
OLD = Path(__file__).resolve().parents[2] / "data" / "ledgers"
POSIX = pytest.mark.skipif(os.name == "nt", reason="file modes of POSIX")
OTHER = "import sys; from ledger.books.store import Ledger; l = Ledger.open(sys.argv[1]); "


def test_a_second_instance_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    wait = OTHER + "print('open', flush=True); sys.stdin.read(); l.close()"
    with Popen([sys.executable, "-c", wait, path], stdin=PIPE, stdout=PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(LedgerInUse, match=r"ledger\.db is in use by another Tightrope"):
            Ledger.open(path)
        with Ledger.open(path, read_only=True) as viewer:
            assert viewer.last_seq(1) == len(LIFE.events)
        other.stdin.close()
        assert other.wait() == 0
    Ledger.open(path).close()


def test_a_dead_instance_holds_nothing(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    die = OTHER + "import os; os._exit(9)"
    with Popen([sys.executable, "-c", die, path]) as other:
        assert other.wait() == 9
    Ledger.open(path).close()


def test_a_refused_second_opening_leaves_the_first_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.open(path):
        for _ in range(2):
            with pytest.raises(LedgerInUse):
                Ledger.open(path)


def test_closing_twice_is_closing_once(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.db")
    ledger.close()
    ledger.close()


@POSIX
def test_nobody_else_may_read_a_new_ledger(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.new_branch("desk", 0, "", {})
        modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert modes == dict.fromkeys(("ledger.db", "ledger.db-wal", "ledger.db-shm"), 0o600)


def test_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    with plainly(path) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(LedgerTooNew, match="written by a newer Tightrope"):
            Ledger.open(path, read_only=read_only)
    assert path.read_bytes() == before


def other_program(path: Path) -> None:
    with plainly(path) as db:
        db.execute("CREATE TABLE songs (title)")


def plain_text(path: Path) -> None:
    path.write_text("Dear diary, today I was liquidated." * 100)


@pytest.mark.parametrize("make", [other_program, plain_text])
@pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
def test_a_file_that_is_no_ledger_is_left_alone(
    tmp_path: Path, make: object, read_only: bool
) -> None:
    path = tmp_path / "ledger.db"
    make(path)  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable, match="it is not a Tightrope ledger"):
        Ledger.open(path, read_only=read_only)
    assert path.read_bytes() == before


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="not a file"):
        Ledger.open(tmp_path)


def test_there_is_nothing_to_read_where_no_file_is(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="there is no such file"):
        Ledger.open(tmp_path / "ledger.db", read_only=True)
    assert not list(tmp_path.iterdir())


def test_a_file_that_was_cut_off_is_told(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    path.write_bytes(path.read_bytes()[:6000])
    with pytest.raises(LedgerUnusable, match=r"ledger\.db cannot be used"):
        Ledger.open(path)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DROP TRIGGER events_never_change", "events_never_change is missing"),
        ("CREATE TRIGGER mine AFTER INSERT ON events BEGIN SELECT 1; END", "mine is not of this"),
        ("CREATE TABLE songs (title)", "songs is not of this program"),
        ("CREATE TABLE _sqlite_sneaky (title)", "_sqlite_sneaky is not of this program"),
        ("UPDATE balances SET amount = amount + 1 WHERE account_id = 1", "do not sum to zero"),
    ],
)
def test_a_ledger_that_others_changed_is_not_written_to(
    tmp_path: Path, statement: str, reason: str
) -> None:
    path = shelf(tmp_path, LIFE)
    with plainly(path) as db:
        db.execute(statement)
    with pytest.raises(LedgerUnusable, match=reason):
        Ledger.open(path)


def test_a_changed_event_among_the_last_is_seen_at_the_next_opening(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    with plainly(path) as db:
        (guard,) = db.execute(
            "SELECT sql FROM sqlite_schema WHERE name = 'events_never_change'"
        ).fetchone()
        db.execute("DROP TRIGGER events_never_change")
        db.execute("UPDATE events SET body = replace(body, '10000.00', '90000.00') WHERE seq = 2")
        db.execute(guard)
    with pytest.raises(LedgerUnusable, match="event 2 of branch 1 does not match its checksum"):
        Ledger.open(path)


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder of somebody without rights: where tests run as root, modes alone stop no one."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        root = os.geteuid() == 0
        if root:
            os.chown(folder, 65_534, -1)
            os.seteuid(65_534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


@POSIX
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    shelf(tmp_path)  # loads what opening needs while we may still read it
    with as_nobody() as folder:
        folder.chmod(0o555)
        with pytest.raises(LedgerUnusable, match="Permission denied"):
            Ledger.open(folder / "ledger.db")
        with pytest.raises(LedgerUnusable, match="Permission denied"):
            Ledger.open(folder / "deeper" / "ledger.db")


@POSIX
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    shelf(tmp_path)
    with as_nobody() as folder:
        path = shelf(folder, LIFE)
        path.chmod(0o400)
        with pytest.raises(LedgerUnusable, match="the file is read-only"):
            Ledger.open(path)


@POSIX
def test_a_ledger_in_a_read_only_folder_can_still_be_read(tmp_path: Path) -> None:
    shelf(tmp_path)
    with as_nobody() as folder:
        path = shelf(folder, LIFE)
        folder.chmod(0o555)
        with Ledger.open(path, read_only=True) as ledger:
            assert len(list(ledger.events(1))) == len(LIFE.events)
        assert all(check.ok for check in examine(path))


def test_the_store_works_with_the_settings_it_is_designed_for(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        settings = {
            name: ledger._db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                *("journal_mode", "synchronous", "foreign_keys", "recursive_triggers"),
                *("trusted_schema", "busy_timeout"),
            )
        }
    full, off, on = 2, 0, 1
    assert settings == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": on,
        "recursive_triggers": on,
        "trusted_schema": off,
        "busy_timeout": 5000,
    }
    assert sqlite3.sqlite_version_info >= (3, 37)


def test_ctrl_c_ends_a_query_without_an_end(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(path).close()
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ledger.books.file.damage import ledger_errors\n"
        "from ledger.books.file.connect import connect_to_ours\n"
        "db = connect_to_ours(Path(sys.argv[1]))\n"
        "print('asking', flush=True)\n"
        "with ledger_errors(Path(sys.argv[1])):\n"
        "    db.execute('WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)'\n"
        "               ' SELECT count(*) FROM n').fetchall()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as asking:
        assert asking.stdout is not None
        assert asking.stdout.readline() == b"asking\n"
        asking.send_signal(signal.SIGINT)
        _, err = asking.communicate(timeout=20)
    assert err.rstrip().endswith(b"KeyboardInterrupt")  # above it stands where it came from


@pytest.mark.parametrize("name", ["a b.db", "100%25.db", "who?.db", "#1.db", "Zürich:ü.db"])
def test_a_ledger_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = shelf(tmp_path).rename(tmp_path / name)
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.branches() == []


@pytest.mark.parametrize(
    "strange",
    [
        "CREATE TRIGGER mine AFTER INSERT ON _sqlite_migrations BEGIN DELETE FROM branches; END",
        "CREATE VIEW seals AS SELECT 1 AS branch_id",
        "ALTER TABLE legs ADD COLUMN mine TEXT",
        "DROP TABLE legs",
    ],
)
def test_an_old_ledger_with_something_of_a_stranger_is_not_brought_up_to_date(
    tmp_path: Path, strange: str
) -> None:
    path = tmp_path / "old.db"
    (kept,) = OLD.glob("*.db.gz")
    path.write_bytes(gzip.decompress(kept.read_bytes()))
    with plainly(path) as db:
        db.execute(strange)
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable):
        Ledger.open(path)
    assert path.read_bytes() == before
