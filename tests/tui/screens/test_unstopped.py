"""What the ticket says of an order without a stop: what limits the loss, where something does."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.market.rules.rulebook import Mode
from ledger.practice.sessions.session import Session
from ledger.practice.views.preview import preview
from tests.tui.worlds import black_thursday, first_call
from tui.panels.desk_figures import joined
from tui.screens.ticket import effects

D = Decimal


def began(session: Session, *commands: c.TraderCommand) -> Session:
    session.open_step()
    for command in commands:
        session.send(command)
    return session


def said(session: Session, order: c.PlaceOrder) -> str:
    lines, _ = effects.risk_effect(preview(session, order), order.symbol)
    return joined(lines)


@pytest.mark.parametrize(
    ("mode", "words"),
    [(Mode.CROSS, "nothing limits the loss"), (Mode.ISOLATED, "all its margin can be lost")],
)
def test_behind_a_wall_the_margin_is_what_can_be_lost(mode: Mode, words: str) -> None:
    session = began(black_thursday(mode), c.Deposit(amount=D(10_000)))
    order = c.PlaceOrder(
        symbol="XBTUSD", side=Side.BUY, quantity=D("0.5"), leverage=D(5), mode=mode
    )
    assert words in said(session, order)


def test_an_order_that_makes_a_stopped_position_smaller_or_larger_needs_no_stop() -> None:
    stopped = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100), stop_loss=D(92))
    session = began(first_call(), c.Deposit(amount=D(20_000)), stopped)
    for side in Side:
        order = c.PlaceOrder(symbol="ACME", side=side, quantity=D(40))
        assert said(session, order) == ""


def test_an_order_that_turns_a_stopped_position_round_has_no_stop() -> None:
    stopped = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100), stop_loss=D(92))
    session = began(first_call(), c.Deposit(amount=D(20_000)), stopped)
    turned = c.PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(150))
    assert said(session, turned) == " No stop: nothing limits the loss"
