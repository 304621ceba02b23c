"""A rehearsal file with every type of order: what its rows and its statement say."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driving import figure, of, rehearsed, tightrope

BARS = """time,open,high,low,close,volume
2024-01-02T00:00:00Z,100.00,101.00,99.00,100.00,10
2024-01-03T00:00:00Z,100.00,110.00,99.00,108.00,10
2024-01-04T00:00:00Z,112.00,113.00,108.50,110.00,10
2024-01-05T00:00:00Z,110.00,110.00,104.00,105.00,10
2024-01-08T00:00:00Z,105.00,106.00,104.00,105.00,10
"""
FILE = """
title = "Orders"
venue = "us-reg-t"
start = 2024-01-02T00:00:00Z
end   = 2024-01-09T00:00:00Z

[[tape]]
symbol = "ACME"
source = "acme.csv"

[rules]
trade_fee = "0"
loan_rate = "0"

[[do]]
at = 2024-01-02T00:00:00Z
deposit = "20000"
"""
DAY = "2024-01-02T00:00:00Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.csv").write_text(BARS)
    return tmp_path


def run(folder: Path, *orders: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    file = folder / "r.toml"
    file.write_text(FILE + "".join(f"\n[[do]]\nat = {DAY}\n{order}\n" for order in orders))
    return rehearsed(file)


def test_a_trailing_stop_is_told_step_by_step(folder: Path) -> None:
    """Highs of 101, 110 and 113 less 5: 96, 105, 108; the fourth bar opens above it and falls."""
    events, statement = run(folder, 'buy = { symbol = "ACME", quantity = 10, trail = "5" }')
    placed = of(events, "order_placed")[1]
    assert (placed["order_type"], placed["trigger"], placed["trail"]) == ("trailing", "95", "5")
    trailed = of(events, "order_amended")
    assert [(row["what"], row["was"], row["now"]) for row in trailed] == [
        ("trail", "95", "96"),
        ("trail", "96", "105"),
        ("trail", "105", "107"),  # the open of 112
        ("trail", "107", "108"),
    ]
    (closed,) = of(events, "position_closed")
    assert (figure(closed["exit_price"]), closed["closed_by"]) == (108, "stop_loss")
    assert closed["r_multiple"] == "1.6"
    assert statement["open_orders"] == []


def test_a_gap_leaves_a_stop_limit_resting_in_the_statement(folder: Path) -> None:
    events, statement = run(
        folder,
        'buy = { symbol = "ACME", quantity = 10, type = "stop_limit", trigger = "111", '
        'limit = "100.5", id = "late" }',
    )
    (triggered,) = of(events, "order_triggered")
    assert triggered["time"] == "2024-01-04T00:00:00Z"
    assert (triggered["price"], triggered["limit"], triggered["rests"]) == ("112.00", "100.5", True)
    (order,) = statement["open_orders"]
    assert (order["order"], order["order_type"], order["triggered"]) == ("late", "stop_limit", True)


def test_of_two_tied_orders_one_fills_and_a_day_order_ends_with_its_session(folder: Path) -> None:
    events, statement = run(
        folder,
        'buy = { symbol = "ACME", quantity = 1, type = "stop", trigger = "105", oco = "range" }',
        'sell = { symbol = "ACME", quantity = 1, type = "stop", trigger = "95", oco = "range" }',
        'buy = { symbol = "ACME", quantity = 1, type = "limit", limit = "90", good_for = "day" }',
    )
    assert [(row["order"], row["reason"]) for row in of(events, "order_cancelled")] == [
        ("#3", "day order, session over"),
        ("#2", "one cancels other"),
    ]
    (filled,) = of(events, "order_filled")
    assert (filled["order"], filled["price"]) == ("#1", "105")
    assert [row["oco"] for row in of(events, "order_placed")] == ["range", "range", None]
    assert statement["open_orders"] == []


def test_the_same_run_is_kept_and_found_whole(folder: Path) -> None:
    file, ledger = folder / "r.toml", folder / "l.db"
    run(
        folder,
        'buy = { symbol = "ACME", quantity = 10, trail = "5" }',
        'buy = { symbol = "ACME", quantity = 1, type = "trailing", trail = "3", oco = "a" }',
        'sell = { symbol = "ACME", quantity = 1, type = "stop_limit", trigger = "99", '
        'limit = "98", oco = "a" }',
        'move_stop = { symbol = "ACME", trail = "4" }',
    )
    in_memory = tightrope("rehearse", file, "--json")
    kept = tightrope("rehearse", file, "--json", "--ledger", ledger)
    assert (kept.status, kept.out) == (0, in_memory.out)
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
    log = tightrope("ledger", "--ledger", ledger).out
    assert "trailed from" in log
    assert tightrope("orders", "--ledger", ledger).out == ""
    assert "4 behind the best price" in log


def test_orders_are_listed_as_lines_with_their_terms(folder: Path) -> None:
    ledger = folder / "l.db"
    run(
        folder,
        'buy = { symbol = "ACME", quantity = 10, trail = "20" }',
        'buy = { symbol = "ACME", quantity = 1, type = "trailing", trail = "30", oco = "a" }',
        'sell = { symbol = "ACME", quantity = 1, type = "stop_limit", trigger = "111", '
        'limit = "120", oco = "a", reduce_only = true }',
    )
    assert tightrope("rehearse", folder / "r.toml", "--ledger", ledger).status == 0
    assert tightrope("orders", "--ledger", ledger).lines == [
        "#2 sell 10 ACME stop 93 (stop loss), trails by 20",
        "#3 buy 1 ACME stop 129, trails by 30, tied to a",
        "#4 sell 1 ACME limit 120 stop 111, triggered, reduce-only, tied to a",
    ]


def test_a_trail_as_a_fraction_follows_each_high_on_the_tick(folder: Path) -> None:
    """5 % below 100, 101, 110, 112 and 113: 95, 95.95, 104.5, 106.4, 107.35, where it is sold."""
    events, _ = run(folder, 'buy = { symbol = "ACME", quantity = 10, trail_fraction = "0.05" }')
    placed = of(events, "order_placed")[1]
    assert (placed["trigger"], placed["trail"], placed["trail_fraction"]) == ("95", None, "0.05")
    trailed = [row["now"] for row in of(events, "order_amended")]
    assert [figure(now) for now in trailed] == [
        Decimal("95.95"),
        Decimal("104.5"),
        Decimal("106.4"),
        Decimal("107.35"),
    ]
    assert figure(of(events, "position_closed")[0]["exit_price"]) == Decimal("107.35")


def test_an_order_is_amended_by_its_id(folder: Path) -> None:
    events, statement = run(
        folder,
        'buy = { symbol = "ACME", quantity = 1, type = "limit", limit = "90", id = "dip" }',
        'amend = { id = "dip", limit = "99.50", quantity = 2 }',
    )
    (amended,) = of(events, "order_amended")
    assert amended["changes"] == [
        {"what": "quantity", "was": "1", "now": "2"},
        {"what": "limit", "was": "90", "now": "99.50"},
    ]
    (filled,) = of(events, "order_filled")
    assert (filled["order"], figure(filled["price"]), filled["quantity"]) == (
        "dip",
        Decimal("99.5"),
        "2",
    )
    assert statement["open_orders"] == []


def test_what_an_order_will_bring_is_amended_by_its_id(folder: Path) -> None:
    events, statement = run(
        folder,
        'buy = { symbol = "ACME", quantity = 2, type = "limit", limit = "50", id = "dip" }',
        'amend = { id = "dip", stop_loss = "45", take_profit = "60" }',
    )
    (amended,) = of(events, "order_amended")
    assert amended["changes"] == [{"what": "stop_loss", "was": None, "now": "45"}]
    assert amended["targets"] == [{"price": "60", "fraction": "1"}]
    (order,) = statement["open_orders"]
    assert (order["stop_loss"], order["targets"]) == ("45", [{"price": "60", "fraction": "1"}])


def test_what_an_order_would_bring_is_taken_away(folder: Path) -> None:
    _, statement = run(
        folder,
        'buy = { symbol = "ACME", quantity = 2, type = "limit", limit = "50", id = "dip", '
        'stop_loss = "45", take_profit = "60" }',
        'amend = { id = "dip", remove_stop = true, take_profit = [] }',
    )
    (order,) = statement["open_orders"]
    assert (order["stop_loss"], order["targets"]) == (None, [])


def test_one_target_of_several_is_moved_and_another_taken_away(folder: Path) -> None:
    halves = '[{ price = "120", fraction = "0.5" }, { price = "130", fraction = "0.5" }]'
    _, statement = run(
        folder,
        f'buy = {{ symbol = "ACME", quantity = 10, take_profit = {halves} }}',
        'move_target = { symbol = "ACME", was = "130", price = "125", fraction = "0.3" }',
        'remove_target = { symbol = "ACME", was = "120" }',
    )
    (target,) = statement["open_orders"]
    assert (target["limit"], target["quantity"]) == ("125", "3")
