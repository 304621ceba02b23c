"""The rule that a trader gave himself, tested on the trades that he opened under it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.reports.discipline.findings import Detector, Finding
from ledger.reports.trades.trade import Trade


class Condition(StrEnum):
    """What can be tested. The last three have a limit."""

    ALWAYS_A_STOP = "always_a_stop"
    NO_WIDENING = "no_widening"
    NO_EARLY_EXIT = "no_early_exit"
    NO_TARGET_MOVED = "no_target_moved"
    NO_AVERAGING_DOWN = "no_averaging_down"
    NO_HEAT = "no_heat"
    NO_CALL_LEFT = "no_call_left"
    REASON = "reason"
    MOST_LOST = "most_lost"
    MOST_TRADES = "most_trades"
    MOST_LEVERAGE = "most_leverage"


LIMITED = {
    Condition.MOST_LOST: Decimal("1.2"),
    Condition.MOST_TRADES: Decimal(3),
    Condition.MOST_LEVERAGE: Decimal(2),
}
"""The conditions with a limit, and the limit that is proposed: R, trades a day, times equity."""

_DETECTED: Mapping[Condition, tuple[Detector, ...]] = {
    Condition.ALWAYS_A_STOP: (Detector.NO_STOP,),
    Condition.NO_WIDENING: (Detector.STOP_WIDENED,),
    Condition.NO_EARLY_EXIT: (Detector.EARLY_EXIT,),
    Condition.NO_TARGET_MOVED: (Detector.TARGET_MOVED,),
    Condition.NO_AVERAGING_DOWN: (Detector.AVERAGED_DOWN,),
    Condition.NO_HEAT: (Detector.AFTER_LOSS, Detector.AFTER_GAIN),
    Condition.NO_CALL_LEFT: (Detector.CALL_LEFT,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """A rule on record: in force from the event `seq` on, up to the event `until` that replaced it.

    `condition` is `None` for a rule in the trader's words alone, which nothing can test.
    """

    version: int
    text: str
    condition: Condition | None
    limit: Decimal | None
    seq: int
    until: int | None = None

    def governs(self, trade: Trade) -> bool:
        """Whether a trade was opened while the rule was in force."""
        opened = trade.opened_seq
        return opened > self.seq and (self.until is None or opened < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A rule held against the trades opened under it, by their numbers; `broken` are those that
    broke it."""

    rule: OwnRule
    trades: tuple[int, ...]
    broken: tuple[int, ...] = ()

    @property
    def kept(self) -> bool | None:
        """Whether it was kept; `None` if there is nothing to tell by."""
        if self.rule.condition is None or not self.trades:
            return None
        return not self.broken


def outcome_of(
    rule: OwnRule,
    trades: Iterable[Trade],
    findings: Sequence[Finding],
    day_of: Callable[[int], int],
) -> Outcome:
    """Hold a rule against trades; `findings` are those that count, `day_of` the trading day of an
    event."""
    under = [trade for trade in trades if rule.governs(trade)]
    broken = _broken(rule, under, findings, day_of)
    return Outcome(
        rule=rule,
        trades=tuple(trade.number for trade in under),
        broken=tuple(trade.number for trade in under if trade.number in broken),
    )


def _broken(
    rule: OwnRule, under: Sequence[Trade], findings: Sequence[Finding], day_of: Callable[[int], int]
) -> set[int]:
    condition = rule.condition
    if condition is None:
        return set()
    if condition in _DETECTED:
        found = [each for each in findings if each.detector in _DETECTED[condition]]
        return {number for each in found for number in each.about}
    if condition is Condition.REASON:
        return {trade.number for trade in under if not trade.plan.reason.strip()}
    limit = LIMITED[condition] if rule.limit is None else rule.limit
    if condition is Condition.MOST_LOST:
        return {trade.number for trade in under if trade.r is not None and trade.r < -limit}
    if condition is Condition.MOST_LEVERAGE:
        return {trade.number for trade in under if trade.leverage > limit}
    return _too_many(under, limit, day_of)


def _too_many(under: Sequence[Trade], limit: Decimal, day_of: Callable[[int], int]) -> set[int]:
    """The trades of each day after the first so many."""
    opened: dict[int, int] = {}
    late = set()
    for trade in sorted(under, key=lambda each: each.opened_seq):
        day = day_of(trade.opened_seq)
        opened[day] = opened.get(day, 0) + 1
        if opened[day] > limit:
            late.add(trade.number)
    return late
