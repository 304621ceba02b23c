"""The two axes of the chart and the tags on them: the places of prices, and their labels.

A row of cells is coarse, so a tag always carries the exact figure, and levels on the same row share
one tag. A level too far away to be on the scale is labelled at the edge with its distance: the
liquidation line that is out of sight is the one that matters.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import pairwise

from tui.chart.model import Candle, Level, Look
from tui.text import format as fmt

Tag = tuple[str, str, str]
"""A label in the gutter: in full, in its shortest form, and its style."""

_STRETCH = 1.6
"""Levels may widen the scale to this much of the candles' own range, and no more."""
_MARGIN = 0.03
_LEAST_RANGE = 0.002
"""A market that does not move is not magnified beyond 0.2% of its price."""

_ROWS_PER_LABEL = 3
_COLUMNS_PER_LABEL = 14
_NAME, _FIGURE = 14, 24
_FAR = 100
"""Times the last price from which a distance in percent is meaningless."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_INTERVALS = (
    *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 4, 6, 12)),
    *(n * _DAY for n in (1, 2, 4, 7, 14)),
)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_DAYS_A_MONTH = 30.4


@dataclass(frozen=True, slots=True)
class Scale:
    """Prices as half rows, counted from the top."""

    low: float
    high: float
    rows: int
    log: bool = False

    def half(self, price: float) -> int:
        """The half row of a price; outside the scale, the nearest edge."""
        low, high, price = self.low, self.high, min(max(price, self.low), self.high)
        if self.log:
            low, high, price = math.log(low), math.log(high), math.log(price)
        share = (high - price) / (high - low)
        return min(max(int(share * 2 * self.rows), 0), 2 * self.rows - 1)

    def row(self, price: float) -> int:
        """The row of a price."""
        return self.half(price) // 2

    def holds(self, price: float) -> bool:
        """Whether a price is on the scale."""
        return self.low <= price <= self.high


def fit_scale(
    candles: Sequence[Candle],
    levels: Sequence[Level],
    rows: int,
    reach: Sequence[float] = (),
    *,
    tall: float = 1.0,
    log: bool = False,
) -> Scale:
    """The candles' range, widened to the nearest levels as long as the candles stay readable.

    Prices in `reach` are on the scale in any case.
    """
    prices = [level.price for level in levels]
    low = min((candle.bottom for candle in candles), default=min(prices, default=0.0))
    high = max((candle.top for candle in candles), default=max(prices, default=1.0))
    low, high = min((low, *reach)), max((high, *reach))
    middle = (low + high) / 2
    least = max(abs(middle) * _LEAST_RANGE, 1e-9)
    if high - low < least:
        low, high = middle - least / 2, middle + least / 2
    widest = (high - low) * _STRETCH
    for price in sorted(prices, key=lambda price: max(low - price, price - high)):
        reach = min(low, price), max(high, price)
        if reach[1] - reach[0] <= widest:
            low, high = reach
    cut = (high - low) * (1 - 1 / tall) / 2 - (high - low) * _MARGIN
    return Scale(low + cut, high - cut, rows, log and low + cut > 0)


def price_labels(scale: Scale) -> dict[int, str]:
    """Round prices, about every fourth row, each on its row."""
    least = (scale.high - scale.low) * _ROWS_PER_LABEL / scale.rows
    power = 10.0 ** math.floor(math.log10(least))
    step = next((n * power for n in (1, 2, 2.5, 5) if n * power >= least), 10 * power)
    places = fmt.places_of(Decimal(f"{step:.6g}"))
    first = math.ceil(scale.low / step)
    labels: dict[int, str] = {}
    for index in range(first, first + scale.rows + 1):
        if scale.holds(price := index * step):
            labels[scale.row(price)] = f"{price + 0.0:,.{places}f}"
    return labels


def figure_of(level: Level, tick: Decimal) -> str:
    """The exact figure: the caller's own text, else the price at the tick's decimals."""
    if level.text:
        return fmt.plain(level.text, _FIGURE)
    return fmt.price(Decimal(repr(level.price)), tick)


def tags_by_row(
    levels: Iterable[Level], scale: Scale, look: Look, last: float | None
) -> dict[int, list[Tag]]:
    """Every level exactly once: on its row, or at the edge it lies beyond, nearest price first."""
    tags: dict[int, list[Tag]] = defaultdict(list)
    for level in sorted(levels, key=lambda level: -level.price):
        name, figure = fmt.plain(level.name, _NAME), figure_of(level, look.tick)
        if not scale.holds(level.price):
            name = f"{fmt.UP if level.price > scale.high else fmt.DOWN} {name}"
            figure += _distance(level.price, last)
        tag = f" {name} {figure} ", f" {name}", f"tag-{level.kind}"
        tags[scale.row(level.price)].append(tag)
    return dict(tags)


def stacked(tags: dict[int, list[Tag]], rows: int, width: int) -> dict[int, list[Tag]]:
    """The tags of levels out of sight, on as many free rows at the edge as their figures need.

    The farthest stays on the edge, and the nearest comes next to the prices.
    """
    placed = dict(tags)
    for edge, inward, far in ((0, 1, 0), (rows - 1, -1, -1)):
        row = edge
        while _wide(placed.get(row, [])) > width and row + inward not in placed:
            waiting, kept = list(placed[row]), [placed[row][far]]
            del waiting[far]
            while waiting and _wide([*kept, waiting[far]]) <= width:
                kept.append(waiting.pop(far))
            if not waiting or not all(_is_out_of_sight(tag) for tag in placed[row]):
                break
            placed[row] = kept if far == 0 else kept[::-1]
            row += inward
            placed[row] = waiting
    return placed


def _wide(tags: Sequence[Tag]) -> int:
    return sum(len(full) for full, _, _ in tags)


def _is_out_of_sight(tag: Tag) -> bool:
    return tag[0].lstrip().startswith((fmt.UP, fmt.DOWN))


def _distance(price: float, last: float | None) -> str:
    if last is None or last <= 0 or abs(price / last) > _FAR:
        return ""
    return f" {price / last - 1:+.1%}"


def fitted(tags: list[Tag], width: int) -> list[tuple[str, str]]:
    """Text and style of one row's tags in this width: figures are dropped first, names stay."""
    texts = [full for full, _, _ in tags]
    for index in reversed(range(len(tags))):
        if sum(map(len, texts)) <= width:
            break
        texts[index] = tags[index][1]
    return [(text, tag[2]) for text, tag in zip(texts, tags, strict=True)]


def time_labels(columns: Sequence[tuple[int, int]], step: int, width: int) -> list[tuple[int, str]]:
    """(x, text) along the bottom for (x, time) columns: round times, never overlapping."""
    if not columns:
        return []
    paces = sorted(later - time for (_, time), (_, later) in pairwise(columns)) or [1]
    bucket, write = _calendar(max(paces[len(paces) // 2], 1) * _COLUMNS_PER_LABEL // step)
    labels: list[tuple[int, str]] = []
    free = 0
    for (_, before), (x, time) in pairwise(columns):
        if bucket(time) != bucket(before):
            text = write(time, before if labels else None)
            if (x := min(x, width - len(text))) >= free:
                labels.append((x, text))
                free = x + len(text) + 3
    return labels or _one_label(*columns[0], width)


def _one_label(x: int, time: int, width: int) -> list[tuple[int, str]]:
    """The first bar's time where no round time is in sight, as much of it as fits."""
    for text in (fmt.when(time), _intraday(time, None), fmt.day(time)):
        if len(text) <= width:
            return [(min(x, width - len(text)), text)]
    return []


Bucket = Callable[[int], int]
Write = Callable[[int, int | None], str]


def _calendar(least: int) -> tuple[Bucket, Write]:
    """How to cut time into spans of at least `wanted` seconds, and what to write at each cut."""
    seconds = next((interval for interval in _INTERVALS if interval >= least), None)
    if seconds is not None:
        return partial(_nth, seconds), _intraday if seconds < _DAY else _daily
    months = least / _DAY / _DAYS_A_MONTH
    count = next((n for n in _MONTHS if n >= months), _MONTHS[-1])
    return lambda time: _month_number(time) // count, lambda time, _: fmt.month(time)


def _nth(seconds: int, time: int) -> int:
    return time // seconds


def _month_number(time: int) -> int:
    # Civil date from days since 1970, by the era method: no calendar object per candle.
    days = time // _DAY + 719_468
    era, of_era = divmod(days, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    march_based = (5 * of_year + 2) // 153
    return (era * 400 + year) * 12 + march_based + 2


def _intraday(time: int, before: int | None) -> str:
    if before is None:
        return f"{fmt.day(time, weekday=True)} {fmt.clock(time)}"
    return fmt.day(time, weekday=True) if time // _DAY != before // _DAY else fmt.clock(time)


def _daily(time: int, before: int | None) -> str:
    new_year = before is None or _month_number(time) // 12 != _month_number(before) // 12
    return fmt.day(time, year=new_year)
