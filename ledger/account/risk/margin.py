"""What a pocket is worth, and the margin that the rule book requires.

Everything is an inequality `equity < multiple x requirement`; ratios are only shown. Prices move
equity linearly and requirements in straight pieces, so a threshold is solved, never searched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.risk.requirement import Prices, level_for, netted, option_piece, requirement
from ledger.account.state import Account, Pocket, Position
from ledger.frozen import scratch
from ledger.market.rules.rulebook import AccountKind, Forbids, Level, Restriction, Rulebook
from ledger.market.rules.schedule import Basis
from ledger.money import ONE, ZERO, settle, without_residue


@scratch
@dataclass(frozen=True)
class Margin:
    """Equity, initial margin and maintenance margin, unrounded."""

    equity: Decimal
    initial: Decimal
    maintenance: Decimal

    @property
    def excess(self) -> Decimal:
        """Equity over maintenance margin: below zero a call is due."""
        return self.equity - self.maintenance

    @property
    def available(self) -> Decimal:
        """What may be withdrawn or used to open a position."""
        return max(self.equity - self.initial, ZERO)


def market_value(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """Signed value of what is held: shorts are negative."""
    return sum(
        (
            account.instruments[symbol].notional(position.quantity, prices[symbol])
            for symbol, position in pocket.positions.items()
        ),
        ZERO,
    )


def unrealized(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """Unrealized profit: value less cost."""
    return sum(
        (
            account.instruments[symbol].unrealized(
                position.quantity, position.basis, prices[symbol]
            )
            for symbol, position in pocket.positions.items()
        ),
        ZERO,
    )


def equity(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """What the pocket is worth net of its loan and the interest posted on it."""
    total = pocket.cash - pocket.loan.owed()
    for symbol, position in pocket.positions.items():
        instrument = account.instruments[symbol]
        total += instrument.equity_value(position.quantity, position.basis, prices[symbol])
    return total


def margin_behind(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """Own money behind an isolated position: the pocket's cash for contracts, its equity where the
    cash bought the asset itself."""
    instruments = account.instruments
    if any(instruments[symbol].owned for symbol in pocket.positions):
        return settle(equity(account, pocket, prices), account.currency)
    return pocket.cash


def required_equity(account: Account, pocket: Pocket, prices: Prices, level: Level) -> Decimal:
    """The equity that the level requires at these prices."""
    level = level_for(account, pocket, level)
    required = level.multiple * _requirement(account, pocket, prices, level.schedule)
    return required if level.share == ONE else required / level.share


def exact_shortfall(account: Account, pocket: Pocket, prices: Prices, level: Level) -> Decimal:
    """How far equity is below what the level requires, unrounded; negative above it.

    Dividing by the level's share leaves a residue in the last digits. It is removed, so that the
    figure can be rounded up.
    """
    short = required_equity(account, pocket, prices, level) - equity(account, pocket, prices)
    return short if level.share == ONE and not level.bands else without_residue(short)


def _requirement(account: Account, pocket: Pocket, prices: Prices, name: str) -> Decimal:
    return requirement(account, pocket, prices, account.rulebook.schedule(name))


def initial(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """The equity needed to open what is held at these prices: the book's rate, or 1/leverage.

    In a loan account it is never less than the maintenance schedule requires (of shorts by the
    share, of cheap shares, of leveraged funds). Under a schedule of used margin it is the margin
    used when the position opened. Offsets are netted.
    """
    schedule = account.rulebook.schedule(account.rulebook.call_level.schedule)
    if schedule.basis is Basis.USED_MARGIN:
        return requirement(account, pocket, prices, schedule)
    return netted(account, pocket, initials(account, pocket, prices))


def initials(account: Account, pocket: Pocket, prices: Prices) -> dict[str, Decimal]:
    """Initial margin of each position alone."""
    return {
        symbol: initial_of(account, symbol, position.quantity, prices, position.leverage)
        for symbol, position in pocket.positions.items()
    }


def initial_of(
    account: Account, symbol: str, quantity: Decimal, prices: Prices, leverage: Decimal
) -> Decimal:
    """Initial margin of one signed quantity. Source of the floors: FINRA 4210(b), (c).

    What cannot be bought on margin is paid in full; a written option's is its maintenance margin.
    """
    book = account.rulebook
    instrument = account.instruments[symbol]
    price = prices[symbol]
    if instrument.option is not None and quantity < 0:
        exposure = quantity * instrument.multiplier
        return option_piece(account, instrument.option, exposure, prices).at(price)
    notional = abs(instrument.notional(quantity, price))
    if instrument.paid_in_full and quantity > 0:
        return notional
    if book.kind is AccountKind.DERIVATIVES:
        return notional / leverage
    required = notional * max(book.order_margin, book.margin_rate(quantity < 0, leverage))
    schedule = book.own(book.order_schedule, instrument)
    if schedule.basis is Basis.VALUE:
        floor = schedule.piece(quantity * instrument.multiplier, price, price).at(price)
        return max(required, floor)
    return required


def overnight_margin(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """Initial margin of what is kept at a session's close, where it is tested then: the book's
    rate, in full what cannot be bought on margin, and a written option's own.

    Source: 12 CFR 220.12.
    """
    required = ZERO
    for symbol, position in pocket.positions.items():
        instrument = account.instruments[symbol]
        if instrument.option is not None and position.quantity < 0:
            required += initial_of(account, symbol, position.quantity, prices, ONE)
            continue
        rate = ONE if instrument.paid_in_full else account.rulebook.initial_margin
        required += rate * abs(instrument.notional(position.quantity, prices[symbol]))
    return required


def overnight_excess(account: Account, prices: Prices) -> Decimal:
    """The wallet's equity above the initial margin of a night; below zero it is lacking."""
    main = account.main
    return equity(account, main, prices) - overnight_margin(account, main, prices)


def posted_margin(book: Rulebook, value: Decimal, leverage: Decimal) -> Decimal:
    """Margin posted for an isolated position when it opens: own money, and the closing fee where
    the rule book has it posted. `value` is signed: a short's is negative."""
    pocket_equity = abs(value) * book.margin_rate(value < 0, leverage)
    return settle(pocket_equity + book.close_reserve(value, leverage), book.currency)


def held_proceeds(account: Account, pocket: Pocket) -> Decimal:
    """Proceeds of short sales, which the lender of the shares holds until they are returned."""
    return sum(
        (
            proceeds_of(position)
            for symbol, position in pocket.positions.items()
            if account.instruments[symbol].owned and position.quantity < 0
        ),
        ZERO,
    )


def proceeds_of(position: Position) -> Decimal:
    """The part of one short's proceeds that its lender holds."""
    brought = sum((max(-lot.cost, ZERO) for lot in position.lots), ZERO)
    return brought + position.held_shift


def free_cash(account: Account, pocket: Pocket) -> Decimal:
    """Cash that can be spent: all but the proceeds of shorts."""
    return pocket.cash - held_proceeds(account, pocket)


def assess(account: Account, pocket: Pocket, prices: Prices) -> Margin:
    """Equity, initial and maintenance margin: what every screen, preview and rule reads."""
    return Margin(
        equity=equity(account, pocket, prices),
        initial=initial(account, pocket, prices),
        maintenance=required_equity(account, pocket, prices, account.rulebook.maintenance),
    )


def breached(account: Account, pocket: Pocket, prices: Prices, level: Level) -> bool:
    """Whether equity has fallen through the level at these prices."""
    return bool(all_breached(account, pocket, prices, (level,)))


def all_breached(
    account: Account, pocket: Pocket, prices: Prices, levels: Iterable[Level]
) -> list[Level]:
    """The levels that are breached. Equity and each schedule are computed once."""
    pocket_equity = equity(account, pocket, prices)
    requirements: dict[str, Decimal] = {}
    fallen = []
    for level in levels:
        if level.schedule not in requirements:
            requirements[level.schedule] = _requirement(account, pocket, prices, level.schedule)
        effective = level_for(account, pocket, level)
        required = effective.multiple * requirements[level.schedule]
        has = effective.share * pocket_equity
        if has <= required if level.inclusive else has < required:
            fallen.append(level)
    return fallen


def forbidden(
    account: Account, pocket: Pocket, prices: Prices, what: Forbids
) -> Restriction | None:
    """The restriction that forbids this at the pocket's present health, if any."""
    for restriction in account.rulebook.restrictions:
        if restriction.forbids is what and breached(account, pocket, prices, restriction.level):
            return restriction
    return None


def cleared(account: Account, pocket: Pocket, prices: Prices, level: Level) -> bool:
    """Whether equity is above the level by the clear band: only then may the market end a call."""
    required = required_equity(account, pocket, prices, account.rulebook.clearing(level))
    return equity(account, pocket, prices) >= required
