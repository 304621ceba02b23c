"""The tuned plain loop for many positions: equity against requirement at every bar.

What is tested is what `worst` tests: all prices at their adverse extremes at the same moment, each
instrument by its net exposure. What makes it quick:

- Maintenance is a flat rate, so `equity - multiple x requirement` is a sum of price times a number
  that changes only with a trade. It is worked out in C, by `sum(map(mul, ...))` over one row of
  prices; rows come from `zip` over the columns that hurt, lows of what is bought and (turned
  negative, so that down is bad everywhere) highs of what is sold.
- Only the mildest rung that is not reached yet is tested. A bar in which nothing happens costs one
  such sum; with stops and targets one comparison of rows for each of them; while a warning or a
  call stands, one more sum at the close.
- Only a bar in which something happens is walked, way by way, as the engine does (`book.py`).

Floats all through; no rounding to the cent, no event that a ledger could keep.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import count, islice
from operator import ge, le, mul

from tests.bench.peers.book import NEVER, Book, Row, walk
from tests.bench.peers.cross import CrossPlan, CrossPlayed, Event, alone

Column = Sequence[int]
Columns = tuple[list[Column], ...]


def loaded(plan: CrossPlan) -> Columns:
    """Opens, adverse and favourable extremes and closes; what is sold turned negative.

    What every bar is tested by comes as lists, whose numbers need not be made anew when they are
    read; the rest as arrays, since a year of fifty instruments in lists takes a gigabyte a column.
    """

    def columns(of_bought: str, of_sold: str, kind: Callable[[Iterable[int]], Column]) -> list:
        return [
            kind(getattr(plan.bars[number], of_bought))
            if plan.side(number) > 0
            else kind(-price for price in getattr(plan.bars[number], of_sold))
            for number in range(len(plan.bars))
        ]

    compact = partial(array, "q")
    return (
        columns("opens", "opens", compact),
        columns("lows", "highs", list),
        columns("highs", "lows", list if plan.stop or plan.target else compact),
        columns("closes", "closes", compact),
    )


class Rows:
    """The rows of some columns, one after the other; it can be moved on, never back."""

    def __init__(self, columns: list[Column]) -> None:
        self._rows: Iterator[Row] = zip(*columns, strict=True)
        self._read = 0

    def since(self, bar: int) -> Iterator[Row]:
        """The rows from a bar on that was not read yet."""
        ahead = bar - self._read
        next(islice(self._rows, ahead, ahead), None)
        self._read = bar
        return self._rows

    def left_at(self, bar: int) -> None:
        """Rows before this bar were read by somebody who used the iterator."""
        self._read = bar


def play(plan: CrossPlan, columns: Columns) -> CrossPlayed:
    """From the first bar to the last; isolated positions one after the other."""
    if not plan.isolated:
        return _together(plan, columns)
    events: list[Event] = []
    parts = alone(plan)
    spare = plan.wallet - sum(part.wallet for part in parts)
    worth = float(spare)
    for number, part in enumerate(parts):
        own = tuple([point[number]] for point in columns)
        played = _together(part, own)
        events += [(bar, what, part.bars[0].symbol) for bar, what, _ in played.events]
        worth += played.equity
    return CrossPlayed(sorted(events, key=lambda event: (event[0], event[2])), worth)


def _together(plan: CrossPlan, columns: Columns) -> CrossPlayed:
    book = Book(plan)
    book.open()
    readers = [Rows(point) for point in columns[1:]]
    end, bar = len(columns[0][0]), 0
    while bar < end:
        bar = _quiet(book, readers, bar, end)
        if bar < end:
            walk(book, bar, [tuple(column[bar] for column in point) for point in columns])
            bar += 1
    last = [column[-1] for column in columns[-1]]
    return CrossPlayed(book.events, book.cash + sum(map(mul, book.sizes, last)))


def _quiet(book: Book, readers: list[Rows], bar: int, end: int) -> int:
    """The number of the next bar in which something happens; `end` where nothing does."""
    protected = max(book.stops) > -NEVER or min(book.targets) < NEVER
    used = readers if book.alarmed else readers[: 2 if protected else 1]
    rows = zip(count(bar), *(reader.since(bar) for reader in used), strict=False)
    first = _alarmed if book.alarmed else _protected if protected else _bare
    found = first(book, book.weights(book.pending()[0].multiple), -book.cash, rows)
    at = end if found is None else found
    for reader in used:
        reader.left_at(at + 1)
    return at


def _bare(book: Book, weights: list[float], floor: float, rows: Iterator) -> int | None:
    """Nothing but the next rung can be reached."""
    for at, row in rows:
        if sum(map(mul, weights, row)) <= floor:
            return at
    return None


def _protected(book: Book, weights: list[float], floor: float, rows: Iterator) -> int | None:
    """A rung, a stop or a target."""
    stops, targets = book.stops, book.targets
    for at, row, best in rows:
        if (
            sum(map(mul, weights, row)) <= floor
            or any(map(le, row, stops))
            or any(map(ge, best, targets))
        ):
            return at
    return None


def _alarmed(book: Book, weights: list[float], floor: float, rows: Iterator) -> int | None:
    """While a warning or a call stands, a close may end it too."""
    stops, targets = book.stops, book.targets
    easing = book.weights(book.relief())
    for at, row, best, close in rows:
        if (
            sum(map(mul, weights, row)) <= floor
            or sum(map(mul, easing, close)) >= floor
            or any(map(le, row, stops))
            or any(map(ge, best, targets))
        ):
            return at
    return None
