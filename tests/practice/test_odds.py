"""Odds: what becomes of a plan on a drawn future is what the engine makes of it."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from math import log, sqrt
from pathlib import Path as File
from statistics import fmean
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account import events as e
from ledger.account.state import OrderType, Side, Target
from ledger.market.faults import Refused
from ledger.market.instrument import Instrument
from ledger.market.quote import Market
from ledger.market.rulebook import Mode, Rulebook
from ledger.market.times import DAY
from ledger.practice import odds
from ledger.practice.catalog import load_tape, load_venue
from ledger.practice.futures import Path, Steps, fitted, futures, path, steps_of
from ledger.practice.odds_plan import plan_of
from tests.worlds import World, perpetual, stock, venue

D = Decimal
HOUR = 3_600
TAPE = load_tape("btcusdt-perp-binance-1h-2019-2025", File(), "BTC")
STEPS = steps_of(TAPE)
DAYS = steps_of(load_tape("gme-us-1d-2019-2024"))


def plan(**changes: object) -> odds.Plan:
    given = {"side": 1, "quantity": 2.0, "entry": 100.0, "bars": 3, "risk": 20.0, **changes}
    return odds.Plan(**given)  # type: ignore[arg-type]


def bars(*rows: tuple[float, float, float, float]) -> Path:
    return Path(*[list(column) for column in zip(*rows, strict=True)])


QUIET = (100.0, 101.0, 99.0, 100.0)


def test_where_stop_and_target_lie_in_one_bar_the_stop_wins() -> None:
    wild = bars(QUIET, (100.0, 130.0, 80.0, 100.0), QUIET)
    end = odds.end_of(plan(stop=90.0, target=120.0), wild)
    assert (end.how, end.bar, end.price, end.result) == ("stop", 1, 90.0, -20.0)


def test_a_gap_through_the_stop_costs_what_the_open_says() -> None:
    gap = bars(QUIET, (80.0, 85.0, 75.0, 80.0), QUIET)
    assert odds.end_of(plan(stop=90.0), gap).price == 80.0


def test_a_stop_before_the_liquidation_saves_the_margin() -> None:
    fall = bars(QUIET, (100.0, 100.0, 70.0, 75.0), QUIET)
    levels = {"liquidation": odds.Level(80.0, 80.0), "call": odds.Level(85.0, 85.0)}
    assert odds.end_of(plan(stop=90.0, **levels), fall).how == "stop"
    assert odds.end_of(plan(**levels), fall).how == "liquidation"


def test_a_level_that_interest_lifts_is_reached_later_by_the_same_price() -> None:
    flat = bars(QUIET, QUIET, QUIET)
    rising = odds.Level(97.0, 100.0)  # 98 after the first step, 99 after the second
    end = odds.end_of(plan(liquidation=rising), flat)
    assert (end.how, end.bar) == ("liquidation", 1)


def test_an_unmet_call_ends_in_a_forced_sale_when_its_time_is_over() -> None:
    down = bars(QUIET, (90.0, 91.0, 84.0, 85.0), (85.0, 86.0, 84.0, 86.0))
    level = odds.Level(88.0, 88.0)
    called = plan(call=level, cleared=level, at_close=True, patience=0)
    end = odds.end_of(called, down)
    assert (end.called, end.how, end.bar, end.price) == (1, "forced_sale", 2, 85.0)


def test_a_short_is_the_mirror_of_a_long() -> None:
    up = bars(QUIET, (100.0, 115.0, 99.0, 110.0), QUIET)
    end = odds.end_of(plan(side=-1, stop=112.0, target=80.0), up)
    assert (end.how, end.price, end.result) == ("stop", 112.0, -24.0)


def test_future_number_n_is_the_same_whoever_draws_it() -> None:
    one = plan(bars=50, stop=95.0, entry=100.0)
    alone = [odds.odds_of(one, found, HOUR) for found in odds.run(one, STEPS, 60, 7)][-1]
    with ThreadPoolExecutor(3) as pool:
        shared = [*odds.run(one, STEPS, 60, 7, pool, piece=7)][-1]
    assert odds.odds_of(one, shared, HOUR) == alone
    other = [*odds.run(one, STEPS, 60, 8)][-1]
    assert odds.odds_of(one, other, HOUR) != alone


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
    coming = odds.run(plan(bars=50, stop=95.0), STEPS, 60, 7, workers, piece=10)
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
    for drawn in futures(Steps(HOUR, 24.0, *[ratios] * 4), 100.0, 60, 1, range(500)):
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


def test_a_fitted_diffusion_has_the_drift_and_the_spread_of_what_it_was_fitted_to() -> None:
    """Within four standard errors of a pool of 20,000: of the mean sd / root n."""
    moves = [log(close) for close in STEPS.closes]
    pool = [log(close) for close in fitted(STEPS, 1).closes]
    centre, spread = fmean(moves), sqrt(fmean([m * m for m in moves]))
    assert abs(fmean(pool) - centre) < 4 * spread / sqrt(len(pool))
    # the fourth moment of hourly moves is large: jumps make the spread itself uncertain
    assert sqrt(fmean([m * m for m in pool])) == pytest.approx(spread, rel=0.15)


def ticked(drawn: Path) -> list[tuple[Decimal, ...]]:
    """A future on ticks that are fine enough to change nothing."""
    rows = zip(drawn.opens, drawn.highs, drawn.lows, drawn.closes, strict=True)
    found = []
    for row in rows:
        first, high, low, last = (round(D(price), 6) for price in row)
        found.append((first, max(high, first, last), min(low, first, last), last))
    return found


def both_ways(
    book: Rulebook,
    listed: Instrument,
    steps: Steps,
    days: int,
    order: c.PlaceOrder,
    deposit: int = 1_000,
    count: int = 40,
) -> list[tuple[tuple[str, bool], tuple[str, bool]]]:
    """How each future ends and whether it was called: by the odds, and bar by bar in the engine."""
    ends = []
    for number in range(count):
        world = fresh(book, listed, deposit, steps.seconds)
        asked = plan_of(world.account, world.market, order, steps, days)
        drawn = next(futures(steps, 100.0, asked.bars, 5, range(number, number + 1)))
        told = odds.end_of(asked, drawn)
        world.do(order)
        for row in ticked(drawn):
            world.bar({listed.symbol: row})
        how = {"liquidation": "sold", "forced_sale": "sold"}.get(told.how, told.how)
        ends.append(((how, told.called is not None), outcome(world)))
    return ends


def guarded(
    symbol: str, side: Side, size: int, leverage: int, stop: int, target: int, mode: Mode
) -> c.PlaceOrder:
    """An order at 100 with its stop and target so far away."""
    return c.PlaceOrder(
        symbol=symbol,
        side=side,
        quantity=D(size),
        leverage=D(leverage),
        stop_loss=D(100 - stop * side.sign),
        targets=(Target(D(100 + target * side.sign), D(1)),),
        mode=mode,
    )


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("stop", [6, 4])
def test_the_engine_ends_each_future_as_the_odds_do(side: Side, stop: int) -> None:
    """The second method: a perpetual at 20x; at 6 the stop lies behind the liquidation and only a
    gap leads to it, at 4 it lies before the call, which a bar that goes through both leaves out."""
    book = load_venue("binance-usdm").rulebook
    order = guarded("BTC", side, 1, 20, stop, 8, Mode.ISOLATED)
    ends = both_ways(book, perpetual("BTC", tick=D("0.000001")), STEPS, 10, order)
    assert all(said == seen for said, seen in ends), ends
    last = ("sold", True) if stop == 6 else ("stop", False)
    assert {last, ("target", False)} <= {said for said, _ in ends}


@pytest.mark.parametrize("side", Side)
def test_a_gap_through_the_call_and_what_lies_behind_it_is_no_call(side: Side) -> None:
    """Days of GME, which open far from their last close."""
    book = load_venue("binance-usdm").rulebook
    order = guarded("BTC", side, 1, 3, 40, 60, Mode.ISOLATED)
    ends = both_ways(book, perpetual("BTC", tick=D("0.000001")), DAYS, 60, order)
    assert all(said == seen for said, seen in ends), ends
    assert {("sold", True), ("sold", False)} <= {said for said, _ in ends}


@pytest.mark.parametrize(("side", "stop"), [(Side.BUY, 45), (Side.BUY, 34), (Side.SELL, 20)])
def test_the_engine_calls_the_same_futures_of_a_loan(side: Side, stop: int) -> None:
    """A broker at half margin; calls are judged at the close, the market ends some and more come,
    what is unmet after two days is sold, and interest moves the levels."""
    book = load_venue("us-reg-t").rulebook
    order = guarded("ACME", side, 95, 2, stop, 60, book.modes[0])
    ends = both_ways(book, stock(tick=D("0.000001")), DAYS, 60, order, deposit=5_000)
    assert all(said == seen for said, seen in ends), ends
    assert any(called for (_, called), _ in ends)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("stop", [20, 6])
def test_fees_that_come_back_move_the_levels_of_the_odds(side: Side, stop: int) -> None:
    """Rollover every four hours: at 3x for 20 days it weighs more than most interest."""
    book = load_venue("kraken-margin").rulebook
    order = guarded("BTC", side, 24, 3, stop, 30, book.modes[0])
    listed = stock("BTC", tick=D("0.000001"))
    ends = both_ways(book, listed, STEPS, 20, order, count=20)
    assert all(said == seen for said, seen in ends), ends


def test_what_holding_costs_is_what_the_engine_charges_while_nothing_moves() -> None:
    """24 at 100 on 3x at Kraken: 0.025 % of the cost each 4 hours, 6 times a day for 20 days."""
    book = load_venue("kraken-margin").rulebook
    world = fresh(book, stock("BTC"))
    order = guarded("BTC", Side.BUY, 24, 3, 20, 30, book.modes[0])
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
    (first,) = odds.run(replace(asked, stop=None), STEPS, 1, 1)
    assert first.closes[0][0] == next(futures(STEPS, 110.0, asked.bars, 1, range(1))).closes[3]


def test_an_order_that_only_closes_has_no_odds() -> None:
    world = fresh(venue(), perpetual("BTC"))
    world.do(c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1), leverage=D(5)))
    out = c.PlaceOrder(symbol="BTC", side=Side.SELL, quantity=D(1), reduce_only=True)
    with pytest.raises(Refused, match="nothing would be held"):
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


def outcome(world: World) -> tuple[str, bool]:
    """The first thing that ended the position, if only in part, and whether a call came before."""
    words = {"stop_loss": "stop", "take_profit": "target"}
    called = False
    for event in world.events:
        called = called or isinstance(event, e.MarginCallIssued)
        if isinstance(event, e.Liquidated | e.ForceSold):
            return "sold", called
        if isinstance(event, e.PositionClosed):
            return words[event.closed_by], called
    return "horizon", called


def test_a_path_multiplies_its_steps() -> None:
    steps = Steps(HOUR, 2.0, [1.0, 1.0], [1.2, 1.1], [0.9, 0.5], [1.1, 0.6])
    drawn = path(steps, 100.0, [0, 1])
    assert drawn.closes == pytest.approx([110.0, 66.0])
    assert drawn.lows == pytest.approx([90.0, 55.0])
