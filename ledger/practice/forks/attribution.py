"""Where a result came from: seven rows that add up to it, to the last unit.

The result between two moments is what equity and savings gained beyond what was paid in. Each
amount that an event books is in one row, and what is not booked yet is in `price`:

- `forced_exits`: profit or loss booked on what the broker or venue sold, its liquidation fees, and
  with the opposite sign what a venue bore of a deficit;
- `slippage`: for each fill of an order, its value at the price it got against the price it would
  have got without;
- `fees`, `interest`, `funding`, `overnight`: what was charged, negative; received, positive;
- `price`: profit or loss booked on every other trade, before its slippage, the change of profit
  not booked yet, dividends, and what rounding and a forced exit left of either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from ledger.account.event_terms import Bearer, FeeKind
from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.market.instrument import Instrument
from ledger.market.quote import Market
from ledger.market.rules.rulebook import AccountKind
from ledger.money import ZERO, settle
from ledger.practice.sessions.statement import equity_of

NAMES = {
    "price": "price",
    "interest": "interest",
    "fees": "fees",
    "funding": "funding",
    "overnight": "overnight",
    "slippage": "slippage",
    "forced_exits": "forced exits",
}
"""The rows in order, in words."""

FORCED = (e.ForceSold, e.Liquidated, e.VenueClosed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Amounts of the account's currency; a cost is negative."""

    price: Decimal = ZERO
    interest: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    overnight: Decimal = ZERO
    slippage: Decimal = ZERO
    forced_exits: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return sum(self.amounts().values(), ZERO)

    def amounts(self) -> dict[str, Decimal]:
        """The rows by name, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def less(self, other: "Rows") -> "Rows":
        """The difference to another, row by row."""
        mine, theirs = self.amounts(), other.amounts()
        return Rows(**{name: mine[name] - theirs[name] for name in mine})


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has made since it was opened, and how much of that is unrealized."""

    result: Decimal
    unrealized: Decimal


def standing(account: Account, market: Market) -> Standing:
    """The standing at the prices of a moment."""
    equity, totals = equity_of(account, market), account.totals
    pockets = account.pockets.values()
    owned = sum((pocket.cash for pocket in pockets), ZERO)
    if account.rulebook.kind is not AccountKind.DERIVATIVES:
        owned -= sum((pocket.loan.owed() for pocket in pockets), ZERO)
    for position in account.positions():
        if account.instruments[position.symbol].owned:
            owned += sum((lot.cost for lot in position.lots), ZERO)
    return Standing(
        result=equity + account.savings + totals.withdrawn - totals.deposited,
        unrealized=equity - owned,
    )


def attribute(
    since: Standing, now: Standing, events: Iterable[e.Event], listed: Mapping[str, Instrument]
) -> Rows:
    """The rows of the events between two moments. They add up to the change of the result."""
    made = dict.fromkeys((field.name for field in fields(Rows)), ZERO)
    made["price"] = now.unrealized - since.unrealized
    for event in events:
        for name, amount in _of(event, listed):
            made[name] += amount
    return Rows(**made)


def _of(event: e.Event, listed: Mapping[str, Instrument]) -> list[tuple[str, Decimal]]:
    if isinstance(event, e.Fill):
        if isinstance(event, FORCED):
            return [("forced_exits", event.realized_pnl)]
        slipped = _slipped(event, listed[event.symbol])
        return [("slippage", -slipped), ("price", event.realized_pnl + slipped)]
    if isinstance(event, e.FeeCharged):
        forced = event.kind is FeeKind.LIQUIDATION
        return [("forced_exits" if forced else "fees", -event.amount)]
    if isinstance(event, e.InterestAccrued):
        return [("interest", -event.amount)]
    if isinstance(event, e.FundingPaid):
        return [("funding", -event.amount)]
    if isinstance(event, e.OvernightCharged):
        return [("overnight", -event.amount)]
    if isinstance(event, e.CreditInterestPaid):
        return [("interest", event.amount)]
    if isinstance(event, e.DividendPaid):
        return [("price", event.amount)]
    if isinstance(event, e.DeficitRecorded) and event.absorbed_by is Bearer.VENUE:
        return [("forced_exits", event.amount)]
    return []


def _slipped(event: e.Fill, instrument: Instrument) -> Decimal:
    """What slippage cost an order's fill."""
    if not isinstance(event, e.OrderFilled) or not event.slippage:
        return ZERO
    without = event.price - event.side.sign * event.slippage
    at, instead = (instrument.notional(event.quantity, p) for p in (event.price, without))
    return settle(abs(at - instead), instrument.currency)
