"""Odds: what becomes of a plan on a drawn future is what the engine makes of it."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from math import exp, log, sqrt
from pathlib import Path as File
from random import Random
from statistics import NormalDist, fmean, stdev
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.state import OrderType, Side
from ledger.market.instrument import Instrument
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Rulebook
from ledger.practice.library.catalog import load_tape
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.odds import simulate
from ledger.practice.odds.futures import (
    Path,
    Steps,
    bars_in,
    fitted,
    futures,
    path,
    steps_of,
    untrended,
)
from ledger.practice.odds.outcome import Level, Plan, end_of
from ledger.practice.odds.plan import plan_of
from ledger.refused import Refused
from ledger.times import DAY
from tests.worlds import World, perpetual, stock, venue

D = Decimal
HOUR = 3_600
TAPE = load_tape("btcusdt-perp-binance-1h-2019-2025", File(), "BTC")
STEPS = steps_of(TAPE)
DAYS = replace(steps_of(load_tape("gme-us-1d-2019-2024")), pace=DAY)
"""Of a market that also trades on Sundays: the world here has no weekend."""


def plan(**changes: object) -> Plan:
    given = {"side": 1, "quantity": 2.0, "entry": 100.0, "bars": 3, "risk": 20.0, **changes}
    return Plan(**given)  # type: ignore[arg-type]


def bars(*rows: tuple[float, float, float, float]) -> Path:
    return Path(*[list(column) for column in zip(*rows, strict=True)], [True] * len(rows))


def made_of(
    opens: list[float], highs: list[float], lows: list[float], closes: list[float]
) -> Steps:
    """Hours that nothing else is known of."""
    return Steps(
        seconds=HOUR, pace=HOUR, block=24.0, opens=opens, highs=highs, lows=lows, closes=closes,
        ends=[False] * len(closes),
    )  # fmt: skip


QUIET = (100.0, 101.0, 99.0, 100.0)


def test_where_stop_and_target_lie_in_one_bar_the_stop_wins() -> None:
    wild = bars(QUIET, (100.0, 130.0, 80.0, 100.0), QUIET)
    end = end_of(plan(stop=90.0, target=120.0), wild)
    assert (end.how, end.bar, end.price, end.result) == ("stop", 1, 90.0, -20.0)


def test_a_gap_through_the_stop_costs_what_the_open_says() -> None:
    gap = bars(QUIET, (80.0, 85.0, 75.0, 80.0), QUIET)
    assert end_of(plan(stop=90.0), gap).price == 80.0


def test_a_stop_before_the_liquidation_saves_the_margin() -> None:
    fall = bars(QUIET, (100.0, 100.0, 70.0, 75.0), QUIET)
    levels = {"liquidation": Level(80.0, 80.0), "call": Level(85.0, 85.0)}
    assert end_of(plan(stop=90.0, **levels), fall).how == "stop"
    assert end_of(plan(**levels), fall).how == "liquidation"


def test_a_level_that_interest_lifts_is_reached_later_by_the_same_price() -> None:
    flat = bars(QUIET, QUIET, QUIET)
    rising = Level(97.0, 100.0)  # 98 after the first step, 99 after the second
    end = end_of(plan(liquidation=rising), flat)
    assert (end.how, end.bar) == ("liquidation", 1)


def test_an_unmet_call_ends_in_a_forced_sale_when_its_time_is_over() -> None:
    down = bars(QUIET, (90.0, 91.0, 84.0, 85.0), (85.0, 86.0, 84.0, 86.0))
    level = Level(88.0, 88.0)
    called = plan(call=level, cleared=level, at_close=True, patience=0)
    end = end_of(called, down)
    assert (end.called, end.how, end.bar, end.price) == (1, "forced_sale", 2, 85.0)


def test_a_short_is_the_mirror_of_a_long() -> None:
    up = bars(QUIET, (100.0, 115.0, 99.0, 110.0), QUIET)
    end = end_of(plan(side=-1, stop=112.0, target=80.0), up)
    assert (end.how, end.price, end.result) == ("stop", 112.0, -24.0)


def test_future_number_n_is_the_same_whoever_draws_it() -> None:
    one = plan(bars=50, stop=95.0, entry=100.0)
    alone = [simulate.odds_of(one, found, HOUR) for found in simulate.run(one, STEPS, 60, 7)][-1]
    with ThreadPoolExecutor(3) as pool:
        shared = [*simulate.run(one, STEPS, 60, 7, pool, piece=7)][-1]
    assert simulate.odds_of(one, shared, HOUR) == alone
    other = [*simulate.run(one, STEPS, 60, 8)][-1]
    assert simulate.odds_of(one, other, HOUR) != alone


class OneAtHand(Executor):
    """Has done the first piece of work at once, and never gets to the others."""

    def __init__(self) -> None:
        self.sent: list[Future[Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if not self.sent:
            future.set_result(fn(*args, **kwargs))
        self.sent.append(future)
        return future


def test_pieces_that_nobody_waits_for_any_more_are_given_up_wherever_they_are() -> None:
    workers = OneAtHand()
    coming = simulate.run(plan(bars=50, stop=95.0), STEPS, 60, 7, workers, piece=10)
    assert len(next(coming).ends) == 10
    coming.close()  # type: ignore[attr-defined]
    assert [future.cancelled() for future in workers.sent] == [False, *[True] * 5]


def test_a_bootstrap_has_only_moves_of_the_tape() -> None:
    drawn = next(futures(STEPS, 100.0, 200, 3, range(1)))
    moves = [b / a for a, b in zip([100.0, *drawn.closes], drawn.closes, strict=False)]
    known = sorted(STEPS.closes)
    assert all(any(abs(move - m) < 1e-9 for m in known) for move in moves[:20])


def test_a_bootstrap_draws_the_first_and_the_last_bar_as_often_as_the_others() -> None:
    """Thirty steps, 30,000 of them drawn in blocks of 24: about a thousand times each."""
    ratios = [1 + number / 1000 for number in range(30)]
    counted = [0] * 30
    for drawn in futures(made_of(*[ratios] * 4), 100.0, 60, 1, range(500)):
        before = [100.0, *drawn.closes]
        for last, now in zip(before, drawn.closes, strict=False):
            counted[round((now / last - 1) * 1000)] += 1
    assert sum(counted) == 30_000
    assert all(abs(count - 1000) < 150 for count in counted), counted


def test_near_futures_are_made_of_the_tapes_own_bars_and_far_ones_of_hours() -> None:
    """A day of minutes is 1,440 steps; thirty of them would be 43,200."""
    minutes = load_tape("xbtusd-bitmex-1m-2020-03", File(), "XBTUSD")
    assert steps_of(minutes, days=1).seconds == 60
    assert steps_of(minutes, days=30).seconds == HOUR


@pytest.mark.parametrize(("tape", "days", "steps"), [
    ("spy-us-1h-1998-2021", 28, 140),  # 20 sessions of seven hours, less holidays
    ("gme-us-1d-2019-2024", 28, 20),
    ("eurusd-oanda-1h-2014-2016", 28, 480),  # 24 hours on five days
    ("xbtusd-bitmex-1m-2020-03", 28, 672),
])  # fmt: skip
def test_days_ahead_have_as_many_steps_as_the_market_is_open_in_them(
    tape: str, days: int, steps: int
) -> None:
    found = steps_of(load_tape(tape), days=days)
    assert bars_in(found, days) == pytest.approx(steps, rel=0.05)


def test_a_short_past_of_sessions_is_a_week() -> None:
    """Thirty-five hours from Monday to Friday: seven days, though the tape ends after four."""
    hours = load_tape("aapl-us-1h-2020")
    monday = 1_580_688_000  # 3 February 2020
    week = steps_of(hours, until=hours.times[hours.find(monday + 5 * DAY)])
    first = steps_of(hours)
    assert week.pace == pytest.approx(first.pace, rel=0.05)


def test_a_session_ends_with_the_last_bar_of_its_day() -> None:
    """Hours of BTC: one in twenty-four; of Apple in seven; each day of GME."""
    assert sum(STEPS.ends) == pytest.approx(len(STEPS) / 24, abs=1)
    apple = steps_of(load_tape("aapl-us-1h-2020"))
    assert len(apple) / sum(apple.ends) == pytest.approx(7, rel=0.02)
    assert all(DAYS.ends)


@pytest.mark.parametrize("days", [0.01, 5_000, 1e9])
def test_what_is_too_near_or_too_far_to_be_drawn_is_refused(days: float) -> None:
    with pytest.raises(ValueError, match=r"^days: .*allowed: 0\.021 to 4,166"):
        bars_in(STEPS, days)


def test_a_fitted_pool_goes_exactly_where_the_steps_went() -> None:
    """By chance alone the mean of 20,000 would be off by s/141, in 720 steps by a fifth of what a
    future spreads: half of such pools would show a trend where there is none."""
    for steps in (STEPS, untrended(STEPS), DAYS):
        moves = [log(close) for close in steps.closes]
        pool = [log(close) for close in fitted(steps, 1).closes]
        assert fmean(pool) == pytest.approx(fmean(moves), abs=1e-12)


def test_a_fitted_diffusion_has_the_spread_of_what_it_was_fitted_to() -> None:
    """The fourth moment of hourly moves is large: jumps make the spread itself uncertain."""
    moves = [log(close) for close in STEPS.closes]
    pool = [log(close) for close in fitted(STEPS, 1).closes]
    spread = sqrt(fmean([m * m for m in moves]))
    assert sqrt(fmean([m * m for m in pool])) == pytest.approx(spread, rel=0.1)


def test_jumps_are_found_where_they_are_known_to_be() -> None:
    """Moves of a thousandth up and down in turn, and a fall of 2 % in every forty-ninth: the
    fit has one jump in 49 of 2 %, and a diffusion of a thousandth."""
    moves = [(-0.02 if n % 49 == 48 else 0.0) + (0.001 if n % 2 else -0.001) for n in range(980)]
    ratios = [exp(move) for move in moves]
    pool = [log(x) for x in fitted(made_of(ratios, ratios, ratios, ratios), 1).closes]
    jumps = [move for move in pool if move < -0.01]
    assert len(jumps) == pytest.approx(len(pool) / 49, rel=0.2)
    assert fmean(jumps) == pytest.approx(-0.02, abs=0.0002)
    assert stdev([move for move in pool if move > -0.01]) == pytest.approx(0.001, rel=0.02)


@pytest.mark.parametrize("side", [1, -1])
def test_a_stop_is_met_as_often_as_a_path_that_is_reflected_at_it(side: int) -> None:
    """Without drift the share that has touched a level at a distance a after n steps of s is
    2 (1 - N(a / (s root n))) (Bachelier): the wicks are a bridge's, so nothing slips between."""
    chance = Random(5)
    moves = [chance.gauss(0, 0.005) for _ in range(20_000)]
    ratios = [exp(move) for move in moves]
    steps = fitted(untrended(made_of(ratios, ratios, ratios, ratios)), 2)
    away, bars_ahead = 0.06, 200
    asked = plan(side=side, bars=bars_ahead, stop=100 * exp(-side * away))
    (*_, found) = simulate.run(asked, steps, 4_000, 3)
    share = 2 * (1 - NormalDist().cdf(away / (0.005 * sqrt(bars_ahead))))
    told = simulate.odds_of(asked, found, HOUR)
    assert told.stopped == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / 4_000))


def test_what_holding_costs_is_what_the_engine_charges_while_nothing_moves() -> None:
    """24 at 100 on 3x at Kraken: 0.025 % of the cost each 4 hours, 6 times a day for 20 days."""
    book = load_venue("kraken-margin").rulebook
    world = fresh(book, stock("BTC"))
    order = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(24), leverage=D(3))
    asked = plan_of(world.account, world.market, order, STEPS, 20)
    assert asked.interest * asked.bars == pytest.approx(2_400 * 0.00025 * 120)


def test_an_order_that_rests_is_asked_as_if_it_were_filled_at_its_limit() -> None:
    world = fresh(venue(), perpetual("BTC"))
    rests = c.PlaceOrder(
        symbol="BTC", side=Side.BUY, quantity=D(1), leverage=D(5), limit=D(90),
        order_type=OrderType.LIMIT, stop_loss=D(80),
    )  # fmt: skip
    asked = plan_of(world.account, world.market, rests, STEPS, 10)
    assert (asked.start, asked.entry, asked.stop) == (90.0, 90.0, 80.0)


def test_adding_to_a_position_asks_for_the_whole_of_it_from_the_price_of_now() -> None:
    """One at 100 and one at 110 are two at 105, and what guarded the first guards both."""
    world = fresh(venue(), perpetual("BTC"))
    more = {"symbol": "BTC", "side": Side.BUY, "quantity": D(1), "leverage": D(5)}
    world.do(c.PlaceOrder(**more, stop_loss=D(95)))  # type: ignore[arg-type]
    prices = {"BTC": D(110)}
    world.market = replace(world.market, last=prices, mark=prices)
    asked = plan_of(world.account, world.market, c.PlaceOrder(**more), STEPS, 10)  # type: ignore[arg-type]
    assert (asked.quantity, asked.entry, asked.start, asked.stop) == (2.0, 105.0, 110.0, 95.0)
    (first,) = simulate.run(replace(asked, stop=None), STEPS, 1, 1)
    assert first.closes[0][0] == next(futures(STEPS, 110.0, asked.bars, 1, range(1))).closes[3]


def test_an_order_that_only_closes_has_no_odds() -> None:
    world = fresh(venue(), perpetual("BTC"))
    world.do(c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1), leverage=D(5)))
    out = c.PlaceOrder(symbol="BTC", side=Side.SELL, quantity=D(1), reduce_only=True)
    with pytest.raises(Refused, match="would leave no position"):
        plan_of(world.account, world.market, out, STEPS, 10)


def fresh(book: Rulebook, listed: Instrument, deposit: int = 1_000, interval: int = DAY) -> World:
    world = World(book, listed, interval=interval)
    symbol = next(iter(world.account.instruments))
    prices = {symbol: D(100)}
    world.market = Market(
        time=world.market.time, last=prices, mark=prices, trading=frozenset(prices)
    )
    world.do(c.Deposit(amount=D(deposit)))
    return world


def test_a_path_multiplies_its_steps() -> None:
    steps = made_of([1.0, 1.0], [1.2, 1.1], [0.9, 0.5], [1.1, 0.6])
    drawn = path(steps, 100.0, [range(2)])
    assert drawn.closes == pytest.approx([110.0, 66.0])
    assert drawn.lows == pytest.approx([90.0, 55.0])
