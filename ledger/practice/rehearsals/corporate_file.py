"""`[[action]]` of a rehearsal file and of the tapes' manifest: dividends and splits of a tape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log
from typing import TYPE_CHECKING

from ledger.market.corporate import Ratio
from ledger.market.instrument import Instrument, Kind
from ledger.market.tapes.tape import Tape
from ledger.practice.library.corporate_tables import TapeActionTable
from ledger.practice.library.source_file import Page
from ledger.times import iso
from ledger.toml_file import Location

if TYPE_CHECKING:
    from ledger.practice.rehearsals.tables import RehearsalTable

_CLEAR = log(1.4)
"""A split of so much or more shows in the prices, whatever else the day brought."""
_Row = tuple[Location, TapeActionTable]


def with_actions(
    page: Page,
    table: RehearsalTable,
    tapes: Mapping[str, Tape],
    instruments: Mapping[str, Instrument],
    adjusted: Mapping[str, str],
) -> dict[str, Tape]:
    """The tapes with the actions that the file tells of, beside those that they brought.

    `adjusted` says of what the prices of a tape are adjusted for, by symbol.
    """
    rows: dict[str, list[_Row]] = {symbol: [] for symbol in tapes}
    for index, tape in enumerate(table.tape):
        for at, row in enumerate(tape.action):
            rows[tape.symbol].append((("tape", index, "action", at), row))
    for index, beside in enumerate(table.action):
        location = ("action", index)
        symbol = next(iter(rows)) if beside.symbol is None and len(rows) == 1 else beside.symbol
        if symbol in rows:
            rows[symbol].append((location, beside))
        else:
            lacks = "is missing" if symbol is None else "has no tape here"
            page.wrong((*location, "symbol"), f"{lacks}; allowed: {', '.join(tapes)}")
    return {
        symbol: _told(page, tape, rows[symbol], instruments, adjusted.get(symbol, ""))
        for symbol, tape in tapes.items()
    }


def _told(
    page: Page,
    tape: Tape,
    rows: Sequence[_Row],
    instruments: Mapping[str, Instrument],
    adjusted: str,
) -> Tape:
    actions = list(tape.actions)
    for location, row in rows:
        problem = _problem(tape, row, instruments, adjusted)
        if problem:
            page.wrong(location, problem)
            continue
        action = row.action(tape.symbol)
        if action.split is not None and any(
            other.split is not None and tape.find(other.at) == tape.find(action.at)
            for other in actions
        ):
            page.wrong(location, "that bar has a split already; allowed: one")
            continue
        actions.append(action)
    actions.sort(key=lambda action: action.at)
    return replace(tape, actions=tuple(actions)) if rows else tape


def _problem(
    tape: Tape, row: TapeActionTable, instruments: Mapping[str, Instrument], adjusted: str
) -> str:
    """What is wrong with an action; empty where nothing is."""
    if (row.dividend is None) == (row.split is None):
        return 'takes one of them; allowed: dividend = "0.24" or split = "4:1"'
    index = tape.find(row.at)
    if index == len(tape):
        return f"no bar opens at or after it; allowed: before {iso(tape.end)}"
    kind = instruments[tape.symbol].kind
    if kind not in (Kind.SPOT, Kind.LINEAR):
        return f"{tape.symbol} is of the kind {kind}; allowed: spot or linear"
    if row.split is None:
        return ""
    if "splits" in adjusted:
        return "its prices are adjusted for splits already; allowed: dividends"
    for name, other in instruments.items():
        terms = other.option
        if terms is not None and terms.on == tape.symbol and terms.expires > row.at:
            return (
                f"an option on it, {name}, is still running, and contracts are not adjusted in "
                "this version; allowed: prices adjusted for splits"
            )
    return _unseen(tape, index, Ratio.of(row.split))


def _unseen(tape: Tape, index: int, ratio: Ratio) -> str:
    """A split that the prices do not show would multiply money."""
    if index == 0:
        return ""
    close, opened = tape.price(index - 1, opening=False), tape.price(index, opening=True)
    told = log(ratio.old / ratio.new)
    if abs(told) < _CLEAR or close <= 0 or opened <= 0:
        return ""
    if abs(log(opened / close) - told) < abs(log(opened / close)):
        return ""
    return (
        f"the price goes from {close:f} to {opened:f} there, which is no {ratio} split: the tape "
        "may be adjusted for it; allowed: splits that the prices show"
    )
