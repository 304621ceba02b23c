"""The trades of an account: `trades_of` folds its events into round trips.

A trade begins with the fill that opens a position in a flat symbol and ends with
`PositionClosed`. Every event is read once, in order; nothing else is asked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.account.event_terms import Amended, Bearer, Cause
from ledger.account.events import kinds as e
from ledger.account.state import Order
from ledger.market.instrument import Instrument
from ledger.reports.trades.calls import CallEvent, CallOnTheWay, issued, went_on
from ledger.reports.trades.costs import share_by_cost
from ledger.reports.trades.notes import Notebook, Written
from ledger.reports.trades.orders import OrderEvent, Orders
from ledger.reports.trades.running import Running
from ledger.reports.trades.stop_history import StopRecorder
from ledger.reports.trades.trade import Trade
from ledger.times import Time


def concerns_trades(kind: type[e.Event]) -> bool:
    """Whether events of a kind are folded into trades: the others need not be read."""
    return kind in _DOES


def trades_of(events: Iterable[e.Event]) -> tuple[Trade, ...]:
    """Every trade of an account's whole history, closed or still open, in the order of opening.

    Events are numbered from 1, as they are on record.
    """
    return trades_from(enumerate(events, 1))


def trades_from(numbered: Iterable[tuple[int, e.Event]]) -> tuple[Trade, ...]:
    """The same from events with their numbers, of which those that concern no trade may be left
    out."""
    fold = TradeFold()
    for seq, event in numbered:
        fold.take(seq, event)
    return fold.trades()


@dataclass(slots=True)
class TradeFold:
    """The trades so far: those that are running, by symbol, and all of them by number.

    For a screen that is told of each event as it comes; everything else asks `trades_of`.
    """

    instruments: dict[str, Instrument] = field(default_factory=dict)
    orders: Orders = field(default_factory=Orders)
    running: dict[str, Running] = field(default_factory=dict)
    begun: list[Running] = field(default_factory=list)
    calls: dict[str, CallOnTheWay] = field(default_factory=dict)
    notebook: Notebook = field(default_factory=Notebook)
    by_seq: dict[int, Running] = field(default_factory=dict)
    """All of them by the number of the event that opened each."""
    now: Time = 0
    unsettled: bool = False

    def take(self, seq: int, event: e.Event) -> None:
        """Fold one event."""
        if event.at > self.now:
            self._settle()
            self.now = event.at
        does = _DOES.get(type(event))
        if does is not None:
            does(self, seq, event)

    def trades(self) -> tuple[Trade, ...]:
        """All of them, at the end of the record, which may go on even in the same second."""
        return tuple(each.trade(self.now) for each in self.begun)

    def _settle(self) -> None:
        if self.unsettled:
            self.unsettled = False
            for each in self.running.values():
                if each.unsettled:
                    each.settle()

    def opened(self, _: int, event: e.AccountOpened) -> None:
        """What the account may trade."""
        self.instruments = dict(event.instruments)

    def order(self, seq: int, event: OrderEvent) -> None:
        """An order was placed, changed or ended."""
        orders = self.orders.take(seq, event)
        held = self.running.get(event.symbol)
        if held is None:
            return
        if event.side is not held.side:
            held.order(seq, event, orders)
            self.unsettled = True
        if _decided(event):
            held.decisions.append(seq)

    def deal(self, seq: int, event: e.Fill) -> None:
        """A trade was made: the fill of an order, or one that was forced."""
        before = self.orders.resting.get(event.order) if isinstance(event, e.OrderFilled) else None
        held = self.running.get(event.symbol)
        if held is None:
            held = self._begin(seq, event, before)
        elif held.unsettled:
            held.settle()
        if held.fills and event.side is held.side and before is not None:
            self._adds(held, before)
        held.deal(seq, event, before)
        if isinstance(event, e.OrderFilled):
            orders = self.orders.take(seq, event)
            if event.side is not held.side:
                held.order(seq, event, orders)
        self.unsettled = True

    def _adds(self, held: Running, order: Order) -> None:
        if order.id not in {held.plan.order, *(plan.order for plan in held.later_plans)}:
            held.later_plans.append(self.orders.plan(order))

    def _begin(self, seq: int, event: e.Fill, order: Order | None) -> Running:
        assert order is not None, "only an order opens a position"
        instrument = self.instruments[event.symbol]
        held = Running(
            number=len(self.begun) + 1,
            symbol=event.symbol,
            pocket=event.pocket,
            instrument=instrument,
            side=event.side,
            opened_at=event.at,
            planned=order.quantity,
            plan=self.orders.plan(order),
            stop=StopRecorder(instrument, event.side),
        )
        held.decisions.append(held.plan.seq)
        call = self.calls.get(event.pocket)
        if call is not None:
            held.call(call)
        resting = self.orders.against(event.symbol, event.side)
        stays = [other for other in resting if (other.oco or other.id) != (order.oco or order.id)]
        held.stop.found(seq, event.at, stays, event.quantity)
        held.notes = self.notebook.begun(event.symbol)
        self.running[event.symbol] = held
        self.begun.append(held)
        return held

    def stands(self, seq: int, event: e.PositionOpened) -> None:
        """A position was opened: its trade has its risk."""
        held = self.by_seq[seq] = self.running[event.symbol]
        held.stands(seq, event)

    def closed(self, seq: int, event: e.PositionClosed) -> None:
        """A trade is over."""
        held = self.running.pop(event.symbol)
        if held.unsettled:
            held.settle()
        held.close(seq, event)

    def leverage(self, seq: int, event: e.LeverageChanged) -> None:
        """Another leverage of the whole position."""
        held = self.running.get(event.symbol)
        if held is not None:
            held.leverage = event.leverage

    def fee(self, _: int, event: e.FeeCharged) -> None:
        """A fee, to the trade that it is a cost of."""
        held = self._in(event.symbol, event.position)
        if held is not None:
            held.charge(event)

    def interest(self, _: int, event: e.InterestAccrued) -> None:
        """Interest, to the trades that bear it."""
        shares = event.borne_by
        if shares is None:
            behind = {s: x for s, x in self.running.items() if x.pocket == event.pocket}
            lots = {s: (x.instrument, x.lots) for s, x in behind.items()}
            shares = share_by_cost(event.amount, lots)
        for symbol, amount in shares.items():
            held = self._in(symbol, event.pocket)
            if held is not None:
                held.costs.interest += amount

    def funding(self, _: int, event: e.FundingPaid) -> None:
        """Funding that was paid, or below zero, received."""
        held = self._in(event.symbol, event.pocket)
        if held is not None:
            held.costs.funding += event.amount

    def overnight(self, _: int, event: e.OvernightCharged) -> None:
        """A night that was charged, or below zero, received."""
        held = self._in(event.symbol, event.pocket)
        if held is not None:
            held.costs.overnight += event.amount

    def dividend(self, _: int, event: e.DividendPaid) -> None:
        """A dividend that a long received or a short owed."""
        held = self._in(event.symbol, event.pocket)
        if held is not None:
            held.costs.dividends -= event.amount

    def deficit(self, _: int, event: e.DeficitRecorded) -> None:
        """What the venue bore."""
        held = None if event.symbol is None else self._in(event.symbol, event.pocket)
        if held is not None and event.absorbed_by is not Bearer.TRADER:
            held.absorbed += event.amount

    def split(self, _: int, event: e.Split) -> None:
        """Other units of the same."""
        held = self.running.get(event.symbol)
        if held is not None and event.pocket is not None:
            held.divide(event)

    def call(self, seq: int, event: CallEvent) -> None:
        """A call came, or something happened to it: to every trade of its pocket."""
        if isinstance(event, e.MarginCallIssued):
            call = issued(seq, event)
        elif event.pocket in self.calls:
            call = went_on(self.calls[event.pocket], seq, event)
        else:
            return
        self.calls[event.pocket] = call
        for held in self._behind(event.pocket):
            held.call(call)
            if isinstance(event, e.CallAnswered):
                held.decisions.append(seq)
        if isinstance(event, e.MarginCallMet):
            del self.calls[event.pocket]
            self._just_closed(call)

    def _just_closed(self, call: CallOnTheWay) -> None:
        """The end of a call, to the trades that the sale which met it has closed."""
        for past in reversed(self.begun):
            if past.closed is not None and past.closed[1].at < self.now:
                return
            if call.seq in past.calls:
                past.call(call)

    def plan(self, seq: int, event: e.PlanRecorded) -> None:
        """A plan: its order is next."""
        self.orders.planned(seq, event)

    def note(self, seq: int, event: e.NoteAdded) -> None:
        """A note: to its trade, else to the open ones that it is about, else to the last one, else
        to the next."""
        book, of = self.notebook, self.by_seq.get(event.trade or 0)
        if event.revises is not None and book.revise(seq, event):
            return
        if of is not None:
            book.write(of.notes, seq, event, Written.AFTER if of.closed else Written.DURING)
            return
        going = [x for s, x in self.running.items() if event.symbol in (None, s)]
        past = (x for x in reversed(self.begun) if event.symbol in (None, x.symbol))
        last = None if going else next(past, None)
        if event.symbol is not None and (event.before or not (going or last)):
            book.wait(event.symbol, seq, event)
            return
        for held in going:
            book.write(held.notes, seq, event, Written.DURING)
        if last is not None:
            book.write(last.notes, seq, event, Written.AFTER)

    def _in(self, symbol: str, pocket: str) -> Running | None:
        held = self.running.get(symbol)
        return held if held is not None and held.pocket == pocket else None

    def _behind(self, pocket: str) -> list[Running]:
        return [held for held in self.running.values() if held.pocket == pocket]


def _decided(event: OrderEvent) -> bool:
    """Whether an event of an order is a decision of the trader's."""
    match event:
        case e.OrderPlaced():
            return event.cause is Cause.TRADER
        case e.OrderAmended():
            return event.what in (Amended.PRICE, Amended.TERMS)
    return False


_DOES: dict[type[e.Event], Callable[[TradeFold, int, Any], None]] = {
    e.AccountOpened: TradeFold.opened,
    e.OrderPlaced: TradeFold.order,
    e.OrderAmended: TradeFold.order,
    e.OrderTriggered: TradeFold.order,
    e.OrderCancelled: TradeFold.order,
    e.OrderAdjusted: TradeFold.order,
    e.OrderFilled: TradeFold.deal,
    e.ForceSold: TradeFold.deal,
    e.Liquidated: TradeFold.deal,
    e.OptionSettled: TradeFold.deal,
    e.VenueClosed: TradeFold.deal,
    e.CashInLieu: TradeFold.deal,
    e.PositionOpened: TradeFold.stands,
    e.PositionClosed: TradeFold.closed,
    e.LeverageChanged: TradeFold.leverage,
    e.FeeCharged: TradeFold.fee,
    e.InterestAccrued: TradeFold.interest,
    e.FundingPaid: TradeFold.funding,
    e.OvernightCharged: TradeFold.overnight,
    e.DividendPaid: TradeFold.dividend,
    e.DeficitRecorded: TradeFold.deficit,
    e.Split: TradeFold.split,
    e.MarginCallIssued: TradeFold.call,
    e.CallAnswered: TradeFold.call,
    e.MarginCallExpired: TradeFold.call,
    e.MarginCallMet: TradeFold.call,
    e.PlanRecorded: TradeFold.plan,
    e.NoteAdded: TradeFold.note,
}
"""Events missing here concern no trade."""
