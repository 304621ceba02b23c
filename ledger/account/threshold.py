"""The prices at which a pocket reaches a level: one function for calculator, screen and engine."""

import itertools
from collections.abc import Iterable
from decimal import Decimal

from ledger.account.demand import (
    Prices,
    asked_of,
    demand,
    mode_of,
    net_of,
    piece_of,
    sides_of,
    standing,
)
from ledger.account.margin import DUST, breached, equity, requirement
from ledger.account.state import Account, Pocket, Position
from ledger.market.instrument import Instrument, OptionTerms, Right
from ledger.market.rulebook import Level, Mode
from ledger.market.schedule import Piece, Schedule
from ledger.money import ONE, ZERO, ceil_to, floor_to, price_step


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
    level = standing(account, pocket, level)
    wanted = pocket.positions if symbols is None else symbols
    held = [s for s in wanted if s in pocket.positions and pocket.positions[s].quantity]
    if mode_of(account, pocket.name) is Mode.SMART:
        return {s: _solve_netted(account, pocket, prices, level, s) for s in held}
    rest = _rests(account, pocket, prices, level)
    return {s: _solve(account, pocket.positions[s], prices, level, rest[s]) for s in held}


def _rests(account: Account, pocket: Pocket, prices: Prices, level: Level) -> dict[str, Decimal]:
    """For each position: cash less what is owed, and equity less the demand of all the others.

    Summed from both ends, so that no position's own figures are added and taken away again.
    """
    schedule = account.rulebook.schedule(level.schedule)
    parts = []
    for held, position in pocket.positions.items():
        instrument, price = account.instruments[held], prices[held]
        worth = instrument.worth(position.quantity, position.basis, price)
        asked = asked_of(account, position, prices, schedule)
        parts.append(level.share * worth - level.multiple * asked)
    before = itertools.accumulate(parts[:-1], initial=_bare(pocket, schedule, level))
    after = [*itertools.accumulate(reversed(parts[1:]), initial=ZERO)]
    return {
        held: left + right
        for held, left, right in zip(pocket.positions, before, reversed(after), strict=False)
    }


def _bare(pocket: Pocket, schedule: Schedule, level: Level) -> Decimal:
    """What the pocket has and is asked for without any position: its cash and its debt."""
    owed = pocket.loan.owed()
    return level.share * (pocket.cash - owed) - level.multiple * schedule.of_debt(owed)


def _solve(
    account: Account, position: Position, prices: Prices, level: Level, rest: Decimal
) -> Decimal | None:
    """Where rest + the position's own equity meets its own demand, piece by piece."""
    schedule = account.rulebook.schedule(level.schedule)
    instrument = account.instruments[position.symbol]
    exposure = instrument.exposure(position.quantity)
    constant = rest - level.share * paid_for(instrument, position)
    found = []
    for low, high in stretches(schedule, exposure):
        inside = instrument.axis(low + 1 if high is None else (low + high) / 2)
        piece = piece_of(account, position, {**prices, position.symbol: inside}, schedule)
        steep = level.share * exposure - level.multiple * piece.slope
        price = (level.multiple * piece.constant - constant) / steep if steep else None
        if price is not None and price >= low and price > 0 and (high is None or price <= high):
            found.append(instrument.axis(price))
    return _first(found, position)


def paid_for(instrument: Instrument, position: Position) -> Decimal:
    """What a contract's worth is counted from: its notional at entry."""
    if instrument.owned:
        return ZERO
    return -position.basis if instrument.inverse else position.basis


def stretches(schedule: Schedule, exposure: Decimal) -> Iterable[tuple[Decimal, Decimal | None]]:
    """The stretches of price (on the instrument's axis) on each of which the schedule has one
    piece; the last has no end."""
    edges = [ZERO, *sorted({p for p in schedule.breaks(exposure) if p > 0})]
    return zip(edges, [*edges[1:], None], strict=True)


def _first(found: list[Decimal], position: Position) -> Decimal | None:
    """The price met first by a market that turns against the position."""
    if not found:
        return None
    return max(found) if position.quantity > 0 else min(found)


def _solve_netted(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> Decimal | None:
    """The same where long and short offset each other: on each piece the position's side of its
    underlying is taken once as the larger and once as the smaller, and kept where it is so."""
    schedule = account.rulebook.schedule(level.schedule)
    position, instrument = pocket.positions[symbol], account.instruments[symbol]
    rest, same, opposite = _beside(account, pocket, prices, level, symbol)
    rest -= level.share * paid_for(instrument, position)
    exposure = instrument.exposure(position.quantity)
    matched = account.rulebook.offset.matched
    found = []
    for low, high in stretches(schedule, exposure):
        inside = instrument.axis(low + 1 if high is None else (low + high) / 2)
        piece = piece_of(account, position, {**prices, symbol: inside}, schedule)
        for own, other in ((ONE, matched), (matched, ONE)):
            asked = own * (piece.constant + same) + other * opposite
            steep = level.share * exposure - level.multiple * own * piece.slope
            price = (level.multiple * asked - rest) / steep if steep else None
            if price is None or price <= 0 or price < low or (high is not None and price > high):
                continue
            if own == other or (piece.at(price) + same >= opposite) is (own == ONE):
                found.append(instrument.axis(price))
    return _first(found, position)


def _beside(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> tuple[Decimal, Decimal, Decimal]:
    """What stands beside a position: equity less demand outside its underlying, and within it
    what is asked of the others on its own side and of the opposite side."""
    schedule = account.rulebook.schedule(level.schedule)
    others = {s: p for s, p in pocket.positions.items() if s != symbol}
    rest = _bare(pocket, schedule, level)
    asked = {}
    for held, position in others.items():
        worth = account.instruments[held].worth(position.quantity, position.basis, prices[held])
        rest += level.share * worth
        asked[held] = asked_of(account, position, prices, schedule)
    sides = sides_of(account, pocket, asked)
    longs, shorts = sides.pop(account.instruments[symbol].exposed_to, (ZERO, ZERO))
    for pair in sides.values():
        rest -= level.multiple * net_of(account, pair)
    if pocket.positions[symbol].quantity > 0:
        return rest, longs, shorts
    return rest, shorts, longs


def shown_threshold(price: Decimal | None, quantity: Decimal, tick: Decimal) -> Decimal | None:
    """As it is reported: on the step of prices in figures, toward the position (a long's up)."""
    if price is None:
        return None
    round_to = ceil_to if quantity > 0 else floor_to
    return round_to(price.quantize(DUST), price_step(tick))


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
    written = _written(account, pocket)
    if len(moving) == 1 and not written:
        price = threshold_price(account, pocket, end, level, moving[0])
        if price is not None:
            way = (price - start[moving[0]]) / (end[moving[0]] - start[moving[0]])
            return min(max(way, ZERO), Decimal(1))
    return _along(account, pocket, start, end, level, moving)


def demand_near(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> Piece:
    """The level's demand on the pocket as a straight line in one instrument's price, the others
    held still: what an explanation of a threshold price shows."""
    level = standing(account, pocket, level)
    schedule = account.rulebook.schedule(level.schedule)
    own = piece_of(account, pocket.positions[symbol], prices, schedule)
    slope = own.slope
    if mode_of(account, pocket.name) is Mode.SMART:
        _, same, opposite = _beside(account, pocket, prices, level, symbol)
        if own.at(prices[symbol]) + same < opposite:
            slope *= account.rulebook.offset.matched
    slope *= level.multiple / level.share
    return Piece(requirement(account, pocket, prices, level) - slope * prices[symbol], slope)


def _along(
    account: Account,
    pocket: Pocket,
    start: Prices,
    end: Prices,
    level: Level,
    moving: list[str],
) -> Decimal:
    """Walk the pieces between the prices where some position's schedule changes."""
    level = standing(account, pocket, level)
    if any(account.instruments[symbol].inverse for symbol in moving):
        return _halved(account, pocket, start, end, level)
    schedule = account.rulebook.schedule(level.schedule)
    ways = {ZERO, Decimal(1)}
    for symbol in moving:
        exposure = pocket.positions[symbol].quantity * account.instruments[symbol].multiplier
        span = end[symbol] - start[symbol]
        for price in (ZERO, *schedule.breaks(exposure)):
            way = (price - start[symbol]) / span
            if 0 < way < 1:
                ways.add(way)
    for terms in _written(account, pocket):
        for price in option_breaks(account, terms):
            span = end[terms.on] - start[terms.on]
            way = (price - start[terms.on]) / span if span else ZERO
            if 0 < way < 1:
                ways.add(way)
    if mode_of(account, pocket.name) is Mode.SMART:
        ways |= _balances(account, pocket, start, end, schedule, sorted(ways))
    edges = sorted(ways)
    for low, high in itertools.pairwise(edges):
        gap_low = _gap(account, pocket, between(start, end, low), level)
        gap_high = _gap(account, pocket, between(start, end, high), level)
        if gap_high < 0 or (gap_high == 0 and level.inclusive):
            return low + (high - low) * gap_low / (gap_low - gap_high)
    return Decimal(1)


def _halved(account: Account, pocket: Pocket, start: Prices, end: Prices, level: Level) -> Decimal:
    """By halving, where several prices move and equity is not straight in one of them."""
    sound, gone = ZERO, ONE
    for _ in range(100):
        middle = (sound + gone) / 2
        if _gap(account, pocket, between(start, end, middle), level) > 0:
            sound = middle
        else:
            gone = middle
    return gone


def _written(account: Account, pocket: Pocket) -> list[OptionTerms]:
    """The terms of the options that the pocket has written."""
    return [
        terms
        for symbol, position in pocket.positions.items()
        if (terms := account.instruments[symbol].option) is not None and position.quantity < 0
    ]


def option_breaks(account: Account, terms: OptionTerms) -> tuple[Decimal, ...]:
    """Prices of the underlying at which another part of a written option's margin binds."""
    rule = account.rulebook.options
    if rule is None:
        return ()
    if terms.right is Right.CALL:  # share x P - (K - P) = least x P
        return (terms.strike, terms.strike / (ONE + rule.share - rule.least))
    # share x P - (P - K) = least x K
    inner = terms.strike * (ONE - rule.least)
    return (terms.strike, inner / (ONE - rule.share), terms.strike * rule.least / rule.share)


def _balances(
    account: Account,
    pocket: Pocket,
    start: Prices,
    end: Prices,
    schedule: Schedule,
    edges: list[Decimal],
) -> set[Decimal]:
    """Where along the way the two sides of an underlying are asked for equally much."""

    def tilts(way: Decimal) -> dict[str, Decimal]:
        prices = between(start, end, way)
        asked = {
            symbol: asked_of(account, position, prices, schedule)
            for symbol, position in pocket.positions.items()
        }
        sides = sides_of(account, pocket, asked)
        return {name: longs - shorts for name, (longs, shorts) in sides.items()}

    found = set()
    for low, high in itertools.pairwise(edges):
        before, after = tilts(low), tilts(high)
        for name, tilt in before.items():
            if (tilt < 0 < after[name]) or (after[name] < 0 < tilt):
                found.add(low + (high - low) * tilt / (tilt - after[name]))
    return found


def _gap(account: Account, pocket: Pocket, prices: Prices, level: Level) -> Decimal:
    """Zero where the level is reached, below it beyond; the level is one that stands."""
    asked = demand(account, pocket, prices, account.rulebook.schedule(level.schedule))
    return level.share * equity(account, pocket, prices) - level.multiple * asked


def between(start: Prices, end: Prices, way: Decimal) -> dict[str, Decimal]:
    """The prices `way` (0 to 1) along the straight way from start to end."""
    return {symbol: price + (end[symbol] - price) * way for symbol, price in start.items()}
