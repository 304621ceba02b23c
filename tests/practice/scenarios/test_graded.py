"""Every scenario played as its briefing says earns its grade, and no form of cheating does."""

from dataclasses import replace

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.state import Target
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.rehearsals.windows import at_window
from ledger.practice.scenarios.debrief import terms_of
from ledger.practice.scenarios.scenario import Scenario, scenario, scenarios
from ledger.reports.grade.grade import Cap
from ledger.times import iso
from tests.practice.scenarios.played import Acts, AnswerTo, D, buy, play, sell


def close(symbol: str) -> c.ClosePosition:
    return c.ClosePosition(symbol=symbol)


def ten_trades() -> Acts:
    """Ten longs of six hours, each with a stop some 2,000 below: 0.05 x 2,000 = 100 of 200."""
    begun = [("15T00", "47900"), ("15T07", "47000"), ("15T14", "46500"), ("15T21", "45000"),
             ("16T04", "46000"), ("16T11", "46500"), ("16T18", "45500"), ("17T01", "43000"),
             ("17T08", "42000"), ("17T15", "42000")]  # fmt: skip
    acts: list[tuple[str, c.TraderCommand]] = []
    for at, stop in begun:
        acts.append((f"2021-05-{at}:00:00Z", buy("XBTUSD", "0.04", stop)))
        hour = int(at[3:]) + 6
        day, hour = int(at[:2]) + hour // 24, hour % 24
        acts.append((f"2021-05-{day:02}T{hour:02}:00:00Z", close("XBTUSD")))
    return acts


BRIEFED: dict[str, Acts] = {
    "1987-black-monday": [("1987-09-14T00:00:00Z", buy("GSPC", "18", "270"))],
    "2008-aig": [("2008-09-02T13:00:00Z", sell("AIG", "10", "520"))],
    "2015-franc": [("2015-01-02T00:00:00Z", sell("EURCHF", "30000", "1.22"))],
    "2018-volatility": [("2018-01-26T14:30:00Z", buy("SPY", "20", "280"))],
    "2020-black-thursday": [("2020-03-12T00:00:00Z", sell("XBTUSD", "0.05", "8500"))],
    "2020-oil-below-zero": [
        ("2020-03-25T00:00:00Z", sell("WTI", "20", "31")),
        ("2020-05-01T00:00:00Z", close("WTI")),
    ],
    "2021-gme": [("2021-01-04T00:00:00Z", buy("GME", "100", "3.9"))],
    "2021-may-19": [("2021-05-18T00:00:00Z", sell("XBTUSD", "0.04", "46500"))],
    "2022-ftx": [("2022-11-05T00:00:00Z", buy("SOL", "10", "30"))],
    "2022-luna": [("2022-05-08T00:00:00Z", buy("LUNA", "5", "60"))],
    "2024-august-5": [
        ("2024-08-04T00:00:00Z", buy("BTC", "0.02", "58000")),
        ("2024-08-04T00:00:00Z", buy("ETH", "0.3", "2750")),
    ],
    "2025-october-10": [("2025-10-10T12:00:00Z", sell("BTC", "0.01", "125000"))],
    "drill-01-ladder": [("2024-01-01T00:00:00Z", buy("ACME", "200"))],
    "drill-02-deposit-or-sell": [("2020-02-24T00:00:00Z", buy("SPY", "123"))],
    "drill-03-size-by-risk": [
        ("2020-03-08T00:00:00Z", buy("XBTUSD", "", "8700", risk=D(100))),
        ("2020-03-08T12:00:00Z", buy("XBTUSD", "", "8200", risk=D(100))),
        ("2020-03-09T00:00:00Z", buy("XBTUSD", "", "7850", risk=D(100))),
    ],
    "drill-04-stop-inside": [
        ("2020-03-12T06:00:00Z", buy("XBTUSD", "0.5", "7500", leverage=D(20)))
    ],
    "drill-05-leave-the-stop": ten_trades(),
    "drill-06-isolated-or-cross": [
        ("2020-03-12T00:00:00Z", buy("XBTUSD", "1.5", leverage=D(10)))
    ],
    "drill-07-carry": [
        (
            "2019-01-02T14:00:00Z",
            buy("SPY", "160", leverage=D(2), reason="a month costs about 100 of interest"),
        )
    ],
    "drill-08-unwind": [
        ("2025-10-10T12:00:00Z", buy("BTC", "0.1", leverage=D(5))),
        ("2025-10-10T12:00:00Z", sell("BTC-H", "0.1", leverage=D(5))),
        ("2025-10-10T13:00:00Z", close("BTC-H")),
        ("2025-10-10T13:00:00Z", close("BTC")),
    ],
    "drill-09-call-while-down": [
        ("2020-03-12T08:00:00Z", buy("XBTUSD", "0.05", "6900")),
        ("2020-03-12T11:35:00Z", close("XBTUSD")),
    ],
    "drill-10-maintenance-raised": [("2020-02-24T14:00:00Z", buy("SPY", "123"))],
    "drill-11-put-aside": [
        ("2021-02-02T00:00:00Z", buy("ETHUSDT", "2", "1300", targets=(Target(D(1500), D(1)),))),
        ("2021-02-04T00:00:00Z", c.Sweep(amount=D(50))),
    ],
    "drill-12-plan": [
        ("2020-03-11T00:00:00Z", c.PlanSession(preset="", loss_per_trade=D("0.02"), max_trades=3)),
        ("2020-03-12T00:00:00Z", sell("XBTUSD", "0.05", "8500")),
        ("2020-03-12T12:00:00Z", close("XBTUSD")),
    ],
    "drill-13-bought-back": [
        ("2020-03-05T15:00:00Z", buy("SPY", "20", "301")),
        ("2020-03-10T15:00:00Z", buy("SPY", "20", "275")),
    ],
}  # fmt: skip


def paying(amount: int) -> c.AnswerCall:
    return c.AnswerCall(answer=Answer.DEPOSIT, amount=D(amount))


def pay_then_sell(call: int) -> c.AnswerCall:
    if not call:
        return c.AnswerCall(answer=Answer.DEPOSIT)
    return c.AnswerCall(answer=Answer.SELL, symbol="SPY", quantity=D(60))


ANSWERS: dict[str, AnswerTo] = {
    "drill-01-ladder": lambda _: paying(4_000),
    "drill-02-deposit-or-sell": pay_then_sell,
    "drill-10-maintenance-raised": lambda _: c.AnswerCall(answer=Answer.SELL),
}


@pytest.mark.parametrize("name", [each.id for each in scenarios()])
def test_played_as_its_briefing_says_a_scenario_earns_ninety_points_or_more(name: str) -> None:
    _, grade = play(name, BRIEFED[name], ANSWERS.get(name))
    lost = [f"{part.graded}: {part.why}" for part in grade.parts if part.won < part.points]
    assert grade.total >= 90, [*lost, *grade.caps, *(x.said for x in grade.verdicts if not x.met)]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_drill_that_begins_elsewhere_each_time_earns_its_grade_there_too(seed: int) -> None:
    """39,000 of SPY on 20,000 at 2x, in whichever year: the loan of 19,000 costs the same."""
    drill = load_rehearsal(scenario("drill-07-carry").file)
    starts = {at_window(drill, seed).start for seed in (0, 1, 2)}
    assert len(starts) > 1
    month = buy("SPY", "1", leverage=D(2), reason="a month costs about 100 of interest")
    order = replace(month, quantity=None, notional=D(39_000))
    begins = iso(at_window(drill, seed).start)
    _, grade = play("drill-07-carry", [(begins, order)], seed=seed)
    assert grade.total >= 90, [part.why for part in grade.parts]


OCTOBER = "2025-10-10T12:00:00Z"
CHEATS: dict[str, tuple[str, Acts]] = {
    "a stop cancelled among the orders and set ten times farther": (
        "2021-may-19",
        [
            ("2021-05-18T00:00:00Z", sell("XBTUSD", "0.01", "44000")),  # 229 away, from 43,771
            ("2021-05-18T00:01:00Z", c.CancelOrder(id="#2")),
            ("2021-05-18T00:01:00Z", c.MoveStop(symbol="XBTUSD", price=D(46_500))),
        ],
    ),
    "a stop beyond the liquidation price": (
        "2025-october-10",
        [(OCTOBER, sell("BTC", "0.01", "130000", leverage=D(20)))],  # liquidated below 128,000
    ),
    "no stop, and lucky": ("2025-october-10", [(OCTOBER, sell("BTC", "0.01"))]),
    "forty-eight times the size of the plan": (
        "drill-03-size-by-risk",
        [
            (at, buy("XBTUSD", "", stop, risk=D(4_800), leverage=D(20)))
            for at, stop in (("2020-03-08T00:00:00Z", "8700"), ("2020-03-09T00:00:00Z", "7850"))
        ],
    ),
    "a debt where none was allowed": (
        "2015-franc",
        [("2015-01-02T00:00:00Z", buy("EURCHF", "400000", "1.19", leverage=D(50)))],
    ),
    "money paid in before the size is judged": (
        "drill-03-size-by-risk",
        [
            ("2020-03-08T00:00:00Z", c.Deposit(amount=D(90_000))),
            ("2020-03-08T00:00:00Z", buy("XBTUSD", "", "8700", risk=D(1_000))),
            ("2020-03-08T12:00:00Z", buy("XBTUSD", "", "8200", risk=D(1_000))),
            ("2020-03-09T00:00:00Z", buy("XBTUSD", "", "7850", risk=D(1_000))),
        ],
    ),
    "a token trade": ("2015-franc", [("2015-01-02T00:00:00Z", sell("EURCHF", "50", "1.22"))]),
    "ten trades undone at once": (
        "drill-05-leave-the-stop",
        [
            ("2021-05-15T00:00:00Z", act)
            for _ in range(10)
            for act in (buy("XBTUSD", "0.04", "47900"), close("XBTUSD"))
        ],
    ),
    "one trade where ten were asked for": ("drill-05-leave-the-stop", ten_trades()[:2]),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_no_form_of_cheating_earns_sixty_points(cheat: str) -> None:
    name, acts = CHEATS[cheat]
    _, grade = play(name, acts)
    assert grade.total < 60, grade
    assert grade.caps


def test_an_unlucky_stop_that_the_market_jumps_does_not_break_the_loss_limit() -> None:
    """17,000 x (1.2024 - 1.19) = 211 were planned; the gap to 0.975 takes 3,866 of 20,000."""
    _, grade = play("2015-franc", [("2015-01-02T00:00:00Z", buy("EURCHF", "17000", "1.19"))])
    assert Cap.LOSS not in grade.caps
    assert grade.total >= 90


@pytest.mark.parametrize("chosen", scenarios(), ids=lambda each: each.id)
def test_every_scenario_states_its_goal_as_conditions(chosen: Scenario) -> None:
    assert terms_of(chosen).goals
