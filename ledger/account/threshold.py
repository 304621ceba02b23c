"""The prices at which a pocket reaches a level: one function for calculator, screen and engine."""

import itertools
from collections.abc import Iterable
from decimal import Decimal

from ledger.account.margin import Prices, breached, entry_price, equity, requirement
from ledger.account.state import Account, Pocket, Position
from ledger.market.instrument import Kind
from ledger.market.rulebook import Level
from ledger.money import RATIO_STEP, ZERO, ceil_to, floor_to


def threshold_price(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> Decimal | None:
    """The price of one instrument at which equity equals the level's demand, others held still.

    Unrounded; for a long the highest such price, for a short the lowest: the first one met.
    `None` when no positive price does it. Source: Binance FAQ on liquidation prices (maintenance
    at mark with tier amounts), `rules.md` section 5 (ii); for a loan D / (N (1 - m)), section 1.
    """
    return threshold_prices(account, pocket, prices, level, (symbol,)).get(symbol)


def threshold_prices(
    account: Account,
    pocket: Pocket,
    prices: Prices,
    level: Level,
    symbols: Iterable[str] | None = None,
) -> dict[str, Decimal | None]:
    """`threshold_price` of these symbols, or of all the pocket holds, in one walk over it."""
    rest = _rests(account, pocket, prices, level)
    wanted = pocket.positions if symbols is None else symbols
    return {
        symbol: _solve(account, pocket.positions[symbol], level, rest[symbol])
        for symbol in wanted
        if symbol in pocket.positions and pocket.positions[symbol].quantity
    }


def _rests(account: Account, pocket: Pocket, prices: Prices, level: Level) -> dict[str, Decimal]:
    """For each position: cash less what is owed, and equity less the demand of all the others.

    Summed from both ends, so that no position's own figures are added and taken away again.
    """
    schedule = account.rulebook.schedule(level.schedule)
    parts = []
    for held, position in pocket.positions.items():
        instrument, price = account.instruments[held], prices[held]
        exposure = position.quantity * instrument.multiplier
        piece = schedule.piece(exposure, price, entry_price(account, position))
        worth = instrument.worth(position.quantity, position.basis, price)
        parts.append(worth - level.multiple * piece.at(price))
    before = itertools.accumulate(parts[:-1], initial=pocket.cash - pocket.loan.owed)
    after = [*itertools.accumulate(reversed(parts[1:]), initial=ZERO)]
    return {
        held: left + right
        for held, left, right in zip(pocket.positions, before, reversed(after), strict=False)
    }


def _solve(account: Account, position: Position, level: Level, rest: Decimal) -> Decimal | None:
    """Where rest + the position's own equity meets its own demand, piece by piece."""
    schedule = account.rulebook.schedule(level.schedule)
    instrument = account.instruments[position.symbol]
    exposure = position.quantity * instrument.multiplier
    constant = rest - position.basis if instrument.kind is Kind.LINEAR else rest
    entry = entry_price(account, position)
    edges = [ZERO, *sorted({p for p in schedule.breaks(exposure) if p > 0})]
    found = []
    for index, low in enumerate(edges):
        high = edges[index + 1] if index + 1 < len(edges) else None
        inside = low + 1 if high is None else (low + high) / 2
        piece = schedule.piece(exposure, inside, entry)
        price = _meet(constant, exposure, piece.constant, piece.slope, level.multiple)
        if price is not None and price >= low and price > 0 and (high is None or price <= high):
            found.append(price)
    if not found:
        return None
    return max(found) if position.quantity > 0 else min(found)


def _meet(
    constant: Decimal, slope: Decimal, base: Decimal, rate: Decimal, multiple: Decimal
) -> Decimal | None:
    steep = slope - multiple * rate
    return (multiple * base - constant) / steep if steep else None


def shown_threshold(price: Decimal | None, quantity: Decimal) -> Decimal | None:
    """As it is reported: eight decimals, rounded toward the position (a long's up)."""
    if price is None:
        return None
    round_to = ceil_to if quantity > 0 else floor_to
    return round_to(price, RATIO_STEP)


def executed_level(price: Decimal, quantity: Decimal, tick: Decimal) -> Decimal:
    """The first tick at or beyond a threshold, in the direction that hurts the position."""
    return floor_to(price, tick) if quantity > 0 else ceil_to(price, tick)


def first_breach(
    account: Account, pocket: Pocket, start: Prices, end: Prices, level: Level
) -> Decimal | None:
    """How far along the straight way from `start` to `end` (0 to 1) the level is first breached.

    All instruments move together. `None` when the end is not breached: along a way that hurts
    every position nothing is breached earlier that is sound at the end.
    """
    if breached(account, pocket, start, level):
        return ZERO
    if not breached(account, pocket, end, level):
        return None
    moving = [s for s in pocket.positions if start[s] != end[s]]
    if len(moving) == 1:
        price = threshold_price(account, pocket, end, level, moving[0])
        if price is not None:
            way = (price - start[moving[0]]) / (end[moving[0]] - start[moving[0]])
            return min(max(way, ZERO), Decimal(1))
    return _along(account, pocket, start, end, level, moving)


def _along(
    account: Account,
    pocket: Pocket,
    start: Prices,
    end: Prices,
    level: Level,
    moving: list[str],
) -> Decimal:
    """Walk the pieces between the prices where some position's schedule changes."""
    schedule = account.rulebook.schedule(level.schedule)
    ways = {ZERO, Decimal(1)}
    for symbol in moving:
        exposure = pocket.positions[symbol].quantity * account.instruments[symbol].multiplier
        span = end[symbol] - start[symbol]
        for price in (ZERO, *schedule.breaks(exposure)):
            way = (price - start[symbol]) / span
            if 0 < way < 1:
                ways.add(way)
    edges = sorted(ways)
    for low, high in itertools.pairwise(edges):
        gap_low = _gap(account, pocket, between(start, end, low), level)
        gap_high = _gap(account, pocket, between(start, end, high), level)
        if gap_high < 0 or (gap_high == 0 and level.inclusive):
            return low + (high - low) * gap_low / (gap_low - gap_high)
    return Decimal(1)


def _gap(account: Account, pocket: Pocket, prices: Prices, level: Level) -> Decimal:
    return equity(account, pocket, prices) - requirement(account, pocket, prices, level)


def between(start: Prices, end: Prices, way: Decimal) -> dict[str, Decimal]:
    """The prices `way` (0 to 1) along the straight way from start to end."""
    return {symbol: price + (end[symbol] - price) * way for symbol, price in start.items()}
