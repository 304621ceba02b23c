"""What a chart is given and what it returns: plain values, so that a test can write them down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Literal, get_args

Kind = Literal["entry", "stop", "target", "call", "liquidation", "last"]
MarkKind = Literal["buy", "sell", "forced"]

_MONDAY = 345_600
_WEEK = 604_800
_PAINTED = frozenset(
    {"mark-forced", *(f"tag-{kind}" for kind in get_args(Kind))},
)
"""Styles with a background of their own, which a blank would show."""
_LARGEST = 1e15
"""Beyond this a float has no cents left, and no market has such a price."""


@dataclass(frozen=True, slots=True)
class Candle:
    """One bar of the tape as it is drawn; floats, since a picture posts nothing."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0
    hole_before: bool = False

    @property
    def top(self) -> float:
        """The highest of the four, whatever the tape claims."""
        return max(self.open, self.high, self.low, self.close)

    @property
    def bottom(self) -> float:
        """The lowest of the four, whatever the tape claims."""
        return min(self.open, self.high, self.low, self.close)

    @property
    def is_drawable(self) -> bool:
        """Whether all its figures are prices."""
        return (
            -_LARGEST < self.open < _LARGEST
            and -_LARGEST < self.high < _LARGEST
            and -_LARGEST < self.low < _LARGEST
            and -_LARGEST < self.close < _LARGEST
        )


@dataclass(frozen=True, slots=True)
class Level:
    """A price that matters; `text` is its exact figure, since a row of cells rounds."""

    price: float
    name: str
    kind: Kind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A fill, at its time and price."""

    time: int
    price: float
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Look:
    """How to draw: columns per candle, candles back from the newest, and in which characters.

    `mono` tells falls from rises by the glyph, for a screen or an eye without colour. `cursor` is
    the candle under the crosshair, counted back from the newest one drawn; `None` without one.
    `tall` stretches the prices up and down (2 shows half of the range), `log` puts equal ratios at
    equal distances, and `averages` are lengths in candles, each drawn as a line.
    """

    tick: Decimal = Decimal("0.01")
    step: int = 2
    back: int = 0
    ascii: bool = False
    mono: bool = False
    volume: bool = True
    cursor: int | None = None
    tall: float = 1.0
    log: bool = False
    averages: tuple[int, ...] = ()


@dataclass(slots=True)
class Grid:
    """Cells, each a character and the name of a style; the drawing writes only to this."""

    width: int
    height: int
    chars: list[list[str]] = field(init=False)
    styles: list[list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.chars = [[" "] * self.width for _ in range(self.height)]
        self.styles = [[""] * self.width for _ in range(self.height)]

    def put(self, x: int, y: int, char: str, style: str) -> None:
        """Write one cell; ignored outside the grid."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.chars[y][x] = char
            self.styles[y][x] = style

    def write(self, x: int, y: int, text: str, style: str) -> None:
        """Write a run of cells, cut at the edges."""
        for offset, char in enumerate(text):
            self.put(x + offset, y, char, style)

    def row(self, y: int) -> str:
        """The characters of one row."""
        return "".join(self.chars[y])

    def text(self) -> str:
        """The whole picture without its styles."""
        return "\n".join(map(self.row, range(self.height)))

    def runs(self, y: int) -> Iterator[tuple[str, str]]:
        """One row as (text, style). A blank takes its neighbour's style, which is invisible."""
        text, styles = self.row(y), self.styles[y]
        start, style = 0, styles[0] if styles else ""
        for x, other in enumerate(styles):
            if other == style or (not other and style not in _PAINTED and text[x] == " "):
                continue
            if x > start:
                yield text[start:x], style
            start, style = x, other
        if text:
            yield text[start:], style


def is_price(value: float) -> bool:
    """Whether a float can be placed on an axis (oil has been below zero)."""
    return math.isfinite(value) and abs(value) < _LARGEST


def resample(candles: Sequence[Candle], seconds: int) -> list[Candle]:
    """Candles of a coarser timeframe, on round times (weeks begin on Monday).

    A hole is kept only before the first bar of the new candle: one shorter than the timeframe does
    not interrupt it.
    """
    if seconds < 1:
        raise ValueError("a timeframe lasts at least one second")
    shift = _MONDAY if seconds % _WEEK == 0 else 0
    grouped = groupby(candles, key=lambda candle: (candle.time - shift) // seconds)
    return [_joined(list(bars), bucket * seconds + shift) for bucket, bars in grouped]


def _joined(bars: list[Candle], time: int) -> Candle:
    return Candle(
        time=time,
        open=bars[0].open,
        high=max(bar.top for bar in bars),
        low=min(bar.bottom for bar in bars),
        close=bars[-1].close,
        volume=sum(bar.volume for bar in bars),
        hole_before=bars[0].hole_before,
    )
