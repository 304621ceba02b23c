"""A schedule's margin requirement on a pocket: on each position, on debt, and net of offsets."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.account.state import MAIN, Account, Pocket, Position
from ledger.market.instrument import OptionTerms, Right
from ledger.market.rules.rulebook import Level, Mode
from ledger.market.rules.schedule import NOTHING, Piece, Schedule
from ledger.money import ONE, ZERO

Prices = Mapping[str, Decimal]

_ISOLATED, _CROSS, _SMART = Mode.ISOLATED, Mode.CROSS, Mode.SMART
"""Needed at every price, and a global is read faster than a member of a class."""


def mode_of(account: Account, pocket: str) -> Mode:
    """The margin mode of a pocket: isolated, or the wallet's, which the account chose."""
    if pocket != MAIN:
        return _ISOLATED
    return _SMART if account.mode is _SMART else _CROSS


def entry_price(account: Account, position: Position) -> Decimal:
    """Average price of the lots still held."""
    if not position.quantity:
        return ZERO
    return account.instruments[position.symbol].entry(position.quantity, position.basis)


def piece_of(account: Account, position: Position, prices: Prices, schedule: Schedule) -> Piece:
    """The requirement on one position alone, near the price of its instrument, on its axis."""
    instrument = account.instruments[position.symbol]
    exposure = position.quantity * instrument.multiplier
    price = prices[position.symbol]
    if instrument.option is not None:
        return option_piece(account, instrument.option, exposure, prices)
    schedule = account.rulebook.own(schedule, instrument)
    entry = entry_price(account, position) if schedule.knows_entry else ZERO
    if instrument.inverse:
        price, entry = instrument.axis(price), instrument.axis(entry)
    return schedule.piece(exposure, price, entry, position.leverage)


def breaks_of(account: Account, position: Position, schedule: Schedule) -> tuple[Decimal, ...]:
    """The points on its instrument's axis at which a position's requirement changes its piece."""
    instrument = account.instruments[position.symbol]
    exposure = instrument.exposure(position.quantity)
    return account.rulebook.own(schedule, instrument).breaks(exposure)


def requirement_of(
    account: Account, position: Position, prices: Prices, schedule: Schedule
) -> Decimal:
    """The requirement on one position alone at these prices.

    An inverse contract's is divided by the price, not multiplied by a rounded 1/price, so that a
    whole number of units stays one.
    """
    price, piece = prices[position.symbol], piece_of(account, position, prices, schedule)
    if account.instruments[position.symbol].inverse and price:
        return piece.constant + piece.slope / price
    return piece.at(price)


def option_piece(account: Account, terms: OptionTerms, exposure: Decimal, prices: Prices) -> Piece:
    """A written option: its price, plus the greater of a share of the underlying's price less the
    amount out of the money, and a smaller share (of the strike for a put).

    A bought option is paid in full and requires no margin. Source: FINRA 4210(f)(2)(D), 20% and
    10%.
    """
    rule = account.rulebook.options
    if exposure >= 0 or rule is None:
        return NOTHING
    price = prices[terms.on]
    return Piece(on_underlying(account, terms, exposure, price).at(price), -exposure)


def on_underlying(account: Account, terms: OptionTerms, exposure: Decimal, price: Decimal) -> Piece:
    """The requirement on a written option beyond its own price: linear near a price of the
    underlying."""
    rule = account.rulebook.options
    if exposure >= 0 or rule is None:
        return NOTHING
    strike, out = terms.strike, terms.out_of_the_money(price) > 0
    if terms.right is Right.CALL:
        share = Piece(-strike, rule.share + ONE) if out else Piece(ZERO, rule.share)
        least = Piece(ZERO, rule.least)
    else:
        share = Piece(strike, rule.share - ONE) if out else Piece(ZERO, rule.share)
        least = Piece(strike * rule.least, ZERO)
    binds = share if share.at(price) >= least.at(price) else least
    return Piece(-exposure * binds.constant, -exposure * binds.slope)


def option_breaks(account: Account, terms: OptionTerms) -> tuple[Decimal, ...]:
    """Prices of the underlying at which another part of a written option's margin binds."""
    rule = account.rulebook.options
    if rule is None:
        return ()
    strike, share, least = terms.strike, rule.share, rule.least
    if terms.right is Right.CALL:  # share x P - (K - P) = least x P
        return (strike, strike / (ONE + share - least))
    # share x P - (P - K) = least x K, and in the money share x P = least x K
    out = (strike * (ONE - least) / (ONE - share),) if share < ONE else ()
    return (strike, *out, *((strike * least / share,) if share else ()))


def written_on(account: Account, pocket: Pocket, symbol: str) -> list[tuple[OptionTerms, Position]]:
    """Options on a symbol that the pocket has written: its price moves their requirement."""
    return [(terms, position) for terms, position in written(account, pocket) if terms.on == symbol]


def written(account: Account, pocket: Pocket) -> list[tuple[OptionTerms, Position]]:
    """The options that the pocket has written, with their terms."""
    return [
        (terms, position)
        for symbol, position in pocket.positions.items()
        if position.quantity < 0 and (terms := account.instruments[symbol].option) is not None
    ]


def requirement(account: Account, pocket: Pocket, prices: Prices, schedule: Schedule) -> Decimal:
    """A schedule's requirement on the whole pocket: debt included, offsets netted."""
    required = {
        symbol: requirement_of(account, position, prices, schedule)
        for symbol, position in pocket.positions.items()
    }
    return schedule.of_debt(pocket.loan.owed()) + netted(account, pocket, required)


def netted(account: Account, pocket: Pocket, required: Mapping[str, Decimal]) -> Decimal:
    """The sum of the requirements on single positions. In smart cross only the rule book's
    `matched` part of an underlying's smaller side counts."""
    if mode_of(account, pocket.name) is not _SMART:
        return sum(required.values(), ZERO)
    sides = sides_of(account, pocket, required)
    return sum((net_of(account, pair) for pair in sides.values()), ZERO)


def net_of(account: Account, sides: tuple[Decimal, Decimal]) -> Decimal:
    """The requirement on the two sides of one underlying together."""
    return max(sides) + account.rulebook.offset.matched * min(sides)


def sides_of(
    account: Account, pocket: Pocket, required: Mapping[str, Decimal]
) -> dict[str, tuple[Decimal, Decimal]]:
    """For each underlying, the requirement on its longs and on its shorts."""
    sides: dict[str, tuple[Decimal, Decimal]] = {}
    for symbol, amount in required.items():
        name = account.instruments[symbol].exposed_to
        longs, shorts = sides.get(name, (ZERO, ZERO))
        if pocket.positions[symbol].quantity > 0:
            longs += amount
        else:
            shorts += amount
        sides[name] = (longs, shorts)
    return sides


def hedges_of(account: Account, symbol: str) -> tuple[str, ...]:
    """The other listed instruments on a symbol's underlying: what can offset it."""
    named = account.instruments[symbol].exposed_to
    return tuple(
        other.symbol
        for other in account.instruments.values()
        if other.exposed_to == named and other.symbol != symbol
    )


def level_for(account: Account, pocket: Pocket, level: Level) -> Level:
    """The level as it applies to this pocket's mode and largest leverage."""
    if not level.bands:
        return level
    largest = max((p.leverage for p in pocket.positions.values()), default=ONE)
    return level.within(mode_of(account, pocket.name), largest)
