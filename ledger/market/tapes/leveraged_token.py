"""Leveraged tokens: a tape of net asset values made from the tape of the underlying.

Each day the token is rebalanced to its multiple of the underlying: exposure = multiple x NAV, so
that over days it earns the product of (1 + multiple x move), not the multiple of the whole move.
Source: KuCoin 900004691986 (`rules.md` section 7): 3x long and short, rebalanced before midnight
UTC, or at once when the underlying has moved 15% against it, 0.05% a day taken out of the NAV.
"""

from array import array
from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from ledger.market.tapes.origin import TokenTerms
from ledger.market.tapes.tape import Tape
from ledger.money import ONE, ZERO
from ledger.times import DAY

REBALANCED_AT = 23 * 3600 + 45 * 60
"""Second of the day, UTC: the end of KuCoin's window of 23:30 to 23:45."""


class Basket:
    """The NAV while the underlying moves, since the last rebalancing."""

    def __init__(self, terms: TokenTerms, underlying: Decimal) -> None:
        self.terms = terms
        self.nav = terms.first
        self.base = underlying

    def at(self, price: Decimal) -> Decimal:
        """NAV at a price of the underlying; zero or less if nothing is left."""
        return self.nav * (ONE + self.terms.multiple * (price / self.base - ONE))

    def rebalance(self, price: Decimal, fee: Decimal = ZERO) -> None:
        """Set the exposure back to the multiple, at this price."""
        self.nav, self.base = self.at(price) * (ONE - fee), price

    def fall_to(self, price: Decimal) -> None:
        """Move the underlying against the token: it rebalances at each trigger on the way."""
        against = ONE - self.terms.trigger if self.terms.multiple > 0 else ONE + self.terms.trigger
        while (price - self.base * against) * self.terms.multiple <= 0:
            self.rebalance(self.base * against)


def compounded(multiple: Decimal, moves: Iterable[Decimal]) -> Decimal:
    """The return of a token over days with these moves of the underlying, without fees."""
    factor = ONE
    for move in moves:
        factor *= ONE + multiple * move
    return factor - ONE


def token_tape(tape: Tape, terms: TokenTerms, symbol: str, source: str) -> Tape:
    """The token's bars over the underlying's. It ends with the bar in which nothing is left.

    In each bar the adverse move comes first. A gap beyond the trigger rebalances at the open, at
    what is left then.
    """
    columns: tuple[list[int], ...] = ([], [], [], [])
    basket = Basket(terms, tape.bar(0).open)
    long = terms.multiple > 0
    last, day = tape.bar(0).open, (tape.first - REBALANCED_AT) // DAY
    for index in range(len(tape)):
        bar = tape.bar(index)
        passed = (bar.time - REBALANCED_AT) // DAY - day
        if passed:  # at the last price before the hour, every day since
            basket.rebalance(last, ONE - (ONE - terms.fee) ** passed)
            day += passed
        last = bar.close
        first = basket.at(bar.open)
        if first <= 0:
            break
        if (bar.open / basket.base - ONE) * terms.multiple <= -abs(terms.multiple) * terms.trigger:
            basket.rebalance(bar.open)
        basket.fall_to(bar.low if long else bar.high)
        worst = basket.at(bar.low if long else bar.high)
        best = max(first, basket.at(bar.high if long else bar.low))
        ends = basket.at(bar.close)
        for column, price in zip(columns, (first, best, worst, ends), strict=True):
            column.append(_ticks(price, terms.tick))
    return _tape(tape, terms, symbol, source, columns)


def _ticks(price: Decimal, tick: Decimal) -> int:
    """Whole ticks; any value above zero is quoted at one tick or more."""
    return max(int((price / tick).to_integral_value(ROUND_HALF_UP)), 1)


def _tape(
    tape: Tape, terms: TokenTerms, symbol: str, source: str, columns: tuple[list[int], ...]
) -> Tape:
    opens, highs, lows, closes = (array("q", column) for column in columns)
    bars = len(opens)
    print_of = sha256(f"{tape.sha256} {terms}".encode()).hexdigest()
    return replace(
        tape,
        symbol=symbol,
        source=source,
        step=terms.tick,
        sha256=print_of,
        times=tape.times[:bars],
        opens=opens,
        highs=highs,
        lows=lows,
        closes=closes,
        volumes=array("q", [1] * bars),
    )
