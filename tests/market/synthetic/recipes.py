"""Synthetic tapes for tests: a recipe in one line, and what a tape's bars did."""

from decimal import Decimal
from math import log
from typing import Any

from ledger.market.synthetic.make import make
from ledger.market.tapes.recipe import Model, Recipe
from ledger.market.tapes.tape import Tape

D = Decimal
T0 = 1_704_067_200
"""2024-01-01T00:00:00Z, a Monday."""
FINE = D("0.000001")
"""A tick that no moment of a path feels."""


def recipe(**changes: Any) -> Recipe:
    """An hourly tape that begins at 100, grows by 5 % a year and has a volatility of 80 %."""
    given: dict[str, Any] = {
        "model": Model.GBM,
        "symbol": "ACME",
        "seed": 7,
        "start": T0,
        "bars": 20_000,
        "interval": 3_600,
        "start_price": D(100),
        "tick": D("0.01"),
        "drift": D("0.05"),
        "volatility": D("0.8"),
    }
    return Recipe(**{**given, **changes})


def tape(**changes: Any) -> Tape:
    """Its tape."""
    return make(recipe(**changes))


def returns(found: Tape) -> list[float]:
    """Logarithm of close to open of every bar."""
    return [log(close / first) for first, close in zip(found.opens, found.closes, strict=True)]


def rows(found: Tape) -> list[tuple[int, int, int, int, int]]:
    """Time, open, high, low, close."""
    return list(zip(found.times, found.opens, found.highs, found.lows, found.closes, strict=True))
