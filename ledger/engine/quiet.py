"""Within which prices a bar leads to nothing: the levels of orders, rungs and recoveries.

What `path`, `trailing`, `ladder.recover` and `forced.enforce_expired` would find in a bar is told
here beforehand, as a fence around prices. What acts whatever the price (a call that ran out, a
warning without a pocket) has no fence; what falls due at a time is in `due`.
"""

from decimal import Decimal

from ledger.account.demand import mode_of, option_piece, piece_of, standing
from ledger.account.state import Account, Order, OrderType, Pocket, Position
from ledger.account.threshold import option_breaks, stretches
from ledger.engine import ladder, trailing
from ledger.market.fence import NEVER, Band, Curve, Fence, Sum
from ledger.market.instrument import OptionTerms
from ledger.market.quote import Market
from ledger.market.rulebook import Judged, Level, Mode, Rung
from ledger.market.schedule import Piece
from ledger.money import ONE, ZERO


def fence(account: Account, market: Market) -> Fence | None:
    """The prices at which no bar leads to anything, a session's close left out.

    `None` where something may happen at any price.
    """
    if any(call.expired for call in account.calls.values()) or _curved(account):
        return None
    found = Fence(traded=_of_orders(account))
    for pocket in ladder.held_pockets(account):
        for level in _hardest(account, ladder.pending(account, pocket, closing=False)):
            found &= _short_of(account, pocket, market, level)
    for name, left in _to_recover_from(account):
        around = _beneath(account, name, market, left)
        if around is None:
            return None
        found &= around
    return found


def _curved(account: Account) -> bool:
    """Whether something is held whose worth is not straight in its price."""
    return any(account.instruments[position.symbol].inverse for position in account.positions())


def _to_recover_from(account: Account) -> list[tuple[str, Level | None]]:
    """Pockets that were warned or called, and the level that the market may lift them above."""
    warning, upkeep = account.rulebook.level(Rung.WARNING), account.rulebook.upkeep
    called = [(call.pocket, upkeep) for call in account.calls.values()]
    return [*((name, warning) for name in account.warned), *called]


def closing_fence(account: Account, market: Market) -> Fence:
    """The same for what a session's close brings besides: the rungs that are judged only there."""
    found = Fence()
    for pocket in ladder.held_pockets(account):
        pending = ladder.pending(account, pocket, closing=True)
        for level in _hardest(account, [x for x in pending if x.judged is Judged.CLOSE]):
            found &= _short_of(account, pocket, market, level)
    return found


def _of_orders(account: Account) -> dict[str, Band]:
    bands: dict[str, Band] = {}
    for order in account.orders.values():
        bands[order.symbol] = bands.get(order.symbol, Band()) & _of_order(account, order)
    return bands


def _of_order(account: Account, order: Order) -> Band:
    """Short of its level, and of the price from which a trailing one's level would move on."""
    level = order.level
    if level is None:
        return NEVER
    rises = order.trades_at(level + ONE)
    moves = None
    if order.order_type is OrderType.TRAILING:
        moves = trailing.follows_from(account.instruments[order.symbol], order)
    return Band(moves, level) if rises else Band(level, moves)


def _hardest(account: Account, levels: list[Level]) -> list[Level]:
    """Levels without those that lie behind another of the same measure: it is met before them.

    A demand that may lie below zero does not grow with the multiple: then all are kept.
    """
    kept: dict[tuple[str, Decimal], Level] = {}
    for level in levels:
        if level.bands or account.rulebook.schedule(level.schedule).amount is not None:
            return levels
        same = kept.get((level.schedule, level.share))
        if same is None or level.multiple > same.multiple:
            kept[level.schedule, level.share] = level
    return [*kept.values()]


def _short_of(account: Account, pocket: Pocket, market: Market, level: Level) -> Fence:
    """Where share x equity stays above multiple x demand."""
    level = standing(account, pocket, level)
    room = _difference(account, pocket, level, level.share, -level.multiple)
    alone = _alone(room)
    if alone is None:
        return Fence(sums=(room,))
    return Fence(judged={alone.symbol: alone.band(room.constant, market.mark[alone.symbol])})


def _beneath(account: Account, name: str, market: Market, level: Level | None) -> Fence | None:
    """Where equity stays below the demand with the clear band on it; `None` if it does not now."""
    pocket = account.pockets.get(name)
    if pocket is None or level is None:
        return None
    level = standing(account, pocket, level)
    asked = level.multiple * (ONE + account.rulebook.clear_band)
    room = _difference(account, pocket, level, -level.share, asked)
    if not room.groups:  # nothing is held: no price matters
        return Fence() if room.constant > 0 else None
    alone = _alone(room)
    if alone is None:
        return Fence(sums=(room,))
    band = alone.band(room.constant, market.mark[alone.symbol])
    return None if band is NEVER else Fence(judged={alone.symbol: band})


def _alone(room: Sum) -> Curve | None:
    """The one curve of a sum over a single price."""
    if len(room.groups) == 1 and len(room.groups[0]) == 1 and len(room.groups[0][0]) == 1:
        return room.groups[0][0][0]
    return None


def _difference(
    account: Account, pocket: Pocket, level: Level, owned: Decimal, asked: Decimal
) -> Sum:
    """owned x equity + asked x demand of the level's schedule, by the prices of what is held.

    Where long and short offset each other, the larger side of an underlying counts whole: of its
    two sides each is taken once as the larger, and the worse sum counts.
    """
    schedule = account.rulebook.schedule(level.schedule)
    owed = pocket.loan.owed
    constant = owned * (pocket.cash - owed) + asked * schedule.of_debt(owed)
    held = [position for position in pocket.positions.values() if position.quantity]

    def curves(some: list[Position], long: Decimal, short: Decimal) -> tuple[Curve, ...]:
        return tuple(
            curve
            for p in some
            for curve in _curves(
                account, p, level, owned, asked * (long if p.quantity > 0 else short)
            )
        )

    if mode_of(account, pocket.name) is not Mode.SMART:
        return Sum(constant, tuple(((curve,),) for curve in curves(held, ONE, ONE)))
    by_underlying: dict[str, list[Position]] = {}
    for position in held:
        name = account.instruments[position.symbol].exposed_to
        by_underlying.setdefault(name, []).append(position)
    matched = account.rulebook.offset.matched
    groups = tuple(
        (curves(some, ONE, matched), curves(some, matched, ONE)) for some in by_underlying.values()
    )
    return Sum(constant, groups, highest=asked > 0 and matched <= 1)


def _curves(
    account: Account, position: Position, level: Level, owned: Decimal, asked: Decimal
) -> list[Curve]:
    """What one position adds to `_difference`: by its own price, and if it is a written option by
    the price of what it is on."""
    schedule = account.rulebook.schedule(level.schedule)
    symbol, instrument = position.symbol, account.instruments[position.symbol]
    exposure = position.quantity * instrument.multiplier
    paid = ZERO if instrument.owned else owned * position.basis
    if instrument.option is not None and exposure < 0 and account.rulebook.options is not None:
        return _option_curves(account, instrument.option, symbol, exposure, owned, asked)
    edges, pieces = [], []
    for low, high in stretches(schedule, exposure):
        inside = {symbol: low + 1 if high is None else (low + high) / 2}
        piece = piece_of(account, position, inside, schedule)
        edges.append(low)
        pieces.append(Piece(asked * piece.constant - paid, owned * exposure + asked * piece.slope))
    return [Curve(symbol, tuple(edges), tuple(pieces))]


def _option_curves(
    account: Account,
    terms: OptionTerms,
    symbol: str,
    exposure: Decimal,
    owned: Decimal,
    asked: Decimal,
) -> list[Curve]:
    """The demand of a written option falls into a part of its own price and one of the other."""
    edges = [ZERO, *sorted({p for p in option_breaks(account, terms) if p > 0})]
    ends = [*edges[1:], edges[-1] + 2]

    def piece(low: Decimal, high: Decimal) -> Piece:
        """Straight between the two prices: through two of its points."""
        quarter = (high - low) / 4
        points = low + quarter, high - quarter
        one, other = (
            option_piece(account, terms, exposure, {terms.on: p}).constant for p in points
        )
        slope = asked * (other - one) / (2 * quarter)
        return Piece(asked * one - slope * points[0], slope)

    own = option_piece(account, terms, exposure, {terms.on: terms.strike}).slope
    return [
        Curve(symbol, (ZERO,), (Piece(ZERO, owned * exposure + asked * own),)),
        Curve(
            terms.on, tuple(edges), tuple(piece(*pair) for pair in zip(edges, ends, strict=True))
        ),
    ]
