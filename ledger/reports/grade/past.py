"""An account's past: each event with the account before and after it, and what prices it knew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.event_terms import OrderType
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.risk.margin import equity
from ledger.account.risk.requirement import entry_price
from ledger.account.state import Account
from ledger.money import ZERO
from ledger.reports.grade.bars import NO_BARS, Bars
from ledger.reports.trades.round_trip import TradeFold
from ledger.reports.trades.trade import Trade
from ledger.times import Time

FORCED = (e.ForceSold, e.Liquidated)


@dataclass(frozen=True, slots=True)
class Moment:
    """One event with the accounts around it; `prices` are the last that any event told by then."""

    event: e.Event
    before: Account
    after: Account
    prices: Mapping[str, Decimal]
    added: Decimal = ZERO
    """Money paid in since the plan was made, less what was taken out; the first deposit aside."""

    @property
    def moved_by_market(self) -> bool:
        """Whether the market brought it about: before it, time had passed with what stood then."""
        event = self.event
        if isinstance(event, e.OrderFilled):
            return event.order_type is not OrderType.MARKET
        return isinstance(event, (*FORCED, e.VenueClosed, e.OptionSettled))


@dataclass(slots=True)
class Walk:
    """Folds events one by one. Under a plan, prices are those of the bars where these are known,
    and what events of the same time have told; else the last that any event told."""

    account: Account
    prices: dict[str, Decimal] = field(default_factory=dict)
    bars: Bars = NO_BARS
    _at: Time | None = None
    _added: Decimal = ZERO

    def take(self, event: e.Event) -> Moment:
        """The next event."""
        before = self.account
        if event.at != self._at and before.plan is not None:
            self._at = event.at
            self.prices.update(self.bars.prices(event.at))
        self.account = apply(before, event)
        if isinstance(event, e.Fill):
            self.prices[event.symbol] = event.price
        elif isinstance(event, e.MarginAlert):
            self.prices.update(event.prices)
        elif isinstance(event, e.FundingPaid | e.OvernightCharged):
            self.prices[event.symbol] = event.price
        self._pay(event, before)
        return Moment(event, before, self.account, dict(self.prices), self._added)

    def _pay(self, event: e.Event, before: Account) -> None:
        if isinstance(event, e.SessionPlanned):
            self._added = ZERO
        elif isinstance(event, e.Deposited) and before.totals.deposited:
            self._added += event.amount
        elif isinstance(event, e.Withdrawn | e.Swept):
            self._added = max(self._added - event.amount, ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of an account, to be judged.

    `before` is the account before its first event, `until` the time at which the run ended,
    `equity` what it was worth then, and `bars` those that it went through.
    """

    before: Account
    events: Sequence[e.Event]
    until: Time
    equity: Decimal
    bars: Bars = NO_BARS

    def moments(self) -> list[Moment]:
        """Every event with the accounts around it."""
        walk = Walk(self.before, bars=self.bars)
        return [walk.take(event) for event in self.events]

    def results(self) -> list[Trade]:
        """The closed trades, as the journal has them, in the order in which they were closed."""
        fold = TradeFold(dict(self.before.instruments))
        for seq, event in enumerate(self.events, 1):
            fold.take(seq, event)
        closed = [trade for trade in fold.trades() if not trade.is_open]
        return sorted(closed, key=lambda trade: trade.closed_seq or 0)


def valued(account: Account, prices: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """A price for everything held: the last known, or what was paid for it."""
    paid = {each.symbol: entry_price(account, each) for each in account.positions()}
    return {**paid, **prices}


def worth(account: Account, prices: Mapping[str, Decimal]) -> Decimal:
    """The account's equity at the prices known."""
    known = valued(account, prices)
    return sum((equity(account, pocket, known) for pocket in account.pockets.values()), ZERO)


def exposed(account: Account, prices: Mapping[str, Decimal]) -> Decimal:
    """The gross value of everything held."""
    known = valued(account, prices)
    values = (
        account.instruments[each.symbol].notional(each.quantity, known[each.symbol])
        for each in account.positions()
    )
    return sum(map(abs, values), ZERO)


def of_kind(moments: Iterable[Moment], *kinds: type[e.Event]) -> list[Moment]:
    """The moments at which events of these kinds happened."""
    return [moment for moment in moments if isinstance(moment.event, kinds)]
