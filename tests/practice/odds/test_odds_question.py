"""Odds that are asked without an account: what can be asked, and what is wrong with it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.practice.odds import simulate
from ledger.practice.odds.question import JUMP, Question
from ledger.refused import Refused
from ledger.times import parse_time

D = Decimal
BTC = Question(
    venue="binance-usdm",
    tape="btcusdt-perp-binance-1h-2019-2025",
    quantity=D("0.1"),
    leverage=D(10),
)


def test_the_order_is_placed_at_the_last_close_with_just_the_money_it_needs() -> None:
    """0.1 at 87,608.20 and 10x: 876.082 stand behind the isolated position, which with the fee of
    0.05 %, 4.38041, is all that can be lost of it."""
    plan, steps = BTC.answerable()
    assert (plan.entry, plan.start, plan.quantity) == (87_608.2, 87_608.2, 0.1)
    assert plan.worst == pytest.approx(-876.082 - 4.38041)
    assert plan.bars * steps.seconds == 30 * 86_400


def test_a_contract_of_a_dollar_is_asked_for_in_coins() -> None:
    """1,000 at 87,608.20 and 10x: a tenth of 0.0114145 coins, and the fee of 0.06 % of it."""
    plan, _ = replace(BTC, venue="phemex-inverse", quantity=D(1_000)).answerable()
    value = 1_000 / 87_608.2
    assert plan.inverse
    assert plan.worst == pytest.approx(-value * (0.1 + 0.0006), abs=2e-8)


def test_a_stop_half_as_far_is_met_more_often_and_both_models_say_so() -> None:
    for model in ("bootstrap", JUMP):
        shares = []
        for stop in (D(80_000), D(84_000)):
            plan, steps = replace(BTC, stop=stop, model=model, trend=False).answerable()
            *_, found = simulate.run(plan, steps, 200, 1)
            shares.append(simulate.odds_of(plan, found, steps.pace).stopped)
        assert 0 < shares[0] < shares[1] < 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"block": 0.5}, "block: 0.5 is too small"),
        ({"days": 1e6}, "days: 1e[+]06 is too many for steps of 1 hour; allowed: 0.021 to"),
        ({"days": 0.001}, "days: 0.001 is too few"),
        (
            {"at": parse_time("2099-01-01")},
            "at: is after the tape's last bar; allowed: 2019-09-08T18",
        ),
        (
            {"at": parse_time("2001-01-01")},
            "at: is before the end of the tape's first bar; allowed",
        ),
        ({"mode": "smart"}, "mode: binance-usdm has no mode smart; allowed: isolated, cross"),
        ({"tape": "eurchf-fx-1d-2015-2023"}, "tape: is priced in CHF, but the account is in USDT"),
        ({"tape": "wti-nymex-1d-2019-2020"}, "tape: some prices are at or below zero"),
    ],
)
def test_what_cannot_be_answered_is_told_by_its_field(
    changes: dict[str, object], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        replace(BTC, **changes).answerable()  # type: ignore[arg-type]
