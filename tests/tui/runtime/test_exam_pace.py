"""In an exam no margin call is hurried through."""

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.state import Side
from tests.tui.worlds import first_call
from tests.worlds import D
from tui.runtime.conductor import Conductor
from tui.runtime.pace import EXAM_SPEED, SPEEDS


def called(*, exam: bool) -> Conductor:
    """ACME has fallen until the broker calls, and the fastest speed is chosen."""
    session = first_call()
    session.exam = exam
    session.open_step()
    session.send(Deposit(amount=D(10_000)))
    session.send(PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200)))
    while not session.account.calls:
        session.advance()
    conductor = Conductor(session, lambda _: None)
    conductor.pace.index = len(SPEEDS) - 1
    return conductor


def test_while_a_call_is_open_the_clock_of_an_exam_goes_one_bar_a_second() -> None:
    conductor = called(exam=True)
    conductor.run(hurry=True)
    assert (conductor.pace.speed, conductor.pace.hurrying) == (EXAM_SPEED, False)


def test_in_practice_it_goes_as_fast_as_one_likes() -> None:
    conductor = called(exam=False)
    conductor.run(hurry=True)
    assert (conductor.pace.speed, conductor.pace.hurrying) == (SPEEDS[-1], True)
