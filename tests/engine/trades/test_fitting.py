"""What is accepted stands, what closes is always allowed, and the largest that is named passes."""

from decimal import Decimal
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.state import OrderType, Side, Target
from ledger.engine.calls.curing import cure
from ledger.engine.margin.loans import posted_now
from ledger.frozen import replace
from ledger.market.instrument import Kind
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import (
    Calendar,
    Draws,
    Interest,
    Judged,
    Mode,
    RateTier,
    Repays,
    Rung,
)
from ledger.market.rules.schedule import Basis, Schedule
from ledger.times import DAY, HOUR
from tests.worlds import D, World, broker, level, only, perpetual, stock, venue

HUNDRED = ("100",) * 4


def order(side: Side, quantity: int | Decimal, leverage: int, **more: Any) -> c.PlaceOrder:
    return c.PlaceOrder(symbol="BTC", side=side, quantity=D(quantity), leverage=D(leverage), **more)


def lender(**changes: Any) -> World:
    """A lender of coins that watches what is owed: liquidated at assets of 1.1 times the debt."""
    book = broker(
        currency="USDT",
        modes=(Mode.CROSS,),
        initial_margin=D("0.05"),
        max_leverage=D(20),
        minimum_equity=D(0),
        repays=Repays.PROCEEDS,
        schedules=(Schedule(name="venue", basis=Basis.LIABILITIES),),
        levels=(level(Rung.LIQUIDATION, "venue", "0.1", Judged.ALWAYS, inclusive=True),),
        **{"interest": Interest(), **changes},
    )
    world = World(book, stock("BTC", currency="USDT", lot=D("0.001")), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(1000)))
    return world


def test_no_order_is_taken_whose_margin_is_less_than_must_be_kept() -> None:
    """100 at 100 with 25x posts 400, and 5 % of 10,000 must be kept: 500. 20x posts just that, and
    at or below is liquidated; 19x posts 526.32."""
    book = override(venue(), {"maintenance_margin": "0.05"})
    world = World(book, perpetual(), mode=Mode.ISOLATED)
    world.do(c.Deposit(amount=D(1000)))
    world.bar({"BTC": HUNDRED}, order(Side.BUY, 100, 25), order(Side.BUY, 100, 20))
    first, second = world.of(e.OrderRefused)
    assert first.reason == (
        "the position would be closed out at once: 400 USDT of equity, 500 required"
    )
    assert first.largest is None
    assert "500 USDT of equity" in second.reason
    world.flat(100, order(Side.BUY, 100, 19))
    assert only(world.of(e.PositionOpened)).margin == D("526.315789")
    assert not world.of(e.Liquidated)


def test_no_order_is_taken_that_the_mark_would_liquidate_at_once() -> None:
    """Sold short at 100 with 50x: 2 a coin behind it. Judged by a mark of 101.60 it has lost 1.60,
    and half a percent of 101.60 is 0.508, more than the 0.40 that is left. 40x leaves 0.90."""
    world = World(venue(), perpetual(tick=D("0.1")), mode=Mode.ISOLATED)
    world.do(c.Deposit(amount=D(1000)))
    step = {"BTC": ("100", "100", "100", "100")}
    marks = {"BTC": ("101.6", "101.6", "101.6", "101.6")}
    world.bar(step, order(Side.SELL, 10, 50), order(Side.SELL, 10, 40), marks=marks)
    refused = only(world.of(e.OrderRefused))
    assert (
        refused.reason
        == "the position would be closed out at once: 4 USDT of equity, 5.08 required"
    )
    assert world.account.position("BTC") is not None
    assert not world.of(e.Liquidated)


def test_a_resting_order_that_would_be_closed_out_at_its_fill_is_cancelled() -> None:
    """A limit at 99 with 20x posts 4.95 a coin; meanwhile the venue keeps 6 %: 5.94."""
    world = World(
        override(venue(), {"maintenance_margin": "0.01"}), perpetual(), mode=Mode.ISOLATED
    )
    world.do(c.Deposit(amount=D(1000)))
    rests = order(Side.BUY, 10, 20, order_type=OrderType.LIMIT, limit=D(99))
    world.flat(100, rests, c.ChangeRules(rules={"maintenance_margin": "0.06"}))
    world.bar({"BTC": ("100", "100", "98", "99")})
    assert "closed out at once" in only(world.of(e.OrderCancelled)).reason
    assert not world.account.positions()


def test_a_position_may_be_closed_whatever_leverage_is_lent_now() -> None:
    """Opened at 10x; the venue cuts its leverage to 5x. Half is closed, and of a reversal at 10x
    the part that closes is what passes."""
    world = World(venue(), perpetual(), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(1000)))
    world.flat(
        100,
        order(Side.BUY, 40, 10),
        c.ChangeRules(rules={"max_leverage": "5"}),
        c.ClosePosition(symbol="BTC", fraction=D("0.5")),
        order(Side.SELL, 30, 10),
    )
    assert world.account.positions()[0].quantity == 20
    refused = only(world.of(e.OrderRefused))
    assert (refused.reason, refused.largest) == (
        "leverage 10 is not allowed: venue lends up to 5x",
        D(20),
    )


def test_a_short_at_leverage_one_of_no_size_is_refused_with_its_reason() -> None:
    """It asked for a largest size where leverage 1 lends nothing, and divided by zero."""
    world = lender()
    world.flat(100, order(Side.SELL, D("0.0001"), 1))
    refused = only(world.of(e.OrderRefused))
    assert refused.reason == "quantity must be a multiple of the lot 0.001"
    assert refused.largest is None


def test_a_reversal_whose_targets_are_too_small_names_what_closes() -> None:
    """3 are held; 4 sold would open 1, of which a target of 0.4 takes less than a lot of 1."""
    world = World(venue(), perpetual(lot=D(1)), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(50)))
    target = (Target(D(90), D("0.4")),)
    world.flat(100, order(Side.BUY, 3, 10), order(Side.SELL, 4, 10, targets=target))
    refused = only(world.of(e.OrderRefused))
    assert "less than one lot" in refused.reason
    world.flat(100, order(Side.SELL, int(refused.largest or 0), 10, targets=target))
    assert len(world.of(e.OrderRefused)) == 1


@pytest.mark.parametrize(
    ("interest", "most"),
    [
        # 19,000 for 20x: 20,000 over 19,000 is 1.053. Above 1.1 are 9,999.999999: 1,000 / 0.1
        (Interest(), "9999.999999"),
        # with the first hour charged at once at 8.76 %, 0.001 %: 1000 - 0.00001 L = 0.1 x 1.00001 L
        (
            Interest(
                tiers=(RateTier(floor=D(0), rate=D("0.0876")),),
                day_count=365,
                post_every=HOUR,
                calendar=Calendar.CLOCK,
                first_period=True,
            ),
            "9998.900170",
        ),
    ],
)
def test_no_loan_is_drawn_that_would_be_closed_out_at_once(interest: Interest, most: str) -> None:
    """A coin of 100 is held, bought with own cash, and 1,000 is all there is."""
    world = lender(interest=interest)
    asked = c.Borrow(amount=D(19_000))
    world.flat(100, order(Side.BUY, 1, 1), asked)
    refused = only(world.of(e.ActionRefused))
    assert refused.largest is not None
    assert abs(refused.largest - D(most)) <= D("0.000051")
    world.flat(100, c.Borrow(amount=refused.largest))
    assert not world.of(e.Liquidated)


def test_what_may_be_borrowed_counts_the_interest_to_this_moment() -> None:
    """1,000 of equity at 2x: 1,000 may be owed. 400 owed for 90 days at 8 % of 360 are 8.00 of
    interest that is not posted yet: 992 of equity, and 408 owed already: 584."""
    world = World(broker(minimum_equity=D(0), interest=Interest(
        tiers=(RateTier(floor=D(0), rate=D("0.08")),), post_every=100 * DAY,
    )), stock("BTC"))  # fmt: skip
    world.bars = 9  # the next posting is 91 days away
    world.do(c.Deposit(amount=D(1000)))
    world.flat(100, c.Borrow(amount=D(400)))
    world.do(c.Wait(until=world.market.time + 89 * DAY))
    world.do(c.Borrow(amount=D(1000)))
    assert only(world.of(e.ActionRefused)).largest == D("584.00")


def test_the_sale_that_answers_a_call_counts_the_interest_that_it_posts() -> None:
    """100 at 100 on a loan of 6,000 at 36 % for 10 days: 60.00 not posted yet, in a book that
    repays nothing by itself. At 85 equity is 8,500 - 6,060 = 2,440 against 30 %, 2,550: short 110,
    and 110 / 25.50 = 4.31, so 5 shares cure. Without the interest 50 / 25.50 would ask for 2."""
    rate = RateTier(floor=D(0), rate=D("0.36"))
    book = broker(auto_repay=False, interest=Interest(tiers=(rate,), post_every=100 * DAY))
    world = World(replace(book, initial_margin=D("0.4"), max_leverage=D("2.5")), stock("BTC"))
    world.do(c.Deposit(amount=D(4000)))
    world.flat(100, c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(100), leverage=D("2.5")))
    at = {"BTC": D(85)}
    market = replace(world.market, last=at, mark=at, time=world.market.time + 9 * DAY)
    posted = posted_now(world.account, "main", market, selling=True)
    assert posted.main.loan.owed() == D("6060.00")
    assert cure(posted, posted.main, market).quantity == 5


def test_no_sale_is_asked_for_that_is_worth_less_than_a_unit_of_money() -> None:
    """Where all of the value must be kept (100 %), a coin at 20 with a thousandth owed beside it is
    0.001 short; 0.001 / 20 = 0.00005, one lot of 0.0001, would cure. That is worth 0.002, which
    nobody takes: a cent is 0.01 / 20 = 0.0005."""
    book = broker(
        minimum_equity=D(0),
        interest=Interest(),
        schedules=(Schedule(name="house", long_rate=D(1)), Schedule(name="exchange")),
    )
    world = World(book, stock("BTC", lot=D("0.0001")))
    world.do(c.Deposit(amount=D(20)))
    world.flat(20, order(Side.BUY, 1, 1))
    pocket = replace(world.account.main, cash=D("-0.001"))
    account = replace(world.account, pockets={"main": pocket})
    assert cure(account, pocket, world.market).quantity == D("0.0005")


def test_a_token_is_paid_in_full_also_where_purchases_are_borrowed_whole() -> None:
    """10 tokens at 10: nothing is lent on them, so 100 leave the wallet and nothing is owed. It
    drew a loan of 100, and let the whole 1,000 out beside it."""
    token = stock("BTC", kind=Kind.TOKEN)
    world = World(broker(minimum_equity=D(0), draws=Draws.WHOLE, repays=Repays.PROCEEDS), token)
    world.do(c.Deposit(amount=D(1000)))
    world.flat(10, order(Side.BUY, 10, 1))
    assert world.account.main.cash == 900
    assert world.account.main.loan.owed() == 0
    world.flat(12, c.ClosePosition(symbol="BTC"))
    assert world.account.main.cash == 1020


def test_nothing_leaves_a_wallet_or_a_wall_that_the_last_level_keeps() -> None:
    """10 at 100 with 20x need 50 to open, but 8 % must be kept, and at or below is liquidated: of
    1,000 there may go 1,000 - 80, less the last unit, whether out, or behind another's wall."""
    book = override(venue(), {"maintenance_margin": "0.08"})
    world = World(book, perpetual(), perpetual("ETH"), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(1000)))
    walled = c.PlaceOrder(
        symbol="ETH", side=Side.BUY, quantity=D(93), leverage=D(10), mode=Mode.ISOLATED
    )
    rows = {"BTC": HUNDRED, "ETH": HUNDRED}
    world.bar(rows, order(Side.BUY, 10, 20), c.Withdraw(amount=D(950)), walled)
    assert only(world.of(e.ActionRefused)).largest == D("919.999999")
    refused = only(world.of(e.OrderRefused))
    assert refused.reason == (
        "the wallet would be closed out at once: 70 USDT of equity, 80 required"
    )
    assert refused.largest == D("91.999")
    assert not world.of(e.Liquidated)


def test_a_reversal_in_a_thin_market_is_asked_as_if_all_of_it_closed() -> None:
    """A tenth of each order fills. 15 are held; 3,000 the other way are too many, and the largest
    is the 15 and what 1,000 carries at 2x: 20."""
    world = World(venue(), perpetual(lot=D(1)), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(1000)))
    thin = c.StartIncident(kind=IncidentKind.PARTIAL_FILLS, lasts=HOUR, share=D("0.1"))
    world.flat(100, order(Side.BUY, 15, 2), thin, order(Side.SELL, 3000, 2))
    assert only(world.of(e.OrderRefused)).largest == 15 + 20


def test_an_order_that_only_closes_keeps_its_own_leverage_or_what_is_lent() -> None:
    """Held at 10x where 5x is lent by now: sold at 10x, or at 5x; at 8x it is refused, and nothing
    of that is named as what would pass."""
    world = World(venue(), perpetual(), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(1000)))
    cut = c.ChangeRules(rules={"max_leverage": "5"})
    sales = (order(Side.SELL, 1, leverage) for leverage in (10, 5, 8))
    world.flat(100, order(Side.BUY, 40, 10), cut, *sales)
    refused = only(world.of(e.OrderRefused))
    assert refused.reason == "leverage 8 is not allowed: venue lends up to 5x"
    assert refused.largest is None
    assert world.account.positions()[0].quantity == 38


def test_thieves_take_no_cash_that_a_short_sale_brought() -> None:
    """1,000 paid in, 5 sold at 100: cash 1,500, 500 of it the lender's. At 20 the short has won 400
    on paper, and equity is 1,400; nine tenths of the 1,000 that is the trader's own are taken."""
    world = World(broker(minimum_equity=D(0)), stock("BTC"))
    world.do(c.Deposit(amount=D(1000)))
    world.flat(100, order(Side.SELL, 5, 2))
    world.flat(20, c.StartIncident(kind=IncidentKind.HACK, share=D("0.9")))
    assert only(world.of(e.FeeCharged)).amount == 900
    assert world.account.main.cash == 600


def test_no_position_grows_larger_than_can_be_closed() -> None:
    """Below 90,000,000,000 units a ledger can hold them: of 50,000,000,000 and as many again the
    second order is refused, with what is left up to that."""
    world = World(venue(), perpetual(tick=D("0.000001"), lot=D(1000)), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(1_000_000)))
    many = order(Side.BUY, 50_000_000_000, 2)
    world.flat("0.000001", many, many)
    refused = only(world.of(e.OrderRefused))
    assert refused.reason.startswith("the position would be larger than this ledger can hold")
    assert refused.largest == 39_999_999_000
    world.flat("0.000001", c.ClosePosition(symbol="BTC"))
    assert not world.account.positions()


def test_what_only_reduces_names_no_size_that_its_leverage_forbids() -> None:
    """10 held at 2x; 20 sold at 200x, only to reduce: no part of it passes."""
    world = World(venue(), perpetual(), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(1000)))
    world.flat(100, order(Side.BUY, 10, 2), order(Side.SELL, 20, 200, reduce_only=True))
    refused = only(world.of(e.OrderRefused))
    assert refused.reason == "leverage 200 is not allowed: venue lends up to 125x"
    assert refused.largest is None


@pytest.mark.parametrize(("leverage", "largest"), [(5, 10), (4, None), (6, None), (2, 50)])
def test_after_a_cut_of_leverage_the_old_one_still_closes(
    leverage: int, largest: int | None
) -> None:
    """10 long at 5x on 2,000; from now on 2x at most. A sale of half a lot too much at 5x may close
    the 10, at 2x also open 40 on the 2,000 that are free then, and at any other nothing."""
    made = World(venue(), perpetual(), mode=Mode.CROSS)
    buy = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10), leverage=D(5))
    made.flat(100, c.Deposit(amount=D(2_000)), buy)
    cut = c.ChangeRules(rules={"max_leverage": "2"})
    size = D("60.0005")
    sale = c.PlaceOrder(symbol="BTC", side=Side.SELL, quantity=size, leverage=D(leverage))
    made.flat(100, cut, sale)
    refused = only(made.of(e.OrderRefused))
    assert refused.largest == largest


def test_the_largest_may_be_all_that_a_ledger_holds() -> None:
    """9 x 10^10 less one, at a millionth each, cost 90,000."""
    penny = perpetual(tick=D("0.000001"), lot=D(1))
    made = World(venue(), penny, mode=Mode.CROSS)
    made.flat("0.000001", c.Deposit(amount=D(1_000_000)))
    size = 9 * 10**10 + 5
    made.flat("0.000001", order(Side.BUY, size, 1))
    assert only(made.of(e.OrderRefused)).largest == 9 * 10**10 - 1


def test_the_largest_may_be_just_worth_the_least_that_is_taken() -> None:
    """5.00 buy 0.05 at 100."""
    made = World(venue(), perpetual(min_notional=D(5)), mode=Mode.CROSS)
    made.flat(100, c.Deposit(amount=D(5)), order(Side.BUY, D("0.06"), 1))
    assert only(made.of(e.OrderRefused)).largest == D("0.05")
