"""What things are worth, in fractions and from each contract's own definition.

Nothing here calls the engine's arithmetic: a share and a token are worth quantity x price, a
linear contract gains quantity x (price - entry), an inverse one quantity x (1/entry - 1/price).
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from ledger.account.state import Account, Pocket, Position
from ledger.market.instrument import Instrument, Kind
from tests.worlds import D

Prices = Mapping[str, Decimal]
NOTHING = Fraction(0)
SCALES = {"USD": 2, "USDT": 6, "BTC": 8}


def unit(currency: str) -> Fraction:
    """The least amount of a currency."""
    return Fraction(1, 10 ** SCALES[currency])


def gain(instrument: Instrument, quantity: Decimal, start: Decimal, end: Decimal) -> Fraction:
    """What a signed quantity makes of the way from one price to another."""
    size = Fraction(quantity) * Fraction(instrument.multiplier)
    if instrument.kind is Kind.INVERSE:
        return size / Fraction(start) - size / Fraction(end)
    return size * (Fraction(end) - Fraction(start))


def value(instrument: Instrument, quantity: Decimal, price: Decimal) -> Fraction:
    """What a signed quantity comes to at a price."""
    size = Fraction(quantity) * Fraction(instrument.multiplier)
    return size / Fraction(price) if instrument.kind is Kind.INVERSE else size * Fraction(price)


def of_position(instrument: Instrument, position: Position, price: Decimal) -> Fraction:
    """What a position adds to an account: its worth, or what a contract has gained."""
    if instrument.kind in (Kind.LINEAR, Kind.INVERSE):
        lots = position.lots
        return sum((gain(instrument, x.quantity, x.price, price) for x in lots), NOTHING)
    return sum((value(instrument, x.quantity, price) for x in position.lots), NOTHING)


def of_pocket(account: Account, pocket: Pocket, prices: Prices) -> Fraction:
    """Cash, less what is owed, and what is held."""
    found = Fraction(pocket.cash) - Fraction(pocket.loan.principal) - Fraction(pocket.loan.accrued)
    for symbol, held in pocket.positions.items():
        found += of_position(account.instruments[symbol], held, prices[symbol])
    return found


def of_account(account: Account, prices: Prices) -> Fraction:
    """All pockets together."""
    return sum((of_pocket(account, p, prices) for p in account.pockets.values()), NOTHING)


def near(one: Fraction | Decimal, other: Fraction | Decimal, within: Fraction | int) -> bool:
    """Whether two amounts differ by no more than this."""
    return abs(Fraction(one) - Fraction(other)) <= within


def as_text(amount: Fraction) -> str:
    """For a message: ten decimals."""
    return str(D(amount.numerator) / D(amount.denominator))[:24]
