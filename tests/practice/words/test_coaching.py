"""Each proposal of a script as a trader would say it."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.state import OrderType, Side, Target
from ledger.practice.words.coaching import proposed, same_act

D = Decimal


def order(**given: object) -> c.PlaceOrder:
    terms: dict[str, object] = {"symbol": "ACME", "side": Side.BUY, "quantity": D(200)}
    return c.PlaceOrder(**{**terms, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (c.Deposit(amount=D(10_000)), "Deposit 10,000.00 USD"),
        (c.Repay(amount=D("12.5")), "Repay 12.50 USD of the loan"),
        (order(), "Buy 200 ACME"),
        (order(leverage=D(5), stop_loss=D("92.50")), "Buy 200 ACME with 5x leverage, stop at 92.5"),
        (order(side=Side.SELL, quantity=None, notional=D(900)), "Sell ACME for 900.00 USD"),
        (order(quantity=None, risk=D(200)), "Buy ACME with 200.00 USD at risk"),
        (order(order_type=OrderType.LIMIT, limit=D(95)), "Buy 200 ACME at 95 or better"),
        (order(order_type=OrderType.STOP, trigger=D(105)), "Buy 200 ACME once it trades at 105"),
        (
            order(targets=(Target(D(108), D("0.5")), Target(D(116), D("0.5")))),
            "Buy 200 ACME, targets at 108 and 116",
        ),
        (c.ClosePosition(symbol="ACME"), "Close the ACME position"),
        (c.ClosePosition(symbol="ACME", fraction=D("0.5")), "Close 50% of the ACME position"),
        (c.ClosePosition(symbol="ACME", quantity=D(11)), "Close 11 of the ACME position"),
        (c.RemoveStop(symbol="ACME"), "Remove the stop on ACME"),
        (c.MoveStop(symbol="ACME", trail_fraction=D("0.05")), "Trail the stop on ACME by 5%"),
        (c.AnswerCall(answer=Answer.WAIT), "Let the margin call wait"),
        (c.AnswerCall(answer=Answer.DEPOSIT), "Meet the margin call: deposit what it asks for"),
        (
            c.AnswerCall(answer=Answer.SELL, symbol="ACME", quantity=D(11)),
            "Meet the margin call: sell 11 ACME",
        ),
        (c.AnswerCall(answer=Answer.SELL), "Meet the margin call: sell what the broker would"),
    ],
)
def test_a_command_is_an_instruction(command: c.TraderCommand, words: str) -> None:
    assert proposed(command, "USD") == words


def test_a_loan_is_named_instead_of_the_leverage() -> None:
    words = proposed(order(leverage=D(2)), "USD", D(10_000))
    assert words == "Buy 200 ACME with 10,000.00 USD borrowed"


def test_every_command_of_a_trader_can_be_proposed() -> None:
    from typing import get_args

    from ledger.practice.words.coaching import _WORDS

    assert {*_WORDS, c.PlaceOrder} == set(get_args(c.TraderCommand))


def test_the_same_act_is_of_the_same_thing_whatever_its_size() -> None:
    assert same_act(order(), order(quantity=D(25), stop_loss=D(90)))
    assert not same_act(order(), order(side=Side.SELL))
    assert not same_act(c.RemoveStop(symbol="ACME"), c.RemoveStop(symbol="BETA"))
    assert not same_act(c.MoveStop(symbol="ACME", price=D(80)), c.RemoveStop(symbol="ACME"))
