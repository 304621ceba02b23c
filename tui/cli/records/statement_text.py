"""A statement as lines that a person or a screen reader can take in from the top."""

from collections.abc import Container, Mapping
from typing import Any

from ledger.account.event_terms import Cause, GoodFor, OrderType, Side
from ledger.practice.words.wording import (
    InContracts,
    figure,
    is_zero,
    percent,
    signed,
    trail_of,
    when,
)
from ledger.text import clean

Statement = Mapping[str, Any]

_WIDTH = 20
_MONEY = (
    ("Cash", "cash", False),
    ("Market value", "market_value", True),
    ("Loan", "loan", True),
    ("Accrued interest", "accrued_interest", True),
    ("Unrealized", "unrealized_pnl", True),
    ("Realized", "realized_pnl", True),
    ("Capitalized interest", "capitalized_interest", True),
    ("Interest paid", "interest_paid", True),
    ("Interest unknown", "interest_unknown", True),
    ("Interest absorbed", "interest_absorbed", True),
    ("Fees paid", "fees_paid", True),
    ("Funding paid", "funding_paid", True),
    ("Overnight", "overnight", True),
    ("Credit interest", "credit_interest", True),
    ("Dividends", "dividends", True),
    ("Savings", "savings", True),
    ("Deficit", "deficit", True),
)
"""Label, key, and whether it is left out while zero."""

_CAUSES = {"stop_loss": "stop loss", "take_profit": "target"}


def statement_lines(statement: Statement) -> list[str]:
    """Everything that `interface.md` has in the statement, except the hash."""
    currency = clean(str(statement.get("currency", "")), 10)
    lines = [
        _row("Account", clean(str(statement.get("account", "")), 60)),
        _row("Time", f"{when(statement.get('time'))} UTC"),
        _row("Equity", f"{figure(statement.get('equity'))} {currency}"),
    ]
    lines += [
        _row(label, figure(statement.get(key)))
        for label, key, optional in _MONEY
        if not (optional and is_zero(statement.get(key)))
    ]
    lines += [_row("Prices", text) for text in _synthetic(statement)]
    lines.append(_row("Initial margin", figure(statement.get("initial_margin"))))
    lines.append(_row("Maintenance margin", figure(statement.get("maintenance_margin"))))
    lines.append(_row("Health", health_text(statement.get("health"))))
    lines += [_row("Margin call", call_text(call)) for call in _all(statement, "open_calls")]
    lines += [_row("Position", text) for text in positions_of(statement)]
    lines += [_row("Order", text) for text in orders_of(statement)]
    return lines


def _row(label: str, value: str) -> str:
    return f"{label:<{_WIDTH}}{value}"


def _all(statement: Statement, key: str) -> list[Statement]:
    rows = statement.get(key)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def positions_of(statement: Statement) -> list[str]:
    """A line for each open position."""
    labels = made_up(statement)
    rows = _counted(statement, "positions")
    return [position_text(row) + priced(row, labels) for row in rows]


def priced(row: Mapping[str, object], labels: Container[str]) -> str:
    """What follows a row whose prices nobody recorded."""
    prices = row.get("prices")
    symbols = [row.get("symbol"), *(prices if isinstance(prices, Mapping) else ())]
    return ", at synthetic prices" if any(symbol in labels for symbol in symbols) else ""


def in_contracts(statement: Statement) -> tuple[str, ...]:
    """The symbols whose quantities are contracts."""
    symbols = statement.get("contracts")
    return tuple(map(str, symbols)) if isinstance(symbols, list) else ()


def _counted(statement: Statement, name: str) -> list[Statement]:
    """Rows of the statement, with those marked whose quantities are contracts."""
    contracts = in_contracts(statement)
    return [
        InContracts(row) if row.get("symbol") in contracts else row for row in _all(statement, name)
    ]


def made_up(statement: Statement) -> Statement:
    """The symbols whose prices nobody recorded, each with what they were made of."""
    labels = statement.get("synthetic")
    return labels if isinstance(labels, Mapping) else {}


def _synthetic(statement: Statement) -> list[str]:
    return [
        f"{clean(str(symbol), 24)}: {clean(str(label), 120)}"
        for symbol, label in made_up(statement).items()
    ]


def orders_of(statement: Statement) -> list[str]:
    """A line for each resting order."""
    labels = made_up(statement)
    rows = _counted(statement, "open_orders")
    return [order_text(row) + priced(row, labels) for row in rows]


def health_text(health: object) -> str:
    """Health in the venue's own measure, with the levels of call and liquidation."""
    if not isinstance(health, Mapping) or health.get("value") is None:
        return "nothing at risk"
    name = clean(str(health.get("name")).replace("_", " "), 40)
    levels = [
        f"{level} {percent(health[level])}"
        for level in ("call", "liquidation")
        if health.get(level) is not None
    ]
    return f"{name} {percent(health['value'])} ({', '.join(levels)})"


def position_text(row: Statement) -> str:
    """`ACME long 127 at 100, mark 62, -4,826.00, 2x cross`."""
    side = "long" if row.get("side") == Side.BUY else "short"
    margin = row.get("margin")
    behind = "" if margin is None else f", margin {figure(margin)}"
    return (
        f"{_word(row, 'symbol')} {side} {_quantity(row)} at "
        f"{figure(row.get('entry_price'))}, mark {figure(row.get('mark_price'))}, "
        f"{signed(row.get('unrealized_pnl'))}, {figure(row.get('leverage'))}x "
        f"{_word(row, 'mode')}{behind}"
    )


def order_text(row: Statement) -> str:
    """`#2 sell 200 ACME stop 92 (stop loss)`, and its other terms."""
    levels = [("limit", row.get("limit")), ("stop", row.get("trigger"))]
    price = "".join(f" {name} {figure(level)}" for name, level in levels if level is not None)
    cause = _CAUSES.get(str(row.get("cause")))
    return (
        f"{_word(row, 'order')} {_word(row, 'side')} {_quantity(row)} "
        f"{_word(row, 'symbol')}{price or ' market'}{f' ({cause})' if cause else ''}"
        f"{_terms(row)}"
    )


def _quantity(row: Statement) -> str:
    return figure(row.get("quantity")) + (" contracts" if isinstance(row, InContracts) else "")


def _terms(row: Statement) -> str:
    """`, trails by 5, triggered, reduce-only, day order, tied to range`."""
    terms = [
        f"trails by {trail_of(row)}" if row.get("order_type") == OrderType.TRAILING else "",
        "triggered" if row.get("triggered") is True else "",
        "reduce-only"
        if row.get("reduce_only") is True and row.get("cause") == Cause.TRADER
        else "",
        "day order" if row.get("good_for") == GoodFor.DAY else "",
        f"tied to {_word(row, 'oco')}" if row.get("oco") is not None else "",
    ]
    return "".join(f", {words}" for words in terms if words)


def call_text(row: Statement) -> str:
    """`house, 220.00 short, due Fri 12 Jan 2024 00:00, answered: wait`."""
    due = f"due {when(row['due'])}" if row.get("due") is not None else "no deadline"
    answer = f", answered: {_word(row, 'answer')}" if row.get("answer") is not None else ""
    return f"{_word(row, 'level')}, {figure(row.get('shortfall'))} short, {due}{answer}"


def _word(row: Statement, key: str) -> str:
    return clean(str(row.get(key)), 60)
