"""Searching the tapes for the first bar that may be outside a fence."""

from collections.abc import Sequence

from ledger.market.fences.blocks import FAN, Blocks
from ledger.market.fences.fence import Band, Fence, Sum
from ledger.market.fences.price_columns import Column
from ledger.market.fences.tick_sum import WholeSum
from ledger.practice.sessions.timeline import Timeline


class Search:
    """A fence laid over a timeline's columns."""

    def __init__(self, timeline: Timeline, fence: Fence) -> None:
        blocks: dict[int, tuple[Blocks, int, int]] = {}
        for symbol, band in fence.traded.items():
            _narrow(blocks, timeline.traded(symbol), band)
        for symbol, band in fence.judged.items():
            _narrow(blocks, timeline.judged(symbol, carry=False), band)
        self._bands = [*blocks.values()]
        self._sums = [_SumSearch(timeline, one) for one in fence.sums]

    def first_loud(self, since: int, until: int) -> int:
        """The first step with since <= number < until in which something may happen, or `until`."""
        for blocks, least, most in self._bands:
            until = blocks.first_outside(since, until, least, most)
        for one in self._sums:
            until = one.first_loud(since, until)
        return until


def _narrow(blocks: dict[int, tuple[Blocks, int, int]], bars: Column, band: Band) -> None:
    """Add a band over a column, or narrow the one there: traded prices may be judged too."""
    least, most = band.whole(bars.unit)
    if id(bars) in blocks:
        _, other_least, other_most = blocks[id(bars)]
        least, most = max(least, other_least), min(most, other_most)
    blocks[id(bars)] = bars.blocks, least, most


class _SumSearch:
    """A sum over the judged prices of several symbols, block by block, then bar by bar.

    Every instrument is taken at its worst within a block: if that is quiet, the block is.
    """

    def __init__(self, timeline: Timeline, exact: Sum) -> None:
        columns = {symbol: timeline.judged(symbol, carry=True) for symbol in exact.symbols}
        self._whole = WholeSum(exact, {s: column.unit for s, column in columns.items()})
        blocks: Sequence[Blocks] = [columns[symbol].blocks for symbol in self._whole.symbols]
        self._levels = [
            ([lows for lows, _ in level], [highs for _, highs in level])
            for level in zip(*(each.levels for each in blocks), strict=True)
        ]

    def first_loud(self, since: int, until: int) -> int:
        """The largest whole blocks inside the span, and the rest around them."""
        before: list[tuple[int, int, int]] = []
        after: list[tuple[int, int, int]] = []
        first, end, level = since, until, 0
        while level + 1 < len(self._levels) and -(-first // FAN) < end // FAN:
            inner, outer = -(-first // FAN), end // FAN
            before.append((level, first, inner * FAN))
            after.append((level, outer * FAN, end))
            first, end, level = inner, outer, level + 1
        for part in (*before, (level, first, end), *reversed(after)):
            blocks = self._first(*part)
            if blocks is not None:
                return blocks
        return until

    def _first(self, level: int, since: int, until: int) -> int | None:
        all_lows, all_highs = self._levels[level]
        for number in range(since, until):
            lows = [row[number] for row in all_lows]
            if self._whole.quiet(lows, [row[number] for row in all_highs]):
                continue
            if level == 0:
                return number
            inside = min(number * FAN + FAN, len(self._levels[level - 1][0][0]))
            blocks = self._first(level - 1, number * FAN, inside)
            if blocks is not None:
                return blocks
        return None
