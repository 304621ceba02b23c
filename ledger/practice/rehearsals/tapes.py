"""The prices of a rehearsal: recorded tapes are read, synthetic ones are generated."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.practice.library.catalog import load_funding, load_tape
from ledger.practice.library.source_file import SourceFile
from ledger.practice.rehearsals.derived_file import derived_tape, is_derived
from ledger.practice.rehearsals.synthetic_file import SyntheticSource, read_source
from ledger.practice.rehearsals.synthetic_market import USUAL_START, make_tapes
from ledger.practice.rehearsals.tables import RehearsalTable, TapeTable
from ledger.refused import Refused

T = TypeVar("T")


@dataclass(slots=True)
class Prices:
    """Tapes of prices, marks and funding rates, by symbol in the order of the file."""

    tapes: dict[str, Tape] = field(default_factory=dict)
    marks: dict[str, Tape] = field(default_factory=dict)
    funding: dict[str, FundingTape] = field(default_factory=dict)


def load_prices(file: SourceFile, table: RehearsalTable) -> Prices:
    """Every tape that the file names; faults are noted on the file."""
    prices = Prices()
    synthetic: dict[str, SyntheticSource | None] = {}
    derived: list[tuple[int, TapeTable]] = []
    for index, row in enumerate(table.tape):
        symbol = row.symbol
        if symbol in prices.tapes or symbol in synthetic:
            problem = f'"{symbol}" already has a tape; allowed: one for each symbol'
            file.wrong(("tape", index, "symbol"), problem)
            continue
        if isinstance(row.source, str):
            pass
        elif is_derived(row.source):
            derived.append((index, row))
            continue
        else:
            synthetic[symbol] = _synthetic_source(file, index, row)
        _load_row(file, index, row, prices)
    if synthetic:
        _make(file, table, prices, [each for each in synthetic.values() if each is not None])
    _of_markets(table, prices)
    for index, row in derived:
        _derive(file, index, row, prices)
    _of_markets(table, prices)
    prices.tapes = {row.symbol: prices.tapes[row.symbol] for row in table.tape
                   if row.symbol in prices.tapes}  # fmt: skip
    return prices


def _of_markets(table: RehearsalTable, prices: Prices) -> None:
    """Sets the market of each tape for which the file gives one."""
    for row in table.tape:
        if row.market is not None and row.symbol in prices.tapes:
            tape = prices.tapes[row.symbol]
            prices.tapes[row.symbol] = replace(tape, market=Trades(row.market))


def _derive(file: SourceFile, index: int, row: TapeTable, prices: Prices) -> None:
    assert not isinstance(row.source, str)
    try:
        made = derived_tape(row.source, row.symbol, ("tape", index, "source"), file, prices.tapes)
    except Refused as refused:
        file.faults += refused.faults
        return
    prices.tapes[row.symbol] = made


def _load_row(file: SourceFile, index: int, row: TapeTable, prices: Prices) -> None:
    symbol, base = row.symbol, file.folder

    def load(key: str, into: dict[str, T], loader: Callable[[], T]) -> None:
        loaded = file.attempt(("tape", index, key), loader)
        if loaded is not None:
            into[symbol] = loaded

    source, mark, funding = row.source, row.mark, row.funding
    if isinstance(source, str):
        load("source", prices.tapes, lambda: load_tape(source, base, symbol))
    if mark is not None:
        load("mark", prices.marks, lambda: load_tape(mark, base, symbol))
    if isinstance(funding, str):
        load("funding", prices.funding, lambda: load_funding(funding, base, symbol))


def _synthetic_source(file: SourceFile, index: int, row: TapeTable) -> SyntheticSource | None:
    assert not isinstance(row.source, str)
    try:
        return read_source(row.source, row.symbol, ("tape", index, "source"), file)
    except Refused as refused:
        file.faults += refused.faults
        return None


def _make(
    file: SourceFile, table: RehearsalTable, prices: Prices, sources: list[SyntheticSource]
) -> None:
    """From the file's start, else from the first recorded bar, else from `USUAL_START`."""
    start = table.start
    if start is None:
        start = min((tape.first for tape in prices.tapes.values()), default=USUAL_START)
    try:
        made = make_tapes(sources, table.seed, start, file.folder)
    except Refused as refused:
        file.faults += refused.faults
        return
    every = {**prices.tapes, **made}
    prices.tapes = {row.symbol: every[row.symbol] for row in table.tape if row.symbol in every}
