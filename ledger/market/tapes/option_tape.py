"""European options: a tape of Black-Scholes prices made from the tape of the underlying.

The volatility is the one realized over the days before each bar (nothing of the bar itself or later
is in it), or a fixed one. Floats are right here: a model's price is an opinion, rounded to the
tick; what is posted is that tick. The normal distribution is the standard library's.
"""

from array import array
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from math import exp, log, sqrt
from statistics import NormalDist

from ledger.market.instrument import OptionTerms, Right
from ledger.market.tapes.tape import Tape
from ledger.times import DAY

YEAR = 365 * DAY
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """`volatility` is yearly, `None` for the one realized over the last `days`; `rate` yearly."""

    volatility: float | None = None
    days: int = 30
    rate: float = 0.0
    tick: Decimal = Decimal("0.01")


def black_scholes(
    right: Right, spot: float, strike: float, years: float, volatility: float, rate: float = 0.0
) -> float:
    """Price of a European option without dividends. Source: Black and Scholes, 1973."""
    sign = 1 if right is Right.CALL else -1
    discounted = strike * exp(-rate * years)
    spread = volatility * sqrt(years)
    if spread <= 0 or spot <= 0:
        return max(sign * (spot - discounted), 0.0)
    d1 = (log(spot / discounted) + spread * spread / 2) / spread
    inside = _NORMAL.cdf(sign * d1) * spot - _NORMAL.cdf(sign * (d1 - spread)) * discounted
    return max(sign * inside, 0.0)


def realized(tape: Tape, days: int) -> list[float]:
    """Yearly volatility of the closes over the last `days` before each bar, using only earlier
    closes.

    Root of the mean squared logarithmic return, times the root of bars in a year, which follows
    from the number of bars in that time. Bars before the first two returns have the first value
    that there is.
    """
    span = days * DAY
    squares: list[float] = [0.0]
    volatilities: list[float] = []
    start = 0
    for index, time in enumerate(tape.times):
        while tape.times[start] < time - span:
            start += 1
        count = index - 1 - start
        if count >= 2:
            total = squares[index - 1] - squares[start]
            years = (tape.times[index - 1] - tape.times[start]) / YEAR
            volatilities.append(sqrt(max(total, 0.0) / years))
        else:
            volatilities.append(-1.0)
        move = log(tape.closes[index] / tape.closes[index - 1]) if index else 0.0
        if index:
            squares.append(squares[-1] + move * move)
    known = next((value for value in volatilities if value >= 0), 0.0)
    return [known if value < 0 else value for value in volatilities]


def option_tape(tape: Tape, terms: OptionTerms, pricing: Pricing, symbol: str, source: str) -> Tape:
    """The option's bars over the underlying's, to its expiry, at its exercise value there.

    A call rises with the underlying and a put falls with it, so high and low follow from its own.
    """
    length = tape.find(terms.expires)
    volatilities = (
        [pricing.volatility] * length if pricing.volatility else realized(tape, pricing.days)
    )
    strike, step = float(terms.strike), float(tape.step)
    columns: tuple[list[int], ...] = ([], [], [], [])
    for index in range(length):
        left = terms.expires - tape.times[index]
        after = max(left - tape.interval, 0)

        def quoted(price: int, seconds: int, sigma: float = volatilities[index]) -> int:
            value = black_scholes(
                terms.right, price * step, strike, seconds / YEAR, sigma, pricing.rate
            )
            return round(value / float(pricing.tick))

        first, last = quoted(tape.opens[index], left), quoted(tape.closes[index], after)
        ends = (quoted(tape.lows[index], left), quoted(tape.highs[index], left))
        for column, price in zip(
            columns, (first, max(*ends, first, last), min(*ends, first, last), last), strict=True
        ):
            column.append(price)
    return _tape(tape, (terms, pricing), symbol, source, columns)


def _tape(
    tape: Tape,
    made_of: tuple[OptionTerms, Pricing],
    symbol: str,
    source: str,
    columns: tuple[list[int], ...],
) -> Tape:
    opens, highs, lows, closes = (array("q", column) for column in columns)
    return replace(
        tape,
        symbol=symbol,
        source=source,
        step=made_of[1].tick,
        sha256=sha256(f"{tape.sha256} {made_of}".encode()).hexdigest(),
        times=tape.times[: len(opens)],
        opens=opens,
        highs=highs,
        lows=lows,
        closes=closes,
        volumes=array("q", [1] * len(opens)),
    )
