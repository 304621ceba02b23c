"""Entries: larger ones in the wake of a result, and adding to a loser.

The thresholds are in R, after Garvey, Murphy and Wu (2007) on risk after losses and Ben-David,
Birru and Prokopenya (2014) on leverage after gains.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median

from ledger.money import ZERO, ratio
from ledger.reports.discipline.findings import Detector, Finding, Unit, found
from ledger.reports.trades.trade import Trade, TradeFill
from ledger.times import DAY

AFTER_LOSS = Decimal("-0.5")
AFTER_WIN = Decimal(2)
STREAK = 3
LARGER = Decimal("1.25")
BEFORE = 10
"""Entries whose median risk is the usual one."""
LEAST = 3
"""With fewer, nothing is usual yet."""
ENTRIES = 3
"""The entries after a result that count as a response to it; so do all within a day of it."""


def heated(trades: Sequence[Trade]) -> Iterator[Finding]:
    """For each loss of half an R or more, and each gain of two R or third win in a row, the first
    entry in its wake that risks 1.25 times the median of the ten before or more.

    An entry counts once, for the last result before it. One that reduces the net exposure is a
    hedge, and one without a stop has no risk to compare.
    """
    wake = _Wake(trades)
    told: set[tuple[Detector, int]] = set()
    for entry in trades:
        usual, hedge = wake.usual(), wake.hedges(entry)
        times = wake.enter(entry)
        if times is None or times < LARGER or hedge:
            continue
        fresh = (x for x in wake.stirring(entry) if (x[0], x[1].number) not in told)
        detector, cause = next(fresh, (None, entry))
        if detector is None:
            continue
        told.add((detector, cause.number))
        yield found(
            detector,
            entry.number,
            entry.opened_at,
            about=(entry.number,),
            compared=tuple(x.number for x in usual),
            after=cause.number,
            figure=times,
            unit=Unit.TIMES,
        )


class _Wake:
    """What came before each entry, as the entries are gone through in order."""

    def __init__(self, trades: Sequence[Trade]) -> None:
        closed = [each for each in trades if each.closed_seq is not None]
        self._results = sorted(closed, key=_end)
        self._ends = [_end(each) for each in self._results]
        self._opened = [each.opened_seq for each in trades]
        self._risked: deque[Trade] = deque(maxlen=BEFORE)
        self._held: list[Trade] = []

    def usual(self) -> tuple[Trade, ...]:
        """The last entries with a risk: their median is the usual one."""
        return tuple(self._risked)

    def hedges(self, entry: Trade) -> bool:
        """Whether an entry reduced the net exposure of what was held, valued at its entries."""
        seq = entry.opened_seq
        self._held = [x for x in self._held if x.closed_seq is None or x.closed_seq > seq]
        net = sum((_value(trade, seq) for trade in self._held), ZERO)
        return abs(net + _value(entry, seq)) < abs(net)

    def enter(self, entry: Trade) -> Decimal | None:
        """Go past an entry: its risk over the usual one; `None` where either is unknown."""
        risks = [x.risk.r0 for x in self._risked if x.risk.r0]
        self._held.append(entry)
        if not entry.risk.r0:
            return None
        self._risked.append(entry)
        return ratio(entry.risk.r0 / median(risks)) if len(risks) >= LEAST else None

    def stirring(self, entry: Trade) -> Iterator[tuple[Detector, Trade]]:
        """The results in whose wake an entry comes, the last first."""
        for index in range(bisect_left(self._ends, entry.opened_seq) - 1, -1, -1):
            result = self._results[index]
            first = bisect_right(self._opened, _end(result))
            since = bisect_left(self._opened, entry.opened_seq) - first
            if since >= ENTRIES and entry.opened_at - (result.closed_at or 0) > DAY:
                return
            r = result.r
            if r is not None and r <= AFTER_LOSS:
                yield Detector.AFTER_LOSS, result
            elif (r is not None and r >= AFTER_WIN) or _streak(
                self._results[max(index - STREAK + 1, 0) : index + 1]
            ):
                yield Detector.AFTER_GAIN, result


def _end(trade: Trade) -> int:
    return trade.closed_seq or 0


def _streak(results: Sequence[Trade]) -> bool:
    return len(results) >= STREAK and all(each.is_win for each in results[-STREAK:])


def _value(trade: Trade, seq: int) -> Decimal:
    """The signed value at its entry of what a trade held at an event."""
    held = ZERO
    for fill in trade.fills:
        if fill.seq <= seq:
            held += fill.quantity if fill.opens else -fill.quantity
    return abs(trade.instrument.notional(held, trade.entry_price)) * trade.side.sign


def averaged_down(trades: Sequence[Trade]) -> Iterator[Finding]:
    """Additions at a price worse than the average paid so far, so that the trade was losing. Those
    that rested before the trade was opened were planned."""
    for trade in trades:
        bad = [fill for fill in _additions(trade) if _is_worse(trade, fill)]
        if bad:
            risks = [fill.risk_added_r for fill in bad if fill.risk_added_r is not None]
            yield found(
                Detector.AVERAGED_DOWN,
                trade.number,
                bad[0].at,
                about=(trade.number,),
                figure=sum(risks, ZERO),
                unit=Unit.TIMES if risks else Unit.NONE,
            )


def _additions(trade: Trade) -> list[TradeFill]:
    late = {plan.order for plan in trade.later_plans if plan.seq > trade.opened_seq}
    return [fill for fill in trade.fills[1:] if fill.opens and fill.order in late]


def _is_worse(trade: Trade, fill: TradeFill) -> bool:
    entries = [x for x in trade.fills if x.opens and x.seq < fill.seq]
    paid = sum((x.quantity * x.price for x in entries), ZERO)
    average = paid / sum((x.quantity for x in entries), ZERO)
    return (average - fill.price) * trade.side.sign > 0
