"""Tightrope on the same plan: stepping through every bar, or skipping to the next that matters.

A trader stands beside the session as in a headless run: the clock goes on, and when the position
is gone an order for the next one is sent at the open of its bar. How the clock goes on is the only
difference between stepping and skipping.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from ledger.account import commands as c
from ledger.account.events.kinds import Event, PositionClosed
from ledger.account.state import Side, Target
from ledger.market.rules.rulebook import Mode
from ledger.money import ONE
from ledger.practice.scenarios.run import COMMIT_EVERY, seldom_collected
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session, stops_the_clock
from ledger.practice.sessions.timeline import Phase
from tests.bench.peers.engines.plain import Played
from tests.bench.peers.venues import TICK, rehearsal, rulebook, tape
from tests.bench.peers.workload import MINUTE, START, TICKS, Exit, Trade, Workload

Advance = Callable[[Session, int], tuple[Event, ...]]
"""Moves the clock on to the open of the bar given, or up to the first bar before it in which a
position was closed; at the tape's end to the last bar's close. Says what happened."""

BY = {"stop_loss": Exit.STOP, "take_profit": Exit.TARGET}


def loaded(plan: Workload, ledger: Path | None = None) -> Session:
    """A session on the plan's tape, in memory or with a ledger that every event is committed to."""
    book = rulebook(
        fee=plan.fee,
        maintenance=plan.maintenance,
        carry=plan.carry,
        rate=plan.yearly_rate,
        leverage=plan.leverage,
    )
    tapes = {plan.bars.symbol: tape(plan.bars)}
    session = begin(rehearsal(book, Mode.ISOLATED, tapes), ledger, "common")
    session.timeline.prepare()  # the blocks that skipping searches are part of what is loaded
    return session


def ours_stepping(plan: Workload, session: Session) -> Played:
    """Every bar through the engine, as a headless run does."""
    return _play(plan, session, stepping)


def ours_skipping(plan: Workload, session: Session) -> Played:
    """Only the bars that matter."""
    return _play(plan, session, skipping)


def skipping(session: Session, until: int) -> tuple[Event, ...]:
    """The fast-forward, as an `Advance` in which only bars that matter are run: its one place."""
    happened: tuple[Event, ...] = ()
    while session.place.index < until and not session.ended:
        events = session.skip(until)
        if session.place.phase is Phase.OPEN:
            events += session.close_step()
        elif not session.ended:
            events += session.open_step()
        happened += events
        urgent = stops_the_clock(events)
        if urgent or session.uncommitted >= COMMIT_EVERY:
            session.commit().result()
        if _closed(events):
            break
    return happened


def stepping(session: Session, until: int) -> tuple[Event, ...]:
    """Bar by bar, with a commit as often as `ledger.practice.scenarios.run` makes one."""
    happened: tuple[Event, ...] = ()
    while session.place.index < until:
        events = session.close_step()
        if not session.ended:
            events += session.open_step()
        happened += events
        urgent = stops_the_clock(events)
        if session.place.index % COMMIT_EVERY == 0 or urgent:
            session.commit().result()
        if session.ended or _closed(events):
            break
    return happened


@dataclass(slots=True)
class _Trader:
    """Opens the plan's position and writes down how it ended."""

    plan: Workload
    session: Session
    trades: list[Trade] = field(default_factory=list)
    wallet: float = 0.0

    def enter(self) -> int:
        """Buy at the open where the clock stands. The bar's number."""
        plan, session = self.plan, self.session
        bar = session.place.index
        entry = plan.bars.opens[bar]
        session.send(
            c.PlaceOrder(
                symbol=plan.bars.symbol,
                side=Side.BUY,
                quantity=Decimal(plan.quantity(entry)),
                leverage=Decimal(plan.leverage),
                stop_loss=plan.stop_of(entry) * TICK,
                targets=(Target(plan.target_of(entry) * TICK, ONE),),
            )
        )
        assert session.account.position(plan.bars.symbol), "the order was refused"
        return bar

    def note(self, entered: int, closed: PositionClosed) -> int:
        """Write a trade down. The number of the bar in which it ended."""
        left = (closed.at - START) // MINUTE
        why = BY.get(closed.closed_by, Exit.LIQUIDATION)
        entry = self.plan.bars.opens[entered]
        self.trades.append(Trade(entered, left, entry, int(closed.exit_price * TICKS), why))
        self.wallet = float(self.session.account.main.cash)
        return left


@seldom_collected()  # as a headless run is
def _play(plan: Workload, session: Session, advance: Advance) -> Played:
    end = len(session.timeline)
    trader = _Trader(plan, session)
    session.open_step()
    session.send(c.Deposit(amount=Decimal(plan.wallet)))
    entry = plan.first
    while True:
        while session.place.index < entry and not session.ended:
            advance(session, entry)
        if session.ended:
            break
        entered = trader.enter()
        closed = None
        while closed is None and not session.ended:
            closed = _closed(advance(session, end))
        if closed is None:
            break
        entry = trader.note(entered, closed) + plan.pause
    session.wait(session.timeline.end)
    session.commit(sealed=True).result()
    return Played(trader.trades, trader.wallet)


def _closed(events: Iterable[Event]) -> PositionClosed | None:
    for event in events:
        if isinstance(event, PositionClosed):
            return event
    return None
