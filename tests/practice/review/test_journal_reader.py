"""A journal that is read again and again: only what has come since, and never another's record."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.books.file.errors import LedgerUnusable
from ledger.books.store import Ledger
from ledger.books.wire.codec import KINDS
from ledger.practice.review.journal import JournalReader, journal
from ledger.practice.sessions.open_session import resume
from ledger.reports.trades.round_trip import trades_from
from tests.cli.records.test_accounts import run
from tests.worlds import D

BUY = 'buy = { symbol = "XYZ", quantity = "10", stop_loss = "90", leverage = 1 }'


def told(folder: Path, quantity: str) -> Path:
    """An account with one trade, closed."""
    acts = [(0, 'deposit = "10000"'), (0, BUY.replace('"10"', f'"{quantity}"'))]
    acts.append((1, 'close = { symbol = "XYZ" }'))
    folder.mkdir(exist_ok=True)
    return run(folder, ["100", "105", "105"], acts)


def test_what_is_read_again_is_what_is_read_anew(tmp_path: Path) -> None:
    ledger = told(tmp_path / "one", "10")
    reader = JournalReader(ledger)
    before = reader.read("t")
    session = resume(ledger, "t")
    session.send(c.AddNote(text="It paid"))
    session.send(c.Deposit(amount=D(1)))
    session.commit()
    session.close()
    again = reader.read("t")
    assert again == journal(ledger, "t")
    assert (len(before.entries[0].trade.notes), len(again.entries[0].trade.notes)) == (0, 1)
    assert reader.read("t").entries[0] is again.entries[0], "nothing was said of it since"


def test_another_ledger_in_the_same_place_is_read_from_its_beginning(tmp_path: Path) -> None:
    ledger, other = told(tmp_path / "one", "10"), told(tmp_path / "other", "20")
    reader = JournalReader(ledger)
    assert reader.read("t").entries[0].quantity == 10
    other.replace(ledger)
    assert reader.read("t").entries[0].quantity == 20


def test_leaving_out_what_concerns_no_trade_changes_nothing(tmp_path: Path) -> None:
    ledger = told(tmp_path / "one", "10")
    with Ledger.open(ledger, read_only=True) as kept:
        branch = kept.branches()[0].id
        everything = list(kept.events(branch))
        short = list(kept.events(branch, 0, *KINDS))
    assert short == everything[-1:], "the last one tells how far the record goes"
    entries = journal(ledger, "t").entries
    assert tuple(entry.trade for entry in entries) == trades_from(everything)


def test_an_event_of_an_unknown_kind_is_refused_though_others_are_left_out(tmp_path: Path) -> None:
    ledger = told(tmp_path / "one", "10")
    with closing(sqlite3.connect(ledger)) as db, db:
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE events SET body = replace(body, 'order_filled', 'order_lost')")
        for _, text in guards:
            db.execute(text)
    with pytest.raises(LedgerUnusable, match="order_lost"):
        journal(ledger, "t")
