"""What is kept: every event once, in order, with its legs, in one transaction or not at all."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import run

import pytest

from ledger.account.events import kinds as e
from ledger.books.entries import Leg
from ledger.books.file.errors import EntryRefused, LedgerGone, LedgerUnusable
from ledger.books.replay import replay
from ledger.books.store import Batch, Fork, Ledger, Record
from ledger.books.wire.codec import canonical, encode, rules_hash
from ledger.books.wire.fingerprint import state_hash
from tests.books.lives import Life, first_call, long_life
from tests.books.shelves import fork_of, keep, plainly, shelf
from tests.worlds import D, broker

LIFE = first_call()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with plainly(path) as db:
        return db.execute(query).fetchall()


def test_events_come_back_as_they_were_kept(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    kept = list(ledger.events(branch))
    assert [seq for seq, _ in kept] == list(range(1, len(LIFE.events) + 1))
    assert tuple(event for _, event in kept) == LIFE.events


def test_events_are_read_from_where_one_was(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    assert [event for _, event in ledger.events(branch, since=3)] == list(LIFE.events[3:])


def test_more_events_than_a_page_are_all_read(ledger: Ledger) -> None:
    branch = ledger.new_branch("notes", 0, "", {})
    records = tuple(
        Record(n, e.NoteAdded(at=n, text=str(n)), (), f"n:{n}") for n in range(1, 2_502)
    )
    ledger.append(branch, Batch(records))
    assert [seq for seq, _ in ledger.events(branch)] == list(range(1, 2_502))


@pytest.mark.parametrize("life", [LIFE, long_life()], ids=["loan", "contract"])
def test_a_kept_account_is_resumed_as_it_was(ledger: Ledger, life: Life) -> None:
    account = replay(ledger, keep(ledger, life))
    assert account is not None
    assert replace(account, name="test") == life.end
    assert state_hash(account) == state_hash(life.end)


def test_a_branch_without_events_has_no_account(ledger: Ledger) -> None:
    branch = ledger.new_branch("empty", 0, "", {})
    assert replay(ledger, branch) is None
    assert ledger.last_seq(branch) == 0
    assert ledger.branch(branch).time is None


def test_a_name_that_is_taken_gets_a_number(ledger: Ledger) -> None:
    for _ in range(3):
        ledger.new_branch("desk", 0, "", {})
    assert [branch.name for branch in ledger.branches()] == ["desk", "desk-2", "desk-3"]


def test_a_branch_says_what_it_was_made_with(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    info = ledger.branch(branch)
    assert (info.seed, info.title, info.setup) == (7, "A life", {"tapes": ["none"]})
    assert (info.last_seq, info.time) == (len(LIFE.events), LIFE.end.time)


def test_the_place_is_that_of_the_last_batch(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    assert ledger.place(branch) == {"seq": len(LIFE.events)}
    ledger.append(branch, Batch((), {"seq": "moved on"}))
    assert ledger.place(branch) == {"seq": "moved on"}


def test_a_rule_book_is_kept_once_under_its_hash(ledger: Ledger) -> None:
    body = canonical(encode(broker()))
    for _ in range(2):
        ledger.put_rulebook(rules_hash(broker()), body)
    assert ledger.rulebook(rules_hash(broker())) == body
    with pytest.raises(EntryRefused, match="another rule book"):
        ledger.put_rulebook(rules_hash(broker()), "{}")
    with pytest.raises(KeyError):
        ledger.rulebook("unknown")


def test_the_same_batch_again_changes_nothing(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    before = read(ledger.path, "SELECT * FROM events")
    assert ledger.append(branch, Batch(LIFE.records()[2:9])) == len(LIFE.events)
    assert read(ledger.path, "SELECT * FROM events") == before


def test_the_same_key_with_other_content_is_refused(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    record = LIFE.records()[1]
    richer = replace(record, event=replace(record.event, amount=D("10000.01")))
    with pytest.raises(EntryRefused, match="event 2 is already stored"):
        ledger.append(branch, Batch((richer,)))
    with pytest.raises(EntryRefused, match="event 2 is already stored"):
        ledger.append(branch, Batch((replace(record, legs=()),)))


def test_a_key_stands_for_one_event_only(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    seq = len(LIFE.events) + 1
    again = Record(seq, e.NoteAdded(at=LIFE.end.time, text="so"), (), "e:1")
    with pytest.raises(EntryRefused, match="idem_key"):
        ledger.append(branch, Batch((again,)))


def test_a_refused_batch_leaves_nothing_behind(ledger: Ledger) -> None:
    branch = ledger.new_branch("desk", 0, "", {})
    good = Record(1, e.Deposited(at=5, amount=D(1)), (Leg("cash", "equity:a", "USD", D(1)),), "1")
    gap = Record(3, e.NoteAdded(at=5, text="so"), (), "3")
    with pytest.raises(EntryRefused, match="next number"):
        ledger.append(branch, Batch((good, gap), {"seq": 3}))
    assert ledger.last_seq(branch) == 0
    assert ledger.place(branch) is None
    assert read(ledger.path, "SELECT * FROM accounts") == []
    assert ledger.append(branch, Batch((good,))) == 1


@pytest.mark.parametrize("amount", ["0.001", "92233720368547758.08"], ids=["too fine", "too large"])
def test_an_amount_that_no_row_can_hold_is_refused(ledger: Ledger, amount: str) -> None:
    branch = ledger.new_branch("desk", 0, "", {})
    event = e.Deposited(at=0, amount=D(amount))
    record = Record(1, event, (Leg("cash", "equity:opening", "USD", D(amount)),), "1")
    with pytest.raises(EntryRefused, match="is not an amount the ledger can hold"):
        ledger.append(branch, Batch((record,)))


def test_quantities_have_eight_decimals_whatever_the_symbol_is_called(ledger: Ledger) -> None:
    branch = ledger.new_branch("desk", 0, "", {})
    legs = (Leg("qty:USD", "trade:USD", "USD", D("0.00000001")),)
    ledger.append(branch, Batch((Record(1, e.NoteAdded(at=0, text=""), legs, "1"),)))
    assert read(ledger.path, "SELECT amount FROM v_balance ORDER BY account") == [
        ("0.00000001",),
        ("-0.00000001",),
    ]


def test_the_same_input_gives_the_same_hashes(tmp_path: Path) -> None:
    tips = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        path = shelf(tmp_path / name, LIFE)
        tips.append(read(path, "SELECT hash FROM events ORDER BY seq"))
    assert tips[0] == tips[1]


def test_a_what_if_line_begins_with_what_its_parent_had(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    fork = fork_of(ledger, branch, 9)
    assert [event for _, event in ledger.events(fork)] == list(LIFE.events[:9])
    assert ledger.last_seq(fork) == 9
    there = next(account for account, _ in LIFE.moments() if account.seq == 9)
    resumed = replay(ledger, fork)
    assert resumed is not None
    assert state_hash(resumed) == state_hash(there)


def test_a_what_if_line_goes_its_own_way(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    fork = fork_of(ledger, branch, 9)
    paid = Record(
        10,
        e.Deposited(at=LIFE.events[8].at, amount=D("3.00")),
        (Leg("cash", "equity:opening", "USD", D("3.00")),),
        "mine",
    )
    ledger.append(fork, Batch((paid,)))
    assert [event for _, event in ledger.events(fork)] == [*LIFE.events[:9], paid.event]
    assert [event for _, event in ledger.events(branch)] == list(LIFE.events)
    opened = "SELECT amount FROM v_balance WHERE branch = 'what-if' AND account = 'equity:opening'"
    assert read(ledger.path, opened) == [("-10003.00",)]


def test_a_line_of_a_line_before_its_fork_is_the_first_parents(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    middle = fork_of(ledger, branch, 9)
    early = ledger.new_branch("early", 0, "", {}, Fork(middle, 4))
    assert ledger.branch(early).parent_id == branch
    assert [event for _, event in ledger.events(early)] == list(LIFE.events[:4])


def test_a_line_cannot_leave_after_the_last_event(ledger: Ledger) -> None:
    branch = keep(ledger, LIFE)
    with pytest.raises(EntryRefused, match="no event 99 to fork from"):
        fork_of(ledger, branch, 99)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    with Ledger.open(path, read_only=True) as reader:
        assert len(list(reader.events(1))) == len(LIFE.events)
        with pytest.raises(LedgerUnusable, match="opened read-only"):
            reader.new_branch("desk", 0, "", {})


def test_a_reader_sees_what_is_committed_while_it_is_open(ledger: Ledger) -> None:
    branch = ledger.new_branch("desk", 0, "", {})
    with Ledger.open(ledger.path, read_only=True) as reader:
        ledger.append(branch, Batch((Record(1, e.NoteAdded(at=0, text="so"), (), "1"),)))
        assert reader.last_seq(branch) == 1


def test_writing_to_a_deleted_file_is_told(ledger: Ledger) -> None:
    branch = ledger.new_branch("desk", 0, "", {})
    ledger.path.unlink()
    with pytest.raises(LedgerGone, match="was deleted or replaced"):
        ledger.append(branch, Batch((), {"index": 1}))


def test_a_backup_is_one_whole_file_of_its_moment(ledger: Ledger, tmp_path: Path) -> None:
    branch = keep(ledger, LIFE)
    copy = tmp_path / "copy.db"
    ledger.backup(copy)
    ledger.append(branch, Batch((), {"seq": "later"}))
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.db"]
    with Ledger.open(copy) as kept:
        assert [event for _, event in kept.events(branch)] == list(LIFE.events)
        assert kept.place(branch) == {"seq": len(LIFE.events)}


def test_a_backup_replaces_nothing(ledger: Ledger, tmp_path: Path) -> None:
    standing = tmp_path / "copy.db"
    standing.write_text("mine")
    with pytest.raises(LedgerUnusable, match="already exists"):
        ledger.backup(standing)
    assert standing.read_text() == "mine"


def test_closing_leaves_one_file(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    assert {found.name for found in tmp_path.iterdir()} == {path.name}


def test_an_up_to_date_ledger_opens_without_the_libraries_it_was_made_with(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    code = (
        "import sys; from ledger.books.store import Ledger; Ledger.open(sys.argv[1]).close();"
        "sys.exit('sqlite_utils' in sys.modules)"
    )
    assert run([sys.executable, "-c", code, str(path)], check=False).returncode == 0


def test_the_schema_was_made_through_recorded_migrations(tmp_path: Path) -> None:
    path = shelf(tmp_path, LIFE)
    applied = read(path, "SELECT migration_set, name FROM _sqlite_migrations")
    assert applied == [
        ("tightrope", "m001_first_tables"),
        ("tightrope", "m002_seals_and_snapshots"),
        ("tightrope", "m003_acts"),
    ]


def test_a_full_disk_is_told_and_keeps_what_was_there(ledger: Ledger) -> None:
    """SQLite's own limit of pages stands in for the disk's."""
    branch = keep(ledger, LIFE)
    (pages,) = ledger._db.execute("PRAGMA page_count").fetchone()
    ledger._db.execute(f"PRAGMA max_page_count = {pages}")
    note = e.NoteAdded(at=LIFE.end.time, text="x" * 100_000)
    with pytest.raises(LedgerUnusable, match="full"):
        ledger.append(branch, Batch((Record(len(LIFE.events) + 1, note, (), "big"),)))
    assert ledger.last_seq(branch) == len(LIFE.events)
