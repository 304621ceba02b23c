"""What the screen says of a loan and a position, with the figures put in."""

from dataclasses import replace

import pytest

from ledger.account.commands import Borrow, Deposit, PlaceOrder, Wait
from ledger.account.state import Side
from ledger.market.rules.carry import Calendar, Interest, RateTier
from ledger.practice.views.explain import explain_position, interest_lines
from ledger.times import HOUR
from tests.worlds import T0, D, World, broker, stock


def test_a_loan_of_whole_hours_says_what_an_hour_costs_and_when_the_next_is_charged() -> None:
    hourly = Interest(
        tiers=(RateTier(floor=D(0), rate=D("0.0876")),),
        day_count=365,
        post_every=HOUR,
        calendar=Calendar.ELAPSED,
    )
    world = World(broker(interest=hourly), stock())
    world.do(Wait(until=T0 + 800), Deposit(amount=D(50_000)), Borrow(amount=D(30_000)))
    world.do(Wait(until=T0 + 800 + HOUR))
    # 30,000 x 8.76% / 365 / 24 = 0.30, first charged an hour after 00:13:20
    assert interest_lines(world.account, world.account.main) == (
        "30,000.00 x 8.76% / 365 days = 7.20 a day",
        "charged in whole periods, 0.30 each; next: Mon 1 Jan 2024 02:13:20",
        "accrued and unpaid: 0.30; charged so far: 0.30",
    )


def test_a_loan_by_the_second_has_no_period_to_name() -> None:
    world = World(broker(), stock())
    world.do(Deposit(amount=D(10_000)), Borrow(amount=D(9_000)))
    assert [
        line.partition(":")[0] for line in interest_lines(world.account, world.account.main)
    ] == [
        "9,000.00 x 8% / 360 days = 2.00 a day",
        "accrued and unpaid",
    ]


@pytest.mark.parametrize(
    ("side", "lines"),
    [
        (  # 200 bought at 100 with 10,000: -10,000 + 200 P = 0.3 x 200 P at 71.428571428…,
            # rounded towards the entry
            Side.BUY,
            (
                "equity at a price P: -10,000 + 200 x P",
                "requirement at a price P: 60 x P",
                "they meet at 10,000 / (200 - 60) = 71.42857143",
            ),
        ),
        (  # 100 sold at 100 with 10,000: 20,000 - 100 P = 0.3 x 100 P at 153.846153846…
            Side.SELL,
            (
                "equity at a price P: 20,000 - 100 x P",
                "requirement at a price P: 30 x P",
                "they meet at 20,000 / (30 + 100) = 153.84615384",
            ),
        ),
    ],
)
def test_a_call_price_is_where_equity_and_requirement_meet(
    side: Side, lines: tuple[str, ...]
) -> None:
    world = World(broker(interest=replace(broker().interest, tiers=())), stock())
    quantity = D(200) if side is Side.BUY else D(100)
    order = PlaceOrder(symbol="ACME", side=side, quantity=quantity)
    world.flat(100, Deposit(amount=D(10_000)), order)
    paragraphs = explain_position(world.account, world.market, "ACME")
    assert next(told for told in paragraphs if told[0] == "Call price")[1:] == lines
