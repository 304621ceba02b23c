"""Names and archives: an append-only table beside the history, with checksums of its own."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.books.acts import Act, archived, last_used, names, record
from ledger.books.checks.doctor import examine
from ledger.books.file.errors import EntryRefused, LedgerDamaged
from ledger.books.replay import replay, verified
from ledger.books.store import Ledger
from ledger.books.wire.fingerprint import state_hash
from tests.books.lives import first_call
from tests.books.shelves import guarded, keep, plainly, shelf, unguarded
from tests.places import DATA

LIFE = first_call()


def act(path: Path, branch: int, what: Act, name: str = "") -> None:
    with Ledger.open(path) as ledger, ledger.together() as db:
        record(db, branch, what, name)


def faults(path: Path) -> list[str]:
    return [check.name for check in examine(path, deep=True) if not check.ok]


def test_an_account_that_was_renamed_has_the_same_history(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    with plainly(path) as db:
        before = db.execute("SELECT account, body, hash FROM events ORDER BY seq").fetchall()
    act(path, 1, Act.RENAMED, "other")
    with plainly(path) as db:
        assert (
            db.execute("SELECT account, body, hash FROM events ORDER BY seq").fetchall() == before
        )
        assert names(db) == {1: "other"}
    with Ledger.open(path) as ledger:
        assert (ledger.branch(1).name, ledger.branch(1).called) == ("test", "other")
        account = replay(ledger, 1)
        assert account is not None
        assert state_hash(account) == state_hash(LIFE.end)
    assert faults(path) == []


def test_a_name_that_was_given_up_is_free_for_another_account(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    act(path, 1, Act.RENAMED, "other")
    with Ledger.open(path) as ledger:
        branch = keep(ledger, LIFE, "test")
        assert ledger.branch(branch).called == "test"
        assert ledger.branch(branch).name == "test-2"
        assert ledger.free_name("test") == "test-2"
        assert ledger.free_name("test-2") == "test-2", "nobody goes by it"
    assert faults(path) == []


def test_the_last_used_is_the_one_switched_to_until_another_is_written_to(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    with Ledger.open(path) as ledger:
        keep(ledger, LIFE, "second")
        assert ledger.last_used() == "second"
    act(path, 1, Act.SWITCHED)
    with Ledger.open(path) as ledger:
        assert ledger.last_used() == "test"
        keep(ledger, LIFE, "third")
        assert ledger.last_used() == "third"


def test_an_archived_account_is_not_the_last_used(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    with Ledger.open(path) as ledger:
        keep(ledger, LIFE, "second")
    act(path, 1, Act.SWITCHED)
    act(path, 1, Act.ARCHIVED)
    with plainly(path) as db:
        assert (archived(db), last_used(db)) == ({1}, "second")
    act(path, 2, Act.ARCHIVED)
    with plainly(path) as db:
        assert last_used(db) is None
    act(path, 1, Act.RESTORED)
    with plainly(path) as db:
        assert (archived(db), last_used(db)) == ({2}, "test")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE acts SET name = 'x'",
        "DELETE FROM acts",
        "INSERT OR REPLACE INTO acts SELECT id, branch_id, act, 'x', NULL, NULL, 0, hash FROM acts",
    ],
)
def test_an_act_that_stands_is_neither_changed_nor_removed(tmp_path: Path, statement: str) -> None:
    path = shelf(tmp_path, LIFE)
    act(path, 1, Act.RENAMED, "other")
    with guarded(path) as db, pytest.raises(Exception, match="acts is append-only"):
        db.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE acts SET name = 'x' WHERE id = 1",
        "UPDATE acts SET branch_id = 2 WHERE id = 1",
        "UPDATE acts SET after_commit = 0 WHERE id = 2",
        "DELETE FROM acts WHERE id = 1",
        "DELETE FROM acts WHERE id = 2",
    ],
)
def test_an_act_that_was_changed_is_found_and_nothing_is_written_to(
    tmp_path: Path, change: str
) -> None:
    path = shelf(tmp_path, LIFE)
    with Ledger.open(path) as ledger:
        keep(ledger, LIFE, "second")
    act(path, 1, Act.RENAMED, "other")
    act(path, 1, Act.SWITCHED)
    with unguarded(path, "acts") as db:
        assert db.execute(change).rowcount == 1
    assert faults(path) == ["names and archives have the checksum of their act"]
    with (
        Ledger.open(path) as ledger,
        pytest.raises(LedgerDamaged, match=r"on (an account|accounts)"),
    ):
        verified(ledger, 1)


def test_a_seal_under_another_number_is_found(tmp_path: Path) -> None:
    """The next act would seal a row that is not there."""
    path = shelf(tmp_path, LIFE)
    act(path, 1, Act.RENAMED, "other")
    with unguarded(path, "acts_seal") as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        assert db.execute("UPDATE acts_seal SET id = 2").rowcount == 1
    assert faults(path) == ["names and archives have the checksum of their act"]


@pytest.mark.parametrize(
    ("branch", "what", "name", "money"),
    [
        (9, Act.ARCHIVED, "", None),
        (None, Act.ARCHIVED, "", None),
        (1, Act.RENAMED, "", None),
        (1, Act.ARCHIVED, "x", None),
        (1, Act.ARCHIVED, "", ("USD", 1)),
        (1, Act.PURSE_SET, "", ("USD", 1)),
        (None, Act.PURSE_SET, "", None),
        (None, Act.PURSE_SET, "", ("", 1)),
        (None, Act.PURSE_SET, "", ("USD", -1)),
    ],
)
def test_an_act_has_what_it_needs_and_nothing_else(
    tmp_path: Path, branch: int | None, what: Act, name: str, money: tuple[str, int] | None
) -> None:
    path = shelf(tmp_path, LIFE)
    with pytest.raises(EntryRefused), Ledger.open(path) as ledger, ledger.together() as db:
        record(db, branch, what, name, money)
    assert faults(path) == []


def of_format_1(path: Path) -> None:
    path.write_bytes(gzip.decompress((DATA / "ledgers" / "2026-11-30.db.gz").read_bytes()))
    path.chmod(0o600)


def of_format_2(path: Path) -> None:
    shelf(path.parent, LIFE).rename(path)
    with plainly(path) as db:
        db.execute("DROP TABLE acts")
        db.execute("DROP TABLE acts_seal")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm003_acts'")
        db.execute("PRAGMA user_version = 2")


@pytest.mark.parametrize("make", [of_format_1, of_format_2])
def test_a_ledger_of_an_earlier_format_is_read_as_it_is_and_written_to_in_the_new_one(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "old.db"
    make(path)
    assert faults(path) == []
    with Ledger.open(path, read_only=True) as ledger:
        before = [(branch.called, branch.archived) for branch in ledger.branches()]
        last = ledger.last_used()
    assert before
    with Ledger.open(path) as ledger:
        assert [(branch.called, branch.archived) for branch in ledger.branches()] == before
        assert ledger.last_used() == last
    act(path, 1, Act.RENAMED, "new-name")
    with plainly(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (3,)
    assert faults(path) == []
