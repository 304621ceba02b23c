"""What happens along a path of prices: orders and rungs act in the order in which they are reached.

At the same price an order comes before a rung: a stop there saves the margin from liquidation.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.risk.margin import all_breached, breached
from ledger.account.risk.threshold import between, first_breach, may_dip
from ledger.account.state import Account, Cause, Order, Pocket, held_pockets
from ledger.engine.bars.ways import Prices, Way, at
from ledger.engine.calls import forced_exit, ladder
from ledger.engine.decision.draft import Draft
from ledger.engine.matching import act
from ledger.engine.orders.trailing import follow
from ledger.engine.orders.venue_state import arrived
from ledger.frozen import scratch
from ledger.market.quote import Market, Step
from ledger.market.rules.rulebook import Level
from ledger.money import ONE, ZERO, ceil_to, floor_to


@scratch
@dataclass(frozen=True)
class _Meeting:
    """Something reached on the path: an order, or a pocket's rung. Ordered by `share`, then
    `turn`."""

    share: Decimal
    turn: int
    order: Order | None = None
    pocket: Pocket | None = None
    level: Level | None = None


def walk(
    draft: Draft,
    way: Way,
    *,
    closing: Step | None = None,
    orders: bool = True,
    rungs: bool = True,
    known: Collection[str] | None = None,
) -> None:
    """Walk the path and let everything act that is reached; what it changes holds for the rest of
    it.

    With the step that is `closing`, rungs that are judged at a session's close are tested too. If
    `known` orders are given, all other targets wait: in its own bar an entry can reach only its
    stop, which does not trail yet. The rest that trail follow the price to the end of the path. A
    pocket that a sale `restored` only to the level it had breached sells more the next time: else
    every further tick would bring a call and a sale of one lot.
    """
    restored: set[str] = set()
    while True:
        meetings = _orders_met(draft, way, known) if orders and draft.account.orders else []
        if rungs:
            meetings += _rungs_met(draft, way, closing)
        if not meetings:
            break
        met = min(meetings, key=lambda meeting: (meeting.share, meeting.turn))
        if met.order is not None:
            level = met.order.level if met.share > 0 else None
            _move(draft, way, met.share, met.order.symbol, level)
            act(draft, draft.account.orders[met.order.id])
        elif met.pocket is not None and met.level is not None:
            _move_to_breach(draft, way, met)
            forced_exit.reach(draft, met.pocket.name, met.level, again=met.pocket.name in restored)
            if forced_exit.restores_no_more(draft, met.pocket.name, met.level):
                restored.add(met.pocket.name)
    draft.market = at(draft.market, way)
    if draft.account.orders:
        follow(draft, known)


def _orders_met(draft: Draft, way: Way, known: Collection[str] | None) -> list[_Meeting]:
    met = []
    market, late = draft.market, bool(draft.account.incidents)
    for order in draft.account.orders.values():
        if known is not None and order.id not in known and order.cause is Cause.TAKE_PROFIT:
            continue
        if late and not arrived(draft, order):
            continue
        share = _share(market, way, order)
        if share is not None:
            met.append(_Meeting(share, 0, order=order))
    return met


def _rungs_met(draft: Draft, way: Way, closing: Step | None) -> list[_Meeting]:
    """Of the rungs passed in one gap the gravest acts; along a path the nearest is reached
    first."""
    met: list[_Meeting] = []
    account, market = draft.account, draft.market
    for pocket in held_pockets(account):
        if market.trading.isdisjoint(pocket.positions):
            continue  # none of its positions can be traded now
        judged = closing is not None and closing.ends_session(pocket.positions)
        levels = ladder.pending(account, pocket, judged)
        gone = all_breached(account, pocket, way.mark, levels)
        for turn, level in enumerate(levels, 1):
            if any(level is one for one in gone):
                share = first_breach(account, pocket, market.mark, way.mark, level)
            else:
                share = _dip(draft, way, pocket, level)
            if share is not None:
                met.append(_Meeting(share, turn, pocket=pocket, level=level))
    return met


def _dip(draft: Draft, way: Way, pocket: Pocket, level: Level) -> Decimal | None:
    """How far along the path a level is breached that holds again at its end. Only where the price
    has a tick: nothing trades between two ticks."""
    account, start = draft.account, draft.market.mark
    if not may_dip(account, pocket, start, way.mark, level):
        return None
    if breached(account, pocket, start, level):
        return None  # what acts at the start of the path has acted
    passed, from_here = ZERO, start
    while passed < 1:
        further = first_breach(account, pocket, from_here, way.mark, level)
        if further is None:
            return None
        share = passed + (1 - passed) * further
        if _breaching_ticks(draft, way, pocket, level, share) is not None:
            return share
        steps = [
            account.instruments[s].tick / abs(way.mark[s] - start[s])
            for s in _judged_by(account, pocket)
            if way.mark[s] != start[s]
        ]
        passed = share + min(steps)
        from_here = between(start, way.mark, min(passed, ONE))
    return None


def _share(market: Market, way: Way, order: Order) -> Decimal | None:
    """How far along the path the order's price trades; zero if it already has."""
    symbol = order.symbol
    if symbol not in market.trading:
        return None
    level, rises = order.waits_for()
    start, end = market.last[symbol], way.last[symbol]
    if level is None or (start >= level if rises else start <= level):
        return ZERO
    if end < level if rises else end > level:
        return None
    return (level - start) / (end - start)


def _move(draft: Draft, way: Way, share: Decimal, symbol: str, level: Decimal | None) -> None:
    """Move the market to where an order's price trades, its own symbol exactly at its level."""
    if share == 0:
        return
    market = draft.market
    fixed = {} if level is None else {symbol: level}
    mark = last = _on_ticks(draft, market.last, way.last, share, fixed)
    if market.mark is not market.last or way.mark is not way.last:
        fixed = {} if symbol in market.marked else fixed
        mark = _on_ticks(draft, market.mark, way.mark, share, fixed)
    draft.market = at(market, Way(last, mark))


def _move_to_breach(draft: Draft, way: Way, met: _Meeting) -> None:
    """Move the market to the first ticks at or beyond the threshold at which the level is
    breached."""
    assert met.pocket is not None
    assert met.level is not None
    if breached(draft.account, met.pocket, draft.market.mark, met.level):
        return
    mark = _breaching_ticks(draft, way, met.pocket, met.level, met.share)
    if mark is None:  # at the end of the path it is breached
        mark = _on_ticks(draft, draft.market.mark, way.mark, met.share, {})
        mark |= {symbol: way.mark[symbol] for symbol in _judged_by(draft.account, met.pocket)}
    last = _on_ticks(draft, draft.market.last, way.last, met.share, {})
    for symbol in met.pocket.positions:  # other symbols trade at their own price
        last[symbol] = _traded(draft, symbol, mark[symbol], last[symbol])
    draft.market = at(draft.market, Way(last, mark))


def _breaching_ticks(
    draft: Draft, way: Way, pocket: Pocket, level: Level, share: Decimal
) -> dict[str, Decimal] | None:
    """The marks at the first ticks, at or beyond a fraction of the path, that breach a level."""
    exact = between(draft.market.mark, way.mark, share)
    mark = _on_ticks(draft, draft.market.mark, way.mark, share, {})
    for symbol, falls in _falling(draft, way, pocket).items():
        to_tick = ceil_to if falls else floor_to
        tick = draft.account.instruments[symbol].tick
        mark[symbol] = _bounded(to_tick(exact[symbol], tick), draft, way, symbol)
    for _ in range(4):  # rounding may put it one tick off
        if breached(draft.account, pocket, mark, level):
            return mark
        _one_tick_on(draft, way, pocket, mark)
    return None


def _on_ticks(
    draft: Draft, start: Prices, end: Prices, share: Decimal, fixed: Prices
) -> dict[str, Decimal]:
    """The last ticks passed on the path, with `fixed` prices as they are: prices not reached yet
    stay."""
    prices = {**start, **fixed}
    others = start if not fixed else {s: price for s, price in start.items() if s not in fixed}
    for symbol, price in between(others, end, share).items():
        tick = draft.account.instruments[symbol].tick
        if end[symbol] < start[symbol]:
            prices[symbol] = min(ceil_to(price, tick), start[symbol])
        elif end[symbol] > start[symbol]:
            prices[symbol] = max(floor_to(price, tick), start[symbol])
    return prices


def _falling(draft: Draft, way: Way, pocket: Pocket) -> dict[str, bool]:
    """Which symbols of a pocket move, and whether their next tick is lower: the next one on the
    path, or where several move, the one that hurts."""
    start, end = draft.market.mark, way.mark
    moving = {s: p for s, p in pocket.positions.items() if start[s] != end[s]}
    if len(moving) == 1:
        return {symbol: end[symbol] < start[symbol] for symbol in moving}
    return {symbol: position.quantity > 0 for symbol, position in moving.items()}


def _one_tick_on(draft: Draft, way: Way, pocket: Pocket, mark: dict[str, Decimal]) -> None:
    for symbol, falls in _falling(draft, way, pocket).items():
        tick = draft.account.instruments[symbol].tick
        further = mark[symbol] - tick if falls else mark[symbol] + tick
        mark[symbol] = _bounded(further, draft, way, symbol)


def _judged_by(account: Account, pocket: Pocket) -> set[str]:
    """The symbols whose prices decide a pocket's equity and requirement."""
    options = (account.instruments[symbol].option for symbol in pocket.positions)
    return {*pocket.positions, *(option.on for option in options if option is not None)}


def _bounded(price: Decimal, draft: Draft, way: Way, symbol: str) -> Decimal:
    ends = (draft.market.mark[symbol], way.mark[symbol])
    return max(min(price, max(ends)), min(ends))


def _traded(draft: Draft, symbol: str, mark: Decimal, last: Decimal) -> Decimal:
    """The traded price at a breach: the mark's level, within what the bar traded."""
    bar = draft.market.bars.get(symbol)
    if bar is None:
        return last
    return max(min(mark, bar.high), bar.low)
