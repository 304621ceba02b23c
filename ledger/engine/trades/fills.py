"""A trade and everything that follows from it: its money, fees, the position, its protection."""

from decimal import Decimal

from ledger.account.event_terms import CancelReason, ClosedBy, FeeKind
from ledger.account.events import kinds as e
from ledger.account.lots import realized, split
from ledger.account.risk.margin import initial_of, margin_behind, posted_margin
from ledger.account.risk.requirement import entry_price, mode_of
from ledger.account.state import MAIN, Cause, Order, Position, Side
from ledger.engine.decision.draft import Draft
from ledger.engine.margin import leverage
from ledger.engine.margin.buying_power import drawing, opening_costs
from ledger.engine.margin.loans import Drawing, accrue, charge_drawing, lend, repay_from_cash
from ledger.engine.orders import protection
from ledger.engine.orders.trailing import first_stop
from ledger.engine.trades import settlement
from ledger.engine.trades.closed_trade import closed_event, course_of
from ledger.engine.trades.settlement import Deal, held_shift
from ledger.frozen import event_from
from ledger.market.rules.rulebook import Mode, Repays
from ledger.money import ZERO, ceil_to, figured_price, floor_to, settle

# a global is read faster than a member
_ISOLATED, _STOP_LOSS, _TAKE_PROFIT = Mode.ISOLATED, Cause.STOP_LOSS, Cause.TAKE_PROFIT


def pocket_name(symbol: str, mode: Mode) -> str:
    """An isolated position has a pocket of its own."""
    return f"isolated:{symbol}" if mode is _ISOLATED else MAIN


def fee_rate(draft: Draft, order: Order) -> Decimal:
    """Maker fee for resting limit orders, taker fee for everything else."""
    book = draft.account.rulebook
    return book.maker_fee if order.makes_market() else book.taker_fee


def slipped(draft: Draft, symbol: str, side: Side, rate: Decimal) -> tuple[Decimal, Decimal]:
    """The price after slippage against the trader, and the slippage in it, per unit.

    On the tick, and inside the range of the running bar: nothing fills where nothing traded.
    """
    base = draft.market.last[symbol]
    tick = draft.account.instruments[symbol].tick
    away = abs(base) * rate
    price = ceil_to(base + away, tick) if side is Side.BUY else floor_to(base - away, tick)
    bar = draft.market.bars.get(symbol)
    if bar is not None:
        price = max(min(price, max(bar.high, base)), min(bar.low, base))
    return price, abs(base - price)


def parts_of(draft: Draft, order: Order) -> tuple[Decimal, Decimal]:
    """How much of an order closes what is held, and how much opens or enlarges."""
    held = draft.account.position(order.symbol)
    if held is None or held.side is order.side:
        return ZERO, ZERO if order.reduce_only else order.quantity
    closing = min(order.quantity, abs(held.quantity))
    return closing, ZERO if order.reduce_only else order.quantity - closing


def fill(draft: Draft, order: Order, deal: Deal, closing: Decimal, opening: Decimal) -> None:
    """Fill a resting order in full: first the part that closes, then the part that opens."""
    if not closing and not opening:
        protection.cancel(draft, order, CancelReason.NOTHING_TO_REDUCE)
        return
    if closing:
        close_part(draft, order, deal.of(closing))
    if opening:
        open_part(draft, draft.account.orders[order.id], deal.of(opening))


def close_part(draft: Draft, order: Order, deal: Deal) -> None:
    """Trade the part of an order that reduces a position."""
    position = draft.account.position(order.symbol)
    assert position is not None, "only what is held can be closed"
    traded = closing_fill(draft, position, deal)
    gain = traded.realized_pnl
    fee = settle(abs(traded.value) * fee_rate(draft, order), draft.account.currency)
    draft.record(_filled(draft, order, traded, deal.slippage, fee, position.leverage))
    protection.cancel_linked(draft, order)
    charge(draft, position.pocket, FeeKind.TRADE, fee, order.symbol)
    if order.cause in (_STOP_LOSS, _TAKE_PROFIT):
        kind = e.StoppedOut if order.cause is _STOP_LOSS else e.ProfitTaken
        draft.record(
            kind(
                at=draft.market.time,
                symbol=order.symbol,
                quantity=deal.quantity,
                price=deal.price,
                realized_pnl=gain,
            )
        )
    after_close(draft, position, deal, gain - fee, ClosedBy(order.cause))


def _filled(
    draft: Draft,
    order: Order,
    traded: e.Fill,
    slippage: Decimal,
    fee: Decimal,
    at_leverage: Decimal,
) -> e.OrderFilled:
    """The fill of an order, from its trade."""
    return event_from(
        e.OrderFilled,
        traded,
        slippage=slippage,
        order=order.id,
        order_type=order.order_type,
        cause=order.cause,
        convention=draft.account.convention,
        fee=fee,
        leverage=at_leverage,
    )


def closing_fill(
    draft: Draft, position: Position, deal: Deal, value: Decimal | None = None
) -> e.Fill:
    """What every trade that closes a position has in common, once interest is posted; `value` if it
    is not that of the deal."""
    instrument = draft.account.instruments[position.symbol]
    if value is None:
        value = settle(instrument.notional(deal.quantity, deal.price), instrument.currency)
    gain = realize(draft, position, deal, value)
    return e.Fill(
        at=draft.market.time,
        pocket=position.pocket,
        symbol=position.symbol,
        side=position.side.opposite,
        quantity=deal.quantity,
        price=deal.price,
        value=value,
        realized_pnl=gain,
        held_shift=held_shift(draft.account, position, deal.quantity),
    )


def realize(draft: Draft, position: Position, deal: Deal, value: Decimal) -> Decimal:
    """The profit, before fees, that closing the oldest lots at the deal's price books.

    Interest to this second is posted first, to the positions that were held until now.
    """
    accrue(draft, position.pocket, draft.market.time)
    instrument = draft.account.instruments[position.symbol]
    closed, _ = split(position.lots, deal.quantity, instrument.currency)
    return realized(instrument, closed, deal.price, value)


def after_close(
    draft: Draft, before: Position, deal: Deal, gain: Decimal, by: ClosedBy, *, cures: bool = False
) -> None:
    """What follows a closing trade: debts settled, margin freed, the rest still protected.

    What a trade that `cures` frees stays in its pocket (`settlement.settle`).
    """
    symbol = before.symbol
    if not draft.account.instruments[symbol].owned:
        settlement.absorb(draft, before.pocket, symbol)
    settlement.settle(draft, before, deal, gain, cures=cures)
    after = draft.account.position(symbol)
    assert after is not None, "a position leaves with its closing event"
    if after.quantity == 0:  # recorded with all its costs
        draft.record(closed_event(draft, after, before, deal, by))
        protection.cancel_all(draft, symbol)
    else:  # recorded with the margin left behind it
        course = course_of(draft, before, after, deal)
        draft.record(event_from(e.PositionChanged, _figures(draft, after), course=course))
        by_target = by is ClosedBy.TAKE_PROFIT
        protection.resize(draft, symbol, None if by_target else abs(before.quantity))
    settlement.record_deficit(draft, before.pocket)


def open_part(draft: Draft, order: Order, deal: Deal) -> None:
    """Trade the part of an order that opens or enlarges a position: money first, then the trade."""
    instrument = draft.account.instruments[order.symbol]
    value = settle(instrument.notional(deal.quantity, deal.price), instrument.currency)
    costs = opening_costs(draft, order, value)
    name = pocket_name(order.symbol, order.mode)
    before = draft.account.position(order.symbol)
    leverage.change(draft, order)
    drawn = _provide(draft, order, value)
    traded = e.Fill(
        at=draft.market.time,
        pocket=name,
        symbol=order.symbol,
        side=order.side,
        quantity=deal.quantity,
        price=deal.price,
        value=value,
        realized_pnl=settle(ZERO, instrument.currency),
    )
    fee = costs[FeeKind.TRADE]
    draft.record(_filled(draft, order, traded, deal.slippage, fee, order.leverage))
    if drawn is not None:
        charge_drawing(draft, drawn, order.symbol)
    protection.cancel_linked(draft, order)
    for kind, amount in costs.items():
        charge(draft, MAIN, kind, amount, order.symbol, name)
    position = draft.account.position(order.symbol)
    assert position is not None, "the fill made it"
    figures, course = _figures(draft, position), course_of(draft, before, position, deal)
    if before is None:
        risk = stake(draft, order, deal, sum(costs.values(), ZERO))
        draft.record(event_from(e.PositionOpened, figures, risk=risk, course=course))
    else:
        draft.record(event_from(e.PositionChanged, figures, course=course))
    if draft.account.rulebook.repays is Repays.INCOMING:
        repay_from_cash(draft, name)
    protection.attach(draft, order, deal.price)


def stake(draft: Draft, order: Order, deal: Deal, fee: Decimal) -> Decimal | None:
    """R0: what the first stop would cost with round-trip fees; `None` without a stop."""
    instrument = draft.account.instruments[order.symbol]
    stop = first_stop(order, instrument, deal.price)
    if stop is None:
        return None
    move = abs(instrument.gain(deal.quantity, deal.price, stop))
    leave = instrument.notional(deal.quantity, stop) * draft.account.rulebook.taker_fee
    return settle(move + abs(leave) + fee, instrument.currency)


def _provide(draft: Draft, order: Order, value: Decimal) -> Drawing | None:
    """Draw what cash lacks, or move margin behind an isolated position.

    What the drawing costs at once is charged after the trade, which bears it; interest until now is
    the other positions'.
    """
    drawn = drawing(draft, order, value)
    if order.mode is _ISOLATED:
        own = posted_margin(draft.account.rulebook, value * order.side.sign, order.leverage)
        fence(draft, order, own)
    else:
        accrue(draft, MAIN, draft.market.time)
    return lend(draft, pocket_name(order.symbol, order.mode), drawn) if drawn > 0 else None


def fence(draft: Draft, order: Order, amount: Decimal) -> None:
    """Move the order's own margin behind its isolated position."""
    draft.record(
        e.MarginAdded(
            at=draft.market.time,
            symbol=order.symbol,
            pocket=pocket_name(order.symbol, order.mode),
            amount=amount,
        )
    )


def charge(
    draft: Draft,
    pocket: str,
    kind: FeeKind,
    amount: Decimal,
    symbol: str,
    position: str | None = None,
) -> None:
    """Record a fee, if above zero; an opening fee comes from the wallet, for isolated positions
    too."""
    if amount:
        draft.record(
            e.FeeCharged(
                at=draft.market.time,
                pocket=pocket,
                kind=kind,
                amount=amount,
                symbol=symbol,
                position=position or pocket,
            )
        )


def margin_of(draft: Draft, position: Position) -> Decimal:
    """The margin behind a position: own money if isolated, its initial margin otherwise."""
    pocket = draft.account.pockets[position.pocket]
    if mode_of(draft.account, position.pocket) is _ISOLATED:
        return margin_behind(draft.account, pocket, draft.market.mark)
    if not position.quantity:
        return ZERO
    at = {**draft.market.mark, position.symbol: entry_price(draft.account, position)}
    required = initial_of(draft.account, position.symbol, position.quantity, at, position.leverage)
    return settle(required, draft.account.currency)


def _figures(draft: Draft, position: Position) -> e.PositionStanding:
    """An open position's figures."""
    return e.PositionStanding(
        at=draft.market.time,
        pocket=position.pocket,
        symbol=position.symbol,
        side=position.side,
        quantity=abs(position.quantity),
        entry_price=figured_price(
            entry_price(draft.account, position), draft.account.instruments[position.symbol].tick
        ),
        leverage=position.leverage,
        margin=margin_of(draft, position),
        mode=mode_of(draft.account, position.pocket),
    )
