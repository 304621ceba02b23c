"""The prices within which a bar leads to nothing: the levels of orders, rungs and recoveries.

Whatever `price_path`, `trailing`, `ladder.recover` and `forced_exit.enforce_expired` would act on
in a bar is stated here in advance, as a fence around prices. What acts at any price (an expired
call, a warning without a pocket) has no fence; what falls due at a time is in `next_due`.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ledger.account.day_call import DayCall
from ledger.account.event_terms import DayCallKind
from ledger.account.risk.requirement import (
    breaks_of,
    level_for,
    mode_of,
    on_underlying,
    option_breaks,
    option_piece,
    piece_of,
)
from ledger.account.risk.room import paid_for, stretches_of
from ledger.account.state import Account, Order, OrderType, Pocket, Position, held_pockets
from ledger.engine.calls import ladder
from ledger.engine.orders import trailing
from ledger.market.fences.fence import NEVER, Band, Curve, Fence, Sum
from ledger.market.instrument import OptionTerms
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Judged, Level, Mode, Rung
from ledger.market.rules.schedule import Piece, Schedule
from ledger.money import ONE, ZERO

_TRAILING, _SMART = OrderType.TRAILING, Mode.SMART  # a global is read faster than a member


def fence(account: Account, market: Market) -> Fence | None:
    """The prices at which no bar leads to anything, apart from a session's close.

    `None` if something may happen at any price.
    """
    if any(call.expired for call in account.calls.values()):
        return None
    if account.awaits_close or any(_sells(call) for call in account.day_calls):
        return None
    quiet = Fence()
    for order in account.orders.values():
        quiet.hold_traded(order.symbol, _of_order(account, order))
    for pocket in held_pockets(account):
        for level in _hardest(ladder.pending(account, pocket, closing=False)):
            _keep_above(quiet, account, pocket, market, level)
    for name, left in _to_recover_from(account):
        if not _keep_below(quiet, account, name, market, left):
            return None
    return quiet


def _to_recover_from(account: Account) -> Iterator[tuple[str, Level | None]]:
    """Pockets that were warned or called, and the level above which the market lifts either."""
    for name in account.warned:
        yield name, account.rulebook.level(Rung.WARNING)
    for call in account.calls.values():
        yield call.pocket, account.rulebook.call_level


def closing_fence(account: Account, market: Market) -> Fence | None:
    """The same for the rungs that are judged only at a session's close; `None` if there are
    none."""
    tested = account.rulebook.close_test is not None
    if not account.rulebook.judges_closes and not tested:
        return None
    quiet = Fence()
    if tested:
        _keep_credit(quiet, account, market)
    for pocket in held_pockets(account):
        pending = ladder.pending(account, pocket, closing=True)
        for level in _hardest([x for x in pending if x.judged is Judged.CLOSE]):
            _keep_above(quiet, account, pocket, market, level)
    return quiet


def _sells(call: DayCall) -> bool:
    """Whether a call brings a sale at the next price."""
    return call.expired and call.kind is DayCallKind.INITIAL


def _keep_credit(into: Fence, account: Account, market: Market) -> None:
    """Keep equity above initial margin no higher than the memorandum account has it: at a close
    above, that account grows."""
    held = [p for p in account.main.positions.values() if p.quantity]
    if any(account.instruments[p.symbol].paid_in_full for p in held):
        for position in held:
            into.hold_judged(position.symbol, NEVER)
        return
    rate = Schedule(name="initial", long_rate=account.rulebook.initial_margin)
    curves = (c for p in held for c in _curves(account, p, rate, -ONE, ONE))
    owed = account.main.cash - account.main.loan.owed()
    room = Sum(account.memorandum - owed, tuple(((curve,),) for curve in curves))
    if held:
        _hold(into, account, market, room)


def _of_order(account: Account, order: Order) -> Band:
    """The prices short of an order's level and, for a trailing order, of the price that moves
    it."""
    level, rises = order.waits_for()
    if level is None:
        return NEVER
    moves = None
    if order.order_type is _TRAILING:
        moves = trailing.follows_from(account.instruments[order.symbol], order)
    return Band(moves, level) if rises else Band(level, moves)


def _hardest(levels: Sequence[Level]) -> Sequence[Level]:
    """The levels that can be met first: of those on the same schedule, only the highest."""
    first: dict[str, Level] = {}
    for level in levels:
        if level.bands:
            return levels
        same = first.get(level.schedule)
        if same is None or level.multiple * same.share > same.multiple * level.share:
            first[level.schedule] = level
    return [*first.values()]


def _keep_above(
    into: Fence, account: Account, pocket: Pocket, market: Market, level: Level
) -> None:
    """Keep share x equity above multiple x requirement."""
    level = level_for(account, pocket, level)
    _hold(into, account, market, _difference(account, pocket, level, level.share, -level.multiple))


def _keep_below(
    into: Fence, account: Account, name: str, market: Market, level: Level | None
) -> bool:
    """Keep equity below the requirement plus the clear band. Returns whether it is below it now."""
    pocket = account.pockets.get(name)
    if pocket is None or level is None:
        return False
    level = level_for(account, pocket, account.rulebook.clearing(level))
    room = _difference(account, pocket, level, -level.share, level.multiple)
    if not room.groups:  # nothing is held: no price matters
        return room.constant > 0
    return _hold(into, account, market, room)


def _hold(into: Fence, account: Account, market: Market, room: Sum) -> bool:
    """Fence a sum in, or a single price by a band. Returns whether a single price is inside it
    now."""
    alone = room.alone()
    if alone is not None:
        return _hold_alone(into, account, market, room.constant, alone)
    into.sums.append(room)
    return True


def _hold_alone(
    into: Fence, account: Account, market: Market, constant: Decimal, curve: Curve
) -> bool:
    instrument = account.instruments[curve.symbol]
    band = curve.band(constant, instrument.axis(market.mark[curve.symbol]))
    if instrument.inverse and band is not NEVER:
        ends = (1 / end if end else None for end in (band.high, band.low))
        band = Band(*ends)
    into.hold_judged(curve.symbol, band)
    return band is not NEVER


def _difference(
    account: Account, pocket: Pocket, level: Level, owned: Decimal, required: Decimal
) -> Sum:
    """owned x equity + required x requirement of the level's schedule, by the prices of what is
    held.

    Where long and short offset each other, the larger side of an underlying counts in full: each of
    its two sides is taken as the larger in turn, and the worse sum counts.
    """
    schedule = account.rulebook.schedule(level.schedule)
    owed = pocket.loan.owed()
    constant = owned * (pocket.cash - owed) + required * schedule.of_debt(owed)
    held = [position for position in pocket.positions.values() if position.quantity]
    if mode_of(account, pocket.name) is not _SMART:
        curves = (c for p in held for c in _curves(account, p, schedule, owned, required))
        return Sum(constant, tuple(((curve,),) for curve in curves))
    by_underlying: dict[str, list[Position]] = {}
    for position in held:
        name = account.instruments[position.symbol].exposed_to
        by_underlying.setdefault(name, []).append(position)
    matched = account.rulebook.offset.matched

    def sided(some: list[Position], long: Decimal, short: Decimal) -> tuple[Curve, ...]:
        return tuple(
            curve
            for p in some
            for curve in _curves(
                account, p, schedule, owned, required * (long if p.quantity > 0 else short)
            )
        )

    groups = tuple(
        (sided(some, ONE, matched), sided(some, matched, ONE)) for some in by_underlying.values()
    )
    return Sum(constant, groups, highest=required > 0 and matched <= 1)


def _curves(
    account: Account, position: Position, schedule: Schedule, owned: Decimal, required: Decimal
) -> list[Curve]:
    """What one position adds to `_difference` by its own price (on the instrument's axis) and, if
    it is a written option, by the price of its underlying."""
    symbol, instrument = position.symbol, account.instruments[position.symbol]
    exposure = instrument.exposure(position.quantity)
    paid = owned * paid_for(instrument, position)
    if instrument.option is not None and exposure < 0 and account.rulebook.options is not None:
        return _option_curves(account, instrument.option, symbol, exposure, owned, required)
    edges, pieces = [], []
    for low, _, inside in stretches_of(breaks_of(account, position, schedule)):
        piece = piece_of(account, position, {symbol: instrument.axis(inside)}, schedule)
        edges.append(low)
        pieces.append(
            Piece(required * piece.constant - paid, owned * exposure + required * piece.slope)
        )
    return [Curve(symbol, tuple(edges), tuple(pieces), instrument.inverse)]


def _option_curves(
    account: Account,
    terms: OptionTerms,
    symbol: str,
    exposure: Decimal,
    owned: Decimal,
    required: Decimal,
) -> list[Curve]:
    """A written option's requirement has a part in its own price and one in the underlying's."""
    own = option_piece(account, terms, exposure, {terms.on: terms.strike}).slope
    beside = [
        (low, on_underlying(account, terms, exposure, inside))
        for low, _, inside in stretches_of(option_breaks(account, terms))
    ]
    return [
        Curve(symbol, (ZERO,), (Piece(ZERO, owned * exposure + required * own),)),
        Curve(
            terms.on,
            tuple(low for low, _ in beside),
            tuple(Piece(required * piece.constant, required * piece.slope) for _, piece in beside),
        ),
    ]
