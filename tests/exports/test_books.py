"""Plain-text books: what they hold is what we hold, to the last unit, whoever reads them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from ledger.books.file.errors import LedgerUnusable
from ledger.books.store import Batch, Ledger
from ledger.practice.exports.export import BOOKS, export_books
from ledger.practice.exports.read_record import record_in
from tests.books.lives import (
    WISHES,
    Life,
    Move,
    delisting,
    ex_days,
    options,
    perpetual_world,
    play,
    stock_world,
)
from tests.books.shelves import fork_of, keep, shelf
from tests.cli.driving import FIRST_CALL, tightrope
from tests.exports.compare import amounts, changed, differences, exported, is_caught
from tests.exports.ours import ours
from tests.exports.programs import is_there
from tests.exports.reader import read


def moves(seed: int, many: int = 40) -> list[Move]:
    chance = Random(seed)
    return [
        Move(
            gap=chance.randint(-40, 40),
            up=chance.randint(0, 60),
            down=chance.randint(0, 60),
            close=chance.randint(0, 1000),
            wish=chance.choice(WISHES),
            size=chance.randint(1, 60),
        )
        for _ in range(many)
    ]


LIVES = {
    "a broker with loans": lambda: play(stock_world(), moves(1)),
    "perpetuals, isolated and crossed": lambda: play(perpetual_world(), moves(2)),
    "a delisting": delisting,
    "dividends and a split": ex_days,
    "options": options,
}


@pytest.fixture(scope="module")
def first_call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("first-call") / "ledger.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path).status == 0
    return path


@pytest.mark.parametrize("form", BOOKS)
def test_the_program_is_there_or_the_comparison_is_left_to_our_reader(form: str) -> None:
    if not is_there(form):
        pytest.skip(f"{form} is not installed: only our own reader compared its files")


@pytest.mark.parametrize("name", LIVES)
def test_every_balance_at_each_months_end_is_ours(name: str, tmp_path: Path) -> None:
    ledger = shelf(tmp_path, LIVES[name]())
    assert sum(map(len, ours(ledger).values())) >= 3
    assert list(differences(ledger, None, tmp_path)) == []


def test_first_calls_books_close_as_the_journey_does(first_call: Path, tmp_path: Path) -> None:
    """`decisions.md`: 22.22 of interest after ten days, 4,503.78 of the loan repaid by the forced
    sale of 73 shares at 62 = 4,526.00, 5,496.22 left; 127 shares at cost 100; 2.44 since then."""
    text = exported(first_call, None, tmp_path)["beancount"].read_text("utf-8")
    for line in (
        'option "tolerance_multiplier" "0"',
        "  Assets:First-call:Units:ACME  -73.00000000 ACME",
        "  Liabilities:First-call:Loan:Main  4503.78 USD",
        "2024-01-14 balance Liabilities:First-call:Loan:Main  -5496.22 ~ 0 USD",
        "2024-01-14 balance Assets:First-call:Units:ACME  127.00000000 ~ 0 ACME",
        "2024-01-14 balance Assets:First-call:Cost:ACME  12700.00 ~ 0 USD",
        "2024-01-14 balance Expenses:First-call:Interest  24.66 ~ 0 USD",
        "2024-01-14 balance Liabilities:First-call:Interest-due:Main  -2.44 ~ 0 USD",
    ):
        assert line in text.split("\n")


@pytest.mark.parametrize("form", BOOKS)
def test_any_changed_digit_of_an_amount_is_caught(
    form: str, first_call: Path, tmp_path: Path
) -> None:
    """By our reader wherever it is, by the program in some places."""
    text, chance = exported(first_call, None, tmp_path)[form].read_text("utf-8"), Random(7)
    places = amounts(text)
    assert len(places) > 190
    for at in places:
        assert is_caught(changed(text, at, chance), form, tmp_path, programs=False), text[at - 40 :]
    for at in chance.sample(places, 4):
        assert is_caught(changed(text, at, chance), form, tmp_path), text[at - 40 :]


def test_a_fork_tells_what_it_inherited_and_then_its_own(tmp_path: Path) -> None:
    """The parent goes on after the fork; nothing of that is the fork's."""
    life = play(stock_world(), moves(3))
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        trunk = keep(ledger, life)
        fork = fork_of(ledger, trunk, 20)
        keep_on(ledger, fork, life, 20, 30)
    for name in ("test", "what-if"):
        assert list(differences(path, name, tmp_path, programs=False)) == []
    with record_in(path, "what-if") as reader:
        assert reader.record.forked == ("test", 20)
        assert [entry.seq for entry in reader.entries(lambda *_: None)] == list(range(1, 31))
    assert "Events 1 to 20 are those of test" in exported(path, "what-if", tmp_path)[
        "ledger"
    ].read_text("utf-8")


def keep_on(ledger: Ledger, branch: int, life: Life, since: int, upto: int) -> None:
    """Some of a life's events as those of a fork."""
    records = life.records()[since:upto]
    ledger.append(branch, Batch(records, {"seq": records[-1].seq}))


def test_a_record_whose_balance_is_not_the_sum_of_its_legs_is_not_written(
    first_call: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(first_call.read_bytes())
    with closing(sqlite3.connect(copy)) as db, db:
        db.execute("UPDATE balances SET amount = amount + 1 WHERE account_id = 1")
    with pytest.raises(LedgerUnusable, match=r"the balance of cash is not the sum of its legs"):
        export_books(copy, None, "ledger", tmp_path / "books", lambda *_: None)
    assert {file.name for file in tmp_path.iterdir()} <= {"copy.db", "copy.db-wal", "copy.db-shm"}


def test_the_reader_reads_what_it_is_given(first_call: Path, tmp_path: Path) -> None:
    """The canary of the comparison: months that differ are found."""
    text = exported(first_call, None, tmp_path)["hledger"].read_text("utf-8")
    assert read(text, "hledger") == ours(first_call)
    assert read(text.replace("2024-01-1", "2024-02-1"), "hledger") != ours(first_call)
