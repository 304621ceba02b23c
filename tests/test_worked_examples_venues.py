"""Examples of lenders, venues and other programs, played or asked as they were published.

Each test names its row and its source. What needs one figure of a calculator stands as data in
tests/data/worked_examples.toml; inverse contracts in tests/engine/trades/test_inverse.py.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.health import measure
from ledger.account.risk.margin import (
    assess,
    breached,
    equity,
    initial,
    required_equity,
    unrealized,
)
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import Side
from ledger.engine.calls.curing import shortfall
from ledger.market.instrument import Kind
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Judged, Mode, Rulebook, Rung
from ledger.market.rules.schedule import Basis, Schedule, Tier
from ledger.practice.calc import calculators
from ledger.practice.calc.one_position import SYMBOL, holding, opened, pocket_of
from ledger.practice.library.venue_shelf import load_venue
from tests.worlds import World, broker, level, only, perpetual, stock, venue

D = Decimal
HOUR = 3_600
FREE = {"trade_fee": "0", "loan_rate": "0"}


def shipped(name: str, **rules: object) -> Rulebook:
    return calculators.with_figures(load_venue(name).rulebook, rules)


def full(name: str, mode: Mode, leverage: int) -> Decimal:
    """Health of a position that uses all its leverage, in the venue's measure."""
    account = opened(shipped(name), Side.BUY, D(1000), D(1), D(leverage), None, mode)
    found = measure(account, pocket_of(account), {SYMBOL: D(1000)})
    assert found is not None
    return round(found, 6)  # margin is posted in millionths


def test_al_01_a_borrowed_coin_that_is_sold_is_owed_at_the_mark() -> None:
    """M1 blog.mexc.com/words-explanations-in-margin-trading: 120 % at 50,000, 109.09 % at 55,000.

    1,000 own money, 0.1 borrowed and sold; an hour at 0.0033 % is paid: 0.165.
    """
    cash = D(1_000) + D(5_000) - D(5_000) * D("0.000033")
    account = holding(shipped("crypto-com-margin"), D("-0.1"), D(50_000), D(3), cash, D(0))
    for price, published in ((50_000, "1.20"), (55_000, "1.0909")):
        found = measure(account, pocket_of(account), {SYMBOL: D(price)})
        assert found is not None
        assert abs(found - D(published)) <= D("0.0001")


def test_al_03_a_lender_with_a_strict_level_liquidates_below_it_only() -> None:
    """D1 dydxprotocol/perpetual test/p1Liquidation.test.ts: +10 and -500 at 1.10: 55, not at it."""
    book = shipped("crypto-com-margin")
    levels = tuple(replace(level, inclusive=False) for level in book.levels)
    account = opened(replace(book, levels=levels), Side.BUY, D(100), D(10), D(3), D(500))
    pocket, last = pocket_of(account), levels[-1]
    assert pocket.loan.principal == 500
    assert threshold_price(account, pocket, {SYMBOL: D(100)}, last, SYMBOL) == 55
    below = [breached(account, pocket, {SYMBOL: D(at)}, last) for at in ("55", "54.999999")]
    assert below == [False, True]


@pytest.mark.parametrize(("leverage", "published"), [(5, "1.25"), (3, "1.5")])
def test_al_05_an_initial_risk_ratio_is_a_largest_leverage(leverage: int, published: str) -> None:
    """B5 binance.com, tiered leverage on isolated margin: 1.25 is 5x, 1.5 is 3x."""
    assert full("binance-margin", Mode.ISOLATED, leverage) == D(published)


def test_al_07_brackets_of_what_is_borrowed_add_up() -> None:
    """B4 binance.com/en/margin-fee, Cross Margin Pro: 13 BTC and 13 ETH need 75,327.1."""

    def asked(floors: tuple[int, ...], quantity: int, price: int) -> Decimal:
        rates = ("0.1112", "0.1429", "0.20")
        tiers = tuple(
            Tier(floor=D(floor), rate=D(rate), max_leverage=D(10))
            for floor, rate in zip(floors, rates, strict=False)
        )
        piece = Schedule(name="pro", tiers=tiers).piece(D(-quantity), D(price), D(price))
        return piece.at(D(price))

    total = asked((0, 50_000, 100_000), 13, 30_000) + asked((0, 30_000), 13, 3_000)
    assert total == D("75327.1")


def test_al_09_what_is_bought_with_borrowed_money_stands_beside_the_collateral() -> None:
    """O1 okx.com/help/6995928593165: 1 ETH of collateral, 5 more on 5,000: assets 6, owed 5,000."""
    book = shipped("binance-margin", **FREE)
    world = World(replace(book, max_leverage=D(10)), stock("ETH", lot=D("0.001"), currency="USDT"))
    own = c.PlaceOrder(symbol="ETH", side=Side.BUY, quantity=D(1), leverage=D(10))
    lent = replace(own, quantity=D(5))
    world.flat(1_000, c.Deposit(amount=D(1_000)), own, lent)
    assert only(world.account.positions()).quantity == 6
    assert world.account.main.loan.owed() == 5_000


def test_al_11_own_money_is_a_fifth_at_five_times() -> None:
    """C3 crypto.com/university: 1,000 of ETH at 5x: 200 own, 800 borrowed."""
    book = replace(shipped("crypto-com-margin"), max_leverage=D(5))
    account = opened(book, Side.BUY, D(1_000), D(1), D(5), None)
    assert pocket_of(account).loan.principal == 800
    assert equity(account, pocket_of(account), {SYMBOL: D(1_000)}) == 200


def kraken(*commands: c.Command, price: str) -> World:
    none = {"trade_fee": "0", "opening_fee": "0", "rollover_fee": "0"}
    listed = stock("BTC", lot=D("0.001"), tick=D("0.1"))
    world = World(shipped("kraken-margin", **none), listed)
    world.flat(price, *commands)
    return world


def order(side: Side, quantity: str) -> c.PlaceOrder:
    return c.PlaceOrder(symbol="BTC", side=side, quantity=D(quantity), leverage=D(5))


def test_kr_01_the_margin_level_of_a_long_that_has_fallen() -> None:
    """K1 support.kraken.com 203325763: used 9,000, unrealised -2,800.05, level 79.999 %."""
    world = kraken(c.Deposit(amount=D(10_000)), order(Side.BUY, "1.5"), price="30000")
    world.flat("28133.3")
    account, mark = world.account, world.market.mark
    assert initial(account, account.main, mark) == 9_000
    assert unrealized(account, account.main, mark) == D("-2800.05")
    level = measure(account, account.main, mark)
    assert level is not None
    assert abs(level - D("0.79999")) <= D("0.00001")
    assert only(world.of(e.MarginCallIssued)).level


def test_kr_03_the_used_margin_of_a_short() -> None:
    """K2 support.kraken.com 203053156: 5,000, short 0.2 at 50,000 and 5x: 2,000 and 250 %."""
    world = kraken(c.Deposit(amount=D(5_000)), order(Side.SELL, "0.2"), price="50000")
    account, mark = world.account, world.market.mark
    assert initial(account, account.main, mark) == 2_000
    assert measure(account, account.main, mark) == D("2.5")


def test_kr_05_the_further_capacity_is_the_free_margin_times_five() -> None:
    """K3 support.kraken.com 203325693: 5,000, long 15,000: used 3,000, free 2,000, 10,000 more."""
    world = kraken(c.Deposit(amount=D(5_000)), order(Side.BUY, "1.5"), price="10000")
    margin = assess(world.account, world.account.main, world.market.mark)
    assert (margin.initial, margin.available) == (3_000, 2_000)
    world.flat("10000", order(Side.BUY, "1.001"))
    assert only(world.of(e.OrderRefused)).largest == 1  # 10,000 at 10,000


@pytest.mark.parametrize(
    ("mode", "leverage", "published"), [(Mode.CROSS, 5, "0.8"), (Mode.ISOLATED, 10, "0.9")]
)
def test_ku_01_and_02_the_debt_ratio_of_a_full_position(
    mode: Mode, leverage: int, published: str
) -> None:
    """U5 kucoin.zendesk.com 900002181946: 80 % at cross 5x, 90 % at isolated 10x."""
    assert full("kucoin-margin", mode, leverage) == D(published)


def test_ku_05_the_crossed_estimate_spreads_the_margin_by_value() -> None:
    """U3 kucoin.com/fil/support/35084431335065: AMR 22.62 %, the ETH short goes at 4,610.7.

    AMR is equity over market value; each position stands on that share of its own value, with
    maintenance of 1 % and the closing fee of 0.06 % at the mark.
    """
    listed = (
        perpetual("BTC", multiplier=D("0.001"), lot=D(1)),
        perpetual("ETH", multiplier=D("0.01"), lot=D(1)),
    )
    book = venue(health="equity_ratio", maintenance=D("0.01"))
    world = World(book, *listed, mode=Mode.CROSS)
    both = [
        c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10), leverage=D(5)),
        c.PlaceOrder(symbol="ETH", side=Side.SELL, quantity=D(100), leverage=D(5)),
    ]
    world.bar({"BTC": (62_000,) * 4, "ETH": (3_800,) * 4}, c.Deposit(amount=D(1_000)), *both)
    amr = measure(world.account, world.account.main, world.market.mark)
    assert amr is not None
    assert abs(amr - D("0.2262")) <= D("0.00005")
    found = calculators.liquidation(
        calculators.with_figures(venue(), {"maintenance_margin": "0.01"}, D("0.0006")),
        mode=Mode.ISOLATED,
        side=Side.SELL,
        entry=D(3_800),
        quantity=D(1),
        leverage=D(1),
        wallet=round(amr, 4) * 3_800,  # as the page rounds it
    )
    price = found["liquidation_price"]
    assert price is not None
    assert abs(price - D("4610.7")) <= D("0.05")


@pytest.mark.parametrize(
    ("price", "leverage", "fee", "published"),
    [("70000", 10, "0.00055", "7073.15"), ("8000", 50, "0.00075", "171.88")],
    ids=["OC-01", "OC-03"],
)
def test_oc_01_and_03_an_order_costs_its_margin_and_the_fees_of_both_ways(
    price: str, leverage: int, fee: str, published: str
) -> None:
    """P1 phemex.com/help-center/Order-Cost-USDT-Contract; Y5 help.bybit.com 900000169703.

    With just so much the order of 1 is taken, and no lot more; with a cent less it is not.
    """
    for short, fits in ((D("0.01"), False), (D(0), True)):
        book = shipped("phemex-perpetual", trade_fee=fee)
        world = World(book, perpetual("BTC"), mode=Mode.ISOLATED)
        world.flat(price, c.Deposit(amount=D(published) - short))
        buy = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1), leverage=D(leverage))
        if fits:
            world.flat(price, replace(buy, quantity=D("1.001")))
            assert only(world.of(e.OrderRefused)).largest == 1
        world.flat(price, buy)
        assert bool(world.of(e.OrderFilled)) is fits


def test_im_04_a_coin_margined_contract_of_a_hundred_dollars() -> None:
    """L1 Lean CryptoFutureMarginModelTests: 10 of 100 dollars at 16,000 and 25x: 40 dollars."""
    book = replace(venue(), currency="BTC", contract=Kind.INVERSE)
    account = opened(book, Side.BUY, D(16_000), D(10 * 100), D(25), None)
    needed = initial(account, pocket_of(account), {SYMBOL: D(16_000)})
    assert needed * 16_000 == 40


def funded(stamps: dict[int, str], held: tuple[int, int], side: Side, size: str) -> list[Decimal]:
    """What a contract pays that is opened and closed at these hours, at the given stamps."""
    book = replace(venue(), currency="COIN")  # eight decimals, as the published sums have
    world = World(book, perpetual("X", tick=D("0.01"), lot=D(1)), mode=Mode.CROSS, interval=HOUR)
    world.flat("2.77", c.Deposit(amount=D(1_000)))
    for hour in range(1, 12):
        closes = world.market.time + HOUR
        due = tuple((closes, D(rate)) for at, rate in stamps.items() if at == hour)
        commands: list[c.Command] = []
        if hour == held[0]:
            opening = c.PlaceOrder(symbol="X", side=side, quantity=D(size), leverage=D(1))
            commands.append(opening)
        if hour == held[1]:
            commands.append(c.ClosePosition(symbol="X"))
        world.bar({"X": ("2.77",) * 4}, *commands, funding={"X": due})
    return [event.amount for event in world.of(e.FundingPaid)]


@pytest.mark.parametrize(
    ("held", "published"),
    [((1, 11), "0.0009141"), ((1, 9), "0.0006648"), ((3, 6), "0")],
    ids=["FF-03: both stamps", "FF-05: gone before the second", "FF-07: between them"],
)
def test_ff_03_to_07_only_what_is_held_at_a_stamp_pays(
    held: tuple[int, int], published: str
) -> None:
    """F4 freqtrade test__fetch_and_calculate_funding_fees: short 30 at 2.77, rates below zero.

    There what a short pays is negative; here what is paid is positive. The stamps stand at the
    ends of hours 2 and 10 of the test, eight hours apart.
    """
    paid = funded({2: "-0.000008", 10: "-0.000003"}, held, Side.SELL, "30")
    assert sum(paid, D(0)) == D(published)


def test_ff_01_a_fee_is_size_times_mark_times_rate() -> None:
    """F4 freqtrade test_calculate_funding_fees: 10 at 2.0 and 0.0001: 0.002, the short's gain."""
    world = World(
        replace(venue(), currency="COIN"), perpetual("X", tick=D("0.1"), lot=D(1)), mode=Mode.CROSS
    )
    sell = c.PlaceOrder(symbol="X", side=Side.SELL, quantity=D(10), leverage=D(1))
    world.flat(2, c.Deposit(amount=D(1_000)), sell)
    world.bar({"X": (2,) * 4}, funding={"X": ((world.market.time + 1, D("0.0001")),)})
    assert only(world.of(e.FundingPaid)).amount == D("-0.002")


def test_sx_01_the_risk_of_a_crossed_position_counts_the_fee_of_closing() -> None:
    """H1 bingxzone.com 11263240855823: 10,000, long 2 at 10,000 and 10x: 8,000 free, 0.9 %."""
    book = calculators.with_figures(venue(), {"maintenance_margin": "0.004"}, D("0.0005"))
    account = opened(book, Side.BUY, D(10_000), D(2), D(10), D(10_000), Mode.CROSS)
    at = {SYMBOL: D(10_000)}
    assert assess(account, account.main, at).available == 8_000
    assert measure(account, account.main, at) == D("0.009")


def test_sx_03_a_hedge_does_not_lend_out_its_locked_loss() -> None:
    """Y6 help.bybit.com 4404146318617 (the former logic): 3,000, 100x, 440 stay available.

    Long 2 at 10,000, then short 4 at 9,000: margin as used at the opening, 200 and 360.
    """
    used = (Schedule(name="venue", basis=Basis.USED_MARGIN),)
    book = replace(venue(), schedules=used)
    world = World(book, perpetual("LONG"), perpetual("SHORT"), mode=Mode.CROSS)
    buy = c.PlaceOrder(symbol="LONG", side=Side.BUY, quantity=D(2), leverage=D(100))
    sell = c.PlaceOrder(symbol="SHORT", side=Side.SELL, quantity=D(4), leverage=D(100))
    world.bar({"LONG": (10_000,) * 4, "SHORT": (10_000,) * 4}, c.Deposit(amount=D(3_000)), buy)
    world.bar({"LONG": (9_000,) * 4, "SHORT": (9_000,) * 4}, sell)
    assert assess(world.account, world.account.main, world.market.mark).available == 440


def test_sx_07_what_one_contract_uses_another_cannot() -> None:
    """L1 Lean CryptoFutureMarginModelTests: 10,000, 10 at 1,600 and 25x: 640 used, 9,360 left."""
    account = opened(venue(), Side.BUY, D(1_600), D(10), D(25), D(10_000), Mode.CROSS)
    margin = assess(account, account.main, {SYMBOL: D(1_600)})
    assert (margin.initial, margin.available) == (640, 9_360)


def test_en_01_what_remains_of_a_leveraged_holding() -> None:
    """L2 Lean MarginCallModelTests: 1,000 at 0.51 on 250 of debt, 2x: 260, 255 used, 5 left."""
    account = holding(shipped("us-reg-t@2026-11"), D(1_000), D("0.5"), D(2), D(0), D(250))
    margin = assess(account, account.main, {SYMBOL: D("0.51")})
    assert (margin.equity, margin.initial, margin.available) == (260, 255, 5)


def test_en_01_a_warning_comes_before_any_order_does() -> None:
    """L2 Lean MarginCallModelTests: remaining 5 of 260 warns (at 5 % of the value, 13), no order.

    Warned where E - used <= 0.05 E; orders only where used > 1.10 E.
    """
    levels = (
        level(Rung.WARNING, "used", "1", Judged.ALWAYS, share=D("0.95"), inclusive=True),
        level(Rung.LIQUIDATION, "used", "1", Judged.ALWAYS, share=D("1.10")),
    )
    half = (Schedule(name="used", long_rate=D("0.5")),)
    book = broker(levels=levels, schedules=half, minimum_equity=D(0))
    world = World(book, stock())
    buy = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(1_000), leverage=D(2))
    world.flat("0.51", c.Deposit(amount=D(260)), buy)
    assert world.account.main.loan.principal == 250
    assert len(world.of(e.MarginWarned)) == 1
    assert not world.of(e.ForceSold)


def test_en_03_who_takes_over_half_a_position_takes_half_of_its_debt() -> None:
    """D1 dydxprotocol/perpetual test/p1Liquidation.test.ts: long (-500, +10), short (1,500, -10).

    Half of the long goes to the short with its margin: that is a trade at the bankruptcy price of
    the long, 50. The long is left with -250 and +5, the short with 1,250 and -5.
    """
    book = replace(shipped("crypto-com-margin", **FREE, liquidation_fee="0"), borrow_fee=None)
    ruin = replace(book.levels[-1], multiple=D(0), inclusive=False)  # nobody sells before that
    unhurried = replace(book, levels=(ruin,), initial_margin=D("0.1"), restrictions=())
    told = calculators.liquidation(
        book,
        mode=Mode.CROSS,
        side=Side.BUY,
        entry=D(100),
        quantity=D(10),
        leverage=D(3),
        wallet=D(500),
    )
    assert (told["liquidation_price"], told["bankruptcy_price"]) == (55, 50)
    left = {}
    for side in Side:
        world = World(unhurried, stock("X", lot=D(1), currency="USDT"))
        trade = c.PlaceOrder(symbol="X", side=side, quantity=D(10), leverage=D(3))
        world.flat(100, c.Deposit(amount=D(500)), trade)
        world.flat(50, c.ClosePosition(symbol="X", quantity=D(5)))
        margin = world.account.main.cash - world.account.main.loan.owed()
        left[side] = (margin, only(world.account.positions()).quantity)
    assert left == {Side.BUY: (-250, 5), Side.SELL: (1_250, -5)}


def test_sx_05_a_call_may_restore_more_than_what_was_breached() -> None:
    """W1 money0108/margin-simulation: initial 10 M, kept 70 % of it; with 6 M the call is 4 M."""
    initial_margin, kept = D("0.10"), D("0.07")
    schedules = (
        Schedule(name="initial", long_rate=initial_margin),
        Schedule(name="kept", long_rate=kept),
    )
    levels = (
        level(Rung.CALL, "initial", "1", Judged.CLOSE, due_sessions=1),
        level(Rung.LIQUIDATION, "kept", "1", Judged.ALWAYS, calls=True),
    )
    book = broker(schedules=schedules, levels=levels, initial_margin=initial_margin)
    for loan, called in ((93_000_000, False), (94_000_000, True)):
        account = holding(book, D(1), D(100_000_000), D(10), D(0), D(loan))
        prices = {SYMBOL: D(100_000_000)}
        assert breached(account, account.main, prices, levels[-1]) is called
    market = Market(time=0, last=prices, mark=prices)
    assert shortfall(account, account.main, market) == 4_000_000


@pytest.mark.parametrize(
    ("per_leverage", "published"),
    [(1, 2_400), (50, 48), (10, 240)],
    ids=["leverage ignored", "50x", "10x"],
)
def test_im_01_a_margin_rate_divided_by_leverage(per_leverage: int, published: int) -> None:
    """N1 nautilus_trader test_margin_models: AUD/USD 100,000 at 0.80, 3 %: 2,400, 48 and 240.

    A rate r and a leverage L together are a leverage of L / r here.
    """
    tiers = (Tier(floor=D(0), rate=D("0.001"), max_leverage=D(10_000)),)
    book = replace(venue(tiers=tiers), max_leverage=D(10_000), currency="USD")
    found = calculators.required(
        book,
        side=Side.BUY,
        price=D("0.80"),
        quantity=D(100_000),
        leverage=per_leverage / D("0.03"),
    )
    margin = found["initial_margin"]
    assert margin is not None
    assert abs(margin - published) <= D("0.01")


def test_en_08_the_initial_margin_and_the_daily_interest_of_liquid() -> None:
    """Z4 help.liquid.com 3015889: 2 at 8,000 and 4x: 4,000; 1 at 25x: 320; 0.5 a day on 100."""
    for quantity, leverage, published in ((2, 4, 4_000), (1, 25, 320)):
        account = opened(venue(), Side.BUY, D(8_000), D(quantity), D(leverage), None)
        assert initial(account, pocket_of(account), {SYMBOL: D(8_000)}) == published
    book = shipped("us-reg-t@2026-11", loan_rate="1.825", day_count="365")  # 0.5 % a day
    assert calculators.interest(book, D(100), 86_400)["interest"] == D("0.50")


def test_ib_09_the_memorandum_account_after_a_deposit_and_a_purchase() -> None:
    """I6 Interactive Brokers, securities margin by day: 10,000 paid in, then 500 bought at 40."""
    first = calculators.memorandum(D(0), D(10_000), D(0), D(10_000), D(0))
    assert first == 10_000
    assert calculators.memorandum(first, D(0), D(20_000), D(10_000), D(20_000)) == 0
    tiered = shipped("us-tiered@2026-11")
    account = holding(tiered, D(500), D(40), D(4), D(0), D(10_000))
    worth = equity(account, account.main, {SYMBOL: D(40)})
    keep = required_equity(account, account.main, {SYMBOL: D(40)}, tiered.levels[-1])
    assert (worth, keep, worth - keep) == (10_000, 5_000, 5_000)
