"""A scenario's goal as conditions that are tested: each is met or not, with the figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.account.event_terms import FORCED_EXITS, CallMetBy
from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.money import ZERO, plain, trim
from ledger.reports.grade.guarded import Guarded
from ledger.reports.grade.past import FORCED, Moment, Run, of_kind
from ledger.reports.grade.sums import sum_said
from ledger.times import DAY, Time


class GoalKind(StrEnum):
    """What is asked for. Figures belong to some of them: `KEYS` says which."""

    TRADES_AT_LEAST = "trades_at_least"
    """`count` positions worth a hundredth of the account were opened; of `symbol`, before `to`,
    each with `risk` at its stop (give or take a tenth), of `quantity` units at `leverage` or more,
    where these are given."""
    IN_MARKET = "in_market"
    """A position (of `symbol`) was open at some time between `from` and `to`."""
    EQUITY_ABOVE = "equity_above"
    """Equity at the end, with what was taken out and without what was added after the first
    deposit, is above `amount`."""
    OWE_NOTHING = "owe_nothing"
    """No debt is left once everything is sold, and no deficit was ever recorded."""
    NO_FORCED_EXIT = "no_forced_exit"
    CALLS_MET = "calls_met"
    """Margin calls were met by the trader's own act: at least `count`, and in the order of `by`."""
    NO_CALL_MISSED = "no_call_missed"
    """No call ran out, or was met by a forced exit; there may have been none."""
    STOPPED_OUT = "stopped_out"
    """A position was closed by its stop."""
    STOPS_KEPT = "stops_kept"
    """Every entry had a stop that counts, and no stop was moved back or taken off."""
    LOSS_WITHIN_STOP = "loss_within_stop"
    """No trade lost more than 1.2 times what its first stop had at risk, and each had one."""
    FORCED_EXIT = "forced_exit"
    """A position was held until it was liquidated."""
    LOAN_HELD = "loan_held"
    """A loan was owed for `days`."""
    COST_NOTED = "cost_noted"
    """A figure was written down, in a reason or a note, before the first interest was posted."""
    FLAT = "flat"
    """Nothing is held at the end."""
    PUT_ASIDE = "put_aside"
    """A share of a profit went into savings."""
    PLANNED = "planned"
    """A plan for the session was made before the first order."""
    SOLD_AT_A_LOSS = "sold_at_a_loss"
    """A trade was closed for less than it cost, and another begun after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One condition."""

    kind: GoalKind
    count: int = 1
    amount: Decimal = ZERO
    days: int = 0
    symbol: str | None = None
    since: Time | None = None
    to: Time | None = None
    risk: Decimal | None = None
    quantity: Decimal | None = None
    leverage: Decimal | None = None
    by: tuple[CallMetBy, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition was met; `said` states it with the figure."""

    goal: Goal
    met: bool
    said: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a condition is tested on."""

    run: Run
    moments: Sequence[Moment]
    guards: Sequence[Guarded]

    @property
    def end(self) -> Account:
        """The account after its last event."""
        return self.moments[-1].after if self.moments else self.run.before


def judged(goal: Goal, seen: Seen) -> Verdict:
    """Test one condition."""
    met, said = _TESTS[goal.kind](goal, seen)
    return Verdict(goal, met, said)


def _trades(goal: Goal, seen: Seen) -> tuple[bool, str]:
    fitting = [x for x in seen.guards if x.counts and _fits(goal, x.opened)]
    of = f" in {goal.symbol}" if goal.symbol else ""
    of += f" of {plain(trim(goal.quantity))}" if goal.quantity is not None else ""
    of += f" at {plain(trim(goal.leverage))}x" if goal.leverage is not None else ""
    of += f" risking {plain(trim(goal.risk))}" if goal.risk is not None else ""
    of += " in time" if goal.to is not None else ""
    word = "trade" if goal.count == 1 else "trades"
    return len(fitting) >= goal.count, f"{len(fitting)} of {goal.count} {word}{of}"


def _fits(goal: Goal, opened: e.PositionOpened) -> bool:
    tenth = Decimal("0.1")
    risk = opened.risk or ZERO
    return (
        (goal.symbol is None or opened.symbol == goal.symbol)
        and (goal.to is None or opened.at < goal.to)
        and (goal.since is None or opened.at >= goal.since)
        and (goal.quantity is None or opened.quantity >= goal.quantity)
        and (goal.leverage is None or opened.leverage >= goal.leverage)
        and (goal.risk is None or abs(risk - goal.risk) <= goal.risk * tenth)
    )


def _in_market(goal: Goal, seen: Seen) -> tuple[bool, str]:
    since, to = goal.since or 0, goal.to or seen.run.until
    met = any(
        x.opened.at < to and (x.closed is None or x.closed.at >= since)
        for x in seen.guards
        if x.counts and goal.symbol in (None, x.symbol)
    )
    of = f"in {goal.symbol}" if goal.symbol else "in the market"
    return met, f"{of} when it mattered" if met else f"not {of} when it mattered"


def _equity(goal: Goal, seen: Seen) -> tuple[bool, str]:
    totals, end = seen.end.totals, seen.end
    paid = [m.event.amount for m in seen.moments if isinstance(m.event, e.Deposited)]
    added = sum(paid[1:], ZERO)
    left = seen.run.equity + totals.withdrawn + end.savings - added
    made, asked = (sum_said(x, end.currency) for x in (left, goal.amount))
    return left > goal.amount, f"{made} at the end, asked for: more than {asked}"


def _owes(goal: Goal, seen: Seen) -> tuple[bool, str]:
    deficit = sum(
        (m.event.amount for m in seen.moments if isinstance(m.event, e.DeficitRecorded)), ZERO
    )
    short = max(-seen.run.equity, ZERO)
    debt = max(deficit, short)
    owed = sum_said(debt, seen.end.currency)
    return not debt, f"owes {owed} beyond everything" if debt else "owes nothing"


def _unforced(goal: Goal, seen: Seen) -> tuple[bool, str]:
    count = len(of_kind(seen.moments, *FORCED))
    return not count, f"{count} forced {'exit' if count == 1 else 'exits'}"


def _calls_met(goal: Goal, seen: Seen) -> tuple[bool, str]:
    own = [
        m.event.by
        for m in seen.moments
        if isinstance(m.event, e.MarginCallMet)
        and m.event.by not in FORCED_EXITS
        and m.event.by in _OWN
    ]
    if goal.by:
        met = _in_order(goal.by, own)
        did = ", then ".join(own) or "nothing"
        return met, f"met by {did}, asked for: {', then '.join(goal.by)}"
    word = "call" if goal.count == 1 else "calls"
    return len(own) >= goal.count, f"{len(own)} of {goal.count} {word} met by an act of your own"


_OWN = frozenset({CallMetBy.DEPOSIT, CallMetBy.REPAYMENT, CallMetBy.SALE, CallMetBy.HEDGE})


def _in_order(asked: Sequence[CallMetBy], done: Sequence[CallMetBy]) -> bool:
    left = iter(done)
    return all(any(one is each for one in left) for each in asked)


def _no_call_missed(goal: Goal, seen: Seen) -> tuple[bool, str]:
    missed = [
        m
        for m in of_kind(seen.moments, e.MarginCallExpired, e.MarginCallMet)
        if isinstance(m.event, e.MarginCallExpired)
        or (isinstance(m.event, e.MarginCallMet) and m.event.by in FORCED_EXITS)
    ]
    count = len({m.event.call for m in missed if hasattr(m.event, "call")})
    return not count, f"{count} {'call' if count == 1 else 'calls'} missed"


def _stopped(goal: Goal, seen: Seen) -> tuple[bool, str]:
    count = len(of_kind(seen.moments, e.StoppedOut))
    return count > 0, f"stopped out {count} {'time' if count == 1 else 'times'}"


def _kept(goal: Goal, seen: Seen) -> tuple[bool, str]:
    fault = next(
        (x.unprotected or x.given_up for x in seen.guards if x.unprotected or x.given_up), ""
    )
    if not seen.guards:
        return False, "nothing was traded"
    many = len(seen.guards)
    return not fault, fault or f"every stop kept, in {many} trade{'s' if many > 1 else ''}"


def _within(goal: Goal, seen: Seen) -> tuple[bool, str]:
    found = [trade.r for trade in seen.run.results()]
    if not found or any(each is None for each in found):
        return False, "a trade without a stop" if found else "no trade was closed"
    worst = min(each for each in found if each is not None)
    return worst >= Decimal(
        "-1.2"
    ), f"the worst trade made {worst:.2f} R, asked for: -1.2 or better"


def _was_forced(goal: Goal, seen: Seen) -> tuple[bool, str]:
    count = len(of_kind(seen.moments, *FORCED))
    return count > 0, "held until it was liquidated" if count else "never liquidated"


def _loan(goal: Goal, seen: Seen) -> tuple[bool, str]:
    owed, since = 0, None
    for moment in seen.moments:
        owes = any(pocket.loan.principal for pocket in moment.after.pockets.values())
        if owes and since is None:
            since = moment.event.at
        elif not owes and since is not None:
            owed, since = owed + moment.event.at - since, None
    owed += seen.run.until - since if since is not None else 0
    days = owed // DAY
    return days >= goal.days, f"a loan held for {days} of {goal.days} days"


def _noted(goal: Goal, seen: Seen) -> tuple[bool, str]:
    for moment in seen.moments:
        event = moment.event
        if isinstance(event, e.InterestAccrued):
            break
        said = ""
        if isinstance(event, e.NoteAdded):
            said = event.text
        elif isinstance(event, e.OrderPlaced):
            said = event.reason
        if any(letter.isdigit() for letter in said):
            return True, "the cost was written down beforehand"
    return False, "no figure was written down before the first interest"


def _flat(goal: Goal, seen: Seen) -> tuple[bool, str]:
    held = [each.symbol for each in seen.end.positions() if each.quantity]
    return not held, f"still holds {', '.join(held)}" if held else "nothing is held at the end"


def _aside(goal: Goal, seen: Seen) -> tuple[bool, str]:
    put = sum((m.event.amount for m in seen.moments if isinstance(m.event, e.Swept)), ZERO)
    return put > 0, f"{put:,.2f} put aside" if put > 0 else "nothing was put aside"


def _planned(goal: Goal, seen: Seen) -> tuple[bool, str]:
    first = next(iter(of_kind(seen.moments, e.SessionPlanned, e.OrderPlaced)), None)
    met = first is not None and isinstance(first.event, e.SessionPlanned)
    return met, f"{'a' if met else 'no'} plan was made before the first order"


def _sold_low(goal: Goal, seen: Seen) -> tuple[bool, str]:
    ends = of_kind(seen.moments, e.PositionClosed, e.PositionOpened)
    losses = [
        at
        for at, moment in enumerate(ends)
        if isinstance(moment.event, e.PositionClosed) and moment.event.net_pnl < 0
    ]
    if not losses:
        return False, "nothing was sold at a loss"
    again = any(isinstance(moment.event, e.PositionOpened) for moment in ends[losses[0] :])
    return again, f"sold at a loss{' and bought back' if again else ', and not bought back'}"


_TESTS: dict[GoalKind, Callable[[Goal, Seen], tuple[bool, str]]] = {
    GoalKind.TRADES_AT_LEAST: _trades,
    GoalKind.IN_MARKET: _in_market,
    GoalKind.EQUITY_ABOVE: _equity,
    GoalKind.OWE_NOTHING: _owes,
    GoalKind.NO_FORCED_EXIT: _unforced,
    GoalKind.CALLS_MET: _calls_met,
    GoalKind.NO_CALL_MISSED: _no_call_missed,
    GoalKind.STOPPED_OUT: _stopped,
    GoalKind.STOPS_KEPT: _kept,
    GoalKind.LOSS_WITHIN_STOP: _within,
    GoalKind.FORCED_EXIT: _was_forced,
    GoalKind.LOAN_HELD: _loan,
    GoalKind.COST_NOTED: _noted,
    GoalKind.FLAT: _flat,
    GoalKind.PUT_ASIDE: _aside,
    GoalKind.PLANNED: _planned,
    GoalKind.SOLD_AT_A_LOSS: _sold_low,
}

KEYS: dict[GoalKind, tuple[str, ...]] = {
    GoalKind.TRADES_AT_LEAST: ("count", "symbol", "from", "to", "risk", "quantity", "leverage"),
    GoalKind.IN_MARKET: ("symbol", "from", "to"),
    GoalKind.EQUITY_ABOVE: ("amount",),
    GoalKind.CALLS_MET: ("count", "by"),
    GoalKind.LOAN_HELD: ("days",),
}
"""The keys that a condition takes beside its kind."""

NEEDED: dict[GoalKind, tuple[str, ...]] = {
    GoalKind.IN_MARKET: ("from", "to"),
    GoalKind.EQUITY_ABOVE: ("amount",),
    GoalKind.LOAN_HELD: ("days",),
}
"""Those that it cannot do without."""
