"""A fence's sum in whole numbers: its least value over a box of prices, fast and never too high.

Constants and slopes are scaled to integers once, so that a block of bars costs one or two
multiplications a price. What scaling cannot hold is far below the room that is kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from operator import mul

from ledger.market.fences.fence import HAIR, Curve, Sum

_MOST_DIGITS = 30
"""Decimals that a scaled number keeps."""
_TURNED_DIGITS = 24
"""Decimals of 1/price as a whole number: the more there are, the smaller the effect of rounding."""
_TURNED = 10**_TURNED_DIGITS
_ROOM = Decimal("1e-12")
"""How far above zero a sum must stay to count as above it."""


class _WholeCurve:
    """One curve whose price is a whole number of its unit."""

    __slots__ = ("_after", "_at_edges", "_before", "inverse", "pieces", "place")

    def __init__(self, curve: Curve, unit: Decimal, place: int, scale: int) -> None:
        self.place = place
        self.inverse = curve.inverse
        unit = _unit_of(curve, unit)
        self.pieces = [
            (_scaled(piece.constant, scale), _scaled(piece.slope * unit, scale))
            for piece in curve.pieces
        ]
        edges = [edge / unit for edge in curve.edges]  # a price on an edge counts on both sides
        self._before = [int((edge + HAIR).to_integral_value(ROUND_FLOOR)) for edge in edges]
        self._after = [int((edge - HAIR).to_integral_value(ROUND_CEILING)) for edge in edges]
        self._at_edges = [
            min(_scaled(side.at(edge), scale) for side in sides)
            for edge, *sides in zip(curve.edges[1:], curve.pieces, curve.pieces[1:], strict=False)
        ]

    def least(self, low: int, high: int) -> int:
        """The lowest value for low <= price <= high, both above zero."""
        if self.inverse:
            low, high = _TURNED // high, -(-_TURNED // low)
        first = bisect_left(self._before, low) - 1
        last = bisect_right(self._after, high) - 1
        constant, slope = self.pieces[first]
        if first == last:
            return constant + slope * (low if slope > 0 else high)
        here = constant + slope * low
        constant, slope = self.pieces[last]
        return min(here, constant + slope * high, *self._at_edges[first:last])


class WholeSum:
    """A sum over `symbols`, whose prices are given in that order, in whole numbers of their
    units."""

    __slots__ = (
        "_bent",
        "_constant",
        "_falling",
        "_groups",
        "_highest",
        "_rising",
        "_room",
        "symbols",
    )

    def __init__(self, exact: Sum, units: Mapping[str, Decimal]) -> None:
        curves = [c for group in exact.groups for option in group for c in option]
        self.symbols = exact.symbols
        most = _MOST_DIGITS + (_TURNED_DIGITS if any(c.inverse for c in curves) else 0)
        scale = min(most, max(_digits(exact, curves, units)))
        self._room = _scaled(_ROOM, scale)
        self._constant = _scaled(exact.constant, scale)
        self._highest = exact.highest
        self._rising = [0] * len(self.symbols)
        self._falling = [0] * len(self.symbols)
        self._bent: list[_WholeCurve] = []
        self._groups: list[list[list[_WholeCurve]]] = []
        for group in exact.groups:
            options = [[self._whole(c, units, scale) for c in option] for option in group]
            if len(options) == 1:
                for whole in options[0]:
                    self._add(whole)
            else:
                self._groups.append(options)

    def _whole(self, curve: Curve, units: Mapping[str, Decimal], scale: int) -> _WholeCurve:
        place = self.symbols.index(curve.symbol)
        return _WholeCurve(curve, units[curve.symbol], place, scale)

    def _add(self, whole: _WholeCurve) -> None:
        if len(whole.pieces) > 1 or whole.inverse:
            self._bent.append(whole)
            return
        ((constant, slope),) = whole.pieces
        self._constant += constant
        (self._rising if slope > 0 else self._falling)[whole.place] += slope

    def quiet(self, lows: Sequence[int], highs: Sequence[int]) -> bool:
        """Whether the sum stays above zero wherever the prices are within these limits."""
        if min(lows) <= 0:
            return False
        least = self._constant + sum(map(mul, self._rising, lows))
        least += sum(map(mul, self._falling, highs))
        least += _least(self._bent, lows, highs)
        for options in self._groups:
            values = [_least(option, lows, highs) for option in options]
            least += max(values) if self._highest else min(values)
        return bool(least > self._room)


def _least(curves: Iterable[_WholeCurve], lows: Sequence[int], highs: Sequence[int]) -> int:
    return sum(curve.least(lows[curve.place], highs[curve.place]) for curve in curves)


def _unit_of(curve: Curve, unit: Decimal) -> Decimal:
    """The unit of a curve's axis in whole numbers: of its price, or of 1/price."""
    return 1 / (unit * _TURNED) if curve.inverse else unit


def _digits(exact: Sum, curves: Iterable[Curve], units: Mapping[str, Decimal]) -> list[int]:
    """Decimals of every number in the sum, and of the room."""
    numbers = [exact.constant, _ROOM]
    for curve in curves:
        for piece in curve.pieces:
            numbers += [piece.constant, piece.slope * _unit_of(curve, units[curve.symbol])]
    return [-int(number.normalize().as_tuple().exponent) for number in numbers]


def _scaled(number: Decimal, scale: int) -> int:
    """Rounded down, so that no sum comes out too high."""
    return int(number.scaleb(scale).to_integral_value(ROUND_FLOOR))
