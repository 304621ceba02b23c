"""Margin calls: how they were answered, and what was sold to answer them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import FORCED_EXITS, Answer, CallExpiredBy, CallMetBy, ClosedBy
from ledger.money import ONE, ZERO, ratio
from ledger.reports.discipline.findings import Detector, Finding, found
from ledger.reports.trades.calls import Answered, CallOnTheWay
from ledger.reports.trades.trade import Trade

OWN_ACTS = frozenset({CallMetBy.DEPOSIT, CallMetBy.REPAYMENT, CallMetBy.SALE, CallMetBy.HEDGE})
"""What a trader does about a call, by what met it."""

Standing = Callable[[int], Mapping[str, Decimal]]
"""What was unrealized in each symbol just before an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How a call was answered.

    `time_used` is the time to the first answer that was more than to wait, over the time allowed:
    `None` without either. `self_cured` is what the trader's own acts brought of the shortfall, at
    most one.
    """

    call: CallOnTheWay
    trades: tuple[int, ...]
    time_used: Decimal | None
    self_cured: Decimal
    left: bool
    """Whether it was left to run out, or to a forced exit."""


def responses(trades: Sequence[Trade]) -> list[Response]:
    """Every call that a trade met, in order."""
    met: dict[int, list[Trade]] = {}
    calls: dict[int, CallOnTheWay] = {}
    for trade in trades:
        for call in trade.calls:
            met.setdefault(call.seq, []).append(trade)
            calls[call.seq] = call
    return [_response(calls[seq], met[seq]) for seq in sorted(calls)]


def _response(call: CallOnTheWay, trades: Sequence[Trade]) -> Response:
    acts = [answer for answer in call.answers if answer.answer is not Answer.WAIT]
    used, allowed = acts[0].at - call.at if acts else None, call.time_allowed
    forced = call.met_by in FORCED_EXITS
    ran_out = call.expired_at is not None and call.expired_by == CallExpiredBy.DUE
    return Response(
        call=call,
        trades=tuple(trade.number for trade in trades),
        time_used=ratio(Decimal(used) / allowed) if used is not None and allowed else None,
        self_cured=_self_cured(call, acts),
        left=forced or ran_out,
    )


def _self_cured(call: CallOnTheWay, acts: Sequence[Answered]) -> Decimal:
    if call.met_by in OWN_ACTS:
        return ONE
    paid = sum((x.amount or ZERO for x in acts if x.answer is Answer.DEPOSIT), ZERO)
    return min(ratio(paid / call.shortfall), ONE) if call.shortfall else ZERO


def left_calls(answered: Sequence[Response]) -> Iterator[Finding]:
    """Calls that ran out, or that the broker or venue met by a forced exit."""
    for response in answered:
        if response.left:
            yield found(
                Detector.CALL_LEFT, response.call.seq, response.call.at, about=response.trades
            )


def fed_losers(
    answered: Sequence[Response], trades: Mapping[int, Trade], standing: Standing
) -> Iterator[Finding]:
    """Calls answered by selling a trade in profit while one that was losing was kept."""
    for response in answered:
        behind = [trades[number] for number in response.trades]
        for answer in response.call.answers:
            if answer.answer is not Answer.SELL:
                continue
            made, until = standing(answer.seq), response.call.ended_at or answer.at
            sales = [x for x in behind if _sold(x, answer.seq, until)]
            sold = [trade for trade in sales if _of(made, trade) > 0]
            kept = [trade for trade in behind if trade not in sales and _of(made, trade) < 0]
            if sold and kept:
                yield found(
                    Detector.FED_A_LOSER,
                    response.call.seq,
                    answer.at,
                    about=tuple(trade.number for trade in sold),
                    compared=tuple(trade.number for trade in kept),
                )
                break


def _of(made: Mapping[str, Decimal], trade: Trade) -> Decimal:
    return made.get(trade.symbol, ZERO)


def _sold(trade: Trade, seq: int, until: int) -> bool:
    return any(
        not fill.opens and fill.by is ClosedBy.TRADER and fill.seq > seq and fill.at <= until
        for fill in trade.fills
    )
