"""Tightrope on many positions: everything is opened first, then the clock runs to the end."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import equity
from ledger.account.state import Side, Target
from ledger.market.rules.rulebook import Mode
from ledger.money import ONE
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from tests.bench.peers.cross import CrossPlan, CrossPlayed, Event, Happening
from tests.bench.peers.engines.ours import Advance, skipping, stepping
from tests.bench.peers.venues import TICK, rehearsal, rulebook, tape
from tests.bench.peers.workload import MINUTE, START

WHAT: dict[type[e.Event], Happening] = {
    e.StoppedOut: Happening.STOPPED,
    e.ProfitTaken: Happening.TAKEN,
    e.MarginWarned: Happening.WARNED,
    e.MarginWarningCleared: Happening.CLEARED,
    e.MarginCallIssued: Happening.CALLED,
    e.MarginCallMet: Happening.MET,
    e.Liquidated: Happening.LIQUIDATED,
}


def loaded(plan: CrossPlan) -> Session:
    """A session at the first open, with everything bought and sold."""
    tapes = {bars.symbol: tape(bars) for bars in plan.bars}
    book = rulebook(fee=plan.fee, maintenance=plan.maintenance)
    mode = Mode.ISOLATED if plan.isolated else Mode.CROSS
    session = begin(rehearsal(book, mode, tapes), None, "cross")
    session.open_step()
    session.send(c.Deposit(amount=Decimal(plan.wallet)))
    for number in range(len(plan.bars)):
        for entry in range(plan.entries()):
            _enter(plan, session, number, last=entry + 1 == plan.entries())
    session.commit().result()
    session.timeline.prepare()
    return session


def _enter(plan: CrossPlan, session: Session, number: int, *, last: bool) -> None:
    """One order; the last on an instrument brings the stop and the target of all of them."""
    symbol = plan.bars[number].symbol
    stop, target = plan.stop_of(number), plan.target_of(number)
    happened = session.send(
        c.PlaceOrder(
            symbol=symbol,
            side=Side.BUY if plan.side(number) > 0 else Side.SELL,
            quantity=Decimal(plan.quantity(number)),
            leverage=Decimal(plan.leverage),
            stop_loss=stop * TICK if stop and last else None,
            targets=(Target(target * TICK, ONE),) if target and last else (),
        )
    )
    if not any(isinstance(event, e.OrderFilled) for event in happened):
        raise ValueError(f"{symbol} was not opened: {happened}")


def ours_stepping(plan: CrossPlan, session: Session) -> CrossPlayed:
    """Every bar through the engine."""
    return _play(plan, session, stepping)


def ours_skipping(plan: CrossPlan, session: Session) -> CrossPlayed:
    """Only the bars that matter."""
    return _play(plan, session, skipping)


def _play(plan: CrossPlan, session: Session, advance: Advance) -> CrossPlayed:
    end = len(session.timeline)
    events: list[Event] = []
    while not session.ended:
        events += _told(advance(session, end))
    session.wait(session.timeline.end)
    session.commit(sealed=True).result()
    account, mark = session.account, session.market.mark
    worth = sum(float(equity(account, pocket, mark)) for pocket in account.pockets.values())
    return CrossPlayed(sorted(events, key=_by_symbol) if plan.isolated else events, worth)


def _by_symbol(event: Event) -> tuple[int, str]:
    return event[0], event[2]


def _told(happened: Iterable[e.Event]) -> Iterable[Event]:
    """What ends at a close is stamped with it, which is the open of the next bar."""
    for event in happened:
        what = WHAT.get(type(event))
        if what is not None:
            at_close = what is Happening.CLEARED or getattr(event, "by", "") == "market"
            _, _, walled = getattr(event, "pocket", "").partition(":")
            symbol = getattr(event, "symbol", walled)
            yield (event.at - START - at_close) // MINUTE, what, symbol
