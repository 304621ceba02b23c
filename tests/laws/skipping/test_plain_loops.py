"""The engine against the benchmark's plain loops: other code, other numbers, the same trades.

The loops of `tests.bench.peers` are what the engine's speed is compared with. That is only worth
something while both do the same work, so here they play small walks side by side. They work in
floats, and so agree in money to less than a cent.
"""

from dataclasses import replace

import pytest

from tests.bench.peers.cross import CrossPlan, Happening
from tests.bench.peers.engines import ours, ours_cross, plain, plain_cross
from tests.bench.peers.workload import Carry, Exit, common, walks

CENT = 0.01


@pytest.mark.parametrize("carry", Carry)
def test_an_isolated_long_with_stop_and_target_is_traded_alike(carry: Carry) -> None:
    plan = replace(common(2_000, stop=40, target=50, pause=100), carry=carry, yearly_rate=2.0)
    expected = plain.play(plan, plain.loaded(plan))
    session = ours.loaded(plan)
    played = ours.ours_stepping(plan, session)
    assert {trade.why for trade in expected.trades} == {Exit.STOP, Exit.TARGET}
    assert played.trades == expected.trades
    assert played.wallet == pytest.approx(expected.wallet, abs=CENT)


@pytest.mark.parametrize("carry", [Carry.FUNDING, Carry.LOAN])
def test_a_cost_that_eats_the_margin_liquidates_in_the_same_bar(carry: Carry) -> None:
    plan = replace(
        common(2_000, stop=1_900, target=2_000, pause=100), carry=carry, yearly_rate=80.0
    )
    expected = plain.play(plan, plain.loaded(plan))
    played = ours.ours_stepping(plan, ours.loaded(plan))
    assert Exit.LIQUIDATION in {trade.why for trade in expected.trades}
    assert played.trades == expected.trades


@pytest.mark.parametrize(
    ("wallet", "stop", "target", "what"),
    [(30_000, 60, 120, Happening.STOPPED), (1_300, 250, 500, Happening.LIQUIDATED)],
    ids=["stops and targets", "warnings, calls and liquidations"],
)
def test_crossed_positions_meet_the_same_rungs_and_orders(
    wallet: int, stop: int, target: int, what: Happening
) -> None:
    bars = tuple(walks(6, 900))
    plan = CrossPlan(bars=bars, positions=12, leverage=100, wallet=wallet, stop=stop, target=target)
    expected = plain_cross.play(plan, plain_cross.loaded(plan))
    played = ours_cross.ours_stepping(plan, ours_cross.loaded(plan))
    assert what in {kind for _, kind, _ in expected.events}
    assert played.events == expected.events
    assert played.equity == pytest.approx(expected.equity, abs=CENT)
