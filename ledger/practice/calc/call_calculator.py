"""Where a loan account is called, and what cures it: for longs and shorts, as far as known."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.account.risk.margin import equity
from ledger.account.risk.threshold import shown_threshold, threshold_price
from ledger.account.state import Account, Side
from ledger.engine.calls.curing import cure, shortfall
from ledger.market.quote import Market
from ledger.market.rules.rulebook import AccountKind, Rulebook
from ledger.money import (
    LARGEST,
    ONE,
    RATIO_STEP,
    ZERO,
    ceil_to,
    plain,
    ratio,
    settle,
    step_of,
    trim,
    without_residue,
)
from ledger.practice.calc.answers import MarginCall
from ledger.practice.calc.one_position import (
    SYMBOL,
    check_leverage,
    holding,
    listed,
    pocket_of,
    positive,
    reachable,
)
from ledger.refused import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """A long or short position in a loan account. Two of value, quantity and price give the third;
    what is unknown is `None`.

    `loan` is the money owed; `cash` includes a short's proceeds. `entry` and `leverage` are only
    needed for lenders that look at them.
    """

    side: Side = Side.BUY
    value: Decimal | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    loan: Decimal = ZERO
    cash: Decimal = ZERO
    entry: Decimal | None = None
    leverage: Decimal | None = None
    lot: Decimal = ONE

    def whole(self) -> "Borrowed":
        """With all three of value, quantity and price, if two are known. Raises `Refused`."""
        for name in ("value", "quantity", "price", "entry", "leverage"):
            if (figure := getattr(self, name)) is not None:
                positive(name, figure)
        for name, amount in (("loan", self.loan), ("cash", self.cash)):
            if not ZERO <= amount < LARGEST:
                raise Refused(f"{name}: {plain(amount)} is out of range; allowed: 0 or more")
        value, quantity, price = self.value, self.quantity, self.price
        if quantity is not None and price is not None:
            market_value = quantity * price
            if value not in (None, market_value):
                raise Refused(
                    f"value: is not quantity x price, {plain(market_value)}; give two of the three"
                )
            positive("value", market_value)
            return replace(self, value=market_value)
        if value is not None and quantity is not None:
            return replace(self, price=value / quantity)
        if value is not None and price is not None:
            return replace(self, quantity=value / price)
        return self


def margin_call(book: Rulebook, position: Borrowed) -> MarginCall:
    """Where the position is called, and what cures it: `sale_to_cure` in money, or in whole lots
    `quantity_to_cure` at the price, worth `value_to_cure`. A short buys it back.

    `call_price` is per unit where units are known, and else the market value at which the call
    comes: D / (1 - m) for a long, Cr / (1 + m) for a short (`rules.md` section 1). Raises
    `Refused`.
    """
    if book.kind is not AccountKind.LOAN:
        raise Refused(f"venue: {book.id} lends no money; choose a rule book for loan accounts")
    held = position.whole()
    units, unit_price = _units(book, held)
    account = _account(book, held, units, unit_price)
    call_price = _call_price(account, held, units, unit_price)
    if held.value is None:
        return MarginCall(call_price=call_price)
    return _cured(account, held, units, unit_price, call_price)


def _units(book: Rulebook, held: Borrowed) -> tuple[Decimal, Decimal]:
    """Units and their price. If possible the whole holding is one unit, so that no number of
    shares has to be rounded."""
    value, quantity, price = held.value, held.quantity, held.price
    by_share = held.side is Side.SELL and any(schedule.short for schedule in book.schedules)
    if value is None:
        if quantity is None and by_share:
            raise Refused(f"quantity: {book.id} has a requirement per share; give a quantity")
        return quantity or ONE, price or ONE
    if quantity is not None and price is not None and quantity * price == value:
        return quantity, price
    if by_share:
        raise Refused(
            f"quantity: {book.id} has a requirement per share; give a quantity and a price"
        )
    return ONE, value


def _account(book: Rulebook, held: Borrowed, units: Decimal, unit_price: Decimal) -> Account:
    entry = held.entry
    if entry is None:
        if held.side is Side.BUY and book.schedule(book.call_level.schedule).knows_entry:
            raise Refused(f"entry: {book.id} depends on the price paid; give that price")
        entry = unit_price
    elif held.quantity is None:
        raise Refused("quantity: an entry price is for one unit; give a quantity too")
    elif units == ONE != held.quantity:
        entry *= held.quantity
    leverage = held.leverage or book.default_for(listed(book))
    signed = units * held.side.sign
    check_leverage(book, signed, unit_price, leverage, book.modes[0])
    account = holding(book, signed, entry, leverage, held.cash, held.loan)
    lot = held.lot if units == held.quantity else RATIO_STEP
    sold = replace(account.instruments[SYMBOL], lot=lot)
    return replace(account, instruments={SYMBOL: sold})


def _call_price(
    account: Account, held: Borrowed, units: Decimal, unit_price: Decimal
) -> Decimal | None:
    level = account.rulebook.call_level
    at = reachable(
        threshold_price(account, pocket_of(account), {SYMBOL: unit_price}, level, SYMBOL)
    )
    scaled = held.price is not None and held.price != unit_price
    if at is not None and scaled and held.value is not None and held.price is not None:
        at = without_residue(at * held.price / held.value)
    return shown_threshold(reachable(at), units * held.side.sign, step_of(held.price or unit_price))


def _cured(
    account: Account,
    held: Borrowed,
    units: Decimal,
    unit_price: Decimal,
    call_price: Decimal | None,
) -> MarginCall:
    """Equity, shortfall, and the sale (or purchase of a short) that cures it."""
    assert held.value is not None, "a value is known"
    pocket, prices = pocket_of(account), {SYMBOL: unit_price}
    market = Market(time=0, last=prices, mark=prices)
    own, currency = equity(account, pocket, prices), account.currency
    sale = cure(account, pocket, market)
    lots = value = None
    if held.price is not None and held.quantity is not None:
        lots = sale.quantity
        if abs(sale.position.quantity) != held.quantity:
            lots = min(ceil_to(sale.value / held.price, held.lot), held.quantity)
        value = settle(lots * held.price, currency)
    return MarginCall(
        equity=settle(own, currency),
        equity_ratio=ratio(own / held.value),
        call_price=call_price,
        shortfall=shortfall(account, pocket, market),
        sale_to_cure=sale.value,
        quantity_to_cure=None if lots is None else trim(lots),
        value_to_cure=value,
    )
