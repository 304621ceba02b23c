"""The one thread that writes: what it acknowledges is on disk, and a failure ends it visibly."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.account.events import kinds as e
from ledger.books.file.errors import EntryRefused, LedgerBusy, LedgerGone
from ledger.books.store import Batch, Ledger, Record
from ledger.books.writer import QUEUE, Keeper, MemoryWriter, Writer
from tests.books.lives import first_call
from tests.books.shelves import keep, plainly

PATIENCE = 30
"""Seconds after which something that should have happened has not."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


@pytest.fixture
def writer(ledger: Ledger) -> Iterator[Writer]:
    made = Writer(ledger, ledger.new_branch("desk", 0, "", {}))
    yield made
    made.close()


def note(seq: int) -> Batch:
    return Batch((Record(seq, e.NoteAdded(at=seq, text="so"), (), f"n:{seq}"),), {"seq": seq})


def test_what_is_acknowledged_is_on_disk(ledger: Ledger, writer: Writer) -> None:
    assert writer.submit(note(1)).result(PATIENCE) == 1
    assert writer.committed_seq == 1
    with Ledger.open(ledger.path, read_only=True) as reader:
        assert reader.last_seq(1) == 1


def test_batches_are_written_in_their_order(ledger: Ledger, writer: Writer) -> None:
    for seq in range(1, 40):
        writer.submit(note(seq))
    writer.flush()
    assert writer.committed_seq == 39
    assert [seq for seq, _ in ledger.events(1)] == list(range(1, 40))


def test_a_writer_goes_on_where_its_branch_stands(ledger: Ledger) -> None:
    branch = keep(ledger, first_call())
    writer = Writer(ledger, branch)
    assert writer.committed_seq == len(first_call().events)
    writer.close()


def test_who_asked_is_called_after_the_commit(ledger: Ledger, writer: Writer) -> None:
    seen: list[tuple[int, int]] = []
    writer.submit(note(1), lambda: seen.append((writer.committed_seq, ledger.last_seq(1))))
    writer.flush()
    writer.close()
    assert seen == [(1, 1)]


def test_closing_writes_what_is_waiting(ledger: Ledger, writer: Writer) -> None:
    for seq in range(1, 6):
        writer.submit(note(seq))
    writer.close()
    assert ledger.last_seq(1) == 5
    with pytest.raises(ValueError, match="closed"):
        writer.submit(note(6))


def test_a_failure_stops_the_writer_and_is_raised_ever_after(
    ledger: Ledger, writer: Writer
) -> None:
    called: list[str] = []
    writer.submit(note(1)).result(PATIENCE)
    with pytest.raises(EntryRefused):
        writer.submit(note(3), lambda: called.append("committed")).result(PATIENCE)
    assert isinstance(writer.failure, EntryRefused)
    with pytest.raises(EntryRefused):
        writer.submit(note(2))
    with pytest.raises(EntryRefused):
        writer.flush()
    assert (writer.committed_seq, ledger.last_seq(1), called) == (1, 1, [])


def test_what_waits_behind_a_failure_is_not_written(ledger: Ledger, writer: Writer) -> None:
    with held(ledger.path):
        tickets = [writer.submit(batch) for batch in (note(1), note(3), note(2))]
    assert tickets[0].result(PATIENCE) == 1
    for ticket in tickets[1:]:
        assert isinstance(ticket.exception(PATIENCE), EntryRefused)
    assert ledger.last_seq(1) == 1


def test_deleting_the_file_under_a_running_writer_is_told(ledger: Ledger, writer: Writer) -> None:
    writer.submit(note(1)).result(PATIENCE)
    ledger.path.unlink()
    with pytest.raises(LedgerGone):
        writer.submit(note(2)).result(PATIENCE)
    assert writer.committed_seq == 1


def test_a_ledger_that_was_deleted_is_saved_under_another_name(
    ledger: Ledger, writer: Writer
) -> None:
    writer.submit(note(1)).result(PATIENCE)
    ledger.path.unlink()
    fault = writer.submit(note(2)).exception(PATIENCE)
    assert isinstance(fault, LedgerGone)
    assert fault.rescued == ledger.path.with_name("ledger-rescued-1.db")
    assert "is saved as" in str(fault)
    with Ledger.open(fault.rescued) as saved:
        assert [seq for seq, _ in saved.events(1)] == [1, 2]


def test_an_outside_lock_is_waited_for_and_writing_goes_on(ledger: Ledger, writer: Writer) -> None:
    writer.submit(note(1)).result(PATIENCE)
    ledger._db.execute("PRAGMA busy_timeout = 10")
    with held(ledger.path):
        ticket = writer.submit(note(2))
        patience = threading.Event()
        while not writer.held_up:
            assert not patience.wait(0.005)
        assert not ticket.done()
    assert ticket.result(PATIENCE) == 2
    assert writer.failure is None
    assert not writer.held_up


def test_at_the_close_an_outside_lock_is_not_waited_for_for_ever(
    ledger: Ledger, writer: Writer
) -> None:
    ledger._db.execute("PRAGMA busy_timeout = 10")
    with held(ledger.path):
        last = writer.submit(replace(note(1), closing=True))
        assert isinstance(last.exception(PATIENCE), LedgerBusy)
    assert isinstance(writer.failure, LedgerBusy)


def test_in_a_pause_what_is_in_the_log_goes_into_the_file(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.books.writer.PAUSE", 0.001)
    writer = Writer(ledger, ledger.new_branch("desk", 0, "", {}))
    writer.submit(note(1)).result(PATIENCE)
    patience = threading.Event()
    while True:  # a copy of the file alone, without its log, has the event
        copy = ledger.path.with_name("copy.db")
        copy.write_bytes(ledger.path.read_bytes())
        with plainly(copy) as db:
            if db.execute("SELECT count(*) FROM events").fetchone() == (1,):
                break
        assert not patience.wait(0.005)
    writer.close()


def test_another_file_in_its_place_is_told(ledger: Ledger, writer: Writer, tmp_path: Path) -> None:
    writer.submit(note(1)).result(PATIENCE)
    ledger.backup(tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(ledger.path)
    assert isinstance(writer.submit(note(2)).exception(PATIENCE), LedgerGone)


class held:  # noqa: N801 - reads as a word
    """While another program holds the file's write lock, nothing can be committed."""

    def __init__(self, path: Path) -> None:
        self.connection = plainly(path)

    def __enter__(self) -> None:
        self.db = self.connection.__enter__()
        self.db.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self.db.rollback()
        self.connection.__exit__(None, None, None)


def test_a_full_queue_makes_the_clock_wait(ledger: Ledger, writer: Writer) -> None:
    done = threading.Event()

    def run_ahead() -> None:
        for seq in range(1, QUEUE + 4):
            writer.submit(note(seq))
        done.set()

    with held(ledger.path):
        clock = threading.Thread(target=run_ahead)
        clock.start()
        assert not done.wait(0.2)
    clock.join(PATIENCE)
    writer.flush()
    assert writer.committed_seq == QUEUE + 3


def test_two_readers_do_not_keep_the_writer_waiting(ledger: Ledger, writer: Writer) -> None:
    writer.submit(note(1)).result(PATIENCE)
    count = "SELECT count(*) FROM events"
    with plainly(ledger.path) as one, plainly(ledger.path) as two:
        for reader in (one, two):
            reader.execute("BEGIN")
            assert reader.execute(count).fetchone() == (1,)
        assert writer.submit(note(2)).result(PATIENCE) == 2
        for reader in (one, two):
            assert reader.execute(count).fetchone() == (1,)
            reader.rollback()
            assert reader.execute(count).fetchone() == (2,)


def test_a_writer_may_open_its_ledger_itself(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        branch = ledger.new_branch("desk", 0, "", {})
    writer = Writer(path, branch)
    writer.submit(note(1))
    writer.close()
    with Ledger.open(path) as ledger:
        assert ledger.last_seq(branch) == 1


def test_without_a_ledger_everything_is_kept_at_once_and_nowhere(tmp_path: Path) -> None:
    called: list[int] = []
    keeper: Keeper = MemoryWriter()
    ticket = keeper.submit(note(1), lambda: called.append(keeper.committed_seq))
    keeper.flush()
    keeper.close()
    assert (ticket.result(), keeper.committed_seq, called) == (1, 1, [1])
    assert keeper.failure is None
    assert not list(tmp_path.iterdir())
