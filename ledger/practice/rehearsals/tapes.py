"""The prices of a rehearsal: recorded tapes are read, synthetic ones are made."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.practice.library.catalog import load_funding, load_tape
from ledger.practice.library.source_file import Page
from ledger.practice.rehearsals.derived_file import derived_tape, is_derived
from ledger.practice.rehearsals.synthetic_file import Asked, read_source
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


def load_prices(page: Page, table: RehearsalTable) -> Prices:
    """Every tape that the file names; what is wrong with any of them is noted on the page."""
    found = Prices()
    asked: dict[str, Asked | None] = {}
    derived: list[tuple[int, TapeTable]] = []
    for index, row in enumerate(table.tape):
        symbol = row.symbol
        if symbol in found.tapes or symbol in asked:
            problem = f'"{symbol}" has a tape already; allowed: one each'
            page.wrong(("tape", index, "symbol"), problem)
            continue
        if isinstance(row.source, str):
            pass
        elif is_derived(row.source):
            derived.append((index, row))
            continue
        else:
            asked[symbol] = _asked(page, index, row)
        _load_row(page, index, row, found)
    if asked:
        _make(page, table, found, [each for each in asked.values() if each is not None])
    _of_markets(table, found)
    for index, row in derived:
        _derive(page, index, row, found)
    _of_markets(table, found)
    found.tapes = {row.symbol: found.tapes[row.symbol] for row in table.tape
                   if row.symbol in found.tapes}  # fmt: skip
    return found


def _of_markets(table: RehearsalTable, found: Prices) -> None:
    """What the file says of the market that a tape is of."""
    for row in table.tape:
        if row.market is not None and row.symbol in found.tapes:
            tape = found.tapes[row.symbol]
            found.tapes[row.symbol] = replace(tape, market=Trades(row.market))


def _derive(page: Page, index: int, row: TapeTable, found: Prices) -> None:
    assert not isinstance(row.source, str)
    try:
        made = derived_tape(row.source, row.symbol, ("tape", index, "source"), page, found.tapes)
    except Refused as refused:
        page.faults += refused.faults
        return
    found.tapes[row.symbol] = made


def _load_row(page: Page, index: int, row: TapeTable, found: Prices) -> None:
    symbol, base = row.symbol, page.folder

    def load(key: str, into: dict[str, T], loader: Callable[[], T]) -> None:
        loaded = page.attempt(("tape", index, key), loader)
        if loaded is not None:
            into[symbol] = loaded

    source, mark, funding = row.source, row.mark, row.funding
    if isinstance(source, str):
        load("source", found.tapes, lambda: load_tape(source, base, symbol))
    if mark is not None:
        load("mark", found.marks, lambda: load_tape(mark, base, symbol))
    if isinstance(funding, str):
        load("funding", found.funding, lambda: load_funding(funding, base, symbol))


def _asked(page: Page, index: int, row: TapeTable) -> Asked | None:
    assert not isinstance(row.source, str)
    try:
        return read_source(row.source, row.symbol, ("tape", index, "source"), page)
    except Refused as refused:
        page.faults += refused.faults
        return None


def _make(page: Page, table: RehearsalTable, found: Prices, asked: list[Asked]) -> None:
    """From the file's start; without one from the first recorded bar, else from a set day."""
    start = table.start
    if start is None:
        start = min((tape.first for tape in found.tapes.values()), default=USUAL_START)
    try:
        made = make_tapes(asked, table.seed, start, page.folder)
    except Refused as refused:
        page.faults += refused.faults
        return
    every = {**found.tapes, **made}
    found.tapes = {row.symbol: every[row.symbol] for row in table.tape if row.symbol in every}
