"""The fence around prices begins where the engine would act, and no earlier than it must."""

from dataclasses import replace

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import MAIN, Side
from ledger.engine.bars import fences
from ledger.market.fences.fence import Band
from ledger.market.fences.tick_sum import WholeSum
from ledger.market.instrument import Kind
from ledger.market.rules.rulebook import Judged, Mode, Rung
from tests.worlds import D, World, broker, level, perpetual, stock, venue


def long(mode: Mode = Mode.ISOLATED, **order: object) -> World:
    """One coin bought at 100, ten times leveraged: 10 of margin, maintenance 0.5 %."""
    made = World(venue(), perpetual(), mode=mode)
    buy = c.PlaceOrder(
        symbol="BTC",
        side=Side.BUY,
        quantity=D(1),
        leverage=D(10),
        mode=mode,
        **order,  # type: ignore[arg-type]
    )
    made.bar({"BTC": (100, 100, 100, 100)}, c.Deposit(amount=D(10)), buy)
    return made


def judged(made: World) -> Band:
    found = fences.fence(made.account, made.market)
    assert found is not None
    return found.judged["BTC"]


def traded(made: World) -> Band:
    found = fences.fence(made.account, made.market)
    assert found is not None
    return found.traded["BTC"]


def test_an_isolated_position_is_quiet_down_to_the_price_of_its_warning() -> None:
    """Equity 10 + P - 100 = 1.5625 x 0.005 x P at P = 90 / 0.9921875."""
    assert judged(long()).low == D(90) / D("0.9921875")


@pytest.mark.parametrize(("warned", "rung"), [(False, Rung.WARNING), (True, Rung.CALL)])
def test_its_fence_is_the_calculators_price(warned: bool, rung: Rung) -> None:
    made = long()
    if warned:
        made.bar({"BTC": (100, 100, "90.6", "90.6")})
        assert made.account.warned
    wanted = made.account.rulebook.level(rung)
    assert wanted is not None
    pocket = made.account.pockets["isolated:BTC"]
    price = threshold_price(made.account, pocket, made.market.mark, wanted, "BTC")
    assert judged(made).low == price


def test_what_was_warned_is_quiet_only_below_the_clear_band() -> None:
    """10 + P - 100 = 1.01 x 1.5625 x 0.005 x P at P = 90 / 0.992109375."""
    made = long()
    made.bar({"BTC": (100, 100, "90.6", "90.6")})
    assert judged(made).high == D(90) / D("0.992109375")


def test_a_stop_and_a_target_fence_the_traded_price() -> None:
    made = long(stop_loss=D(95), targets=(c.Target(D(120), D(1)),))
    assert traded(made) == Band(low=D(95), high=D(120))


def test_a_trailing_stop_moves_from_one_tick_above_its_best_price() -> None:
    made = long()
    made.bar({"BTC": (100, 104, 100, 104)}, c.MoveStop(symbol="BTC", trail=D(6)))
    assert traded(made) == Band(low=D(98), high=D("104.5"))


def test_the_trail_of_a_short_moves_from_one_tick_below_its_best_price() -> None:
    """Best 96, six behind it 102: the next trigger is 101.5, at 95.5."""
    made = World(venue(), perpetual(), mode=Mode.ISOLATED)
    sell = c.PlaceOrder(symbol="BTC", side=Side.SELL, quantity=D(1), leverage=D(10))
    made.bar({"BTC": (100,) * 4}, c.Deposit(amount=D(10)), sell)
    made.bar({"BTC": (100, 100, 96, 96)}, c.MoveStop(symbol="BTC", trail=D(6)))
    assert traded(made) == Band(low=D("95.5"), high=D(102))


@pytest.mark.parametrize(
    ("side", "band"),
    [
        # a tenth behind 100: 90, and from 90.5 / 0.9 on 90.5
        (Side.BUY, Band(low=D(90), high=D("90.5") / D("0.9"))),
        # 110, and from 109.5 / 1.1 on 109.5
        (Side.SELL, Band(low=D("109.5") / D("1.1"), high=D(110))),
    ],
)
def test_a_trail_by_a_fraction_moves_where_a_tick_of_its_trigger_does(
    side: Side, band: Band
) -> None:
    made = World(venue(), perpetual(), mode=Mode.ISOLATED)
    command = c.PlaceOrder(symbol="BTC", side=side, quantity=D(1), leverage=D(5))
    trail = c.MoveStop(symbol="BTC", trail_fraction=D("0.1"))
    made.bar({"BTC": (100,) * 4}, c.Deposit(amount=D(20)), command, trail)
    assert traded(made) == band


def test_a_market_order_that_waits_for_the_open_is_never_quiet() -> None:
    made = long()
    made.do(c.ClosePosition(symbol="BTC"))
    band = traded(made)
    assert band.low is not None
    assert band.low == band.high


def test_a_call_that_ran_out_has_no_fence() -> None:
    made = World(broker(), stock())
    buy = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100), leverage=D(2))
    made.bar({"ACME": (100, 100, 100, 100)}, c.Deposit(amount=D(5000)), buy)
    made.bar({"ACME": (70, 70, 70, 70)})
    call = made.account.calls[MAIN]
    account = replace(made.account, calls={MAIN: replace(call, expired=True)})
    assert fences.fence(account, made.market) is None


def test_a_level_judged_at_the_close_fences_only_the_sessions_close() -> None:
    """House 30 % of the value; owed are 5,000 and a day at 8 %, 1.11: 5,001.11 / 0.7 of it."""
    made = World(broker(levels=(level(Rung.CALL, "house", "1", Judged.CLOSE),)), stock())
    buy = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100), leverage=D(2))
    made.bar({"ACME": (100, 100, 100, 100)}, c.Deposit(amount=D(5000)), buy)
    always = fences.fence(made.account, made.market)
    assert always is not None
    assert not always.judged
    closing = fences.closing_fence(made.account, made.market)
    assert closing.judged["ACME"].low == D("5001.11") / D(70)


def test_crossed_positions_stand_in_one_sum() -> None:
    made = World(venue(), perpetual("BTC"), perpetual("ETH"), mode=Mode.CROSS)
    buys = [
        c.PlaceOrder(symbol=s, side=Side.BUY, quantity=D(1), leverage=D(10)) for s in ("BTC", "ETH")
    ]
    flat = (100, 100, 100, 100)
    made.bar({"BTC": flat, "ETH": flat}, c.Deposit(amount=D(50)), *buys)
    found = fences.fence(made.account, made.market)
    assert found is not None
    (one,) = found.sums
    assert one.symbols == ("BTC", "ETH")
    assert one.constant == D(50)


def test_crossed_inverse_contracts_are_quiet_until_the_first_tick_of_their_warning() -> None:
    """Two contracts of 10,000 dollars bought at 100: they have won 200 - 20,000 / P coins.

    With 250 coins beside them and 1.5625 x 0.5 % of 20,000 / P to keep, the warning comes where
    450 = 20,156.25 / P, at P = 44.791...: 45 is quiet and 44.5 is not.
    """
    terms = {"kind": Kind.INVERSE, "currency": "BTC", "multiplier": D(10_000)}
    book = venue(currency="BTC", contract=Kind.INVERSE)
    made = World(book, perpetual("M", **terms), perpetual("Z", **terms), mode=Mode.CROSS)
    buys = [c.PlaceOrder(symbol=s, side=Side.BUY, quantity=D(1), leverage=D(10)) for s in "MZ"]
    made.bar({"M": (100,) * 4, "Z": (100,) * 4}, c.Deposit(amount=D(250)), *buys)
    found = fences.fence(made.account, made.market)
    assert found is not None
    (one,) = found.sums
    whole = WholeSum(one, dict.fromkeys("MZ", D("0.5")))
    assert whole.quiet([90, 90], [400, 300])
    assert not whole.quiet([89, 89], [400, 300])


@pytest.mark.parametrize("side", Side)
def test_an_inverse_contract_is_quiet_up_to_the_price_of_its_warning(side: Side) -> None:
    """10,000 dollars at 100 are 100 coins, on 10 coins of margin; 1.5625 x 0.5 % is 0.0078125.

    Long: 10 + 100 - 10,000 / P = 0.0078125 x 10,000 / P at P = 10,078.125 / 110. Short: 10 - 100 +
    10,000 / P = 78.125 / P at P = 9,921.875 / 90.
    """
    book = venue(currency="BTC", contract=Kind.INVERSE)
    listed = perpetual(kind=Kind.INVERSE, currency="BTC", lot=D(1))
    made = World(book, listed, mode=Mode.ISOLATED)
    command = c.PlaceOrder(
        symbol="BTC", side=side, quantity=D(10_000), leverage=D(10), mode=Mode.ISOLATED
    )
    made.bar({"BTC": (100,) * 4}, c.Deposit(amount=D(10)), command)
    band = judged(made)
    if side is Side.BUY:
        assert band.low is not None
        assert abs(band.low - D("10078.125") / 110) < D("1e-20")
    else:
        assert band.high is not None
        assert abs(band.high - D("9921.875") / 90) < D("1e-20")


def test_a_bar_inside_the_fence_leads_to_nothing_and_one_outside_does() -> None:
    made = long(stop_loss=D(95))
    inside = made.bar({"BTC": (100, 500, "95.5", 99)})
    outside = made.bar({"BTC": (99, 99, 95, 96)})
    assert not inside
    assert any(isinstance(event, e.StoppedOut) for event in outside)
