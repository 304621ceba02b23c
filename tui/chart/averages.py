"""Moving averages and the average true range of candles: floats, for a picture settles nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tui.chart.model import Candle

ATR_LENGTH = 14
"""Candles; Wilder, New Concepts in Technical Trading Systems, 1978."""


def moving_average(candles: Sequence[Candle], length: int) -> list[float | None]:
    """The mean of the last `length` closes at each candle; `None` before there are as many."""
    averages: list[float | None] = []
    total = 0.0
    for index, candle in enumerate(candles):
        total += candle.close
        if index >= length:
            total -= candles[index - length].close
        averages.append(total / length if index >= length - 1 else None)
    return averages


def average_true_range(candles: Sequence[Candle], length: int = ATR_LENGTH) -> float | None:
    """Wilder's: the mean of the first `length` true ranges, then smoothed by 1 / `length`.

    `None` where there are not `length` ranges yet. A true range reaches to the close before.
    """
    ranges = [
        max(candle.top, before.close) - min(candle.bottom, before.close)
        for before, candle in pairwise(candles)
    ]
    if len(ranges) < length:
        return None
    average = sum(ranges[:length]) / length
    for true_range in ranges[length:]:
        average += (true_range - average) / length
    return average
