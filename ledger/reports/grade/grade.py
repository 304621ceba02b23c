"""The parts of the grade, their points, and what keeps a grade low whatever else was done well."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.account.event_terms import FORCED_EXITS, CallExpiredBy, CallMetBy
from ledger.account.events import kinds as e
from ledger.reports.grade.goals import Goal, Seen, Verdict, judged
from ledger.reports.grade.guard import Guards
from ledger.reports.grade.guarded import Guarded, faults
from ledger.reports.grade.heat import heat_of
from ledger.reports.grade.limits import LOSSES, Breach, Limits
from ledger.reports.grade.past import FORCED, Moment, Run, of_kind


class Graded(StrEnum):
    """A part of the grade."""

    GOAL = "goal"
    STOP = "stop"
    KEPT = "kept"
    SIZE = "size"
    LIMITS = "limits"
    CALLS = "calls"
    WRITTEN = "written"
    HEAT = "heat"


POINTS: dict[Graded, int] = {
    Graded.GOAL: 20,
    Graded.STOP: 15,
    Graded.KEPT: 20,
    Graded.SIZE: 15,
    Graded.LIMITS: 5,
    Graded.CALLS: 10,
    Graded.WRITTEN: 10,
    Graded.HEAT: 5,
}

NAMES: dict[Graded, str] = {
    Graded.GOAL: "the goal",
    Graded.STOP: "a stop that protects, within a bar of each entry",
    Graded.KEPT: "no stop moved back, taken off or out of reach",
    Graded.SIZE: "the risk of each trade within the plan",
    Graded.LIMITS: "the other limits of the plan",
    Graded.CALLS: "each call met in time, by an act of your own",
    Graded.WRITTEN: "a reason with each order, and a note afterwards",
    Graded.HEAT: "no larger risk in the wake of a result",
}


class Cap(StrEnum):
    """What keeps a grade low; a grade stays below the number that comes with it."""

    LOSS = "a loss limit was broken"
    GOAL = "the goal was not met"
    STOP = "a position was left as good as unprotected"
    TOKEN = "no trade showed anything: each was too small, or undone at once"


CAPS: dict[Cap, int] = {Cap.LOSS: 40, Cap.GOAL: 60, Cap.STOP: 60, Cap.TOKEN: 60}


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its rule, the points it can give, and those earned. `tested` is false where the run
    never came to it (no call, no result to react to): then it counts neither way."""

    graded: Graded
    points: int
    won: int
    why: str
    tested: bool = True

    @property
    def name(self) -> str:
        return NAMES[self.graded]


@dataclass(frozen=True, slots=True)
class Grade:
    """All parts, the goal's conditions, the breaches of the plan, and what caps the grade."""

    parts: tuple[Part, ...]
    verdicts: tuple[Verdict, ...] = ()
    breaches: tuple[Breach, ...] = ()
    caps: tuple[Cap, ...] = ()

    @property
    def total(self) -> int:
        """Out of a hundred: the share of the points that could be earned, half up, capped."""
        tested = [part for part in self.parts if part.tested]
        most = sum(part.points for part in tested)
        won = sum(part.won for part in tested)
        whole = (200 * won + most) // (2 * most) if most else 0
        return min(whole, *(CAPS[cap] - 1 for cap in self.caps), 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is graded: `bar` is the length of a bar in seconds."""

    bar: int
    goals: tuple[Goal, ...] = ()
    graded: tuple[Graded, ...] = tuple(Graded)


def grade_of(run: Run, terms: Terms) -> Grade | None:
    """The grade of a run; `None` if nothing was traded."""
    moments = run.moments()
    if not of_kind(moments, e.PositionOpened):
        return None
    guards, breaches = _guarded(run, moments, terms.bar)
    verdicts = tuple(judged(goal, Seen(run, moments, guards)) for goal in terms.goals)
    judges = _Judges(run, moments, guards, breaches, verdicts)
    parts = tuple(_PARTS[each](judges) for each in Graded if each in terms.graded)
    parts = tuple(part for part in parts if part.graded is not Graded.GOAL or verdicts)
    return Grade(parts, verdicts, tuple(breaches), tuple(_caps(judges, terms)))


def _guarded(run: Run, moments: Sequence[Moment], bar: int) -> tuple[list[Guarded], list[Breach]]:
    """How each trade was protected, and which limits of the plan were broken."""
    guards, limits = Guards(bar), Limits(run.bars)
    for moment in moments:
        guards.take(moment)
        closed = isinstance(moment.event, e.PositionClosed)
        limits.take(moment, guards.ended[-1] if closed and guards.ended else None)
    every, end = guards.close(run.until), moments[-1]
    prices = {**end.prices, **run.bars.prices(run.until)}
    limits.close(end.after, run.until, guards.running, prices)
    return every, limits.breaches


@dataclass(frozen=True, slots=True)
class _Judges:
    run: Run
    moments: Sequence[Moment]
    guards: Sequence[Guarded]
    breaches: Sequence[Breach]
    verdicts: Sequence[Verdict]

    @property
    def has_plan(self) -> bool:
        """Whether every trade was opened under a plan."""
        opened = of_kind(self.moments, e.PositionOpened)
        return all(moment.before.plan is not None for moment in opened)


def _caps(judges: _Judges, terms: Terms) -> list[Cap]:
    caps = []
    if any(breach.limit in LOSSES for breach in judges.breaches):
        caps.append(Cap.LOSS)
    if not all(verdict.met for verdict in judges.verdicts):
        caps.append(Cap.GOAL)
    stops = {Graded.STOP, Graded.KEPT} & {*terms.graded}
    if stops and any(guarded.grave for guarded in judges.guards):
        caps.append(Cap.STOP)
    if not any(guarded.counts for guarded in judges.guards):
        caps.append(Cap.TOKEN)
    return caps


def _part(graded: Graded, fault: str, *, tested: bool = True) -> Part:
    points = POINTS[graded]
    return Part(graded, points, 0 if fault else points, fault, tested)


def _goal(judges: _Judges) -> Part:
    missed = [verdict.said for verdict in judges.verdicts if not verdict.met]
    return _part(Graded.GOAL, "; ".join(missed))


def _stop(judges: _Judges) -> Part:
    return _part(Graded.STOP, faults(judges.guards, "unprotected"))


def _kept(judges: _Judges) -> Part:
    """A stop that never counted was not kept either."""
    never = faults([x for x in judges.guards if x.first is None], "unprotected")
    return _part(Graded.KEPT, faults(judges.guards, "given_up") or never)


def _size(judges: _Judges) -> Part:
    return _part(Graded.SIZE, _oversized(judges))


def _oversized(judges: _Judges) -> str:
    for guarded in judges.guards:
        if guarded.planned is None:
            return "there was no plan" if not judges.has_plan else "the plan limits no loss a trade"
        if guarded.largest is None:
            return f"{guarded.symbol} had no stop, so its risk is unknown"
        if guarded.planned > guarded.allowed.most:
            return "the plan allows more than a tenth of the account on a trade, which is no limit"
        if guarded.too_large:
            risked, most = guarded.said(guarded.largest), guarded.said(guarded.planned)
            return f"{guarded.symbol} risked {risked}, and the plan allows {most}"
    return ""


def _limits(judges: _Judges) -> Part:
    if not judges.has_plan:
        return _part(Graded.LIMITS, "there was no plan")
    return _part(Graded.LIMITS, "; ".join(dict.fromkeys(x.said for x in judges.breaches)))


def _calls(judges: _Judges) -> Part:
    came = of_kind(judges.moments, e.MarginCallIssued, *FORCED)
    return _part(Graded.CALLS, _unanswered(judges.moments), tested=bool(came))


def _unanswered(moments: Sequence[Moment]) -> str:
    """A call met by the venue's own sale, or left to the market, was not answered."""
    for event in (moment.event for moment in moments):
        if isinstance(event, e.MarginCallExpired):
            ran_out = event.by == CallExpiredBy.DUE
            return "a call ran out" if ran_out else "a call was overtaken by a graver one"
        if isinstance(event, e.MarginCallMet) and event.by in FORCED_EXITS:
            return "a call was met by a forced exit"
        if isinstance(event, e.MarginCallMet) and event.by is CallMetBy.MARKET:
            return "a call was left to the market"
        if isinstance(event, e.Liquidated | e.ForceSold):
            return f"{event.symbol} was closed by force"
    return ""


def _written(judges: _Judges) -> Part:
    """Half for a reason with every order that opened a position, half for a note afterwards."""
    events = [moment.event for moment in judges.moments]
    opened = [event for event in events if isinstance(event, e.PositionOpened)]
    missing = []
    if not _all_reasoned(judges.moments):
        missing.append("an order had no reason")
    if not any(isinstance(x, e.NoteAdded) and x.at >= opened[0].at for x in events):
        missing.append("no note was written afterwards")
    half = POINTS[Graded.WRITTEN] // 2
    won = POINTS[Graded.WRITTEN] - half * len(missing)
    return Part(Graded.WRITTEN, POINTS[Graded.WRITTEN], won, "; ".join(missing))


def _all_reasoned(moments: Sequence[Moment]) -> bool:
    """Whether the order that opened each position came with a reason."""
    reasons: dict[str, str] = {}
    last = ""
    for event in (moment.event for moment in moments):
        if isinstance(event, e.OrderPlaced):
            reasons[event.order] = event.reason
        elif isinstance(event, e.OrderFilled):
            last = event.order
        elif isinstance(event, e.PositionOpened) and not reasons.get(last, "").strip():
            return False
    return True


def _heat(judges: _Judges) -> Part:
    heat = heat_of(judges.run.events, judges.run.results())
    return _part(Graded.HEAT, heat.fault, tested=heat.tested)


_PARTS = {
    Graded.GOAL: _goal,
    Graded.STOP: _stop,
    Graded.KEPT: _kept,
    Graded.SIZE: _size,
    Graded.LIMITS: _limits,
    Graded.CALLS: _calls,
    Graded.WRITTEN: _written,
    Graded.HEAT: _heat,
}
