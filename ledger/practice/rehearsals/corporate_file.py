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
from ledger.practice.library.source_file import SourceFile
from ledger.times import iso
from ledger.toml_file import Location

if TYPE_CHECKING:
    from ledger.practice.rehearsals.tables import RehearsalTable

_CLEAR = log(1.4)
"""A split this large shows in the prices, whatever else moved them that day."""
_Row = tuple[Location, TapeActionTable]


def with_actions(
    file: SourceFile,
    table: RehearsalTable,
    tapes: Mapping[str, Tape],
    instruments: Mapping[str, Instrument],
    adjusted: Mapping[str, str],
) -> dict[str, Tape]:
    """The tapes with the file's actions added to their own.

    `adjusted` says what the prices of a tape are adjusted for, by symbol.
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
            problem = "is missing" if symbol is None else "has no tape in this file"
            file.wrong((*location, "symbol"), f"{problem}; allowed: {', '.join(tapes)}")
    return {
        symbol: _with_rows(file, tape, rows[symbol], instruments, adjusted.get(symbol, ""))
        for symbol, tape in tapes.items()
    }


def _with_rows(
    file: SourceFile,
    tape: Tape,
    rows: Sequence[_Row],
    instruments: Mapping[str, Instrument],
    adjusted: str,
) -> Tape:
    actions = list(tape.actions)
    for location, row in rows:
        problem = _problem(tape, row, instruments, adjusted)
        if problem:
            file.wrong(location, problem)
            continue
        action = row.action(tape.symbol)
        if action.split is not None and any(
            other.split is not None and tape.find(other.at) == tape.find(action.at)
            for other in actions
        ):
            file.wrong(location, "its bar already has a split; allowed: one split a bar")
            continue
        actions.append(action)
    actions.sort(key=lambda action: action.at)
    return replace(tape, actions=tuple(actions)) if rows else tape


def _problem(
    tape: Tape, row: TapeActionTable, instruments: Mapping[str, Instrument], adjusted: str
) -> str:
    """The fault of an action; empty if there is none."""
    if (row.dividend is None) == (row.split is None):
        return 'needs one of dividend and split, such as dividend = "0.24" or split = "4:1"'
    index = tape.find(row.at)
    if index == len(tape):
        return f"no bar opens at or after it; allowed: before {iso(tape.end)}"
    kind = instruments[tape.symbol].kind
    if kind not in (Kind.SPOT, Kind.LINEAR):
        return f"{tape.symbol} is of kind {kind}; allowed: spot or linear"
    if row.split is None:
        return ""
    if "splits" in adjusted:
        return "its prices are already adjusted for splits; only dividends can be given"
    for name, other in instruments.items():
        terms = other.option
        if terms is not None and terms.on == tape.symbol and terms.expires > row.at:
            return (
                f"the option {name} on it is still running, and this version does not adjust "
                "contracts; use prices adjusted for splits"
            )
    return _unseen(tape, index, Ratio.of(row.split))


def _unseen(tape: Tape, index: int, ratio: Ratio) -> str:
    """The fault of a split that the prices do not show: it would multiply money."""
    if index == 0:
        return ""
    close, opened = tape.price(index - 1, opening=False), tape.price(index, opening=True)
    stated = log(ratio.old / ratio.new)
    if abs(stated) < _CLEAR or close <= 0 or opened <= 0:
        return ""
    if abs(log(opened / close) - stated) < abs(log(opened / close)):
        return ""
    return (
        f"the price goes from {close:f} to {opened:f} there, which is not a {ratio} split: "
        "the tape may already be adjusted for it; give only splits that the prices show"
    )
