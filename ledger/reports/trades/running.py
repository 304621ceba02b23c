"""A trade while it is running: everything that its events add to it."""

from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.account.event_terms import ClosedBy, FeeKind, Side
from ledger.account.events import kinds as e
from ledger.account.lots import basis, converted, split
from ledger.account.state import Lot, Order
from ledger.engine.orders.trailing import first_stop
from ledger.frozen import replace
from ledger.market.corporate import Ratio
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Mode
from ledger.money import ONE, ZERO, figured_price, ratio, settle, units
from ledger.reports.trades.calls import CallOnTheWay
from ledger.reports.trades.costs import CostSums
from ledger.reports.trades.excursion import Excursion, excursion_of
from ledger.reports.trades.notes import Note
from ledger.reports.trades.orders import OrderEvent
from ledger.reports.trades.plan import Plan
from ledger.reports.trades.r_multiple import NoR, Risk, loss_at, planned_risk, rate_of_leaving
from ledger.reports.trades.stop_history import StopRecorder
from ledger.reports.trades.target_history import TargetRecorder
from ledger.reports.trades.trade import Trade, TradeFill
from ledger.times import Time


@dataclass(slots=True, kw_only=True)
class Running:
    """What is known of a trade so far. `planned` is the quantity that its first order had."""

    number: int
    symbol: str
    pocket: str
    instrument: Instrument
    side: Side
    opened_at: Time
    planned: Decimal
    plan: Plan
    stop: StopRecorder
    opened_seq: int = 0
    mode: Mode = Mode.CROSS
    leverage: Decimal = ONE
    lots: tuple[Lot, ...] = ()
    held: Decimal = ZERO
    """What is held, zero or above."""
    peak: Decimal = ZERO
    entered: Decimal = ZERO
    entry_value: Decimal = ZERO
    exited: Decimal = ZERO
    exit_value: Decimal = ZERO
    fills: list[TradeFill] = field(default_factory=list)
    later_plans: list[Plan] = field(default_factory=list)
    targets: TargetRecorder = field(default_factory=TargetRecorder)
    costs: CostSums = field(default_factory=CostSums)
    entry_costs: Decimal = ZERO
    gross: Decimal = ZERO
    absorbed: Decimal = ZERO
    recorded_risk: Decimal | None = None
    first_stop: Decimal | None = None
    r0: Decimal | None = None
    leaving: Decimal = ZERO
    largest_risk: Decimal | None = None
    unsettled: bool = False
    excursion: Excursion = field(default_factory=Excursion)
    calls: dict[int, CallOnTheWay] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    decisions: list[int] = field(default_factory=list)
    closed: tuple[int, e.PositionClosed] | None = None
    known: Trade | None = None
    """The closed trade, until something more is said of it."""

    def deal(self, seq: int, event: e.Fill, order: Order | None) -> None:
        """One fill; the order is as it was before it."""
        opens = event.side is self.side
        exact = abs(self.instrument.notional(event.quantity, event.price))
        if opens:
            self._grow(event, exact)
        else:
            self._shrink(event, exact)
        self.fills.append(
            TradeFill(
                seq=seq,
                at=event.at,
                opens=opens,
                side=event.side,
                quantity=event.quantity,
                price=event.price,
                value=event.value,
                by=_by(event),
                order=event.order if isinstance(event, e.OrderFilled) else None,
                leverage=event.leverage if isinstance(event, e.OrderFilled) else self.leverage,
                slippage=_slippage(event),
                gross=event.realized_pnl,
                entry_costs=ZERO if opens else self._entry_share(event.quantity),
            )
        )
        self.gross += event.realized_pnl
        if len(self.fills) == 1 and order is not None:
            self.first_stop = first_stop(order, self.instrument, event.price)
        self.stop.resized(event.at, self.held)
        self.unsettled = True

    def _grow(self, event: e.Fill, exact: Decimal) -> None:
        sign = event.side.sign
        lot = Lot(event.quantity * sign, event.price, event.value * sign, event.at)
        self.lots = (*self.lots, lot)
        self.held += event.quantity
        self.entered += event.quantity
        self.entry_value += exact.copy_sign(event.price)
        self.peak = max(self.peak, self.held)

    def _shrink(self, event: e.Fill, exact: Decimal) -> None:
        _, self.lots = split(self.lots, event.quantity, self.instrument.currency)
        self.held -= event.quantity
        self.exited += event.quantity
        self.exit_value += exact.copy_sign(event.price)

    def _entry_share(self, quantity: Decimal) -> Decimal:
        """The part of the fees of getting in that a closed quantity bears (after the fill)."""
        share = settle(
            self.entry_costs * quantity / (self.held + quantity), self.instrument.currency
        )
        self.entry_costs -= share
        return share

    def charge(self, event: e.FeeCharged) -> None:
        """A fee: of the last deal, if it came with it."""
        self.costs.charge(event.kind, event.amount)
        if event.kind in (FeeKind.BORROW, FeeKind.ROLLOVER) or not self.fills:
            return
        last = self.fills[-1]
        self.fills[-1] = replace(last, costs=last.costs + event.amount)
        if last.opens:
            self.entry_costs += event.amount

    def stands(self, seq: int, event: e.PositionOpened) -> None:
        """The trade is open: its risk is frozen from here on."""
        self.opened_seq, self.mode, self.leverage = seq, event.mode, event.leverage
        self.recorded_risk = event.risk
        currency = self.instrument.currency
        self.r0 = planned_risk(event.risk, event.quantity, self.planned, currency)
        self.largest_risk = event.risk or None
        if event.risk and self.first_stop is not None:
            self.leaving = rate_of_leaving(
                self.instrument, self.lots[0], self.first_stop, event.risk, self.entry_costs
            )

    def order(self, seq: int, event: OrderEvent, orders: tuple[Order | None, Order | None]) -> None:
        """What happened to an order against the position."""
        self.stop.take(seq, event, orders, self.held)
        self.targets.take(seq, event, orders)
        self.unsettled = True

    def divide(self, event: e.Split) -> None:
        """More units at a lower price, or fewer at a higher one."""
        by = Ratio.of(event.ratio)
        self.lots = converted(self.lots, by, event.quantity * self.side.sign)
        self.held = event.quantity
        self.entered, self.exited = (units(by.quantity(x)) for x in (self.entered, self.exited))
        self.peak, self.planned = (units(by.quantity(x)) for x in (self.peak, self.planned))
        self.stop.split(by)

    def settle(self) -> None:
        """Measure the risk held now that an instant's events are done."""
        self.unsettled = False
        levels = list(self.stop.levels(self.held))
        loss = loss_at(self.instrument, self.lots, levels, self.leaving)
        if self.recorded_risk and loss is not None:
            risk = settle(loss + self.entry_costs, self.instrument.currency)
            self.largest_risk = max(self.largest_risk or ZERO, risk)
        self._settle_additions(levels if loss is not None else [])

    def _settle_additions(self, levels: list[tuple[Decimal, Decimal]]) -> None:
        last = self.fills[-1] if self.fills else None
        if last is None or not last.opens or len(self.fills) < 2 or last.risk_added_r is not None:
            return
        if not self.r0 or not levels or last.seq == self.fills[0].seq:
            return
        level = levels[-1][0]
        lot = Lot(last.quantity * self.side.sign, last.price, ZERO)
        loss = loss_at(self.instrument, (lot,), [(level, last.quantity)], self.leaving)
        if loss is not None:
            added = ratio((loss + last.costs) / self.r0)
            self.fills[-1] = replace(last, risk_added_r=added)

    def close(self, seq: int, event: e.PositionClosed) -> None:
        """The end of the trade."""
        self.closed = seq, event
        in_r = event.mae_r, event.mfe_r
        self.excursion = excursion_of(event.course, self.recorded_risk, in_r)

    def trade(self, until: Time) -> Trade:
        """The trade as it stands at the end of the record, or as it ended."""
        if self.closed is None:
            return self._as_settled()._frozen(until)
        if self.known is None or self.known.notes != tuple(self.notes):
            self.known = self._frozen(self.closed[1].at)
        return self.known

    def call(self, call: CallOnTheWay) -> None:
        """A call on its way, as it is now."""
        self.calls[call.seq] = call
        self.known = None

    def _as_settled(self) -> "Running":
        """Itself; or where its instant may go on, a copy that takes it as done."""
        if not self.unsettled:
            return self
        shown = copy(self)
        shown.fills = [*self.fills]
        shown.settle()
        return shown

    def _frozen(self, until: Time) -> Trade:
        ended = self.closed[1] if self.closed else None
        life = self.stop.life(until if ended is None else ended.at, self.r0)
        tick, made = self.instrument.tick, self.instrument.entry
        left = made(self.exited, self.exit_value) if self.exited else None
        return Trade(
            **self._opening(),
            closed_seq=self.closed[0] if self.closed else None,
            closed_at=None if ended is None else ended.at,
            closed_by=None if ended is None else ended.closed_by,
            seen_until=until,
            quantity=self.entered,
            peak_quantity=self.peak,
            held=self.held,
            basis=basis(self.instrument, self.lots),
            leverage=self.leverage,
            entry_price=figured_price(made(self.entered, self.entry_value), tick),
            exit_price=None if left is None else figured_price(left, tick),
            fills=tuple(self._with_r(fill) for fill in self.fills),
            later_plans=tuple(self.later_plans),
            stop=life,
            targets=tuple(self.targets.changes),
            risk=self._risk(bool(life.unprotected)),
            gross=self.gross,
            costs=self.costs.frozen(self.instrument.currency),
            absorbed=self.absorbed,
            excursion=self.excursion,
            calls=tuple(self.calls.values()),
            decisions=tuple(self.decisions),
            notes=tuple(self.notes),
        )

    def _opening(self) -> dict[str, Any]:
        """What a trade is from its opening on."""
        return {
            "number": self.number,
            "symbol": self.symbol,
            "pocket": self.pocket,
            "mode": self.mode,
            "instrument": self.instrument,
            "currency": self.instrument.currency,
            "side": self.side,
            "plan": self.plan,
            "placed_seq": self.plan.seq,
            "opened_seq": self.opened_seq,
            "opened_at": self.opened_at,
        }

    def _risk(self, unprotected: bool) -> Risk:
        without = None if self.r0 else NoR.NO_STOP
        no_peak = without or (NoR.UNPROTECTED if unprotected else None)
        adds = [fill.risk_added_r for fill in self.fills[1:] if fill.opens]
        known = [x for x in adds if x is not None]
        return Risk(
            quantity=self.planned,
            stop=self.first_stop,
            r0=self.r0,
            added_r=sum(known, ZERO) if len(known) == len(adds) else None,
            peak=None if no_peak else self.largest_risk,
            no_r=without,
            no_peak=no_peak,
        )

    def _with_r(self, fill: TradeFill) -> TradeFill:
        if fill.opens or not self.r0 or not self.planned:
            return fill
        return replace(fill, r=ratio(fill.net / (self.r0 * fill.quantity / self.planned)))


def _slippage(event: e.Fill) -> Decimal:
    if isinstance(event, e.OrderFilled | e.ForceSold | e.Liquidated):
        return event.slippage
    return ZERO


def _by(event: e.Fill) -> ClosedBy:
    match event:
        case e.OrderFilled():
            return ClosedBy(event.cause)
        case e.ForceSold():
            return ClosedBy.FORCED_SALE
        case e.Liquidated():
            return ClosedBy.LIQUIDATION
        case e.OptionSettled():
            return ClosedBy.EXPIRY
        case e.CashInLieu():
            return ClosedBy.CASH_IN_LIEU
        case e.VenueClosed():
            return ClosedBy(event.incident)
    raise AssertionError(f"{type(event).__name__} is no fill that closes or opens a position")
