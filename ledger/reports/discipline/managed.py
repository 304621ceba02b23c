"""What a trade's later decisions were worth, beside the same trade set and forgotten.

Decision by decision: each is worth what the trade makes with it and nothing after it, less what it
makes without it. So the first line is the trade set and forgotten, the last is what was played, and
the amounts between them add up to the difference, exactly. What a forced exit itself cost (its
penalty and its slippage, less what the venue bore) is a row of its own; the price at which it came
counts for the decision that led to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.account.event_terms import Bearer, ClosedBy, OrderType
from ledger.account.events import kinds as e
from ledger.market.instrument import Instrument
from ledger.market.rules.terms import FeeKind
from ledger.money import ZERO, settle
from ledger.reports.trades.stop_history import StopChange
from ledger.reports.trades.trade import Trade
from ledger.times import Time

Numbered = Sequence[tuple[int, e.Event]]
"""Events with their numbers."""


class ManagedBy(StrEnum):
    """What a decision did to a trade that was under way: the causes of the difference."""

    EARLY_EXIT = "early_exits"
    PART_CLOSE = "part_closes"
    STOP_WIDENED = "widened_stops"
    """Moved farther away, or taken off."""
    STOP_TIGHTENED = "tightened_stops"
    TARGET_MOVED = "moved_targets"
    """Set, moved or taken off; an order of the trader's own to close at a better price too."""
    ADDED = "adds"
    """An order for more, or a change of one."""
    MARGIN_MOVED = "moved_margin"
    FORCED_EXIT = "forced_exits"


STOP_MOVES = (ManagedBy.STOP_WIDENED, ManagedBy.STOP_TIGHTENED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a trade went on: what it made after costs, and what ended it.

    One that is still held where the clock stands has no `closed_by`, and its rest is valued at
    `mark`. `forced` is what forced exits themselves cost, in `net` already.
    """

    net: Decimal
    at: Time
    closed_by: ClosedBy | None
    mark: Decimal | None = None
    forced: Decimal = ZERO

    @property
    def is_open(self) -> bool:
        """Whether neither stop nor target nor anything else had ended it."""
        return self.closed_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one decision was worth; `seq` is its first event."""

    seq: int
    at: Time
    by: ManagedBy
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """A closed trade beside the same trade set and forgotten."""

    trade: Trade
    passive: Line
    played: Line
    decisions: tuple[Worth, ...]

    @property
    def amount(self) -> Decimal:
        """What managing it brought, in money."""
        return self.played.net - self.passive.net

    @property
    def passive_r(self) -> Decimal | None:
        """The result of the trade set and forgotten, over R0."""
        return self.trade.risk.in_r(self.passive.net)

    @property
    def managed_r(self) -> Decimal | None:
        """R less passive R."""
        return self.trade.risk.in_r(self.amount)

    @property
    def rows(self) -> dict[ManagedBy, Decimal]:
        """The difference by cause, in money; the rows add up to `amount`."""
        rows = dict.fromkeys(ManagedBy, ZERO)
        for worth in self.decisions:
            rows[worth.by] += worth.amount
        rows[ManagedBy.FORCED_EXIT] += self.passive.forced - self.played.forced
        return rows

    @property
    def rows_r(self) -> dict[ManagedBy, Decimal]:
        """The same in R."""
        return {by: self.trade.risk.in_r(amount) or ZERO for by, amount in self.rows.items()}


def worths(told: Sequence[tuple[int, Time, ManagedBy]], lines: Sequence[Line]) -> tuple[Worth, ...]:
    """What each decision was worth: `lines` has the trade without any of them, then with one more
    each time."""
    return tuple(
        Worth(seq=seq, at=at, by=by, amount=_unforced(after) - _unforced(before))
        for (seq, at, by), before, after in zip(told, lines[:-1], lines[1:], strict=True)
    )


def _unforced(line: Line) -> Decimal:
    return line.net + line.forced


def forced_cost(events: Iterable[e.Event], instrument: Instrument) -> Decimal:
    """What forced exits from one symbol cost beyond a sale at the price that led to them."""
    cost = ZERO
    for event in events:
        match event:
            case e.FeeCharged(kind=FeeKind.LIQUIDATION, symbol=instrument.symbol):
                cost += event.amount
            case e.ForceSold(symbol=instrument.symbol) | e.Liquidated(symbol=instrument.symbol):
                cost += _slipped(event, instrument)
            case e.DeficitRecorded(absorbed_by=Bearer.VENUE, symbol=instrument.symbol):
                cost -= event.amount
    return cost


def _slipped(event: e.ForceSold | e.Liquidated, instrument: Instrument) -> Decimal:
    without = event.price - event.side.sign * event.slippage
    at, instead = (instrument.notional(event.quantity, p) for p in (event.price, without))
    return settle(abs(at - instead), instrument.currency)


def managed_by(trade: Trade, events: Numbered, held: Decimal) -> ManagedBy:
    """What a decision about a trade did to it, from the events that it led to and what was held
    before."""
    first, last = events[0][0], events[-1][0]
    fills = [fill for fill in trade.fills if first <= fill.seq <= last]
    if any(fill.opens for fill in fills):
        return ManagedBy.ADDED
    if fills:
        return _closing(trade, closes_all=first <= (trade.closed_seq or 0) <= last)
    stops = [change for change in trade.stop.changes if first <= change.seq <= last]
    if stops:
        return stop_moved(stops)
    if any(first <= change.seq <= last for change in trade.targets):
        return ManagedBy.TARGET_MOVED
    return _of_orders(trade, [event for _, event in events], held)


def _closing(trade: Trade, *, closes_all: bool) -> ManagedBy:
    return ManagedBy.EARLY_EXIT if closes_all else ManagedBy.PART_CLOSE


def stop_moved(changes: Sequence[StopChange]) -> ManagedBy:
    """Whether changes of the stop, taken together, gave the trade more room or less."""
    known = [change.widened for change in changes if change.widened is not None]
    gone = changes[-1].level is None
    wider = gone or sum(known, ZERO) > 0
    return ManagedBy.STOP_WIDENED if wider else ManagedBy.STOP_TIGHTENED


def _of_orders(trade: Trade, events: Sequence[e.Event], held: Decimal) -> ManagedBy:
    """By the first order that waits: an exit at the next open, a target of one's own, or more."""
    kinds = (e.OrderPlaced, e.OrderAmended, e.OrderCancelled)
    order = next((x for x in events if isinstance(x, kinds) and x.symbol == trade.symbol), None)
    if order is None:
        return ManagedBy.MARGIN_MOVED
    if order.side is trade.side:
        return ManagedBy.ADDED
    if isinstance(order, e.OrderPlaced) and order.order_type is OrderType.MARKET:
        return _closing(trade, closes_all=order.quantity >= held)
    return ManagedBy.TARGET_MOVED


def by_cause(managed: Iterable[Managed]) -> Mapping[ManagedBy, Decimal]:
    """The rows of several trades together, in R."""
    total = dict.fromkeys(ManagedBy, ZERO)
    for each in managed:
        for by, r in each.rows_r.items():
            total[by] += r
    return total
