"""Margin calls: how they were answered, and what was sold to answer them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import FORCED_EXITS, Answer, CallExpiredBy, CallMetBy, ClosedBy
from ledger.money import ONE, ZERO, ratio
from ledger.reports.discipline.findings import Detector, Finding, found
from ledger.reports.trades.call_history import CallRecord, Sold
from ledger.reports.trades.calls import Answered, CallOnTheWay
from ledger.reports.trades.trade import Trade

OWN_ACTS = frozenset({CallMetBy.DEPOSIT, CallMetBy.REPAYMENT, CallMetBy.SALE, CallMetBy.HEDGE})
"""What a trader does about a call, by what met it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How a call was answered.

    `time_used` is the time to the first answer that was more than to wait, over the time allowed:
    `None` without either. `self_cured` is what the trader's own acts brought of the shortfall, at
    most one.
    """

    record: CallRecord
    time_used: Decimal | None
    self_cured: Decimal
    left: bool
    """Whether it was left to run out, or to a forced exit."""


def responses(calls: Iterable[CallRecord]) -> list[Response]:
    """How each call was answered, in order."""
    return [_response(record) for record in calls]


def _response(record: CallRecord) -> Response:
    call = record.call
    acts = [answer for answer in call.answers if answer.answer is not Answer.WAIT]
    used, allowed = acts[0].at - call.at if acts else None, call.time_allowed
    ran_out = call.expired_at is not None and call.expired_by == CallExpiredBy.DUE
    return Response(
        record=record,
        time_used=ratio(Decimal(used) / allowed) if used is not None and allowed else None,
        self_cured=_self_cured(call, acts),
        left=call.met_by in FORCED_EXITS or ran_out,
    )


def _self_cured(call: CallOnTheWay, acts: Sequence[Answered]) -> Decimal:
    if call.met_by in OWN_ACTS:
        return ONE
    paid = sum((x.amount or ZERO for x in acts if x.answer is Answer.DEPOSIT), ZERO)
    return min(ratio(paid / call.shortfall), ONE) if call.shortfall else ZERO


def left_calls(answered: Iterable[Response]) -> Iterator[Finding]:
    """Calls that ran out, or that the broker or venue met by a forced exit."""
    for response in answered:
        record = response.record
        if response.left:
            yield found(Detector.CALL_LEFT, record.call.seq, record.call.at, about=record.trades)


def fed_losers(calls: Iterable[CallRecord], trades: Mapping[int, Trade]) -> Iterator[Finding]:
    """Calls during which the trader sold a trade in profit while one at a loss was kept. What the
    broker sells, or a stop or target, is none of his choices."""
    for record in calls:
        behind = [trades[number] for number in record.trades if number in trades]
        sales = [sale for sale in record.sold if sale.fed and _chosen(sale, behind)]
        if sales:
            sold, kept = {x.symbol for x in sales}, {each for x in sales for each in x.fed}
            yield found(
                Detector.FED_A_LOSER,
                record.call.seq,
                sales[0].at,
                about=tuple(trade.number for trade in behind if trade.symbol in sold),
                compared=tuple(trade.number for trade in behind if trade.symbol in kept - sold),
            )


def _chosen(sale: Sold, behind: Iterable[Trade]) -> bool:
    fills = (fill for trade in behind for fill in trade.fills)
    return any(fill.seq == sale.seq and fill.by is ClosedBy.TRADER for fill in fills)
