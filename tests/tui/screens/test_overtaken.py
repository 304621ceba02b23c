"""What the ticket says of a stop that the liquidation comes before."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.market.rules.rulebook import Mode
from ledger.practice.calc.calculators import liquidation
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.views.preview import preview
from tests.tui.screens.test_unstopped import began
from tests.tui.worlds import black_thursday
from tui.panels.desk_figures import joined
from tui.screens.ticket import effects

D = Decimal


@pytest.mark.parametrize(
    ("side", "far", "near"), [(Side.BUY, "6000", "7200"), (Side.SELL, "9000", "7500")]
)
def test_a_stop_behind_the_liquidation_is_told_with_the_nearest_sensible_one(
    side: Side, far: str, near: str
) -> None:
    session = began(black_thursday(Mode.ISOLATED), c.Deposit(amount=D(10_000)))
    told = {}
    for stop in (far, near):
        order = c.PlaceOrder(
            symbol="XBTUSD",
            side=side,
            quantity=D("0.5"),
            leverage=D(10),
            mode=Mode.ISOLATED,
            stop_loss=D(stop),
        )
        seen = preview(session, order)
        told[stop] = [joined([line]) for line in effects.overtaken(seen, "XBTUSD")]
    assert told[near] == []
    warning, nearest = told[far]
    assert "Liquidated before the stop" in warning
    held = effects.position_of(seen.after, "XBTUSD")
    assert held is not None
    named = liquidation(
        session.account.rulebook,
        mode=Mode.ISOLATED,
        side=side,
        entry=held.entry,
        quantity=held.quantity,
        leverage=D(10),
        tick=seen.after.steps("XBTUSD")[0],
    )["nearest_stop"]
    assert named is not None
    assert nearest.split()[-1].replace(",", "") == f"{named:.1f}"
    assert load_venue("binance-usdm").rulebook.id == session.account.rulebook.id
