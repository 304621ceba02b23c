"""What an opening checks: nothing that was changed is traded on, and the clock never goes back."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.books import snapshots
from ledger.books.checks.doctor import examine
from ledger.books.file.errors import EntryRefused, LedgerDamaged, LedgerUnusable
from ledger.books.replay import replay, verified
from ledger.books.snapshots import body_of
from ledger.books.store import Batch, Ledger
from ledger.books.wire.codec import canonical, encode, rules_hash
from ledger.books.wire.fingerprint import state_hash
from tests.books.lives import first_call, long_life
from tests.books.shelves import keep, shelf, unguarded
from tests.places import DATA

LIFE = first_call()


CHANGES = {
    "a deposit": ("events", "UPDATE events SET body = replace(body, '10000.00', '90000.00')"),
    "a rule book": ("rulebooks", "UPDATE rulebooks SET body = replace(body, '0.08', '0.01')"),
    "a setup": ("branches", "UPDATE branches SET setup = replace(setup, 'none', 'more')"),
    "a balance": ("balances", "UPDATE balances SET amount = amount + 100 WHERE account_id < 3"),
    "the clock": ("places", "UPDATE places SET body = replace(body, '\"index\":9', '\"index\":1')"),
    "a commit": ("commit_log", "UPDATE commit_log SET version = '9.9' WHERE id = 1"),
    "the number of a leg": ("legs", "UPDATE legs SET n = n + 1 WHERE event_seq = 2"),
    "what was taken out of the script": (
        "places",
        "UPDATE places SET body = replace(body, '\"script_done\":2', '\"script_done\":0')",
    ),
}


def played(folder: Path) -> Path:
    """A ledger whose clock stands at step 9 of its tape, with two things of a script done."""
    path = folder / "ledger.db"
    place = {"index": 9, "phase": "closed", "script_done": 2}
    with Ledger.open(path) as ledger:
        branch = keep(ledger, LIFE)
        ledger.append(branch, Batch((), place))
        assert verified(ledger, branch) == LIFE.end
    assert [check for check in examine(path, deep=True) if not check.ok] == []
    return path


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_found_at_the_opening_and_by_the_doctor(
    tmp_path: Path, change: str
) -> None:
    path = played(tmp_path)
    table, statement = CHANGES[change]
    with unguarded(path, table) as db:
        assert db.execute(statement).rowcount > 0
    assert not all(check.ok for check in examine(path))
    if change != "the number of a leg":  # which says nothing that an account goes by
        with pytest.raises(LedgerUnusable), Ledger.open(path) as ledger:
            verified(ledger, 1)


def test_a_clock_that_goes_back_is_refused(tmp_path: Path) -> None:
    with Ledger.open(played(tmp_path)) as ledger:
        for behind in (
            {"index": 8, "phase": "closed", "script_done": 2},
            {"index": 9, "phase": "open", "script_done": 2},
            {"index": 10, "phase": "open", "script_done": 1},
        ):
            with pytest.raises(EntryRefused, match="never go back"):
                ledger.append(1, Batch((), behind))
        ledger.append(1, Batch((), {"index": 10, "phase": "open", "script_done": 2}))


def test_a_ledger_of_format_1_is_sealed_as_it_stands_when_it_is_opened_to_write(
    tmp_path: Path,
) -> None:
    path = tmp_path / "old.db"
    kept = DATA / "ledgers" / "2026-11-30.db.gz"
    path.write_bytes(gzip.decompress(kept.read_bytes()))
    path.chmod(0o600)
    with Ledger.open(path, read_only=True) as ledger:
        before = [replay(ledger, branch.id) for branch in ledger.branches()]
    with Ledger.open(path) as ledger:
        after = [verified(ledger, branch.id) for branch in ledger.branches()]
    assert after == before
    assert [check for check in examine(path, deep=True) if not check.ok] == []


def with_snapshots(folder: Path, every: int) -> tuple[Path, int]:
    """A long life, kept in pieces with a snapshot after each."""
    life = long_life()
    path = folder / "ledger.db"
    book = life.rulebook
    with Ledger.open(path) as ledger, pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "EVERY", every)
        ledger.put_rulebook(rules_hash(book), canonical(encode(book)))
        branch = ledger.new_branch("test", 7, "A life", {"tapes": ["none"]})
        accounts = [*[before for before, _ in life.moments()][1:], life.end]
        for record, account in zip(life.records(), accounts, strict=True):

            def whole(account: object = account) -> str:
                return body_of(account)  # type: ignore[arg-type]

            ledger.append(branch, Batch((record,), {"seq": record.seq}, snapshot=whole))
    return path, len(life.events)


def test_a_long_history_opens_from_its_last_snapshot_as_the_same_account(tmp_path: Path) -> None:
    path, many = with_snapshots(tmp_path, 50)
    with Ledger.open(path) as ledger:
        with ledger.looking() as db:
            seq, _ = snapshots.newest(db, 1) or (0, None)
        assert many - 50 < seq <= many
        quick, slow = verified(ledger, 1), replay(ledger, 1, whole=True)
        assert quick == slow == long_life().end
        assert quick is not None
        assert slow is not None
        assert state_hash(quick) == state_hash(slow)
        fork = ledger.new_branch("what-if", 7, "", {}, fork_at(75))
        forked = replay(ledger, fork)
        then = next(account for account, _ in long_life().moments() if account.seq == 75)
        assert forked == replace(then, name="what-if")
    assert [check for check in examine(path, deep=True) if not check.ok] == []


def fork_at(seq: int) -> object:
    from ledger.books.store import Fork

    return Fork(1, seq)


def test_a_snapshot_that_was_changed_is_passed_over_and_told(tmp_path: Path) -> None:
    path, _ = with_snapshots(tmp_path, 50)
    with unguarded(path, "snapshots") as db:
        db.execute("UPDATE snapshots SET body = replace(body, ':', ': ')")
    with Ledger.open(path) as ledger:
        assert verified(ledger, 1) == long_life().end
    faults = [check.name for check in examine(path) if not check.ok]
    assert faults == ["snapshots have the checksum of their event"]


def test_a_branch_that_is_its_own_ancestor_is_told_and_hangs_nobody(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    with unguarded(path, "branches") as db:
        db.execute("UPDATE branches SET parent_id = 1, fork_seq = 3 WHERE id = 1")
    faults = {check.name for check in examine(path, deep=True) if not check.ok}
    assert "no what-if line is its own ancestor" in faults
    with pytest.raises((EntryRefused, LedgerDamaged)), Ledger.open(path) as ledger:
        verified(ledger, 1)
