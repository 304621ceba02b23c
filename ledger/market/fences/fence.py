"""Prices within which nothing can happen: bands of single prices, and sums over several.

A fence is cautious: where it says quiet nothing happens, elsewhere something may.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ledger.frozen import scratch
from ledger.market.rules.schedule import Piece
from ledger.money import ZERO

FAR = 1 << 61
"""Beyond every price in whole numbers."""
HAIR = Decimal("1e-9")
"""In units of a price, or of a sum: the error of a division that counts as no difference."""


@scratch
@dataclass(frozen=True)
class Band:
    """Quiet while the price is above `low` and below `high`; `None` is no limit."""

    low: Decimal | None = None
    high: Decimal | None = None

    def __and__(self, other: Band) -> Band:
        low, high = self.low, self.high
        if low is None or (other.low is not None and other.low > low):
            low = other.low
        if high is None or (other.high is not None and other.high < high):
            high = other.high
        return Band(low, high)

    def whole(self, unit: Decimal) -> tuple[int, int]:
        """The lowest and the highest quiet price in whole numbers of a unit."""
        least, most = -FAR, FAR
        if self.low is not None:
            least = int((self.low / unit + HAIR).to_integral_value(ROUND_FLOOR)) + 1
        if self.high is not None:
            most = int((self.high / unit - HAIR).to_integral_value(ROUND_CEILING)) - 1
        return least, most


NEVER = Band(ZERO, ZERO)
"""No price is quiet."""


@scratch
@dataclass(frozen=True)
class Curve:
    """What one price adds to a sum: straight pieces above `edges`, the first of which is zero.

    Piece n holds from edge n to the next one. At or below zero nothing is known. An `inverse` curve
    is linear in 1/price, and so are its edges.
    """

    symbol: str
    edges: tuple[Decimal, ...]
    pieces: tuple[Piece, ...]
    inverse: bool = False

    def band(self, constant: Decimal, price: Decimal) -> Band:
        """The prices around this one at which constant + curve stays above zero."""
        at = max(n for n, edge in enumerate(self.edges) if edge < price) if price > 0 else 0
        if price <= 0 or constant + self.pieces[at].at(price) <= 0:
            return NEVER
        return Band(self._falls_to(constant, at), self._rises_to(constant, at))

    def _rises_to(self, constant: Decimal, at: int) -> Decimal | None:
        """The first price upward at which the sum is zero, from inside piece `at` where it is above
        zero."""
        for number in range(at, len(self.pieces)):
            piece, edge = self.pieces[number], self.edges[number]
            if number > at and constant + piece.at(edge) <= HAIR:
                return edge
            end = self.edges[number + 1] if number + 1 < len(self.edges) else None
            if piece.slope < 0:
                root = -(constant + piece.constant) / piece.slope
                if end is None or root <= end + HAIR:  # a division may have pushed it beyond
                    return root
        return None

    def _falls_to(self, constant: Decimal, at: int) -> Decimal:
        """The same downward; not below zero."""
        for number in range(at, -1, -1):
            piece, edge = self.pieces[number], self.edges[number]
            if number < at and constant + piece.at(self.edges[number + 1]) <= HAIR:
                return self.edges[number + 1]
            if piece.slope > 0:
                root = -(constant + piece.constant) / piece.slope
                if root >= edge - HAIR:
                    return root
        return ZERO


@scratch
@dataclass(frozen=True)
class Sum:
    """Quiet while constant + the curves of all groups stays above zero.

    Of each group one alternative counts: the lowest, or with `highest` the highest.
    """

    constant: Decimal
    groups: tuple[tuple[tuple[Curve, ...], ...], ...]
    highest: bool = False

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols whose prices are in it, each once."""
        curves = (curve for group in self.groups for option in group for curve in option)
        return tuple(dict.fromkeys(curve.symbol for curve in curves))

    def alone(self) -> Curve | None:
        """The one curve on which it depends; `None` if there are several, or none."""
        if len(self.groups) != 1 or len(self.groups[0]) != 1 or len(self.groups[0][0]) != 1:
            return None
        return self.groups[0][0][0]


@dataclass(slots=True)
class Fence:
    """Everything that must hold for the prices of every bar so that nothing happens.

    Bands of `traded` prices and of those by which margin is `judged`, by symbol; `sums` over the
    latter.
    """

    traded: dict[str, Band] = field(default_factory=dict)
    judged: dict[str, Band] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)

    def hold_traded(self, symbol: str, band: Band) -> None:
        """Keep a symbol's traded price inside this band too."""
        held = self.traded.get(symbol)
        self.traded[symbol] = band if held is None else band & held

    def hold_judged(self, symbol: str, band: Band) -> None:
        """The same for the price by which margin is judged."""
        held = self.judged.get(symbol)
        self.judged[symbol] = band if held is None else band & held
