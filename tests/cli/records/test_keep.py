"""`doctor` and `backup`: what the owner of a ledger relies on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.books.store import Ledger
from tests.cli.driving import FIRST_CALL, contents, exact, rows, tightrope


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path).status == 0
    return path


@pytest.mark.parametrize("depth", [[], ["--deep"]], ids=["shallow", "deep"])
def test_a_sound_ledger_passes_every_check_and_stays_as_it_is(
    depth: list[str], ledger: Path
) -> None:
    before = contents(ledger.parent)
    ended = tightrope("doctor", "--ledger", ledger, *depth)
    assert ended.status == 0
    assert all(line.startswith("ok ") for line in ended.lines)
    report = exact(tightrope("doctor", "--ledger", ledger, "--json", *depth).out)
    assert report["ok"] is True
    assert len(report["checks"]) == len(ended.lines)
    assert contents(ledger.parent) == before


def test_a_changed_figure_is_found(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as db, db:
        db.execute("DROP TRIGGER events_never_change")
        db.execute("UPDATE events SET body = replace(body, '10000.00', '90000.00') WHERE seq = 2")
    ended = tightrope("doctor", "--ledger", ledger)
    assert ended.status == 3
    assert "FAULT each event has the checksum of its content" in ended.out
    report = exact(tightrope("doctor", "--ledger", ledger, "--json").out)
    assert report["ok"] is False
    assert [check["name"] for check in report["checks"] if not check["ok"]]


def test_what_is_no_ledger_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("a shopping list", "utf-8")
    ended = tightrope("doctor", "--ledger", tmp_path / "text.db")
    assert ended.status == 3
    assert "FAULT the file opens as a ledger" in ended.out


def test_a_backup_is_the_same_ledger_also_while_it_is_open(ledger: Path) -> None:
    copy = ledger.with_name("copy.db")
    with Ledger.open(ledger):
        ended = tightrope("backup", copy, "--ledger", ledger)
    assert (ended.status, ended.out) == (0, f"{copy}\n")
    for table in ("events", "legs", "balances", "places"):
        assert rows(copy, f"SELECT * FROM {table}") == rows(ledger, f"SELECT * FROM {table}")
    assert tightrope("status", "--ledger", copy).out == tightrope("status", "--ledger", ledger).out
    assert tightrope("doctor", "--deep", "--ledger", copy).status == 0


def test_trades_made_elsewhere_are_checked_and_copied_with_the_ledger(ledger: Path) -> None:
    trades, copy = ledger.with_name("t.csv"), ledger.with_name("copy.db")
    trades.write_text(
        "symbol,side,quantity,opened,entry_price,currency\nGOLD,buy,1,2024-01-31T14:30:00Z,10,USD\n"
    )
    assert tightrope("journal", "import", trades, "--ledger", ledger).status == 0
    beside = copy.with_name("copy.db.trades.json")
    assert tightrope("backup", copy, "--ledger", ledger).lines == [str(copy), str(beside)]
    (brought,) = exact(tightrope("journal", "--json", "--ledger", copy).out)["elsewhere"]
    assert brought["symbol"] == "GOLD"
    again = tightrope("backup", ledger.with_name("other.db"), "--ledger", copy)
    assert again.status == 0
    ledger.with_name("third.db.trades.json").write_text("mine")
    refused = tightrope("backup", ledger.with_name("third.db"), "--ledger", copy)
    assert (refused.status, "never overwrites" in refused.err) == (2, True)
    assert not ledger.with_name("third.db").exists()
    beside.write_text("{")
    ended = tightrope("doctor", "--ledger", copy)
    assert ended.status == 3
    assert "FAULT the trades made elsewhere can be read" in ended.out
