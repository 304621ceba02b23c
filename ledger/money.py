"""Exact numbers: the scales of money, the one decimal context, and the ways to round.

Everything posted is a `Decimal` at its asset's scale in the domain and a whole number of atoms in
the store. Rounding happens in the functions below and nowhere else.
"""

import decimal
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import lru_cache

PRECISION = 34
"""Digits of the one decimal context (IEEE 754 decimal128)."""

decimal.DefaultContext.prec = PRECISION  # threads started later
decimal.getcontext().prec = PRECISION  # this thread

ZERO = Decimal(0)
ONE = Decimal(1)
RATIO_STEP = Decimal("0.00000001")
"""Ratios, rates and R multiples are given to eight decimals."""

FINEST_PRICE = Decimal("1e-18")
"""No price has more decimals, not even averages at the finest tick."""

DUST = Decimal("1e-20")
"""The error that divisions may leave; it must not push an exact amount over its next unit."""

LARGEST = Decimal(10) ** 12
"""No amount or quantity may reach this: it keeps every product inside the store's integers."""

LARGEST_QUANTITY = Decimal(9) * 10**10
"""No quantity may reach this: at eight decimals the store's integers end just above."""

_BANK_MONEY = frozenset({"USD", "EUR", "CHF", "GBP", "JPY", "CAD", "AUD"})
DOLLAR_COINS = frozenset({"USDT", "USDC"})
"""Coins that stand for a dollar each."""


def scale_of(asset: str) -> int:
    """Decimals of an asset: bank money 2, dollar coins 6, every other coin 8 (`decisions.md`)."""
    if asset in _BANK_MONEY:
        return 2
    return 6 if asset in DOLLAR_COINS else 8


_STEPS = {scale: Decimal(1).scaleb(-scale) for scale in (2, 6, 8)}


@lru_cache(64)
def atom(asset: str) -> Decimal:
    """The smallest amount of an asset."""
    return _STEPS[scale_of(asset)]


def settle(amount: Decimal, asset: str) -> Decimal:
    """An amount as posted: at the asset's scale, rounded half up, once."""
    return amount.quantize(atom(asset), ROUND_HALF_UP)


def round_up(amount: Decimal, asset: str) -> Decimal:
    """An amount as required: rounded up, so that paying it cures."""
    return amount.quantize(atom(asset), ROUND_CEILING)


def round_down(amount: Decimal, asset: str) -> Decimal:
    """An amount as offered, the largest that may be taken: rounded toward zero."""
    return amount.quantize(atom(asset), ROUND_DOWN)


def without_residue(amount: Decimal) -> Decimal:
    """A figure computed by division, without the `DUST` left in its last digits: what a third lacks
    in its 34th digit must not cost or add a whole unit when the figure is rounded."""
    return amount.quantize(DUST, ROUND_HALF_EVEN)


def to_atoms(amount: Decimal, asset: str) -> int:
    """Whole atoms for the store. Raises `ValueError` for an amount finer than the asset."""
    atoms = amount.scaleb(scale_of(asset))
    whole = int(atoms)
    if whole != atoms:
        raise ValueError(f"{plain(amount)} {asset} is finer than {plain(atom(asset))}")
    return whole


def units(quantity: Decimal) -> Decimal:
    """A quantity as stored: at most eight decimals, rounded toward zero."""
    return trim(quantity.quantize(RATIO_STEP, ROUND_DOWN))


def from_atoms(atoms: int, asset: str) -> Decimal:
    """The amount that the store's whole atoms stand for."""
    return Decimal(atoms).scaleb(-scale_of(asset))


def ratio(value: Decimal) -> Decimal:
    """A ratio, rate or R multiple as recorded: eight decimals, half up, no trailing zeros."""
    return trim(value.quantize(RATIO_STEP, ROUND_HALF_UP))


def step_of(price: Decimal) -> Decimal:
    """The step that a price was written with: its last decimal, or one."""
    exponent = price.as_tuple().exponent
    assert isinstance(exponent, int), "a price is a number"
    return ONE.scaleb(min(exponent, 0))


@lru_cache(64)
def price_places(tick: Decimal) -> int:
    """Decimals of a price in figures: the tick's plus four, at least 8, at most 18."""
    exponent = tick.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "a tick is a number"
    return min(max(4 - exponent, 8), 18)


@lru_cache(64)
def price_step(tick: Decimal) -> Decimal:
    """The step of a price in figures, such as an average or a threshold (`price_places`)."""
    return Decimal(1).scaleb(-price_places(tick))


def figured_price(value: Decimal, tick: Decimal) -> Decimal:
    """An average price as recorded: on its step, half up, no trailing zeros."""
    return trim(value.quantize(price_step(tick), ROUND_HALF_UP))


def trim(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    if value == value.to_integral_value():
        return value.quantize(ONE)
    return value.normalize()


def plain(value: Decimal) -> str:
    """Plain notation, never an exponent."""
    return f"{value:f}"


def sound(value: Decimal) -> bool:
    """Whether a figure from outside is a number that this ledger can hold: finite, and not too
    large."""
    return value.is_finite() and abs(value) < LARGEST


def fits(value: Decimal, step: Decimal) -> bool:
    """Whether a price or quantity is a whole number of ticks or lots; false for what is not
    finite."""
    return sound(value) and value % step == 0


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of a tick or lot that is not above the value."""
    return trim((value / step).to_integral_value(ROUND_FLOOR) * step)


def ceil_to(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of a tick or lot that is not below the value."""
    return trim((value / step).to_integral_value(ROUND_CEILING) * step)
