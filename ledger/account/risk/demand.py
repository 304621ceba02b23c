"""What a schedule demands of a pocket: of each position, of what is owed, and net of offsets."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.account.state import MAIN, Account, Pocket, Position
from ledger.market.instrument import OptionTerms, Right
from ledger.market.rules.rulebook import Level, Mode
from ledger.market.rules.schedule import NOTHING, Piece, Schedule
from ledger.money import ONE, ZERO

Prices = Mapping[str, Decimal]

_ISOLATED, _CROSS, _SMART = Mode.ISOLATED, Mode.CROSS, Mode.SMART
"""Asked for at every price, and a member costs more to look up on its class."""


def mode_of(account: Account, pocket: str) -> Mode:
    """The margin mode of a pocket: its own wall, or the wallet in the account's way."""
    if pocket != MAIN:
        return _ISOLATED
    return _SMART if account.mode is _SMART else _CROSS


def entry_price(account: Account, position: Position) -> Decimal:
    """Average price of the lots still held."""
    if not position.quantity:
        return ZERO
    return account.instruments[position.symbol].entry(position.quantity, position.basis)


def piece_of(account: Account, position: Position, prices: Prices, schedule: Schedule) -> Piece:
    """The demand of one position by itself near the price of its instrument, on its axis."""
    instrument = account.instruments[position.symbol]
    exposure = position.quantity * instrument.multiplier
    price = prices[position.symbol]
    if instrument.option is not None:
        return option_piece(account, instrument.option, exposure, prices)
    entry = entry_price(account, position) if schedule.knows_entry else ZERO
    if instrument.inverse:
        price, entry = instrument.axis(price), instrument.axis(entry)
    return schedule.piece(exposure, price, entry, position.leverage)


def asked_of(account: Account, position: Position, prices: Prices, schedule: Schedule) -> Decimal:
    """The demand of one position by itself at these prices.

    That of an inverse contract is divided by its price, not multiplied by a rounded 1/price: what
    is a whole number of units stays one.
    """
    price, piece = prices[position.symbol], piece_of(account, position, prices, schedule)
    if account.instruments[position.symbol].inverse and price:
        return piece.constant + piece.slope / price
    return piece.at(price)


def option_piece(account: Account, terms: OptionTerms, exposure: Decimal, prices: Prices) -> Piece:
    """A written option: its price, and of the underlying's price a share less what it is out of
    the money, or a smaller share (of the strike for a put), whichever is more.

    A bought one is paid for and asks for nothing. Source: FINRA 4210(f)(2)(D), 20 % and 10 %.
    """
    rule = account.rulebook.options
    if exposure >= 0 or rule is None:
        return NOTHING
    price = prices[terms.on]
    return Piece(on_underlying(account, terms, exposure, price).at(price), -exposure)


def on_underlying(account: Account, terms: OptionTerms, exposure: Decimal, price: Decimal) -> Piece:
    """What a written option asks for beside its own price, near a price of its underlying: a
    straight line in that."""
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
    """The options on a symbol that the pocket has written: its price moves what they ask for."""
    return [(terms, position) for terms, position in written(account, pocket) if terms.on == symbol]


def written(account: Account, pocket: Pocket) -> list[tuple[OptionTerms, Position]]:
    """The options that the pocket has written, with their terms."""
    return [
        (terms, position)
        for symbol, position in pocket.positions.items()
        if position.quantity < 0 and (terms := account.instruments[symbol].option) is not None
    ]


def demand(account: Account, pocket: Pocket, prices: Prices, schedule: Schedule) -> Decimal:
    """The demand of a schedule on the whole pocket, debt included, net of what offsets."""
    asked = {
        symbol: asked_of(account, position, prices, schedule)
        for symbol, position in pocket.positions.items()
    }
    return schedule.of_debt(pocket.loan.owed()) + netted(account, pocket, asked)


def netted(account: Account, pocket: Pocket, asked: Mapping[str, Decimal]) -> Decimal:
    """What is asked of single positions, added up; in smart cross the smaller side of an
    underlying counts only with the book's `matched` part."""
    if mode_of(account, pocket.name) is not _SMART:
        return sum(asked.values(), ZERO)
    sides = sides_of(account, pocket, asked)
    return sum((net_of(account, pair) for pair in sides.values()), ZERO)


def net_of(account: Account, sides: tuple[Decimal, Decimal]) -> Decimal:
    """What the two sides of one underlying ask for together."""
    return max(sides) + account.rulebook.offset.matched * min(sides)


def sides_of(
    account: Account, pocket: Pocket, asked: Mapping[str, Decimal]
) -> dict[str, tuple[Decimal, Decimal]]:
    """For each underlying what is asked of its longs and of its shorts."""
    sides: dict[str, tuple[Decimal, Decimal]] = {}
    for symbol, amount in asked.items():
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


def standing(account: Account, pocket: Pocket, level: Level) -> Level:
    """The level as it stands for this pocket's mode and its largest leverage."""
    if not level.bands:
        return level
    largest = max((p.leverage for p in pocket.positions.values()), default=ONE)
    return level.within(mode_of(account, pocket.name), largest)
