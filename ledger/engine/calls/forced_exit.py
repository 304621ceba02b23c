"""Forced exits: a broker sells what restores the requirement, a venue closes what it must."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.account.event_terms import CallMetBy, CancelReason, ClosedBy, FeeKind
from ledger.account.events import kinds as e
from ledger.account.risk.margin import all_breached, breached, exact_shortfall, required_equity
from ledger.account.risk.requirement import mode_of
from ledger.account.risk.threshold import shown_threshold, threshold_prices
from ledger.account.state import MAIN, Pocket, Position
from ledger.engine.calls import day_calls, ladder, restoring
from ledger.engine.decision.draft import Draft
from ledger.engine.orders import protection
from ledger.engine.orders.venue_state import half_spread
from ledger.engine.trades.fills import after_close, charge, closing_fill, slipped
from ledger.engine.trades.settlement import Deal
from ledger.frozen import event_from
from ledger.market.rules.rulebook import ExitAmount, ExitEvent, Level, Mode, Rung
from ledger.money import ZERO, floor_to, settle

Thresholds = Mapping[str, Decimal]

_EVENTS = {ExitEvent.FORCE_SOLD: e.ForceSold, ExitEvent.LIQUIDATED: e.Liquidated}
_CLOSED_BY = {
    ExitEvent.FORCE_SOLD: ClosedBy.FORCED_SALE,
    ExitEvent.LIQUIDATED: ClosedBy.LIQUIDATION,
}


def thresholds_at(draft: Draft, pocket: Pocket, level: Level) -> dict[str, Decimal]:
    """The threshold price of each position of the pocket, for the record of its exit."""
    found = {}
    prices = threshold_prices(draft.account, pocket, draft.market.mark, level)
    for symbol, position in pocket.positions.items():
        shown = shown_threshold(
            prices.get(symbol), position.quantity, draft.account.instruments[symbol].tick
        )
        found[symbol] = draft.market.mark[symbol] if shown is None else shown
    return found


def enforce(
    draft: Draft, name: str, level: Level, thresholds: Thresholds, *, again: bool = False
) -> None:
    """Close what the pocket can no longer carry, then settle its calls and its debt.

    `again`: a sale has just restored no more than what is breached now.
    """
    cancel_entries(draft, name)
    if draft.account.rulebook.forced_exit.amount is ExitAmount.RESTORE:
        goals = (draft.account.rulebook.call_level, level)
        _restore(draft, name, (_cushion(draft), *goals) if again else goals, thresholds)
    else:
        _close_positions(draft, name, level, thresholds)
    closed_by = _CLOSED_BY[draft.account.rulebook.forced_exit.event]
    ladder.meet(draft, CallMetBy(closed_by), name, MAIN)


def cancel_entries(draft: Draft, name: str) -> None:
    """Cancel the orders that would enlarge the pocket's exposure: the first step of a forced
    exit."""
    pocket = draft.pocket(name)
    for order in list(draft.account.orders.values()):
        crossed = name == MAIN and order.mode is not Mode.ISOLATED
        if not order.reduce_only and (crossed or order.symbol in pocket.positions):
            protection.cancel(draft, order, CancelReason.FORCED_EXIT)


def _cushion(draft: Draft) -> Level:
    """The level to which a pocket is sold down that has to sell again at once: the warning's, or in
    a book without warnings the clear band above the call's."""
    book = draft.account.rulebook
    return book.level(Rung.WARNING) or book.clearing(book.call_level)


def _restore(draft: Draft, name: str, goals: tuple[Level, ...], thresholds: Thresholds) -> None:
    """Sell as little as brings equity back to the goals, gravest last, largest loser first.

    Afterwards neither the house requirement nor the level that was breached may be breached.
    """
    while True:
        pocket = draft.account.pockets.get(name)
        if pocket is None or not _tradable(draft, pocket):
            return
        unrestored = all_breached(draft.account, pocket, draft.market.mark, goals)
        if not unrestored:
            return
        position = restoring.first_to_go(draft.account, pocket, draft.market)
        size = _size_to_restore(draft, pocket, position, unrestored[0], thresholds)
        close_forced(draft, position, size, thresholds)


def _size_to_restore(
    draft: Draft, pocket: Pocket, position: Position, level: Level, thresholds: Thresholds
) -> Decimal:
    """n = ceil to the lot of C / (m P - (P - p_fill)), less fees (`decisions.md`), confirmed by
    trial.

    Everything is sold where a sale costs as much as it restores, where nothing is required that it
    could restore, or where no part of it is enough; one lot is the least. In smart cross the other
    side may have to be reduced too: then this is the first part of both.
    """
    price, _ = exit_price(draft, position)
    mark, held = draft.market.mark[position.symbol], abs(position.quantity)
    fee = draft.account.rulebook.forced_exit.fee
    each = restoring.restored_per_unit(draft.account, position, mark, price, fee, level)
    if each <= 0 or not required_equity(draft.account, pocket, draft.market.mark, level):
        return held

    def restores(quantity: Decimal) -> bool:
        trial = draft.copy()
        close_forced(trial, position, quantity, thresholds)
        return not restoring.still_breached(trial, pocket.name, level)

    short = exact_shortfall(draft.account, pocket, draft.market.mark, level)
    size = restoring.least(draft.account, position, short, each, restores)
    if size is not None:
        return size

    def close(trial: Draft, other: Position, quantity: Decimal) -> None:
        _trade(trial, other, quantity, thresholds, ZERO)

    both = restoring.with_the_other_side(draft, position, level, each, close)
    return both[0] if both else held


def _close_positions(draft: Draft, name: str, level: Level, thresholds: Thresholds) -> None:
    """Close whole positions in the book's order until the level it restores is no longer breached.

    Where the book takes everything, until nothing that trades is left. Where it takes a part of
    large positions first, the rest of one that this did not save.
    """
    book = draft.account.rulebook
    goals = book.forced_exit.goals(level, book.level(book.forced_exit.restores))
    reduced: set[str] = set()
    while True:
        pocket = draft.account.pockets.get(name)
        if pocket is None or not _tradable(draft, pocket):
            return
        whole = book.forced_exit.amount is ExitAmount.ALL
        if not whole and not all_breached(draft.account, pocket, draft.market.mark, goals):
            return
        position = restoring.first_to_go(draft.account, pocket, draft.market)
        size = abs(position.quantity)
        if position.symbol not in reduced:
            size = _first_part(draft, position)
            reduced.add(position.symbol)
        close_forced(draft, position, size, thresholds)


def _first_part(draft: Draft, position: Position) -> Decimal:
    """How much of a position a forced exit closes at first: a part of a large one, in whole
    lots."""
    terms, size = draft.account.rulebook.forced_exit, abs(position.quantity)
    instrument = draft.account.instruments[position.symbol]
    value = abs(instrument.notional(size, draft.market.mark[position.symbol]))
    if terms.part is None or value <= terms.part_above:
        return size
    return min(max(floor_to(size * terms.part, instrument.lot), instrument.lot), size)


def _tradable(draft: Draft, pocket: Pocket) -> bool:
    return any(p.quantity and p.symbol in draft.market.trading for p in pocket.positions.values())


def exit_price(draft: Draft, position: Position) -> tuple[Decimal, Decimal]:
    """The price of a forced trade and its slippage, on the tick and inside the bar's range."""
    rate = draft.account.rulebook.forced_exit.slippage + half_spread(draft)
    return slipped(draft, position.symbol, position.side.opposite, rate)


def close_forced(
    draft: Draft, position: Position, quantity: Decimal, thresholds: Thresholds
) -> None:
    """One forced trade with its record, its fee and what follows from it.

    What it repays of the loan is found by a trial run.
    """
    trial = draft.copy()
    _trade(trial, position, quantity, thresholds, ZERO)
    repaid = (x.amount for x in trial.events if isinstance(x, e.LoanRepaid))
    _trade(draft, position, quantity, thresholds, sum(repaid, ZERO))


def _trade(
    draft: Draft, position: Position, quantity: Decimal, thresholds: Thresholds, repaid: Decimal
) -> None:
    book = draft.account.rulebook
    price, slippage = exit_price(draft, position)
    deal = Deal(quantity, price, slippage)
    traded = closing_fill(draft, position, deal)
    gain, currency = traded.realized_pnl, draft.account.currency
    fee = settle(abs(traded.value) * book.forced_exit.fee, currency)
    draft.record(
        event_from(
            _EVENTS[book.forced_exit.event],
            traded,
            threshold_price=thresholds[position.symbol],
            judged_by=draft.judged_by(position.symbol),
            slippage=slippage,
            loan_repaid=settle(repaid, currency),
        )
    )
    charge(draft, position.pocket, FeeKind.LIQUIDATION, fee, position.symbol)
    if quantity == abs(position.quantity):
        _take_surplus(draft, position)
    closed_by = _CLOSED_BY[book.forced_exit.event]
    after_close(draft, position, deal, gain - fee, closed_by, cures=True)


def _take_surplus(draft: Draft, position: Position) -> None:
    """Taken over at the bankruptcy price: the venue keeps what is left of the isolated margin.

    The trade itself is recorded at the market's price and the rest as a fee, so that the record
    shows both. Source: Phemex, a liquidated isolated position loses its whole margin (`rules.md`,
    5).
    """
    book = draft.account.rulebook
    isolated = mode_of(draft.account, position.pocket) is Mode.ISOLATED
    left = draft.pocket(position.pocket).cash
    if book.forced_exit.keeps_surplus and isolated and left > 0:
        charge(draft, position.pocket, FeeKind.LIQUIDATION, left, position.symbol)


def enforce_expired(draft: Draft) -> None:
    """The broker's sale at the first price after a call has expired."""
    for call in list(draft.account.calls.values()):
        if not call.expired:
            continue
        pocket = draft.account.pockets.get(call.pocket)
        level = draft.account.rulebook.call_level
        if pocket is not None and breached(draft.account, pocket, draft.market.mark, level):
            enforce(draft, call.pocket, level, thresholds_at(draft, pocket, level))
        else:
            ladder.met(draft, call, CallMetBy.MARKET)


def restores_no_more(draft: Draft, name: str, level: Level) -> bool:
    """Whether a sale at this level restores no more than was breached: where the house requires as
    much as the exchange, the next adverse tick breaches it again."""
    book = draft.account.rulebook
    pocket = draft.account.pockets.get(name)
    sold = level.rung not in (Rung.WARNING, Rung.CALL)
    if pocket is None or not sold or book.forced_exit.amount is not ExitAmount.RESTORE:
        return False
    restored = required_equity(draft.account, pocket, draft.market.mark, book.call_level)
    return restored <= required_equity(draft.account, pocket, draft.market.mark, level)


def reach(draft: Draft, name: str, level: Level, *, again: bool) -> None:
    """Act on a rung that a pocket has reached at present prices; `again` if just after a sale."""
    pocket = draft.pocket(name)
    if level.rung is Rung.WARNING:
        ladder.warn(draft, pocket, level)
    elif level.rung is Rung.CALL:
        ladder.issue(draft, pocket, level, ladder.due_time(draft.market, pocket, level))
    else:
        thresholds = thresholds_at(draft, pocket, level)
        day_calls.find_deficit(draft, pocket, level)
        if level.calls:
            ladder.issue(draft, pocket, level, draft.market.time)
        enforce(draft, name, level, thresholds, again=again)
