"""How a ledger begins: whole or not at all, told from a stranger's file, with one writer."""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from subprocess import run

import pytest

from ledger.books.file import schema
from ledger.books.file.errors import LedgerEmpty, LedgerInUse, LedgerUnusable
from ledger.books.store import Ledger
from tests.books.lives import first_call
from tests.books.shelves import plainly, shelf

POSIX = pytest.mark.skipif(os.name == "nt", reason="forks, links and limits of POSIX")

DYING = """
import os, resource, signal, sys
from pathlib import Path
from ledger.books.file.errors import LedgerUnusable
from ledger.books.store import Ledger

path = Path(sys.argv[2])
Ledger.open(path.with_name("warm.db")).close()  # loads all that opening needs
path.with_name("warm.db").unlink()

def dies_at(count):
    '''The process is gone at its n-th look at the file system.'''
    left = [count]
    def hook(event, _):
        if event.split(".")[0] in ("open", "os", "sqlite3", "shutil"):
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
    sys.addaudithook(hook)

def fills_at(count):
    '''No file grows beyond so many blocks: what a full disk is to a program.'''
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count * 2048, count * 2048))

meet = {"dies": dies_at, "fills": fills_at}[sys.argv[1]]
for count in range(200):
    child = os.fork()
    if not child:
        meet(count)
        try:
            Ledger.open(path).close()
        except LedgerUnusable:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(status, sorted(f.name for f in path.parent.iterdir() if not f.name.endswith(".new")))
    with Ledger.open(path) as ledger:
        assert ledger.branches() == []
    assert [f.name for f in path.parent.iterdir()] == [path.name], list(path.parent.iterdir())
    path.unlink()
    if status == 0:
        break
"""


@POSIX
@pytest.mark.parametrize("end", ["dies", "fills"])
def test_a_first_start_leaves_a_whole_ledger_or_none_wherever_it_ends(
    tmp_path: Path, end: str
) -> None:
    path = tmp_path / "ledger.db"
    done = run(
        [sys.executable, "-c", DYING, end, path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    outcomes = [line.partition(" ") for line in done.stdout.splitlines()]
    assert len(outcomes) > 10
    assert outcomes[-1] == ("0", " ", "['ledger.db']")
    if end == "fills":  # a full disk is told, and nothing is left
        assert set(outcomes[:-1]) == {("1", " ", "[]")}


def empty(path: Path) -> None:
    path.touch(0o600)


def without_tables(path: Path) -> None:
    """As a start was left that had set the journal's mode and no more."""
    with plainly(path) as db:
        db.execute("PRAGMA journal_mode = WAL")


def with_a_hot_journal(path: Path) -> None:
    """As a kill left it: an empty file, and a journal that nobody has rolled back."""
    path.touch(0o600)
    path.with_name(path.name + "-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" * 80)


@pytest.mark.parametrize("left", [empty, without_tables, with_a_hot_journal])
def test_what_a_first_start_of_an_older_program_left_is_begun_anew(
    tmp_path: Path, left: object
) -> None:
    path = tmp_path / "ledger.db"
    left(path)  # type: ignore[operator]
    with pytest.raises(LedgerEmpty, match="no account was ever opened in it"):
        Ledger.open(path, read_only=True)
    with Ledger.open(path) as ledger:
        assert ledger.branches() == []
        ledger.new_branch("desk", 0, "", {})
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    with Ledger.open(path, read_only=True) as ledger:
        assert [branch.name for branch in ledger.branches()] == ["desk"]


def test_a_ledger_that_stands_in_its_log_alone_is_not_begun_anew(tmp_path: Path) -> None:
    """An older program made its tables in the log, and a kill came before they were moved."""
    path, copy = tmp_path / "ledger.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for pragma in ("wal_autocheckpoint = 0", "foreign_keys = ON"):
            db.execute(f"PRAGMA {pragma}")
        db.execute("BEGIN")
        for table, body in schema.TABLES.items():
            db.execute(f"CREATE TABLE {table} {body}")
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {schema.VERSION}")
        db.execute("COMMIT")
        for end in ("", "-wal"):
            copy.with_name(copy.name + end).write_bytes(
                path.with_name(path.name + end).read_bytes()
            )
    with pytest.raises(LedgerUnusable, match="is missing"):  # its guards: it was looked into
        Ledger.open(copy)


def songs(path: Path) -> None:
    with plainly(path) as db:
        db.execute("CREATE TABLE songs (title)")


def songs_in_a_log(path: Path) -> None:
    with plainly(path) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE songs (title)")


def one_view(path: Path) -> None:
    with plainly(path) as db:
        db.execute("CREATE VIEW answer AS SELECT 42")


def diary(path: Path) -> None:
    path.write_text("Dear diary, today I was liquidated.")


@pytest.mark.parametrize("made", [songs, songs_in_a_log, one_view, diary])
@pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
def test_a_strangers_file_is_not_touched_and_nothing_is_put_beside_it(
    tmp_path: Path, made: object, read_only: bool
) -> None:
    path = tmp_path / "ledger.db"
    made(path)  # type: ignore[operator]
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" * 80)  # hot: not ours to roll back
    before = {found.name: found.read_bytes() for found in tmp_path.iterdir()}
    with pytest.raises(LedgerUnusable, match="it is not a Tightrope ledger"):
        Ledger.open(path, read_only=read_only)
    assert {found.name: found.read_bytes() for found in tmp_path.iterdir()} == before


@POSIX
def test_a_ledger_has_one_writer_whatever_it_is_called(tmp_path: Path) -> None:
    path = shelf(tmp_path, first_call())
    link = tmp_path / "link.db"
    link.symlink_to(path)
    with Ledger.open(path):
        with pytest.raises(LedgerInUse):
            Ledger.open(link)
        for beside in tmp_path.glob("*.lock"):  # an older program's, of no use now
            beside.unlink()
        with pytest.raises(LedgerInUse):
            Ledger.open(path)
    Ledger.open(link).close()


@POSIX
def test_a_ledger_of_two_names_is_read_and_not_written(tmp_path: Path) -> None:
    path = shelf(tmp_path, first_call())
    other = tmp_path / "other.db"
    os.link(path, other)
    for name in (path, other):
        with pytest.raises(LedgerUnusable, match="a second name"):
            Ledger.open(name)
        with Ledger.open(name, read_only=True) as ledger:
            assert ledger.last_seq(1) == len(first_call().events)
    other.unlink()
    Ledger.open(path).close()


def test_what_a_start_in_the_same_process_number_left_stops_no_later_one(tmp_path: Path) -> None:
    """In a container every start may have the same number."""
    path = tmp_path / "ledger.db"
    path.touch()
    path.with_name(f".ledger.db.{os.getpid()}.new").write_bytes(b"half")
    path.with_name(".ledger.db.99.new-journal").write_bytes(b"of one that is gone")
    Ledger.open(path).close()
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]
