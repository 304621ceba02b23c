"""All detectors over an account's trades."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.reports.discipline.calls import Response, fed_losers, left_calls, responses
from ledger.reports.discipline.entries import averaged_down, heated
from ledger.reports.discipline.findings import Finding
from ledger.reports.discipline.managed import Managed
from ledger.reports.discipline.stops import (
    carry_drag,
    close_stops,
    moves,
    past_stops,
    without_stop,
)
from ledger.reports.trades.call_history import CallRecord
from ledger.reports.trades.trade import Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The findings in the order of time, and how each margin call was answered."""

    findings: tuple[Finding, ...]
    calls: tuple[Response, ...]


def observed(
    trades: Sequence[Trade], managed: Sequence[Managed], calls: Sequence[CallRecord]
) -> Observed:
    """What all detectors find in an account's whole history, in the order of its trades."""
    answered = responses(calls)
    findings = [
        *without_stop(trades),
        *moves(managed),
        *past_stops(trades),
        *close_stops(trades),
        *carry_drag(trades),
        *heated(trades),
        *averaged_down(trades),
        *left_calls(answered),
        *fed_losers(calls, {trade.number: trade for trade in trades}),
    ]
    return Observed(
        findings=tuple(sorted(findings, key=lambda each: (each.at, each.id))),
        calls=tuple(answered),
    )
