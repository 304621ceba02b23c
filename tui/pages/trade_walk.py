"""Walking through a trade again: what stood at each moment of it, and what happened there."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.account.event_terms import ClosedBy
from ledger.practice.review import entry_words as words
from ledger.reports.trades.target_history import TargetAct
from ledger.reports.trades.trade import Trade
from ledger.times import Time
from tui.chart.model import Level, Mark, MarkKind
from tui.text import format as fmt
from tui.text.kept_back import entry_of, is_blind

_FORCED = (ClosedBy.FORCED_SALE, ClosedBy.LIQUIDATION)
_ENDED = (TargetAct.FILLED, TargetAct.CANCELLED)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened on the way, by the number of its event."""

    seq: int
    at: Time
    said: str
    decided: bool
    """Whether it was a decision of the trader's, at which a fork can begin."""


def moments(trade: Trade) -> list[Moment]:
    """Everything that happened, in the order of the record."""
    found: dict[int, tuple[Time, str]] = {}

    def add(seq: int, at: Time, said: str) -> None:
        found.setdefault(seq, (at, said))

    add(trade.plan.seq, trade.plan.at, f"planned, stop {words.size(trade.plan.stop)}")
    for plan in trade.later_plans:
        add(plan.seq, plan.at, f"planned to add {words.size(plan.quantity)}")
    for fill in trade.fills:
        does = "in" if fill.opens else "out"
        add(
            fill.seq,
            fill.at,
            f"{does} {words.size(fill.quantity)} at {entry_of(trade, fill.price)}",
        )
    for change in trade.stop.changes:
        level = "" if change.level is None else f" at {words.size(change.level)}"
        add(change.seq, change.at, f"stop {change.act.value.replace('_', ' ')}{level}")
    for target in trade.targets:
        act = target.act.value.replace("_", " ")
        add(target.seq, target.at, f"target {act} at {words.size(target.level)}")
    for call in trade.calls:
        add(call.seq, call.at, f"margin call, short of {fmt.money(call.shortfall, trade.currency)}")
        for answer in call.answers:
            add(answer.seq, answer.at, f"you answered {answer.answer.value}")
        if call.ended_seq is not None and call.ended_at is not None:
            add(call.ended_seq, call.ended_at, "the call is met")
    for note in trade.notes:
        said = f"note: {fmt.clean(note.text, 80)}" if note.text else "tags"
        add(note.seq, note.at, said)
    for seq in trade.decisions:  # what it led to follows it on the record
        after = min((other for other in found if other > seq), default=None)
        add(seq, trade.seen_until if after is None else found[after][0], "you decided")
    decided = set(trade.decisions)
    return [Moment(seq, *found[seq], seq in decided) for seq in sorted(found)]


def levels_at(trade: Trade, at: Time) -> list[Level]:
    """Entry, stops and targets as they stood at a moment; none outside the trade."""
    over = trade.closed_at is not None and at > trade.closed_at
    if at < trade.opened_at or over:
        return []
    tick = trade.instrument.tick
    stops: dict[str, Level] = {}
    for change in trade.stop.changes:
        if change.at > at:
            break
        if change.level is None:
            stops.pop(change.order, None)
        else:
            text = fmt.price(change.level, tick)
            stops[change.order] = Level(float(change.level), "stop", "stop", text)
    targets: dict[str, Level] = {}
    for target in trade.targets:
        if target.at > at:
            break
        if target.act in _ENDED:
            targets.pop(target.order, None)
        else:
            text = fmt.price(target.level, tick)
            targets[target.order] = Level(float(target.level), "target", "target", text)
    shown = [*stops.values(), *targets.values()]
    if is_blind(trade):
        return shown
    entry = fmt.price(trade.entry_price, tick)
    return [Level(float(trade.entry_price), "entry", "entry", entry), *shown]


def marks_until(trade: Trade, at: Time) -> list[Mark]:
    """The fills up to a moment."""
    marks: list[Mark] = []
    for fill in () if is_blind(trade) else trade.fills:
        if fill.at <= at:
            kind: MarkKind = "buy" if fill.side.sign > 0 else "sell"
            if fill.by in _FORCED:
                kind = "forced"
            marks.append(Mark(fill.at, float(fill.price), kind))
    return marks
