"""What a pocket is worth, what the rule book demands of it, and the prices where the two meet.

Everything is an inequality `equity < multiple x requirement`; ratios are only shown. Prices move
equity linearly and requirements in straight pieces, so a threshold is solved, never searched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.state import Account, Pocket, Position
from ledger.market.instrument import Kind
from ledger.market.rulebook import AccountKind, Level, Rung
from ledger.money import ONE, ZERO, settle

Prices = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
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
    basis = sum((position.basis for position in pocket.positions.values()), ZERO)
    return market_value(account, pocket, prices) - basis


def equity(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """What the pocket is worth after paying its loan and the interest posted on it."""
    worth = pocket.cash - pocket.loan.owed
    for symbol, position in pocket.positions.items():
        instrument = account.instruments[symbol]
        worth += instrument.worth(position.quantity, position.basis, prices[symbol])
    return worth


def requirement(account: Account, pocket: Pocket, prices: Prices, level: Level) -> Decimal:
    """The equity that the level demands at these prices."""
    return level.multiple * _demand(account, pocket, prices, level.schedule)


def _demand(account: Account, pocket: Pocket, prices: Prices, name: str) -> Decimal:
    schedule = account.rulebook.schedule(name)
    total = ZERO
    for symbol, position in pocket.positions.items():
        multiplier = account.instruments[symbol].multiplier
        price = prices[symbol]
        entry = _entry(position) / multiplier
        total += schedule.piece(position.quantity * multiplier, price, entry).at(price)
    return total


def initial(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """The equity needed to hold this much if it were opened now: the book's rate, or 1/leverage.

    A short in a loan account also keeps to the floors per share of the maintenance schedule.
    """
    return sum(
        (
            initial_of(account, symbol, position.quantity, prices[symbol], position.leverage)
            for symbol, position in pocket.positions.items()
        ),
        ZERO,
    )


def initial_of(
    account: Account, symbol: str, quantity: Decimal, price: Decimal, leverage: Decimal
) -> Decimal:
    """Initial margin of one signed quantity. Source of the short floors: FINRA 4210(b), (c)."""
    book = account.rulebook
    instrument = account.instruments[symbol]
    notional = abs(instrument.notional(quantity, price))
    if book.kind is AccountKind.DERIVATIVES:
        return notional / leverage
    wanted = notional * max(book.initial_margin, ONE / leverage)
    if quantity < 0:
        floor = book.schedule(book.upkeep.schedule).piece(quantity, price, price).at(price)
        return max(wanted, floor)
    return wanted


def posted_margin(notional: Decimal, leverage: Decimal, currency: str) -> Decimal:
    """What an isolated position is given to stand on when it opens: notional / leverage."""
    return settle(abs(notional) / leverage, currency)


def held_proceeds(account: Account, pocket: Pocket) -> Decimal:
    """Cash that shorts brought in: the lender of the shares holds it until they are returned."""
    return sum(
        (
            max(-lot.cost, ZERO)
            for symbol, position in pocket.positions.items()
            if account.instruments[symbol].kind is Kind.SPOT and position.quantity < 0
            for lot in position.lots
        ),
        ZERO,
    )


def free_cash(account: Account, pocket: Pocket) -> Decimal:
    """Cash that can pay for something."""
    return pocket.cash - held_proceeds(account, pocket)


def assess(account: Account, pocket: Pocket, prices: Prices) -> Margin:
    """The triple that every screen, preview and rule reads."""
    held = account.rulebook.level(Rung.LIQUIDATION) or account.rulebook.upkeep
    if account.rulebook.kind is AccountKind.LOAN:
        held = account.rulebook.upkeep
    return Margin(
        equity=equity(account, pocket, prices),
        initial=initial(account, pocket, prices),
        maintenance=requirement(account, pocket, prices, held),
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
        demand = level.multiple * demands[level.schedule]
        if worth <= demand if level.inclusive else worth < demand:
            found.append(level)
    return found


def cleared(account: Account, pocket: Pocket, prices: Prices, level: Level) -> bool:
    """Whether health is above the level by the clear band: only then may the market end a call."""
    demand = requirement(account, pocket, prices, level) * (ONE + account.rulebook.clear_band)
    return equity(account, pocket, prices) >= demand


def _entry(position: Position) -> Decimal:
    return position.basis / position.quantity if position.quantity else ZERO


def entry_price(account: Account, position: Position) -> Decimal:
    """Average price of the lots still held."""
    return _entry(position) / account.instruments[position.symbol].multiplier


@dataclass(frozen=True, slots=True)
class Health:
    """Health in the venue's own measure, with the thresholds it is judged by now."""

    name: str
    value: Decimal | None
    call: Decimal | None
    liquidation: Decimal | None


def health(account: Account, pocket: Pocket, prices: Prices) -> Health:
    """`equity_ratio` = equity / gross market value, `margin_ratio` = maintenance / equity.

    Without a position there is no health; with no equity left a margin ratio has no value.
    """
    return Health(
        account.rulebook.health,
        measure(account, pocket, prices),
        threshold(account, pocket, prices, Rung.CALL),
        threshold(account, pocket, prices, Rung.LIQUIDATION),
    )


def measure(account: Account, pocket: Pocket, prices: Prices) -> Decimal | None:
    """The venue's measure at these prices."""
    gross = _gross(account, pocket, prices)
    if gross == 0:
        return None
    worth = equity(account, pocket, prices)
    if account.rulebook.health == "equity_ratio":
        return worth / gross
    base = requirement(account, pocket, prices, account.rulebook.levels[-1])
    return base / worth if worth > 0 else None


def threshold(account: Account, pocket: Pocket, prices: Prices, rung: Rung) -> Decimal | None:
    """Where the rung stands in the venue's measure."""
    level = account.rulebook.level(rung)
    gross = _gross(account, pocket, prices)
    if level is None or gross == 0:
        return None
    if account.rulebook.health == "equity_ratio":
        return requirement(account, pocket, prices, level) / gross
    return account.rulebook.levels[-1].multiple / level.multiple


def _gross(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    return sum(
        (
            abs(account.instruments[symbol].notional(position.quantity, prices[symbol]))
            for symbol, position in pocket.positions.items()
        ),
        ZERO,
    )
