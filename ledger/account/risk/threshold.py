"""The prices at which a pocket reaches a level: one function for calculator, screen and engine."""

import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ledger.account.risk.margin import breached, equity, required_equity
from ledger.account.risk.requirement import (
    Prices,
    breaks_of,
    level_for,
    mode_of,
    option_breaks,
    requirement,
    requirement_of,
    sides_of,
    written,
)
from ledger.account.risk.room import Stretch, Stretches, first_met, rooms
from ledger.account.state import Account, Pocket, Position
from ledger.market.rules.rulebook import Level, Mode
from ledger.market.rules.schedule import Piece, Schedule
from ledger.money import LARGEST, ONE, ZERO, ceil_to, floor_to, price_step, without_residue


def threshold_price(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> Decimal | None:
    """The price of one instrument at which equity meets the level's requirement, others held still.

    Unrounded. It is the first one reached as the market moves against the position, or, if the
    level is breached already, the one it came through. `None` if no price above zero and below the
    largest that a ledger can hold does it.
    Source: Binance FAQ on liquidation prices (maintenance at mark with tier amounts), `rules.md`
    section 5 (ii); for a loan D / (N (1 - m)), section 1.
    """
    return threshold_prices(account, pocket, prices, level, (symbol,)).get(symbol)


def threshold_prices(
    account: Account,
    pocket: Pocket,
    prices: Prices,
    level: Level,
    symbols: Iterable[str] | None = None,
) -> dict[str, Decimal | None]:
    """`threshold_price` of these symbols, or of all that the pocket holds, in one pass."""
    level = level_for(account, pocket, level)
    symbols_wanted = pocket.positions if symbols is None else symbols
    held = [s for s in symbols_wanted if s in pocket.positions and pocket.positions[s].quantity]
    stretches = rooms(account, pocket, prices, level, held)
    return {s: _met(account, pocket.positions[s], prices, level, stretches[s]) for s in held}


def _met(
    account: Account, position: Position, prices: Prices, level: Level, stretches: Stretches
) -> Decimal | None:
    """The threshold against the position, else in its favour. Where the level is breached: the
    price at which the breach ends, on the way back or else further on."""
    instrument = account.instruments[position.symbol]
    here = max(instrument.axis(prices[position.symbol]), ZERO)
    against = instrument.exposure(position.quantity) < 0
    left = _at(stretches, here)
    gone = left < 0 or (left == 0 and level.inclusive)
    if gone:  # the same search, for where there is room again
        stretches = [
            Stretch(s.low, s.high, Piece(-s.room.constant, -s.room.slope)) for s in stretches
        ]
    inclusive = level.inclusive is not gone
    for rising in (against is not gone, against is gone):
        met = first_met(stretches, here, rising=rising, inclusive=inclusive)
        if met is not None and met > 0 and (price := instrument.axis(met)) < LARGEST:
            return price
    return None


def _at(stretches: Stretches, point: Decimal) -> Decimal:
    """The room at a point."""
    return next(s.room.at(point) for s in reversed(stretches) if s.low <= point)


def acting_tick(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str, price: Decimal
) -> Decimal | None:
    """The first tick at or beyond a threshold price at which the level is breached: where the
    engine acts. `None` if that tick is not above zero."""
    tick = account.instruments[symbol].tick
    below, above = floor_to(price, tick), ceil_to(price, tick)
    falling, rising = (above, below, below - tick), (below, above, above + tick)
    long = pocket.positions[symbol].quantity > 0
    for ticks in (falling, rising) if long else (rising, falling):
        for at in ticks:
            if at > 0 and breached(account, pocket, {**prices, symbol: at}, level):
                return at
    return None


def shown_threshold(price: Decimal | None, quantity: Decimal, tick: Decimal) -> Decimal | None:
    """The threshold as reported: on the step of prices in figures, rounded toward the position (up
    for a long)."""
    if price is None:
        return None
    round_to = ceil_to if quantity > 0 else floor_to
    return round_to(without_residue(price), price_step(tick))


def first_breach(
    account: Account, pocket: Pocket, start: Prices, end: Prices, level: Level
) -> Decimal | None:
    """How far along the straight path from `start` to `end` (0 to 1) the level is first breached.

    All instruments move together. `None` if it is never breached. A sound end does not prove a
    sound path where the requirement is not convex in the price (`may_dip`).
    """
    if breached(account, pocket, start, level):
        return ZERO
    gone = breached(account, pocket, end, level)
    if not gone and not may_dip(account, pocket, start, end, level):
        return None
    moving = [s for s in pocket.positions if start[s] != end[s]]
    if len(moving) == 1 and not _moved_beside(account, pocket, start, end):
        price = _on_way(account, pocket, start, end, level, moving[0])
        if price is not None:
            way = (price - start[moving[0]]) / (end[moving[0]] - start[moving[0]])
            return min(max(way, ZERO), ONE) if gone or way <= 1 else None
        if not gone:
            return None
    return _along(account, pocket, start, end, level, moving, gone=gone)


def may_dip(account: Account, pocket: Pocket, start: Prices, end: Prices, level: Level) -> bool:
    """Whether a level may be breached inside a straight path whose ends are sound.

    Equity is linear along it. Where the requirement is convex, the room is concave and least at an
    end: so with rates, tiers that meet, and netted sides. The requirement is not convex where it
    drops at a tier's edge, where an option's share of its underlying stops growing at the strike,
    where a short's floor per share begins to bind (`ShortRule`: 5.00 from a price of 5.00 on,
    below it the whole price), and where a cheap long's rate ends. With one position alone, the room
    still shrinks all the way against it.

    Several inverse contracts that move at once, long and short, are left out: their value is not
    linear, and `_halved` finds only a breach that an end shows.
    """
    book = account.rulebook
    schedule = book.schedule(level.schedule)
    own = [book.own(schedule, account.instruments[symbol]) for symbol in pocket.positions]
    if any(each.jumps for each in own) or _asks_more_than_all(account, pocket, level, own):
        return True
    if len(pocket.positions) < 2:
        return False
    if written(account, pocket):
        return True
    if sum(start[s] != end[s] for s in pocket.positions) < 2:
        return False
    held = zip(own, pocket.positions.values(), strict=True)
    return any(each.short is not None if p.quantity < 0 else each.long_low for each, p in held)


def _asks_more_than_all(
    account: Account, pocket: Pocket, level: Level, own: Sequence[Schedule]
) -> bool:
    """Whether a cheap long must keep more than its value, as for a warning at 110% of all of it:
    its room grows again as its price falls on."""
    held = zip(own, pocket.positions.values(), strict=True)
    bands = [band for each, p in held if p.quantity > 0 for band in each.long_low]
    if not bands:
        return False
    effective = level_for(account, pocket, level)
    return any(effective.multiple * band.rate > effective.share for band in bands)


def _moved_beside(account: Account, pocket: Pocket, start: Prices, end: Prices) -> bool:
    """Whether the price of an underlying moves on which the pocket has only written options."""
    beside = {terms.on for terms, _ in written(account, pocket)} - {*pocket.positions}
    return any(start[s] != end[s] for s in beside)


def _on_way(
    account: Account, pocket: Pocket, start: Prices, end: Prices, level: Level, symbol: str
) -> Decimal | None:
    """The price at which a level is breached first where one symbol alone moves."""
    level = level_for(account, pocket, level)
    stretches = rooms(account, pocket, start, level, (symbol,))[symbol]
    axis = account.instruments[symbol].axis
    here, there = axis(start[symbol]), axis(end[symbol])
    if here <= 0:
        return None
    met = first_met(stretches, here, rising=there > here, inclusive=level.inclusive)
    return axis(met) if met else None


def required_equity_near(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> Piece:
    """The equity that the level requires as a straight line in one instrument's price, the others
    held still: what an explanation of a threshold price shows."""
    effective = level_for(account, pocket, level)
    stretches = rooms(account, pocket, prices, effective, (symbol,))[symbol]
    here = prices[symbol]
    room = next(s.room for s in reversed(stretches) if s.low <= here)
    position = pocket.positions[symbol]
    exposure = account.instruments[symbol].exposure(position.quantity)
    slope = exposure - room.slope / effective.share
    return Piece(required_equity(account, pocket, prices, level) - slope * here, slope)


def _along(
    account: Account,
    pocket: Pocket,
    start: Prices,
    end: Prices,
    level: Level,
    moving: list[str],
    *,
    gone: bool,
) -> Decimal | None:
    """Walk the pieces between the prices at which some position's requirement changes its slope;
    `gone` if the level is breached at the end."""
    level = level_for(account, pocket, level)
    if any(account.instruments[symbol].inverse for symbol in moving):
        return _halved(account, pocket, start, end, level) if gone else None
    schedule = account.rulebook.schedule(level.schedule)
    ways = {ZERO, Decimal(1)}
    for symbol in moving:
        span = end[symbol] - start[symbol]
        for price in (ZERO, *breaks_of(account, pocket.positions[symbol], schedule)):
            way = (price - start[symbol]) / span
            if 0 < way < 1:
                ways.add(way)
    for terms, _ in written(account, pocket):
        for price in option_breaks(account, terms):
            span = end[terms.on] - start[terms.on]
            way = (price - start[terms.on]) / span if span else ZERO
            if 0 < way < 1:
                ways.add(way)
    if mode_of(account, pocket.name) is Mode.SMART:
        ways |= _balances(account, pocket, start, end, schedule, sorted(ways))
    edges = sorted(ways)
    for low, high in itertools.pairwise(edges):
        quarter = (high - low) / 4  # two points inside: at an edge the requirement may jump
        first, second = (
            _gap(account, pocket, between(start, end, way), level)
            for way in (low + quarter, high - quarter)
        )
        fall = (first - second) / 2
        gap_low, gap_high = first + fall, second - fall
        if gap_low < 0 or (gap_low == 0 and level.inclusive):
            return low
        if gap_high < 0 or (gap_high == 0 and level.inclusive):
            return low + (high - low) * gap_low / (gap_low - gap_high)
    return ONE if gone else None


def _halved(account: Account, pocket: Pocket, start: Prices, end: Prices, level: Level) -> Decimal:
    """By bisection, where several prices move and equity is not linear in one of them."""
    sound, gone = ZERO, ONE
    for _ in range(100):
        middle = (sound + gone) / 2
        if _gap(account, pocket, between(start, end, middle), level) > 0:
            sound = middle
        else:
            gone = middle
    return gone


def _balances(
    account: Account,
    pocket: Pocket,
    start: Prices,
    end: Prices,
    schedule: Schedule,
    edges: list[Decimal],
) -> set[Decimal]:
    """Where along the path the two sides of an underlying have the same requirement."""

    def tilts(way: Decimal) -> dict[str, Decimal]:
        prices = between(start, end, way)
        required = {
            symbol: requirement_of(account, position, prices, schedule)
            for symbol, position in pocket.positions.items()
        }
        sides = sides_of(account, pocket, required)
        return {name: longs - shorts for name, (longs, shorts) in sides.items()}

    balances = set()
    for low, high in itertools.pairwise(edges):
        before, after = tilts(low), tilts(high)
        for name, tilt in before.items():
            if (tilt < 0 < after[name]) or (after[name] < 0 < tilt):
                balances.add(low + (high - low) * tilt / (tilt - after[name]))
    return balances


def _gap(account: Account, pocket: Pocket, prices: Prices, level: Level) -> Decimal:
    """Zero where the level is reached, negative beyond; the level is made by `level_for`."""
    required = requirement(account, pocket, prices, account.rulebook.schedule(level.schedule))
    return level.share * equity(account, pocket, prices) - level.multiple * required


def between(start: Prices, end: Prices, way: Decimal) -> dict[str, Decimal]:
    """The prices at the fraction `way` (0 to 1) of the straight path from start to end."""
    return {symbol: price + (end[symbol] - price) * way for symbol, price in start.items()}
