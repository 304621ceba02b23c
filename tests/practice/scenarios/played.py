"""Scenarios played to their end: by orders at given times, and by an answer to every call."""

from collections import deque
from collections.abc import Callable, Sequence
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.rehearsals.windows import at_window
from ledger.practice.scenarios.debrief import grade_played, past_from
from ledger.practice.scenarios.scenario import FOLDER, scenario
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from ledger.reports.grade.grade import Grade
from ledger.times import parse_time

D = Decimal
Acts = Sequence[tuple[str, c.TraderCommand]]
AnswerTo = Callable[[int], c.TraderCommand]
NOTE = c.AddNote(text="what I did, and why")


def buy(symbol: str, quantity: str, stop: str | None = None, **more: object) -> c.PlaceOrder:
    return order(symbol, Side.BUY, quantity, stop, **more)


def sell(symbol: str, quantity: str, stop: str | None = None, **more: object) -> c.PlaceOrder:
    return order(symbol, Side.SELL, quantity, stop, **more)


def order(symbol: str, side: Side, quantity: str, stop: str | None, **more: object) -> c.PlaceOrder:
    """With a reason, as a plan asks for."""
    given: dict[str, object] = {
        "symbol": symbol,
        "side": side,
        "quantity": None if "risk" in more else D(quantity),
        "stop_loss": None if stop is None else D(stop),
        "reason": "as the briefing says",
        **more,
    }
    return c.PlaceOrder(**given)  # type: ignore[arg-type]


def play(
    name: str, acts: Acts, answer: AnswerTo | None = None, *, seed: int | None = None
) -> tuple[Session, Grade]:
    """Send each command at the open of its bar, answer the nth call by `answer(n)`, write a note at
    the end, and grade the whole. A `seed` draws when it begins."""
    chosen = scenario(name)
    rehearsal = load_rehearsal(chosen.file)
    if seed is not None:
        rehearsal = at_window(rehearsal, seed)
    session = begin(rehearsal, None, name)
    session.rehearsal = FOLDER + name
    heard: list[e.Event] = []
    waiting = deque((parse_time(at), command) for at, command in acts)
    answers = 0

    def answer_calls() -> None:
        nonlocal answers
        if answer is not None and any(not call.answer for call in session.account.calls.values()):
            heard.extend(session.send(answer(answers)))
            answers += 1

    while not session.ended:
        before = session.timeline.index_at(waiting[0][0]) if waiting else len(session.timeline)
        heard += session.skip(before)
        if session.ended:
            break
        heard += session.open_step()
        while waiting and waiting[0][0] <= session.market.time:
            heard += session.send(waiting.popleft()[1])
        answer_calls()
        heard += session.close_step()
        answer_calls()
    heard += session.send(NOTE)
    past = past_from(session, rehearsal.rulebook, heard)
    found = grade_played(chosen, past, session.statement())
    assert found is not None, "something was traded"
    return session, found
