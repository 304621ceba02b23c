"""The ticket tells what may become of its order: odds under the figures, a fan on the chart."""

import asyncio
from dataclasses import replace
from itertools import islice

import pytest

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.state import Side
from ledger.market.tapes.recipe import Recipe
from ledger.practice.odds.ahead import FUTURES, ahead
from tests.market.synthetic.recipes import recipe as made_up
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.screens.test_ticket import fill
from tests.tui.worlds import first_call, swinging
from tests.worlds import D
from tui.panels.odds_lines import odds_lines
from tui.screens.ticket.odds_preview import Foresight

DEPOSIT = ("d", "~10000", "enter", "enter")


async def drawn(hands: Hands) -> str:
    """What the ticket tells when all futures are in."""
    form = hands.desk.side.form
    assert isinstance(form, Foresight)
    for _ in range(2000):
        await asyncio.sleep(0.01)
        if not form.drawing:
            break
    await hands.settle()
    return " ".join(hands.text("thought").split())


def chart(hands: Hands) -> str:
    return hands.desk.panels.chart.text


async def test_a_stop_that_every_bar_of_the_past_would_have_met_is_always_met() -> None:
    """Each hour of the tape falls by a tenth and comes back: a stop at 95 cannot survive one."""
    async with desk(swinging(40)) as hands:
        await hands.press(*DEPOSIT, "b")
        await fill(hands, amount="1", leverage="2", stop="95", targets="130")
        told = await drawn(hands)
        assert "1,000 futures of 30 days" in told
        assert "Stopped out 100.0%" in told
        assert "Target 0.0%" in told
        assert "-1.00 -1.00 -1.00" in told


async def test_a_leverage_that_every_bar_of_the_past_would_have_ended_is_liquidated() -> None:
    """At 20 times a fall of a twentieth is the end, and each hour falls by a tenth."""
    async with desk(swinging(40)) as hands:
        await hands.press(*DEPOSIT, "b")
        await fill(hands, amount="1", leverage="20")
        told = await drawn(hands)
        assert "Called 100.0%" in told
        assert "Liquidated 100.0%" in told


async def test_the_fan_is_on_the_chart_with_the_plan_until_the_ticket_closes() -> None:
    async with desk(swinging(40)) as hands:
        await hands.press(*DEPOSIT)
        before = chart(hands)
        await hands.press("b")
        await fill(hands, amount="1", leverage="2", stop="80")
        await drawn(hands)
        assert "+30 days" in chart(hands)
        assert "▒" in chart(hands) or "─" in chart(hands)
        assert "stop 80.00" in chart(hands)
        await hands.press("escape")
        assert chart(hands) == before


async def test_another_letter_makes_the_odds_of_before_void_at_once() -> None:
    async with desk(swinging(40)) as hands:
        await hands.press(*DEPOSIT, "b")
        await fill(hands, amount="1", leverage="2", stop="95")
        assert "Stopped out" in await drawn(hands)
        await fill(hands, stop="89")
        assert "Drawing 1,000 futures" in hands.text("thought")
        assert "Stopped out 0.0%" in await drawn(hands)


async def test_an_order_that_is_refused_has_no_odds_and_no_fan() -> None:
    async with desk(swinging(40)) as hands:
        await hands.press(*DEPOSIT, "b")
        await fill(hands, amount="1", leverage="2")
        await drawn(hands)
        await fill(hands, amount="100000")
        assert "REFUSED" in hands.text("thought")
        assert "futures" not in await drawn(hands)
        assert "+30 days" not in chart(hands)


async def test_nothing_is_drawn_for_somebody_who_does_not_want_to_know() -> None:
    async with desk(swinging(40)) as hands:
        await hands.press(*DEPOSIT, "b")
        await fill(hands, amount="1", leverage="2", days="")
        assert "futures" not in await drawn(hands)


async def test_too_short_a_past_is_told_and_the_order_can_be_sent() -> None:
    """On the first day of a tape of days only its first bar is known."""
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b")
        await fill(hands, amount="10")
        told = await drawn(hands)
        assert "No odds: ACME: only" in told
        assert "at least 30" in told
        await hands.press("enter", "enter")
        assert hands.desk.conductor.session.account.position("ACME") is not None


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_all_of_it_can_be_read_in_a_small_terminal(size: tuple[int, int]) -> None:
    async with desk(swinging(40), size) as hands:
        await hands.press(*DEPOSIT, "b")
        await fill(hands, amount="1", leverage="2", stop="95", targets="130")
        await drawn(hands)
        assert ("PgDn fan" in hands.text("form-keys")) == (size == NARROW)
        await hands.press("pagedown", "pagedown")
        assert "+30 days" in hands.screen()
        assert "5/50/95%" in hands.screen()


@pytest.mark.parametrize("recipe", [None, made_up()])
def test_the_odds_of_a_made_up_past_say_that_it_is_made_up(recipe: Recipe | None) -> None:
    session = swinging(40)
    session.send(Deposit(amount=D(1000)))
    order = PlaceOrder(symbol="SWING", side=Side.BUY, quantity=D(1), leverage=D(2))
    tape = replace(session.timeline.tapes["SWING"], recipe=recipe)
    seen = next(ahead(session.account, session.market, tape, order, 30))
    told = ["".join(text for text, _ in line) for line in odds_lines(seen, 30, "USDT", 36)]
    origin = "" if recipe is None else "SYNTHETIC "
    assert f" {origin}past volatility, no drift" in told
    assert all(len(line) <= 36 for line in told)


def test_odds_are_told_while_they_come_and_what_nobody_waits_for_is_not_drawn() -> None:
    session = swinging(40)
    session.send(Deposit(amount=D(1000)))
    order = PlaceOrder(symbol="SWING", side=Side.BUY, quantity=D(1), leverage=D(2))
    tape = session.timeline.tapes["SWING"]
    coming = ahead(session.account, session.market, tape, order, 30)
    assert [seen.odds.futures for seen in islice(coming, 3)] == [100, 200, 300]
    coming.close()  # type: ignore[attr-defined]
    assert next(coming, None) is None
    *_, last = ahead(session.account, session.market, tape, order, 30)
    assert last.odds.futures == FUTURES


def test_no_future_knows_a_bar_that_is_still_to_come() -> None:
    """After forty hours the rest of the tape may be anything: here it is ten times as high."""
    session = swinging(40)
    session.send(Deposit(amount=D(1000)))
    order = PlaceOrder(symbol="SWING", side=Side.BUY, quantity=D(1), leverage=D(2))
    tape = session.timeline.tapes["SWING"]
    closes = tape.closes[:40] + type(tape.closes)("q", [1000] * (len(tape) - 40))
    other = replace(tape, closes=closes)
    told = [
        [seen.odds for seen in ahead(session.account, session.market, one, order, 5)]
        for one in (tape, other)
    ]
    assert told[0] == told[1]
