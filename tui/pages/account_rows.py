"""The list of accounts: its columns at each width, and all about the one that is selected."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger.practice.accounts.overview import AccountRow, State
from ledger.practice.accounts.row_words import played_as, played_at, return_of, risk_of, state_word
from ledger.practice.words.formats import NOTHING
from ledger.practice.words.wording import number_of, when
from ledger.text import clean
from tui.text import format as fmt
from tui.widgets.grid import Cell, Column, Row
from tui.widgets.lines import Line

_WIDE = 112
_DEEPEST = 4
"""Steps of indentation: forks of forks beyond stand with these."""
_MEANINGS = {
    State.DAMAGED: "called",
    State.WIPED_OUT: "down",
    State.IN_A_CALL: "called",
    State.OPEN: "up",
}


def columns(width: int) -> tuple[Column, ...]:
    """What fits; the rest is shown for the selected row."""
    first = (Column("", 2), Column("Account", 20 if width >= _WIDE else 21))
    last = (Column("Equity", 17, "right"), Column("Return", 8, "right"))
    if width < _WIDE:
        return (*first, Column("Venue", 14), Column("State", 9), *last)
    described = (Column("Venue", 15), Column("Mode", 8), Column("Symbols", 13), Column("State", 9))
    return (*first, *described, Column("Market time", 17), *last)


def tree(rows: Sequence[AccountRow]) -> list[tuple[AccountRow, int]]:
    """The rows with their depth: each fork below the account that it left, if that is shown."""
    shown = {row.account for row in rows}
    forks: dict[str, list[AccountRow]] = {}
    for row in rows:
        if row.parent in shown and row.parent is not None:
            forks.setdefault(row.parent, []).append(row)
    left = [(row, 0) for row in reversed(rows) if row.parent not in shown]
    found = []
    while left:
        row, depth = left.pop()
        found.append((row, depth))
        left += [(fork, depth + 1) for fork in reversed(forks.get(row.account, []))]
    return found


def _risk(row: AccountRow) -> str:
    """To the cent; and which positions have no stop."""
    amount = number_of(row.open_risk)
    if amount is None or row.currency is None:
        return risk_of(row)
    bare = ", ".join(clean(symbol, 40) for symbol in row.without_stop or ())
    risk = f"{fmt.money(amount, row.currency)} {row.currency}"
    return f"{risk}, no stop: {bare}" if bare else risk


def row_of(
    row: AccountRow, here: str | None, width: int, depth: int = 0, *, marked: bool = False
) -> Row:
    """An account in a line; a star at the one on the desk, an x at one to compare."""
    mark = ("*" if row.account == here else " ") + ("x" if marked else "")
    room = columns(width)[1].width - 2 * min(depth, _DEEPEST)
    branch = f"{'  ' * (min(depth, _DEEPEST) - 1)}└ " if depth else ""
    state: Cell = (state_word(row), _MEANINGS.get(row.state, "dim"))
    first: tuple[Cell, ...] = (
        (mark, "strong"),
        (branch + fmt.shortened(fmt.plain(row.account, 44), room), "strong"),
    )
    last: tuple[Cell, ...] = ((_money(row), ""), _return(row))
    venue: Cell = (fmt.plain(row.venue or NOTHING, 40), "")
    if width < _WIDE:
        return row.account, (*first, venue, state, *last)
    symbols = fmt.plain(", ".join(row.symbols or [NOTHING]), 100)
    described: tuple[Cell, ...] = (venue, (row.mode or NOTHING, ""), (symbols, ""), state)
    time = NOTHING if row.time is None else when(row.time).partition(" ")[2]
    return row.account, (*first, *described, (time, ""), *last)


def _money(row: AccountRow) -> str:
    equity = number_of(row.equity)
    if equity is None or row.currency is None:
        return NOTHING
    return f"{fmt.money(equity, row.currency)} {row.currency}"


def _return(row: AccountRow) -> Cell:
    share = number_of(row.return_)
    meaning = "" if not share else "up" if share > Decimal(0) else "down"
    return fmt.signed_percent(share), meaning


def about(row: AccountRow) -> list[Line]:
    """Everything about one account, in four lines that fit 80 columns."""
    symbols = ", ".join(clean(symbol, 40) for symbol in row.symbols or [NOTHING])
    time = NOTHING if row.time is None else f"{when(row.time)} UTC"
    basis = f" ({row.return_basis})" if row.return_basis else ""
    forked = f"   a fork of {clean(row.parent, 44)}" if row.parent else ""
    if row.twin_of:
        forked = f"   the twin of {clean(row.twin_of, 44)}: Enter opens both"
    blind = f"   {word}" if (word := played_as(row)) else ""
    return [
        [
            (f" {clean(row.account, 60)}", "strong"),
            (f"   {clean(row.venue or NOTHING, 60)}, {row.mode or NOTHING}, {symbols}", ""),
            (blind, "warned"),
        ],
        [(f" {time}", ""), ("   equity ", "dim"), (_money(row), "")],
        [
            (" return ", "dim"),
            (return_of(row).removesuffix(" (m)") + basis, ""),
            ("   open risk ", "dim"),
            (_risk(row), ""),
        ],
        [
            (" wiped out ", "dim"),
            (_times(row.wiped_out), ""),
            ("   last played ", "dim"),
            (played_at(row) + forked, ""),
        ],
    ]


def _times(count: int | None) -> str:
    if count is None:
        return NOTHING
    return {0: "never", 1: "once"}.get(count, f"{count} times")
