"""Averages over candles: each figure by hand."""

import pytest

from tui.chart.averages import average_true_range, moving_average
from tui.chart.model import Candle


def bar(number: int, high: float, low: float, close: float) -> Candle:
    return Candle(60 * number, close, high, low, close)


def test_the_average_of_three_closes_begins_at_the_third_bar() -> None:
    bars = [bar(n, close, close, close) for n, close in enumerate((3, 6, 9, 15))]
    assert moving_average(bars, 3) == [None, None, 6, 10]  # (3+6+9)/3, (6+9+15)/3


def test_a_true_range_reaches_to_the_close_before() -> None:
    """Ranges: 12-9 = 3; a gap up from 11 to 20: 20-11 = 9; 21-19 = 2 against 20.

    Of length 2: (3 + 9) / 2 = 6, then 6 + (2 - 6) / 2 = 4.
    """
    bars = [bar(0, 11, 9, 10), bar(1, 12, 9, 11), bar(2, 20, 18, 20), bar(3, 21, 19, 20)]
    assert average_true_range(bars[:3], 2) == pytest.approx(6)
    assert average_true_range(bars, 2) == pytest.approx(4)


def test_there_is_no_average_of_too_few_bars() -> None:
    assert average_true_range([bar(0, 11, 9, 10)] * 14) is None
    assert moving_average([bar(0, 11, 9, 10)] * 4, 5) == [None] * 4
