"""The room that a pocket's equity has above a level's requirement, in straight pieces over one
instrument's price, the others held still.

Everything is on the instrument's axis: its price, or 1/price of what is settled in the coin.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.risk.requirement import (
    Prices,
    breaks_of,
    mode_of,
    net_of,
    on_underlying,
    option_breaks,
    piece_of,
    requirement_of,
    sides_of,
    written,
    written_on,
)
from ledger.account.state import Account, Pocket, Position
from ledger.frozen import scratch
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Level, Mode
from ledger.market.rules.schedule import Piece, Schedule
from ledger.money import ONE, ZERO


@scratch
@dataclass(frozen=True)
class Stretch:
    """From `low` up to `high` (open-ended where that is `None`) the room is this piece."""

    low: Decimal
    high: Decimal | None
    room: Piece


Stretches = Sequence[Stretch]


def rooms(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbols: Iterable[str]
) -> dict[str, Stretches]:
    """The room of the pocket along the price of each of these symbols, which it holds.

    share x equity - multiple x requirement, of a level made by `level_for`.
    """
    if mode_of(account, pocket.name) is Mode.SMART:
        return {s: _netted(account, pocket, prices, level, s) for s in symbols}
    rest = _rests(account, pocket, prices, level)
    moved = {terms.on for terms, _ in written(account, pocket)}
    return {
        s: _with_options(account, pocket, prices, level, s)
        if s in moved
        else _alone(account, pocket.positions[s], prices, level, rest[s])
        for s in symbols
    }


def stretches_of(breaks: Iterable[Decimal]) -> Iterator[tuple[Decimal, Decimal | None, Decimal]]:
    """Low end, high end and a point inside for each stretch between these points, from zero on."""
    edges = [ZERO, *sorted({edge for edge in breaks if edge > 0})]
    for low, high in zip(edges, [*edges[1:], None], strict=True):
        yield low, high, low + 1 if high is None else (low + high) / 2


def paid_for(instrument: Instrument, position: Position) -> Decimal:
    """What a contract's profit is counted from: its notional at entry."""
    if instrument.owned:
        return ZERO
    return -position.basis if instrument.inverse else position.basis


def first_met(
    stretches: Stretches, start: Decimal, *, rising: bool, inclusive: bool
) -> Decimal | None:
    """The first point on the path from `start`, where there is room, at which none is left.

    Where the requirement jumps, that may be the edge itself. `inclusive`: room of zero is none.
    """
    for stretch in stretches if rising else reversed(stretches):
        low, high, room = stretch.low, stretch.high, stretch.room
        near = max(low, start) if rising else start if high is None else min(high, start)
        far = high if rising else low
        if (high is not None and high < start) if rising else low > start:
            continue
        left = room.at(near)
        if left < 0 or (inclusive and left == 0):
            return near
        if room.slope < 0 if rising else room.slope > 0:
            root = -room.constant / room.slope
            if far is None or (root <= far if rising else root >= far):
                return root
    return None


def _bare(pocket: Pocket, schedule: Schedule, level: Level) -> Decimal:
    """The pocket's room without any position: its cash and its debt."""
    owed = pocket.loan.owed()
    return level.share * (pocket.cash - owed) - level.multiple * schedule.of_debt(owed)


def _part(
    account: Account, position: Position, prices: Prices, schedule: Schedule, level: Level
) -> Decimal:
    """What one position adds to the room."""
    instrument, price = account.instruments[position.symbol], prices[position.symbol]
    value = instrument.equity_value(position.quantity, position.basis, price)
    required = requirement_of(account, position, prices, schedule)
    return level.share * value - level.multiple * required


def _rests(account: Account, pocket: Pocket, prices: Prices, level: Level) -> dict[str, Decimal]:
    """For each position: cash less debt, and the room that all the others add.

    Summed from both ends, so that no position's own figures are added and then subtracted.
    """
    schedule = account.rulebook.schedule(level.schedule)
    parts = [_part(account, p, prices, schedule, level) for p in pocket.positions.values()]
    before = itertools.accumulate(parts[:-1], initial=_bare(pocket, schedule, level))
    after = [*itertools.accumulate(reversed(parts[1:]), initial=ZERO)]
    return {
        held: left + right
        for held, left, right in zip(pocket.positions, before, reversed(after), strict=False)
    }


def _alone(
    account: Account, position: Position, prices: Prices, level: Level, rest: Decimal
) -> Stretches:
    """Where only the position itself moves with its price."""
    schedule = account.rulebook.schedule(level.schedule)
    instrument = account.instruments[position.symbol]
    exposure = instrument.exposure(position.quantity)
    constant = rest - level.share * paid_for(instrument, position)
    stretches = []
    for low, high, inside in stretches_of(breaks_of(account, position, schedule)):
        at = {**prices, position.symbol: instrument.axis(inside)}
        piece = piece_of(account, position, at, schedule)
        slope = level.share * exposure - level.multiple * piece.slope
        stretches.append(
            Stretch(low, high, Piece(constant - level.multiple * piece.constant, slope))
        )
    return stretches


def _with_options(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> Stretches:
    """Where options on it are written: their margin depends on the price that moves. Their own
    prices are held still."""
    schedule = account.rulebook.schedule(level.schedule)
    position, instrument = pocket.positions[symbol], account.instruments[symbol]
    options = written_on(account, pocket, symbol)
    rest = _bare(pocket, schedule, level) - level.share * paid_for(instrument, position)
    breaks = [*breaks_of(account, position, schedule)]
    moving = {symbol}
    for terms, option in options:
        traded = account.instruments[option.symbol]
        moving.add(option.symbol)
        value = traded.notional(option.quantity, prices[option.symbol])
        rest += (level.share + level.multiple) * value  # the requirement includes its price
        breaks += option_breaks(account, terms)
    for held, other in pocket.positions.items():
        if held not in moving:
            rest += _part(account, other, prices, schedule, level)
    stretches = []
    for low, high, inside in stretches_of(breaks):
        piece = piece_of(account, position, {**prices, symbol: inside}, schedule)
        constant, slope = piece.constant, piece.slope
        for terms, option in options:
            exposure = account.instruments[option.symbol].exposure(option.quantity)
            beside = on_underlying(account, terms, exposure, inside)
            constant, slope = constant + beside.constant, slope + beside.slope
        steep = level.share * instrument.exposure(position.quantity) - level.multiple * slope
        stretches.append(Stretch(low, high, Piece(rest - level.multiple * constant, steep)))
    return stretches


def _netted(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> Stretches:
    """Where long and short offset each other: each stretch is split where the position's side of
    its underlying becomes the larger or the smaller one."""
    schedule = account.rulebook.schedule(level.schedule)
    position, instrument = pocket.positions[symbol], account.instruments[symbol]
    rest, same, opposite = _beside(account, pocket, prices, level, symbol)
    rest -= level.share * paid_for(instrument, position)
    exposure = instrument.exposure(position.quantity)
    matched = account.rulebook.offset.matched
    stretches = []
    for low, high, inside in stretches_of(breaks_of(account, position, schedule)):
        piece = piece_of(account, position, {**prices, symbol: instrument.axis(inside)}, schedule)
        even = (opposite - same - piece.constant) / piece.slope if piece.slope else ZERO
        split = [even] if even > low and (high is None or even < high) else []
        ends = [low, *split, high]
        for start, end in itertools.pairwise(ends):
            assert start is not None, "only the last has no end"
            middle = start + 1 if end is None else (start + end) / 2
            larger = piece.at(middle) + same >= opposite
            own, other = (ONE, matched) if larger else (matched, ONE)
            required = own * (piece.constant + same) + other * opposite
            slope = level.share * exposure - level.multiple * own * piece.slope
            stretches.append(Stretch(start, end, Piece(rest - level.multiple * required, slope)))
    return stretches


def _beside(
    account: Account, pocket: Pocket, prices: Prices, level: Level, symbol: str
) -> tuple[Decimal, Decimal, Decimal]:
    """Everything but the position: equity less requirement outside its underlying, and within it
    the requirements on its own side and on the opposite side."""
    schedule = account.rulebook.schedule(level.schedule)
    others = {s: p for s, p in pocket.positions.items() if s != symbol}
    rest = _bare(pocket, schedule, level)
    required = {}
    for held, position in others.items():
        value = account.instruments[held].equity_value(
            position.quantity, position.basis, prices[held]
        )
        rest += level.share * value
        required[held] = requirement_of(account, position, prices, schedule)
    sides = sides_of(account, pocket, required)
    longs, shorts = sides.pop(account.instruments[symbol].exposed_to, (ZERO, ZERO))
    for pair in sides.values():
        rest -= level.multiple * net_of(account, pair)
    if pocket.positions[symbol].quantity > 0:
        return rest, longs, shorts
    return rest, shorts, longs
