"""One open position as shown on a screen, with the prices at which its levels act."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.account.event_terms import Direction
from ledger.account.risk.health import health
from ledger.account.risk.margin import breached, margin_behind, unrealized
from ledger.account.risk.requirement import entry_price, mode_of
from ledger.account.risk.threshold import acting_tick, shown_threshold, threshold_prices
from ledger.account.state import MAIN, Account, Cause, Order, Pocket, Position
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Mode, Rung
from ledger.money import settle
from ledger.practice.sessions.standing import risk_to_stop


class HealthState(StrEnum):
    """How far down the ladder a pocket is."""

    SAFE = "safe"
    WARNED = "warned"
    CALLED = "called"
    LIQUIDATING = "liquidating"
    """Its call has expired: the broker or venue sells."""


@dataclass(frozen=True, slots=True)
class HealthView:
    """Health in the venue's own measure, with its thresholds."""

    name: str
    value: Decimal | None
    call: Decimal | None
    liquidation: Decimal | None
    state: HealthState


@dataclass(frozen=True, slots=True)
class PositionView:
    """One open position. Prices are unrounded levels, other prices held still; the tick is where
    the engine acts, `None` if it is not above zero. Distances are from the mark price to the level,
    as ratios, and below zero once it is breached."""

    symbol: str
    side: Direction
    mode: Mode
    pocket: str
    leverage: Decimal
    quantity: Decimal
    entry: Decimal
    mark: Decimal
    last: Decimal
    notional: Decimal
    unrealized: Decimal
    margin: Decimal
    call_price: Decimal | None
    liquidation_price: Decimal | None
    call_tick: Decimal | None
    liquidation_tick: Decimal | None
    call_distance: Decimal | None
    liquidation_distance: Decimal | None
    distance: Decimal | None
    """The distance to the next price that acts: a call with a deadline, else the liquidation."""
    health: HealthView
    stop: Decimal | None
    targets: tuple[Decimal, ...]
    risk: Decimal | None
    """The loss planned when it was opened."""
    open_risk: Decimal | None
    """The loss from the mark price to the stop; `None` if no stop covers all of it."""
    limited: bool = False
    """Whether no more than its margin can be lost: an isolated position whose deficit the venue
    bears."""
    stop_trail: Decimal | None = None
    """The distance by which the stop trails the price; `None` if it does not trail."""
    stop_trail_fraction: Decimal | None = None
    """The same as a ratio of the price."""


def gain_at(account: Account, held: PositionView, price: Decimal) -> Decimal:
    """The profit of a position from its entry to a price, before fees and slippage."""
    quantity = held.quantity if held.side is Direction.LONG else -held.quantity
    gain = account.instruments[held.symbol].gain(quantity, held.entry, price)
    return settle(gain, account.currency)


@dataclass(frozen=True, slots=True)
class _Reached:
    """The price at which a position brings its pocket to a rung: as reported, as the tick at which
    the engine acts, and how far away that is."""

    price: Decimal | None = None
    tick: Decimal | None = None
    distance: Decimal | None = None


_NOWHERE = _Reached()


def health_view(account: Account, market: Market, pocket: Pocket | None) -> HealthView:
    if pocket is None:
        return HealthView(account.rulebook.health, None, None, None, HealthState.SAFE)
    now = health(account, pocket, market.mark)
    state = HealthState.WARNED if pocket.name in account.warned else HealthState.SAFE
    call = account.calls.get(pocket.name)
    if call is not None:
        state = HealthState.LIQUIDATING if call.expired else HealthState.CALLED
    return HealthView(now.name, now.value, now.call, now.liquidation, state)


def position_views(account: Account, market: Market) -> tuple[PositionView, ...]:
    """All positions; what a pocket's positions share is computed once."""
    pockets = account.pockets.values()
    healths = {pocket.name: health_view(account, market, pocket) for pocket in pockets}
    levels = {
        (pocket.name, rung): _reached(account, market, pocket, rung)
        for pocket in pockets
        for rung in (Rung.CALL, Rung.LIQUIDATION)
    }
    return tuple(_position(account, market, p, healths, levels) for p in account.positions())


def _position(
    account: Account,
    market: Market,
    position: Position,
    healths: Mapping[str, HealthView],
    levels: Mapping[tuple[str, Rung], Mapping[str, _Reached]],
) -> PositionView:
    pocket = account.pockets[position.pocket]
    mark = market.mark[position.symbol]
    call = levels[pocket.name, Rung.CALL].get(position.symbol, _NOWHERE)
    liquidation = levels[pocket.name, Rung.LIQUIDATION].get(position.symbol, _NOWHERE)
    stop, targets = _guards(account, position)
    alone = Pocket(name=pocket.name, positions={position.symbol: position})
    isolated = pocket.name != MAIN
    behind = margin_behind(account, pocket, market.mark) if isolated else None
    first = call if account.rulebook.maintenance.rung is Rung.CALL else liquidation
    return PositionView(
        symbol=position.symbol,
        side=position.side.direction,
        mode=mode_of(account, pocket.name),
        pocket=pocket.name,
        leverage=position.leverage,
        quantity=abs(position.quantity),
        entry=entry_price(account, position),
        mark=mark,
        last=market.last[position.symbol],
        notional=abs(account.instruments[position.symbol].notional(position.quantity, mark)),
        unrealized=settle(unrealized(account, alone, market.mark), account.currency),
        margin=settle(
            abs(position.basis) / position.leverage if behind is None else behind, account.currency
        ),
        call_price=call.price,
        liquidation_price=liquidation.price,
        call_tick=call.tick,
        liquidation_tick=liquidation.tick,
        call_distance=call.distance,
        liquidation_distance=liquidation.distance,
        distance=first.distance,
        health=healths[pocket.name],
        limited=isolated and account.rulebook.forced_exit.protected,
        stop=stop.trigger if stop else None,
        stop_trail=stop.trail if stop else None,
        stop_trail_fraction=stop.trail_fraction if stop else None,
        targets=targets,
        risk=position.risk,
        open_risk=_open_risk(account, market, position),
    )


def _open_risk(account: Account, market: Market, position: Position) -> Decimal | None:
    risk, without = risk_to_stop(account, market, position)
    return None if without else settle(risk, account.currency)


def _guards(account: Account, position: Position) -> tuple[Order | None, tuple[Decimal, ...]]:
    """Its stop, and the prices of its targets."""
    orders = [o for o in account.orders.values() if o.symbol == position.symbol]
    stop = next((o for o in orders if o.cause is Cause.STOP_LOSS), None)
    limits = (o.limit for o in orders if o.cause is Cause.TAKE_PROFIT)
    return stop, tuple(limit for limit in limits if limit is not None)


def _reached(account: Account, market: Market, pocket: Pocket, rung: Rung) -> dict[str, _Reached]:
    level = account.rulebook.level(rung)
    if level is None:
        return {}
    sign = -1 if breached(account, pocket, market.mark, level) else 1
    reached = {}
    for symbol, price in threshold_prices(account, pocket, market.mark, level).items():
        if price is None:
            continue
        mark = market.mark[symbol]
        acts = acting_tick(account, pocket, market.mark, level, symbol, price)
        shown = shown_threshold(
            price, pocket.positions[symbol].quantity, account.instruments[symbol].tick
        )
        away = sign * abs(mark - shown) / mark if shown is not None and mark else None
        reached[symbol] = _Reached(shown, acts, away)
    return reached
