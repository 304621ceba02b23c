"""The position size that loses no more than planned at the stop: on its own, or at a venue."""

from dataclasses import replace
from decimal import Decimal

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.risk.threshold import acting_tick, shown_threshold, threshold_price
from ledger.account.state import Convention, Side, open_account
from ledger.engine.decide import Decision, decide
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.money import (
    ONE,
    RATIO_STEP,
    ZERO,
    floor_to,
    plain,
    ratio,
    round_down,
    settle,
)
from ledger.practice.calc.answers import PositionSize, VenueSize
from ledger.practice.calc.nearest_stop import liquidated_first, nearest_stop
from ledger.practice.calc.one_position import SYMBOL, listed, positive, reachable
from ledger.refused import Refused


def size(
    equity: Decimal,
    risk_fraction: Decimal,
    entry: Decimal,
    stop: Decimal,
    leverage: Decimal | None = None,
    lot: Decimal = RATIO_STEP,
    trade_fee: Decimal = ZERO,
) -> PositionSize:
    """The size that loses the fraction of the equity at the stop.

    equity x fraction / |entry - stop|, rounded down to the lot, and no more than the leverage
    allows. Each unit also loses the `trade_fee` of both fills; without one fees are left out.
    """
    distance = _distance(equity, risk_fraction, entry, stop, lot)
    unit = distance + trade_fee * (entry + stop)
    quantity = equity * risk_fraction / unit
    if leverage is not None:
        positive("leverage", leverage)
        quantity = min(quantity, equity * leverage / entry)
    quantity = floor_to(quantity, lot)
    return PositionSize(
        quantity=quantity,
        notional=quantity * entry,
        risk=quantity * unit,
        leverage_used=ratio(quantity * entry / equity),
    )


def size_at(
    rulebook: Rulebook,
    mode: Mode | None,
    equity: Decimal,
    risk_fraction: Decimal,
    entry: Decimal,
    stop: Decimal,
    leverage: Decimal | None,
    lot: Decimal,
    tick: Decimal,
) -> VenueSize:
    """The same as an order at a venue, with its fees, and never more than the equity can open
    there. Raises `Refused` with the reason."""
    _distance(equity, risk_fraction, entry, stop, lot)
    side = Side.BUY if stop < entry else Side.SELL
    order = PlaceOrder(
        symbol=SYMBOL,
        side=side,
        risk=round_down(equity * risk_fraction, rulebook.currency),
        leverage=leverage,
        mode=mode,
        stop_loss=stop,
    )
    decision = _opened(rulebook, mode, equity, entry, order, lot, tick)
    account = decision.account
    position = account.position(SYMBOL)
    if position is None:
        raise Refused(f"equity: {plain(equity)} is too small to open a position here; use more")
    pocket, level = account.pockets[position.pocket], rulebook.levels[-1]
    prices = {SYMBOL: entry}
    at = reachable(threshold_price(account, pocket, prices, level, SYMBOL))
    acts = None if at is None else acting_tick(account, pocket, prices, level, SYMBOL, at)
    liquidation = shown_threshold(at, position.quantity, tick)
    notional = abs(account.instruments[SYMBOL].notional(position.quantity, entry))
    plan = next(event for event in decision.events if isinstance(event, e.PlanRecorded))
    return VenueSize(
        quantity=abs(position.quantity),
        notional=settle(notional, rulebook.currency),
        risk=plan.risk,
        leverage_used=ratio(notional / equity),
        liquidation_price=liquidation,
        nearest_stop=nearest_stop(side, entry, liquidation, tick),
        liquidated_first=liquidated_first(side, stop, acts),
    )


def _opened(
    rulebook: Rulebook,
    mode: Mode | None,
    equity: Decimal,
    entry: Decimal,
    order: PlaceOrder,
    lot: Decimal,
    tick: Decimal,
) -> Decision:
    """The order filled at the entry, or the largest that passes."""
    mode = mode or rulebook.modes[0]
    instrument = replace(listed(rulebook), tick=tick, lot=lot)
    account = open_account("calculator", rulebook, mode, Convention.WORST, {SYMBOL: instrument})
    prices = {SYMBOL: entry}
    market = Market(time=0, last=prices, mark=prices, trading=frozenset(prices))
    paid = decide(account, market, Deposit(amount=equity)).account
    decision = decide(paid, market, order)
    refused = _refused(decision)
    if refused is not None and refused.largest:
        decision = decide(paid, market, replace(order, risk=None, quantity=refused.largest))
        refused = _refused(decision)
    if refused is not None:
        raise Refused(f"equity: {plain(equity)} cannot open this position: {refused.reason}")
    return decision


def _refused(decision: Decision) -> e.OrderRefused | None:
    return next((x for x in decision.events if isinstance(x, e.OrderRefused)), None)


def _distance(
    equity: Decimal, risk_fraction: Decimal, entry: Decimal, stop: Decimal, lot: Decimal
) -> Decimal:
    for name, value in (("equity", equity), ("entry", entry), ("stop", stop), ("lot", lot)):
        positive(name, value)
    if not ZERO < risk_fraction <= ONE:
        raise Refused(
            f"risk_fraction: {plain(risk_fraction)} is out of range; allowed: more than 0, up to 1"
        )
    if entry == stop:
        raise Refused("stop: is the same as the entry; give another price")
    return abs(entry - stop)
