"""The second method: each drawn future once more, bar by bar in the engine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import equity
from ledger.account.state import Side, Target
from ledger.market.instrument import Instrument, Kind
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Mode
from ledger.practice.library.catalog import load_tape
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.odds.futures import Path, Steps, futures, steps_of
from ledger.practice.odds.outcome import Plan, end_of
from ledger.practice.odds.plan import plan_of
from ledger.times import DAY, HOUR
from tests.worlds import T0, World, perpetual, stock

D = Decimal
FINE = D("0.000001")
"""A tick that changes nothing."""
HOURS = steps_of(load_tape("btcusdt-perp-binance-1h-2019-2025"))
DAYS = replace(steps_of(load_tape("gme-us-1d-2019-2024")), pace=DAY)
"""Of a market that also trades on Sundays: the world here has no weekend."""
SESSIONS = replace(steps_of(load_tape("spy-us-5m-2020-03")), pace=HOUR)
"""Seven hours a day, without the nights between them: so quickly do days follow here."""
WORDS = {"stop_loss": "stop", "take_profit": "target"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A plan, and the world that it is made in at a price of 100."""

    venue: str
    listed: Instrument
    steps: Steps
    days: float
    order: c.PlaceOrder
    deposit: int = 1_000
    beside: Sequence[tuple[Instrument, c.PlaceOrder]] = ()
    """What is held besides; its price stands still."""

    def world(self) -> World:
        """Before the order."""
        others = [instrument for instrument, _ in self.beside]
        book = load_venue(self.venue).rulebook
        world = World(book, self.listed, *others, interval=self.steps.seconds)
        prices = {symbol: D(100) for symbol in world.account.instruments}
        world.market = Market(time=T0, last=prices, mark=prices, trading=frozenset(prices))
        world.do(c.Deposit(amount=D(self.deposit)), *(order for _, order in self.beside))
        return world


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a future: how it ended, in which bar, the bar of its first call, and money."""

    how: str
    bar: int
    called: int | None
    result: float
    interest: float


def both_ways(case: Case, numbers: range = range(40)) -> list[tuple[Told, Told]]:
    """The ends of the futures by the odds, and bar by bar in the engine."""
    found = []
    for number in numbers:
        plan = planned(case)
        (drawn,) = futures(case.steps, 100.0, plan.bars, 5, range(number, number + 1))
        end = end_of(plan, drawn)
        how = {"liquidation": "sold", "forced_sale": "sold"}.get(end.how, end.how)
        told = Told(how, end.bar, end.called, end.result, end.interest)
        found.append((told, replayed(case, plan, drawn)))
    return found


def planned(case: Case) -> Plan:
    """The plan of its order."""
    world = case.world()
    return plan_of(world.account, world.market, case.order, case.steps, case.days)


def replayed(case: Case, plan: Plan, drawn: Path) -> Told:
    """The engine's word for it: up to the first thing that ends the position, if only in part."""
    world = case.world()
    before = worth(world)
    world.do(case.order)
    seen = len(world.events)
    how, called = "horizon", None
    for bar, row in enumerate(ticked(drawn)):
        rows = {case.listed.symbol: row}
        rows |= {instrument.symbol: (D(100),) * 4 for instrument, _ in case.beside}
        closes = [T0 + (n + 1) * world.interval for n in range(bar, plan.bars) if drawn.ends[n]]
        world.bar(rows, session_end=drawn.ends[bar], sessions=tuple(closes[1:]))
        news, seen = world.events[seen:], len(world.events)
        calls = [event for event in news if isinstance(event, e.MarginCallIssued)]
        ends = [word for event in news if (word := end_word(event, case.listed.symbol))]
        called = bar if calls and called is None else called
        if ends:
            return Told(ends[0], bar, called, worth(world) - before, carried(world))
    leaving = float(world.market.last[case.listed.symbol])
    value = plan.quantity / leaving if plan.inverse else plan.quantity * leaving
    result = worth(world) - before - value * plan.exit_fee
    return Told(how, plan.bars, called, result, carried(world))


def end_word(event: e.Event, symbol: str) -> str:
    if isinstance(event, e.Liquidated | e.ForceSold):
        return "sold"
    if isinstance(event, e.PositionClosed) and event.symbol == symbol:
        return WORDS.get(event.closed_by, "")
    return ""


def worth(world: World) -> float:
    """Equity of all pockets."""
    pockets = world.account.pockets.values()
    return float(sum(equity(world.account, pocket, world.market.mark) for pocket in pockets))


def carried(world: World) -> float:
    """Interest, and fees that came back with time."""
    fees = [x.amount for x in world.of(e.FeeCharged) if x.kind in ("rollover", "borrow")]
    return float(sum([*fees, *(x.amount for x in world.of(e.InterestAccrued))]))


def ticked(drawn: Path) -> Iterable[tuple[Decimal, ...]]:
    """A future on ticks that are fine enough to change nothing."""
    for row in zip(drawn.opens, drawn.highs, drawn.lows, drawn.closes, strict=True):
        first, high, low, last = (round(D(price), 6) for price in row)
        yield first, max(high, first, last), min(low, first, last), last


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


def alike(found: list[tuple[Told, Told]], *, money: float = 0.0) -> set[tuple[str, bool]]:
    """Hold that both say the same, results within so much; which ends there were, with a call or
    without."""
    for said, seen in found:
        assert (said.how, said.bar, said.called) == (seen.how, seen.bar, seen.called)
        if money:
            assert said.result == pytest.approx(seen.result, abs=money)
    return {(said.how, said.called is not None) for said, _ in found}


BTC = perpetual("BTC", tick=FINE)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("stop", [6, 4])
def test_the_engine_ends_each_future_as_the_odds_do(side: Side, stop: int) -> None:
    """A perpetual at 20x; at 6 the stop lies behind the liquidation and only a gap leads to it, at
    4 it lies before the call, which a bar that goes through both leaves out. The venue's fee for a
    liquidation is ten times the trade's, and what is below zero is its own."""
    order = guarded("BTC", side, 1, 20, stop, 8, Mode.ISOLATED)
    case = Case(venue="binance-usdm", listed=BTC, steps=HOURS, days=10, order=order)
    last = ("sold", True) if stop == 6 else ("stop", False)
    assert {last, ("target", False)} <= alike(both_ways(case), money=0.001)


@pytest.mark.parametrize("side", Side)
def test_a_venue_that_takes_the_whole_margin_costs_the_whole_margin(side: Side) -> None:
    order = guarded("BTC", side, 10, 20, 20, 20, Mode.ISOLATED)
    case = Case(venue="phemex-perpetual", listed=BTC, steps=HOURS, days=10, order=order)
    assert ("sold", True) in alike(both_ways(case), money=0.01)


@pytest.mark.parametrize("side", Side)
def test_a_gap_through_the_call_and_what_lies_behind_it_is_no_call(side: Side) -> None:
    """Days of GME, which open far from their last close: beyond the margin, and even beyond a stop
    that lies behind it, where the venue bears the rest."""
    order = guarded("BTC", side, 1, 3, 40, 60, Mode.ISOLATED)
    case = Case(venue="binance-usdm", listed=BTC, steps=DAYS, days=60, order=order)
    found = alike(both_ways(case), money=0.001)
    assert {("sold", True), ("sold", False)} <= found


@pytest.mark.parametrize("side", Side)
def test_a_crossed_position_has_the_odds_of_all_that_stands_behind_and_beside_it(
    side: Side,
) -> None:
    """80 of BTC on a wallet of 1,000, from which another position asks 5 for its maintenance."""
    other = perpetual("ETH", tick=FINE)
    held = c.PlaceOrder(symbol="ETH", side=Side.BUY, quantity=D(10), leverage=D(20))
    case = Case(
        venue="binance-usdm", listed=BTC, steps=HOURS, days=10, deposit=1_000,
        order=guarded("BTC", side, 80, 20, 20, 20, Mode.CROSS),
        beside=[(other, replace(held, mode=Mode.CROSS))],
    )  # fmt: skip
    alone = replace(case, beside=())
    assert planned(case).liquidation != planned(alone).liquidation
    assert ("sold", True) in alike(both_ways(case))


@pytest.mark.parametrize("side", Side)
def test_a_contract_settled_in_the_coin_gains_with_one_over_the_price(side: Side) -> None:
    """1,000 contracts of a dollar at 100 on ten coins, 20x: half a coin is the margin."""
    listed = Instrument(symbol="XBT", kind=Kind.INVERSE, tick=FINE, lot=D(1), currency="BTC")
    order = guarded("XBT", side, 1_000, 20, 20, 10, Mode.ISOLATED)
    case = Case(
        venue="phemex-inverse", listed=listed, steps=HOURS, days=10, order=order, deposit=10
    )
    assert {("sold", True), ("target", False)} <= alike(both_ways(case), money=1e-5)


@pytest.mark.parametrize(("side", "stop"), [(Side.BUY, 45), (Side.BUY, 34), (Side.SELL, 20)])
def test_the_engine_calls_the_same_futures_of_a_loan(side: Side, stop: int) -> None:
    """A broker at half margin; calls are judged at the close, the market ends some and more come,
    what is unmet after two days is sold, and interest moves the levels."""
    order = guarded("ACME", side, 95, 2, stop, 60, Mode.CROSS)
    case = Case(
        venue="us-reg-t@2026-11",
        listed=stock(tick=FINE),
        steps=DAYS,
        days=60,
        order=order,
        deposit=5_000,
    )
    found = both_ways(case)
    assert any(called for _, called in alike(found))
    alike([x for x in found if x[0].how != "sold"], money=1)


@pytest.mark.parametrize("side", Side)
def test_a_call_of_the_house_is_judged_when_a_session_ends_and_not_with_each_hour(
    side: Side,
) -> None:
    """Hours of SPY in March 2020, in which the price is often below the call and above it again at
    the close; what is unmet at the second close after is sold at the open of the day after."""
    order = guarded("ACME", side, 95, 2, 45, 60, Mode.CROSS)
    case = Case(
        venue="us-reg-t@2026-11", listed=stock(tick=FINE), steps=SESSIONS, days=10, order=order,
        deposit=5_000,
    )  # fmt: skip
    found = both_ways(case, range(50, 75))
    assert ("sold", True) in alike(found)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("stop", [20, 6])
def test_fees_that_come_back_move_the_levels_of_the_odds(side: Side, stop: int) -> None:
    """Rollover every four hours: at 3x for 20 days it weighs more than most interest. In the last
    hour before one the straight line of the odds is a little ahead of it."""
    order = guarded("BTC", side, 24, 3, stop, 30, Mode.CROSS)
    listed = stock("BTC", tick=FINE)
    case = Case(venue="kraken-margin", listed=listed, steps=HOURS, days=20, order=order)
    for said, seen in both_ways(case, range(20)):
        assert (said.how, said.called is None) == (seen.how, seen.called is None)
        assert said.result == pytest.approx(seen.result, abs=1)
        assert said.interest == pytest.approx(seen.interest, abs=1)


@pytest.mark.parametrize("venue", ["binance-margin", "kucoin-margin", "crypto-com-margin"])
@pytest.mark.parametrize("side", Side)
def test_a_borrowed_coin_costs_what_it_is_lent_for(venue: str, side: Side) -> None:
    """Interest by the hour on 2,000 of which 900 are lent; or on the coins that were sold, whose
    price moves: the odds leave it where it was, and are as far off as the price goes."""
    book = load_venue(venue).rulebook
    order = guarded("BTC", side, 20, 3, 60, 80, book.modes[0])
    listed = stock("BTC", tick=FINE, lot=D("0.001"), currency=book.currency)
    case = Case(venue=venue, listed=listed, steps=HOURS, days=10, order=order, deposit=1_100)
    for said, seen in both_ways(case, range(6)):
        assert (said.how, said.bar, said.called) == (seen.how, seen.bar, seen.called)
        assert said.interest == pytest.approx(seen.interest, rel=0.3, abs=0.1)
        off = abs(said.interest - seen.interest)
        assert said.result == pytest.approx(seen.result, abs=off + 0.1)
