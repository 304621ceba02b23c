"""Accounts with one position, or one loan, and nothing else, for the calculators."""

from dataclasses import replace
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.order import Order, OrderType
from ledger.account.risk.margin import posted_margin
from ledger.account.state import (
    MAIN,
    Account,
    Convention,
    Loan,
    Lot,
    Pocket,
    Position,
    Side,
    open_account,
)
from ledger.engine.bars.bar import fall_due
from ledger.engine.decision.draft import Draft
from ledger.engine.margin import loans
from ledger.market.instrument import Instrument
from ledger.market.quote import Market, Step
from ledger.market.rules.rulebook import (
    AccountKind,
    Capitalize,
    Draws,
    ExitAmount,
    ExitEvent,
    ForcedExit,
    Interest,
    Judged,
    Level,
    Mode,
    Rulebook,
    Rung,
)
from ledger.market.rules.schedule import Schedule
from ledger.money import LARGEST, ONE, RATIO_STEP, ZERO, atom, fits, plain, settle
from ledger.refused import Refused
from ledger.times import HOUR, Time

SYMBOL = "POSITION"


MOST_POSTINGS = 100_000
"""The most postings of a compounding loan before a calculator gives up."""


def opened(
    rulebook: Rulebook,
    side: Side,
    entry: Decimal,
    quantity: Decimal,
    leverage: Decimal | None,
    wallet: Decimal | None,
    mode: Mode | None = None,
) -> Account:
    """An account that has just opened one position and holds nothing else."""
    value = side.sign * value_of(listed(rulebook), quantity, entry)
    leverage = rulebook.default_for(listed(rulebook)) if leverage is None else leverage
    signed = quantity * side.sign
    mode = mode or rulebook.modes[0]
    check_leverage(rulebook, signed, entry, leverage, mode)
    margin = own_margin(rulebook, value, leverage, mode)
    if wallet is not None:
        positive("wallet", wallet)
        margin = wallet
    if rulebook.kind is AccountKind.DERIVATIVES:
        return holding(rulebook, signed, entry, leverage, margin, ZERO, mode)
    spent = signed * entry
    if rulebook.draws is Draws.WHOLE and signed > 0:
        return holding(rulebook, signed, entry, leverage, margin, spent, mode)
    cash, loan = max(margin - spent, ZERO), max(spent - margin, ZERO)
    return holding(rulebook, signed, entry, leverage, cash, loan, mode)


def own_margin(rulebook: Rulebook, value: Decimal, leverage: Decimal, mode: Mode) -> Decimal:
    """The margin of a position of a signed value: what is posted if isolated, its part of the
    value if cross."""
    if mode is Mode.ISOLATED:
        return posted_margin(rulebook, value, leverage)
    return settle(abs(value) * rulebook.margin_rate(value < 0, leverage), rulebook.currency)


def check_leverage(
    rulebook: Rulebook, quantity: Decimal, price: Decimal, leverage: Decimal, mode: Mode
) -> None:
    """Refuses leverage that the rule book does not offer on a signed quantity."""
    most = rulebook.most_leverage(mode)
    most = min(most, rulebook.most_at(listed(rulebook), abs(quantity), price) or most)
    if not ONE <= leverage <= most:
        raise Refused(f"leverage: {plain(leverage)} is out of range; allowed: 1 to {plain(most)}")
    if quantity < 0 and not rulebook.lends_short(leverage):
        raise Refused("leverage: a short needs borrowed shares; allowed: more than 1")


def listed(rulebook: Rulebook) -> Instrument:
    """The rule book's instrument, with steps finer than any market's."""
    return Instrument(
        symbol=SYMBOL,
        kind=rulebook.trades,
        tick=RATIO_STEP,
        lot=RATIO_STEP,
        currency=rulebook.currency,
    )


def holding(
    rulebook: Rulebook,
    quantity: Decimal,
    entry: Decimal,
    leverage: Decimal,
    cash: Decimal,
    loan: Decimal,
    mode: Mode | None = None,
) -> Account:
    """An account that holds a signed quantity, cash and a loan.

    The default mode is the book's first; `pocket_of` finds its pocket.
    """
    mode = rulebook.modes[0] if mode is None else mode
    name = f"isolated:{SYMBOL}" if mode is Mode.ISOLATED else MAIN
    instrument = listed(rulebook)
    value = instrument.notional(quantity, entry)
    position = Position(
        symbol=SYMBOL,
        pocket=name,
        lots=(Lot(quantity, entry, value),),
        quantity=quantity,
        basis=value,
        leverage=leverage,
        opened_at=0,
        peak=abs(quantity),
        first_entry=entry,
    )
    pocket = Pocket(name=name, cash=cash, loan=Loan(principal=loan), positions={SYMBOL: position})
    empty = open_account("calculator", rulebook, mode, Convention.WORST, {SYMBOL: instrument})
    return replace(empty, pockets={**empty.pockets, name: pocket})


def unopened(rulebook: Rulebook, mode: Mode, price: Decimal) -> Draft:
    """An empty account, with the instrument trading at a price."""
    instruments = {SYMBOL: listed(rulebook)}
    account = open_account("calculator", rulebook, mode, Convention.WORST, instruments)
    prices = {SYMBOL: price}
    return Draft(account, Market(time=0, last=prices, mark=prices, trading=frozenset(prices)))


def market_order(side: Side, quantity: Decimal, leverage: Decimal, mode: Mode) -> Order:
    """A market order."""
    return Order(
        id="calculator",
        symbol=SYMBOL,
        side=side,
        quantity=quantity,
        order_type=OrderType.MARKET,
        leverage=leverage,
        mode=mode,
    )


def pocket_of(account: Account) -> Pocket:
    """The pocket of the position."""
    position = account.position(SYMBOL)
    assert position is not None, "an account with one position"
    return account.pockets[position.pocket]


def charged(
    rulebook: Rulebook, principal: Decimal, since: Time, until: Time
) -> list[e.InterestAccrued]:
    """The interest on a loan drawn at `since`, up to `until`, as the engine charges it.

    Without compounding it is posted once for the whole span, which gives the same sum.
    """
    contract = rulebook.interest
    account = open_account("calculator", rulebook, rulebook.modes[0], Convention.WORST, {})
    draft = Draft(account, Market(time=since, last={}, mark={}))
    loans.draw(draft, MAIN, principal)
    if contract.capitalize is not Capitalize.NEVER:
        if until - since > MOST_POSTINGS * contract.post_every:
            raise Refused(
                f"hours: too many compounding postings; allowed: {MOST_POSTINGS} of them, "
                f"{MOST_POSTINGS * contract.post_every // HOUR} hours"
            )
        fall_due(draft, Step(time=since, closes=until, bars={}), since, until)
    loans.accrue(draft, MAIN, until)
    return [event for event in draft.events if isinstance(event, e.InterestAccrued)]


def lender(maintenance: Decimal) -> Rulebook:
    """A rule book with one figure: the maintenance margin of a long."""
    return Rulebook(
        id="calculator",
        title="A loan on stock",
        kind=AccountKind.LOAN,
        currency="USD",
        modes=(Mode.CROSS,),
        health="equity_ratio",
        initial_margin=ONE,
        max_leverage=ONE,
        default_leverage=ONE,
        minimum_equity=ZERO,
        maker_fee=ZERO,
        taker_fee=ZERO,
        stop_slippage=ZERO,
        auto_repay=True,
        clear_band=ZERO,
        interest=Interest(),
        funding=None,
        schedules=(Schedule(name="keep", long_rate=maintenance),),
        levels=(
            Level(
                rung=Rung.LIQUIDATION,
                schedule="keep",
                multiple=ONE,
                inclusive=False,
                judged=Judged.ALWAYS,
            ),
        ),
        forced_exit=ForcedExit(
            event=ExitEvent.FORCE_SOLD,
            amount=ExitAmount.RESTORE,
            slippage=ZERO,
            fee=ZERO,
            protected=False,
        ),
    )


def value_of(instrument: Instrument, quantity: Decimal, entry: Decimal) -> Decimal:
    """The value of a quantity, if a ledger can hold it."""
    positive("entry", entry)
    positive("quantity", quantity)
    value = instrument.notional(quantity, entry)
    if value >= LARGEST:
        raise Refused(
            f"quantity: {plain(quantity)} is worth too much; allowed: a value below 10^12"
        )
    return value


def reachable(price: Decimal | None) -> Decimal | None:
    """The threshold if a market can reach it, else `None`."""
    return price if price is not None and price < LARGEST else None


def positive(name: str, value: Decimal) -> None:
    """Refuses anything but an amount, price or quantity above zero."""
    if not value.is_finite() or not ZERO < value < LARGEST:
        raise Refused(f"{name}: {plain(value)} is out of range; allowed: more than 0, below 10^12")


def fine(name: str, amount: Decimal, currency: str) -> None:
    """Raises `Refused` for an amount with more digits than the currency has."""
    if not fits(amount, atom(currency)):
        raise Refused(
            f"{name}: {plain(amount)} is finer than {currency}; "
            f"allowed: multiples of {plain(atom(currency))}"
        )
