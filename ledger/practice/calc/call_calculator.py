"""Where a loan account is called, and what cures it: for longs and shorts, with what is known."""

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
)
from ledger.practice.calc.one_position import (
    SYMBOL,
    Figures,
    check_leverage,
    holding,
    pocket_of,
    positive,
    reachable,
)
from ledger.refused import Refused

_DUST = Decimal("1e-20")
"""What two divisions may be off by; it must not push an exact price over the next decimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """Something held, or sold short, in a loan account; of value, quantity and price two tell the
    third, and what is not told is `None`.

    `loan` is the money owed; `cash` what lies in the account, a short's proceeds with it. `entry`
    and `leverage` are asked by lenders that look at them.
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
        """With the third of value, quantity and price. Raises `Refused`."""
        for name in ("value", "quantity", "price", "entry", "leverage"):
            if (given := getattr(self, name)) is not None:
                positive(name, given)
        for name, amount in (("loan", self.loan), ("cash", self.cash)):
            if not ZERO <= amount < LARGEST:
                raise Refused(f"{name}: {plain(amount)} does not fit; allowed: 0 or more")
        value, quantity, price = self.value, self.quantity, self.price
        if quantity is not None and price is not None:
            worth = quantity * price
            if value not in (None, worth):
                raise Refused(
                    f"value: is not quantity x price, {plain(worth)}; allowed: two of the three"
                )
            positive("value", worth)
            return replace(self, value=worth)
        if value is not None and quantity is not None:
            return replace(self, price=value / quantity)
        if value is not None and price is not None:
            return replace(self, quantity=value / price)
        return self


def margin_call(book: Rulebook, given: Borrowed) -> Figures:
    """`equity`, `equity_ratio`, `call_price`, `shortfall`, `sale_to_cure`, and the same sale in
    whole lots: `quantity_to_cure` at the price, worth `value_to_cure`. A short buys it back.

    `call_price` is per unit where units are known, and else the market value at which the call
    comes: D / (1 - m) for a long, Cr / (1 + m) for a short (`rules.md` section 1). What needs a
    value that is not known is `None`. Raises `Refused`.
    """
    if book.kind is not AccountKind.LOAN:
        raise Refused(f"venue: {book.id} lends nothing; allowed: a rule book of loans")
    held = given.whole()
    units, unit_price = _units(book, held)
    account = _account(book, held, units, unit_price)
    found: Figures = {
        "equity": None,
        "equity_ratio": None,
        "call_price": _call_price(account, held, units, unit_price),
        "shortfall": None,
        "sale_to_cure": None,
        "quantity_to_cure": None,
        "value_to_cure": None,
    }
    return found if held.value is None else {**found, **_cure(account, held, units, unit_price)}


def _units(book: Rulebook, held: Borrowed) -> tuple[Decimal, Decimal]:
    """Units and the price of one. The whole holding is one unit where it can be, so that no
    number of shares has to be rounded."""
    value, quantity, price = held.value, held.quantity, held.price
    by_share = held.side is Side.SELL and any(schedule.short for schedule in book.schedules)
    if value is None:
        if quantity is None and by_share:
            raise Refused(f"quantity: {book.id} asks for a sum a share; allowed: a quantity too")
        return quantity or ONE, price or ONE
    if quantity is not None and price is not None and quantity * price == value:
        return quantity, price
    if by_share:
        raise Refused(
            f"quantity: {book.id} asks for a sum a share; allowed: a quantity and its price"
        )
    return ONE, value


def _account(book: Rulebook, held: Borrowed, units: Decimal, unit_price: Decimal) -> Account:
    entry = held.entry
    if entry is None:
        if held.side is Side.BUY and book.schedule(book.upkeep.schedule).knows_entry:
            raise Refused(f"entry: {book.id} looks at the price that was paid; allowed: that price")
        entry = unit_price
    elif held.quantity is None:
        raise Refused("quantity: an entry price is of one unit; allowed: a quantity beside it")
    elif units == ONE != held.quantity:
        entry *= held.quantity
    leverage = held.leverage or book.default_leverage
    signed = units * held.side.sign
    check_leverage(book, signed * unit_price, leverage, book.modes[0])
    account = holding(book, signed, entry, leverage, held.cash, held.loan)
    lot = held.lot if units == held.quantity else RATIO_STEP
    listed = replace(account.instruments[SYMBOL], lot=lot)
    return replace(account, instruments={SYMBOL: listed})


def _call_price(
    account: Account, held: Borrowed, units: Decimal, unit_price: Decimal
) -> Decimal | None:
    level = account.rulebook.upkeep
    at = reachable(
        threshold_price(account, pocket_of(account), {SYMBOL: unit_price}, level, SYMBOL)
    )
    scaled = held.price is not None and held.price != unit_price
    if at is not None and scaled and held.value is not None and held.price is not None:
        at = (at * held.price / held.value).quantize(_DUST)
    return shown_threshold(reachable(at), units * held.side.sign, step_of(held.price or unit_price))


def _cure(account: Account, held: Borrowed, units: Decimal, unit_price: Decimal) -> Figures:
    """What the account is worth, what is missing, and what sold (or bought back) restores it."""
    assert held.value is not None, "nothing is reckoned without it"
    pocket, prices = pocket_of(account), {SYMBOL: unit_price}
    market = Market(time=0, last=prices, mark=prices)
    worth, currency = equity(account, pocket, prices), account.currency
    sale = cure(account, pocket, market)
    lots = value = None
    if held.price is not None and held.quantity is not None:
        lots = sale.quantity
        if abs(sale.position.quantity) != held.quantity:
            lots = min(ceil_to(sale.value / held.price, held.lot), held.quantity)
        value = settle(lots * held.price, currency)
    return {
        "equity": settle(worth, currency),
        "equity_ratio": ratio(worth / held.value),
        "shortfall": shortfall(account, pocket, market),
        "sale_to_cure": sale.value,
        "quantity_to_cure": None if lots is None else trim(lots),
        "value_to_cure": value,
    }
