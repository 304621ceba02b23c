"""Lots for beancount: at the price of each fill, sold in turn, and what rounding leaves over."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledger.reports.exports.lot_queue import LotQueues, NotInLots
from ledger.reports.exports.lots import beancount_lots
from ledger.reports.exports.record import BookAccount, Entry, Record
from tests.books.lives import ex_days
from tests.books.shelves import shelf
from tests.cli.driving import tightrope
from tests.exports.compare import exported
from tests.exports.programs import PROGRAMS, is_there
from tests.exports.reader import read

D = Decimal
UNIT = 10**8

CASH, REALIZED, COST, UNITS, TRADING = range(5)
ACCOUNTS = (
    BookAccount("cash", "asset", "USD", 2, -6_000),
    BookAccount("realized_pnl", "income", "USD", 2, -667),
    BookAccount("position:ACME", "asset", "USD", 2, 6_667),
    BookAccount("qty:ACME", "units", "ACME", 8, 6 * UNIT),
    BookAccount("trade:ACME", "units", "ACME", 8, -6 * UNIT),
)
RECORD = Record(
    account="mine",
    title="",
    venue="",
    currency="USD",
    first="2024-01-01T00:00:00Z",
    last="2024-01-03T00:00:00Z",
    events=3,
    hash="",
    forked=None,
    accounts=ACCOUNTS,
)


def entry(seq: int, kind: str, moves: dict[int, int], **wire: str) -> Entry:
    told = {"pocket": "main", "symbol": "ACME", **wire}
    return Entry(seq, f"2024-01-0{seq}T00:00:00Z", kind, "x", "", tuple(moves.items()), None, told)


ENTRIES = (
    entry(
        1,
        "order_filled",
        {UNITS: 3 * UNIT, TRADING: -3 * UNIT, COST: 10_000, CASH: -10_000},
        price="33.333",
    ),
    entry(
        2,
        "order_filled",
        {UNITS: -UNIT, TRADING: UNIT, CASH: 4_000, COST: -3_333, REALIZED: -667},
        price="40",
    ),
    entry(3, "split", {UNITS: 4 * UNIT, TRADING: -4 * UNIT}, ratio="3:1"),
)
"""3 bought at 33.333 for 100.00, a third of it sold for 40.00 at a cost of 33.33, then 3 for 1."""


def test_what_was_paid_and_what_the_lots_are_worth_differ_by_the_rounding(tmp_path: Path) -> None:
    """3 x 33.333 = 99.999 for 100.00: 0.001. Sold: 33.333 of lots for 40.00, 6.67 of it gain, so
    40.00 - 33.333 - 6.67 = -0.003. Left: 2 x 33.333 = 66.666 = 6 x 11.111 after the split."""
    lines = list(beancount_lots(RECORD, ENTRIES))
    postings = [line.strip() for line in lines if line.startswith(("  A", "  E", "  I"))]
    assert postings == [
        'Assets:Mine:Units:ACME  3.00000000 ACME {33.333 USD, 2024-01-01, "L1"}',
        "Assets:Mine:Cash  -100.00 USD",
        "Equity:Mine:Rounding  0.001 USD",
        'Assets:Mine:Units:ACME  -1.00000000 ACME {33.333 USD, 2024-01-01, "L1"}',
        "Assets:Mine:Cash  40.00 USD",
        "Income:Mine:Realized  -6.67 USD",
        "Equity:Mine:Rounding  0.003 USD",
        'Assets:Mine:Units:ACME  -2.00000000 ACME {33.333 USD, 2024-01-01, "L1"}',
        'Assets:Mine:Units:ACME  6.00000000 ACME {11.111 USD, 2024-01-03, "L3-1"}',
    ]
    assert "2024-01-04 balance Equity:Mine:Rounding  0.004 ~ 0 USD" in lines
    read("\n".join(lines), "beancount-lots")
    if is_there("beancount"):
        file = tmp_path / "books"
        file.write_text("\n".join(lines), "utf-8")
        PROGRAMS["beancount"](file, [])


def test_lots_are_sold_in_the_order_in_which_they_were_bought() -> None:
    queues = LotQueues({"CALL": D(100)})
    for seq, price in ((1, "4"), (2, "5")):
        (bought,) = queues.take(entry(seq, "order_filled", {}, price=price), "CALL", 2 * UNIT)
        assert (bought.label, bought.price) == (f"L{seq}", D(price) * 100)
    sold = queues.take(entry(3, "order_filled", {}, price="6"), "CALL", -3 * UNIT)
    assert [(lot.label, lot.quantity) for lot in sold] == [("L1", -2), ("L2", -1)]


def test_a_short_is_a_lot_below_zero_that_is_bought_back() -> None:
    queues = LotQueues({})
    (short,) = queues.take(entry(1, "order_filled", {}, price="10"), "ACME", -5 * UNIT)
    assert (short.quantity, short.worth) == (-5, -50)
    (back,) = queues.take(entry(2, "order_filled", {}, price="9"), "ACME", 5 * UNIT)
    assert (back.label, back.quantity, back.price) == ("L1", 5, 10)


def test_more_cannot_be_sold_than_is_held() -> None:
    queues = LotQueues({})
    queues.take(entry(1, "order_filled", {}, price="10"), "ACME", UNIT)
    with pytest.raises(NotInLots):
        queues.take(entry(2, "order_filled", {}, price="10"), "ACME", -2 * UNIT)
    with pytest.raises(NotInLots, match="event 3 has no price"):
        queues.take(entry(3, "order_filled", {}), "BETA", UNIT)


def test_a_lot_can_be_multiplied_exactly_by_beancount() -> None:
    """28 digits there; 123,456,789.12345678 units have 17 already."""
    queues, price = LotQueues({}), "0.123456789012345678"
    atoms = 12_345_678_912_345_678
    (lot,) = queues.take(entry(1, "order_filled", {}, price=price), "ACME", atoms)
    assert len(lot.worth.as_tuple().digits) <= 28
    assert abs(lot.price - D(price)) < D("1e-11")


def test_only_beancount_has_lots(tmp_path: Path) -> None:
    ledger = shelf(tmp_path, ex_days())
    refused = tightrope("export", "hledger", tmp_path / "b", "--lots", "--ledger", ledger)
    assert refused.status == 2
    assert "--lots" in refused.err
    assert (
        tightrope("export", "beancount", tmp_path / "b", "--lots", "--ledger", ledger).status == 0
    )
    assert (tmp_path / "b").read_text("utf-8") == exported(ledger, None, tmp_path)[
        "beancount-lots"
    ].read_text("utf-8")
