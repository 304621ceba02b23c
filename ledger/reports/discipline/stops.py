"""What was done with stops, targets and exits, and what it was worth."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, Decimal

from ledger.account.event_terms import Answer, ClosedBy, Side
from ledger.market.instrument import Kind
from ledger.money import ZERO, ratio
from ledger.reports.discipline.findings import Detector, Finding, Unit, found
from ledger.reports.discipline.managed import Managed, ManagedBy, Worth
from ledger.reports.trades.r_multiple import NoR
from ledger.reports.trades.stop_history import StopChange
from ledger.reports.trades.trade import Trade

OVERRUN = Decimal("-1.2")
"""A loss up to here is the planned one with its costs (Plainbook's edge)."""
TOUCHED = Decimal("0.8")
"""Where this much of the risk was used by most winners, stops are close."""
WINNERS = 10
"""Winners that are needed to say so."""
MOST = Decimal("0.9")
DRAG = Decimal("0.25")
"""Carry at or above this share of the gross result is a finding."""

_MOVES = {
    ManagedBy.STOP_WIDENED: Detector.STOP_WIDENED,
    ManagedBy.EARLY_EXIT: Detector.EARLY_EXIT,
    ManagedBy.TARGET_MOVED: Detector.TARGET_MOVED,
}


def moves(managed: Iterable[Managed]) -> Iterator[Finding]:
    """Stops widened or removed, early exits, moved targets: what each was worth in its trade.

    A sale that answers a margin call is no early exit. One that changed nothing is left out, but a
    widened stop never: that it ended well is luck.
    """
    for one in managed:
        for by, detector in _MOVES.items():
            done = [x for x in one.decisions if x.by is by and not _answers_call(one.trade, x)]
            r = one.trade.risk.in_r(sum((worth.amount for worth in done), ZERO))
            if done and r is not None and (r or detector is Detector.STOP_WIDENED):
                yield _of(detector, one.trade, done[0].at, r)


def _of(detector: Detector, trade: Trade, at: int, r: Decimal) -> Finding:
    return found(detector, trade.number, at, about=(trade.number,), figure=r, unit=Unit.R)


def _answers_call(trade: Trade, worth: Worth) -> bool:
    answers = (answer for call in trade.calls for answer in call.answers)
    return any(x.answer is Answer.SELL and x.at == worth.at for x in answers)


def without_stop(trades: Iterable[Trade]) -> Iterator[Finding]:
    """Trades that were opened without a stop. An option that was bought has its loss limited by
    what was paid."""
    for trade in trades:
        limited = trade.instrument.kind is Kind.OPTION and trade.side is Side.BUY
        if trade.risk.no_r is NoR.NO_STOP and not limited:
            yield found(Detector.NO_STOP, trade.number, trade.opened_at, about=(trade.number,))


def past_stops(trades: Iterable[Trade]) -> Iterator[Finding]:
    """Losses beyond the planned one: R + 1.2. Not one that a stop left alone ended, with nothing
    added: then the market jumped over it."""
    for trade in trades:
        r = trade.r
        if r is not None and r < OVERRUN and not _jumped(trade) and trade.closed_at is not None:
            yield _of(Detector.PAST_STOP, trade, trade.closed_at, r - OVERRUN)


def _jumped(trade: Trade) -> bool:
    loosened = any(change.farther or change.level is None for change in _alive(trade))
    alone = not loosened and not trade.stop.unprotected and not trade.later_plans
    return alone and trade.closed_by is ClosedBy.STOP_LOSS


def _alive(trade: Trade) -> list[StopChange]:
    """The changes of the stop up to the last deal: what that left behind is no change of mind."""
    return [change for change in trade.stop.changes if change.seq < trade.fills[-1].seq]


def close_stops(trades: Sequence[Trade]) -> Iterator[Finding]:
    """Winners that nearly met their stop: the 90th percentile of their MAE in R (nearest rank)."""
    used = sorted(
        ((trade.mae_r, trade) for trade in trades if trade.is_win and trade.mae_r is not None),
        key=lambda each: each[0],
    )
    if len(used) < WINNERS:
        return
    rank = int((MOST * len(used)).to_integral_value(ROUND_CEILING))
    figure = used[rank - 1][0]
    if figure >= TOUCHED:
        near = tuple(sorted(trade.number for mae, trade in used if mae >= TOUCHED))
        last = max((trade for _, trade in used), key=lambda trade: trade.closed_at or 0)
        yield found(
            Detector.CLOSE_STOPS,
            last.number,
            last.closed_at or 0,
            about=near,
            compared=tuple(sorted(trade.number for _, trade in used)),
            figure=figure,
            unit=Unit.SHARE,
        )


def carry_drag(trades: Iterable[Trade]) -> Iterator[Finding]:
    """Trades whose interest, borrow fees, funding and nights were a large share of what prices made
    or lost."""
    for trade in trades:
        costs = trade.costs
        carry = costs.interest + costs.borrow_fees + costs.funding + costs.overnight
        if trade.closed_at is None or carry <= 0 or not trade.gross:
            continue
        share = ratio(carry / abs(trade.gross))
        if share >= DRAG:
            yield found(
                Detector.CARRY,
                trade.number,
                trade.closed_at,
                about=(trade.number,),
                figure=share,
                unit=Unit.SHARE,
            )
