"""What a pocket is worth, what the rule book demands of it, and the prices where the two meet.

Everything is an inequality `equity < multiple x requirement`; ratios are only shown. Prices move
equity linearly and requirements in straight pieces, so a threshold is solved, never searched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.risk.demand import Prices, demand, netted, option_piece, standing
from ledger.account.state import Account, Pocket, Position
from ledger.frozen import scratch
from ledger.market.rules.rulebook import AccountKind, Forbids, Level, Restriction, Rulebook
from ledger.market.rules.schedule import Basis
from ledger.money import ONE, ZERO, settle, without_residue


@scratch
@dataclass(frozen=True)
class Margin:
    """Equity against the demand to open (initial) and to keep (maintenance), unrounded."""

    equity: Decimal
    initial: Decimal
    maintenance: Decimal

    @property
    def excess(self) -> Decimal:
        """Below zero a call is due."""
        return self.equity - self.maintenance

    @property
    def available(self) -> Decimal:
        """What may be withdrawn or opened with."""
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
    """Profit not yet booked: value less what was paid for it."""
    return sum(
        (
            account.instruments[symbol].paper(position.quantity, position.basis, prices[symbol])
            for symbol, position in pocket.positions.items()
        ),
        ZERO,
    )


def equity(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """What the pocket is worth after paying its loan and the interest posted on it."""
    worth = pocket.cash - pocket.loan.owed()
    for symbol, position in pocket.positions.items():
        instrument = account.instruments[symbol]
        worth += instrument.worth(position.quantity, position.basis, prices[symbol])
    return worth


def margin_behind(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """Own money behind an isolated position: with contracts the pocket's cash, and where the cash
    went into coins what the pocket is worth."""
    instruments = account.instruments
    if any(instruments[symbol].owned for symbol in pocket.positions):
        return settle(equity(account, pocket, prices), account.currency)
    return pocket.cash


def requirement(account: Account, pocket: Pocket, prices: Prices, level: Level) -> Decimal:
    """The equity that the level demands at these prices."""
    level = standing(account, pocket, level)
    asked = level.multiple * _demand(account, pocket, prices, level.schedule)
    return asked if level.share == ONE else asked / level.share


def missing(account: Account, pocket: Pocket, prices: Prices, level: Level) -> Decimal:
    """Equity short of what the level demands; negative where there is more.

    Free of what a division by the level's share leaves in the last digits, so that it can be
    rounded up.
    """
    short = requirement(account, pocket, prices, level) - equity(account, pocket, prices)
    return short if level.share == ONE and not level.bands else without_residue(short)


def _demand(account: Account, pocket: Pocket, prices: Prices, name: str) -> Decimal:
    return demand(account, pocket, prices, account.rulebook.schedule(name))


def initial(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """The equity needed to hold this much if it were opened now: the book's rate, or 1/leverage.

    A short in a loan account also keeps to the floors per share of the maintenance schedule. Where
    margin counts as used, it is what was used when the position opened. Net of what offsets.
    """
    schedule = account.rulebook.schedule(account.rulebook.upkeep.schedule)
    if schedule.basis is Basis.USED_MARGIN:
        return demand(account, pocket, prices, schedule)
    return netted(account, pocket, initials(account, pocket, prices))


def initials(account: Account, pocket: Pocket, prices: Prices) -> dict[str, Decimal]:
    """Initial margin of each position by itself."""
    return {
        symbol: initial_of(account, symbol, position.quantity, prices, position.leverage)
        for symbol, position in pocket.positions.items()
    }


def initial_of(
    account: Account, symbol: str, quantity: Decimal, prices: Prices, leverage: Decimal
) -> Decimal:
    """Initial margin of one signed quantity. Source of the short floors: FINRA 4210(b), (c).

    What nothing is lent on is paid in full; a written option needs what it must keep.
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
    wanted = notional * max(book.initial_margin, book.own_part(quantity < 0, leverage))
    schedule = book.schedule(book.upkeep.schedule)
    if quantity < 0 and schedule.basis is Basis.VALUE:
        floor = schedule.piece(quantity * instrument.multiplier, price, price).at(price)
        return max(wanted, floor)
    return wanted


def posted_margin(book: Rulebook, value: Decimal, leverage: Decimal) -> Decimal:
    """What an isolated position is given to stand on when it opens: own money, and where the book
    posts it the fee of closing. `value` is signed, a short's negative."""
    own = abs(value) * book.own_part(value < 0, leverage)
    return settle(own + book.close_reserve(value, leverage), book.currency)


def held_proceeds(account: Account, pocket: Pocket) -> Decimal:
    """Cash that shorts brought in: the lender of the shares holds it until they are returned."""
    return sum(
        (
            proceeds_of(position)
            for symbol, position in pocket.positions.items()
            if account.instruments[symbol].owned and position.quantity < 0
        ),
        ZERO,
    )


def proceeds_of(position: Position) -> Decimal:
    """What of a short's proceeds its lender holds."""
    brought = sum((max(-lot.cost, ZERO) for lot in position.lots), ZERO)
    return brought + position.held_shift


def free_cash(account: Account, pocket: Pocket) -> Decimal:
    """Cash that can pay for something."""
    return pocket.cash - held_proceeds(account, pocket)


def assess(account: Account, pocket: Pocket, prices: Prices) -> Margin:
    """The triple that every screen, preview and rule reads."""
    return Margin(
        equity=equity(account, pocket, prices),
        initial=initial(account, pocket, prices),
        maintenance=requirement(account, pocket, prices, account.rulebook.maintenance),
    )


def breached(account: Account, pocket: Pocket, prices: Prices, level: Level) -> bool:
    """Whether equity has fallen through the level at these prices."""
    return bool(all_breached(account, pocket, prices, (level,)))


def all_breached(
    account: Account, pocket: Pocket, prices: Prices, levels: Iterable[Level]
) -> list[Level]:
    """Those of the levels that are breached; equity and each schedule are worked out once."""
    worth = equity(account, pocket, prices)
    demands: dict[str, Decimal] = {}
    found = []
    for level in levels:
        if level.schedule not in demands:
            demands[level.schedule] = _demand(account, pocket, prices, level.schedule)
        stands = standing(account, pocket, level)
        asked = stands.multiple * demands[level.schedule]
        has = stands.share * worth
        if has <= asked if level.inclusive else has < asked:
            found.append(level)
    return found


def forbidden(
    account: Account, pocket: Pocket, prices: Prices, what: Forbids
) -> Restriction | None:
    """The restriction that stops this at the pocket's present health, if one does."""
    for restriction in account.rulebook.restrictions:
        if restriction.forbids is what and breached(account, pocket, prices, restriction.level):
            return restriction
    return None


def cleared(account: Account, pocket: Pocket, prices: Prices, level: Level) -> bool:
    """Whether health is above the level by the clear band: only then may the market end a call."""
    asked = requirement(account, pocket, prices, account.rulebook.clearing(level))
    return equity(account, pocket, prices) >= asked
