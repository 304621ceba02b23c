"""The shipped rule books, played: opened, charged, called, liquidated and closed."""

from dataclasses import replace

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.health import measure
from ledger.account.risk.margin import assess
from ledger.account.risk.requirement import level_for
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import MAIN, OrderType, Side
from ledger.market.rules.rulebook import AccountKind, Mode, Rulebook, Rung
from ledger.practice.calc import calculators
from ledger.practice.library.venue_shelf import load_venue, venue_ids
from ledger.times import DAY, HOUR
from tests.engine.audit import Audited
from tests.worlds import D, only, perpetual, stock

BOTH = tuple(Side)
BOOKS = [
    (name, mode)
    for name in venue_ids()
    if name != "phemex-inverse"  # settled in the coin: tests/engine/trades/test_inverse.py
    for mode in load_venue(name).rulebook.modes
]
WALLED = "isolated:BTC"


def book(name: str, **rules: object) -> Rulebook:
    return calculators.with_figures(load_venue(name).rulebook, rules)


def world(rules: Rulebook, mode: Mode | None = None, interval: int = HOUR) -> Audited:
    """An account at a venue where two things are listed, in steps of a cent."""
    loan = rules.kind is AccountKind.LOAN
    make = stock if loan else perpetual
    terms = {"tick": D("0.01"), "lot": D("0.001"), "currency": rules.currency}
    listed = [make(symbol, **terms) for symbol in ("BTC", "ETH")]
    return Audited(rules, *listed, mode=mode, interval=interval)


def buy(quantity: str, leverage: int, symbol: str = "BTC", side: Side = Side.BUY) -> c.PlaceOrder:
    return c.PlaceOrder(symbol=symbol, side=side, quantity=D(quantity), leverage=D(leverage))


def twice(rules: Rulebook, side: Side) -> int:
    """The leverage with which half of the value is one's own: a lender that watches what is owed
    counts it on top of what is sold short."""
    return 3 if side is Side.SELL and rules.watches_debt else 2


def flat(made: Audited, *commands: c.Command, btc: object = 1000, eth: object = 100) -> None:
    """A bar in which nothing moves."""
    made.bar({"BTC": (str(btc),) * 4, "ETH": (str(eth),) * 4}, *commands)
    made.audit()


def just_beyond(made: Audited, rung: Rung) -> str:
    """The first cent at or beyond the price of a rung."""
    position = only(made.account.positions())
    pocket = made.account.pockets[position.pocket]
    level = made.account.rulebook.level(rung)
    assert level is not None
    price = threshold_price(made.account, pocket, made.market.mark, level, "BTC")
    assert price is not None
    cent = D("0.01") * position.side.sign
    return str((price - cent).quantize(D("0.01")))


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize(("name", "mode"), BOOKS)
def test_every_book_opens_accrues_calls_liquidates_and_closes(
    name: str, mode: Mode, side: Side
) -> None:
    rules = book(name)
    loan = rules.kind is AccountKind.LOAN
    if (
        rules.funding is not None
    ):  # nothing is lent: holding costs funding, at a yearly rate that the side pays
        rules = calculators.with_figures(rules, {"funding_rate": D("0.1") * side.sign})
    made = world(rules, mode)
    flat(made, c.Deposit(amount=D(10_000)), buy("12", twice(rules, side), side=side))
    (opened,) = made.of(e.PositionOpened)
    assert (opened.quantity, opened.mode, opened.side) == (12, mode, side)
    for _ in range(30):
        flat(made)
    charged = [x for x in made.of(e.FeeCharged) if x.kind in ("borrow", "rollover")]
    nights = made.of(e.OvernightCharged)
    cost = made.of(e.InterestAccrued) or charged or made.of(e.FundingPaid) or nights
    free = rules.borrow_fee is None or rules.borrow_fee.rate == 0
    assert cost or (loan and side is Side.SELL and free)
    called = next(level.rung for level in rules.levels)
    flat(made, btc=just_beyond(made, called))
    alert = e.MarginWarned if called is Rung.WARNING else e.MarginCallIssued
    assert made.of(alert)
    assert not made.of(e.Liquidated) + made.of(e.ForceSold)
    flat(made, btc=just_beyond(made, Rung.LIQUIDATION))
    assert made.of(e.Liquidated) + made.of(e.ForceSold)
    if made.account.position("BTC") is not None:
        flat(made, c.ClosePosition(symbol="BTC"), btc=made.market.last["BTC"])
    assert not made.account.positions()
    owed = made.account.main.loan
    assert (owed.principal, owed.accrued) == (0, 0)
    assert set(made.account.pockets) == {MAIN}


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize(("name", "mode"), BOOKS)
def test_every_book_is_left_with_everything_paid(name: str, mode: Mode, side: Side) -> None:
    rules = book(name)
    made = world(rules, mode)
    flat(made, c.Deposit(amount=D(10_000)), buy("12", twice(rules, side), side=side))
    flat(made)
    flat(made, c.ClosePosition(symbol="BTC"), btc=1000 + 10 * side.sign)
    totals = made.account.totals
    assert totals.realized_pnl == 120
    assert made.account.main.cash == 10_120 - totals.fees_paid - totals.interest
    assert totals.interest == totals.interest_paid


# what an isolated loan may lose


def test_an_isolated_loan_loses_its_margin_and_the_insurance_bears_the_rest() -> None:
    """Binance 10x: 200 of 1,000 stand behind 2 coins at 1,000, of which 1,800 are borrowed.

    The first hour costs 1,800 x 0.02 % / 24 = 0.015, the next one the same. Sold at 850 in a gap:
    1,700, less 2 % of it (34.00), against 1,800.03: 134.03 are missing.
    """
    made = world(book("binance-margin"), Mode.ISOLATED)
    flat(made, c.Deposit(amount=D(1_000)), buy("2", 10))
    assert only(made.of(e.LoanDrawn)).amount == 1_800
    assert made.account.pockets[WALLED].cash == 0
    assert made.account.main.cash == 798  # 200 behind the wall, 0.1 % of 2,000 as the fee
    flat(made, btc=850)
    sold = only(made.of(e.Liquidated))
    assert (sold.price, sold.realized_pnl) == (850, -300)
    deficit = only(made.of(e.DeficitRecorded))
    assert (deficit.amount, deficit.absorbed_by) == (D("134.03"), "venue")
    assert made.account.main.cash == 798
    assert set(made.account.pockets) == {MAIN}


def test_interest_that_the_insurance_paid_is_not_the_traders() -> None:
    """As above, sold at 0.01: 0.02 less 2 % of it (0.0004) pay 0.0196 of 0.03 of interest."""
    made = world(book("binance-margin"), Mode.ISOLATED)
    flat(made, c.Deposit(amount=D(1_000)), buy("2", 10))
    flat(made, btc="0.01")
    totals = made.account.totals
    assert totals.interest == D("0.03")
    assert only(made.of(e.DeficitRecorded)).interest == totals.interest_absorbed == D("0.0104")
    assert totals.interest_paid - totals.interest_absorbed == D("0.0196")


def test_a_liquidated_isolated_short_leaves_the_wallet_alone() -> None:
    """5x lends 4 x the margin: 1 coin short at 1,000 stands on 250; at 1.15 it is bought back.

    (1,000 + 250) / 1.15 = 1,086.96, the tick above it is 1,086.96.
    """
    made = world(book("binance-margin", trade_fee="0", liquidation_fee="0"), Mode.ISOLATED)
    made.account = replace(made.account, rulebook=replace(made.account.rulebook, borrow_fee=None))
    made.audited = made.account
    flat(made, c.Deposit(amount=D(1_000)), buy("1", 5, side=Side.SELL))
    assert made.account.pockets[WALLED].cash == 1_250
    made.bar({"BTC": ("1000", "1100", "1000", "1100"), "ETH": (100,) * 4})
    made.audit()
    assert only(made.of(e.Liquidated)).price == D("1086.96")
    assert made.account.main.cash == 1_000 - D("86.96")


def test_crossed_loans_share_one_pool() -> None:
    """Binance 3x: the fall of one coin sells the other with it, though that one has not moved."""
    made = world(book("binance-margin"))
    flat(made, c.Deposit(amount=D(1_000)), buy("1", 3), buy("15", 3, "ETH"))
    level = measure(made.account, made.account.main, made.market.mark)
    assert level is not None
    assert D("1.66") < level < D("1.67")  # 2,500 / 1,502.50 with the fees borrowed
    flat(made, btc=152)  # 1,652 / 1,502.50 is below 1.1
    assert {sold.symbol for sold in made.of(e.Liquidated)} == {"BTC", "ETH"}
    assert not made.account.positions()


# restrictions


def test_binance_stops_borrowing_and_transfers_before_it_calls() -> None:
    """3x, a full loan: at 1.5 nothing more is lent, and up to 2 nothing leaves."""
    made = world(book("binance-margin", trade_fee="0", loan_rate="0"))
    flat(made, c.Deposit(amount=D(1_000)), buy("3", 3))
    flat(made, c.Borrow(amount=D(10)), btc=1000)
    assert "health is too low to borrow" in only(made.of(e.ActionRefused)).reason
    flat(made, c.Withdraw(amount=D(1)), btc=1200)  # 3,600 / 2,000 = 1.8
    flat(made, buy("1", 3), btc=1200)  # above 1.5: lent again
    assert [x.amount for x in made.of(e.LoanDrawn)] == [2_000, 1_200]
    assert len(made.of(e.ActionRefused)) == 2
    assert not made.of(e.Withdrawn)


def test_a_purchase_is_refused_where_health_forbids_borrowing() -> None:
    made = world(book("crypto-com-margin", trade_fee="0", loan_rate="0"))
    flat(made, c.Deposit(amount=D(1_000)), buy("2.9", 3))
    flat(made, buy("0.001", 3), btc=980)  # 2,842 / 1,900 = 1.496
    assert only(made.of(e.OrderRefused)).largest is None  # 1.5 is where 3x is used up as well
    assert not made.of(e.MarginCallIssued)


def test_kucoin_lets_cash_out_up_to_a_debt_ratio_of_sixty_percent() -> None:
    """1 coin on 600 of a loan and 400 of own money, then 1,100 of gain: 600 / 0.6 = 1,000 stay."""
    made = world(book("kucoin-margin", trade_fee="0", loan_rate="0"))
    flat(made, c.Deposit(amount=D(400)), buy("1", 3))
    flat(made, c.Deposit(amount=D(50)), btc=1000)
    flat(made, c.Withdraw(amount=D(51)))
    assert only(made.of(e.ActionRefused)).largest == 50
    flat(made, c.Withdraw(amount=D(50)))
    assert measure(made.account, made.account.main, made.market.mark) == D("0.6")


# what holding costs


def test_kucoin_s_interest_is_borrowed_every_hour_and_bears_interest() -> None:
    """Once at the drawing and after each hour: 8,000 x (1 + 0.073 / 8,760) ^ 4 after 3 hours."""
    made = world(book("kucoin-margin", trade_fee="0"))
    flat(made, c.Deposit(amount=D(2_000)), buy("10", 5))
    made.do(c.Wait(until=made.market.time + 2 * HOUR))
    loan = made.account.main.loan
    assert len(made.of(e.InterestCapitalized)) == 4
    assert loan.accrued == 0
    exact = 8_000 * (1 + D("0.073") / 8760) ** 4
    assert abs(loan.principal - exact) <= D("0.000001")
    assert loan.principal == D("8000.266670")  # 4 x 0.066667 and the interest on interest


def test_repaying_kucoin_pays_the_interest_that_was_borrowed_first() -> None:
    """Of 8,000.266670 owed, 0.266670 are interest: 0.2 pays interest, 1 more the rest and 0.93333
    of what was lent."""
    made = world(book("kucoin-margin", trade_fee="0"))
    flat(made, c.Deposit(amount=D(2_000)), buy("10", 5))
    made.do(c.Wait(until=made.market.time + 2 * HOUR), c.Deposit(amount=D("1.2")))
    made.do(c.Repay(amount=D("0.2")), c.Repay(amount=D("1")))
    assert [(x.principal_part, x.capitalized_part) for x in made.of(e.LoanRepaid)] == [
        (D("0.2"), D("0.2")),
        (D("1"), D("0.066670")),
    ]
    assert made.account.totals.interest_paid == made.account.totals.interest == D("0.266670")
    assert made.account.main.loan.capitalized == 0


def test_binance_charges_the_first_hour_and_every_full_hour_simply() -> None:
    """2,000 at 0.02 % a day: 0.4 a day, and an hour more for the drawing: 25 / 24 of it."""
    made = world(book("binance-margin", trade_fee="0"), interval=DAY)
    flat(made, c.Deposit(amount=D(1_000)), buy("3", 3))
    assert made.account.main.loan.accrued == D("0.416667")
    assert made.account.main.loan.principal == 2_000


def test_crypto_com_charges_a_fixed_daily_rate_by_the_hour() -> None:
    """2,000 at 0.06 % a day is 0.05 an hour: 25 hours with the one at the drawing."""
    made = world(book("crypto-com-margin", trade_fee="0"), interval=DAY)
    flat(made, c.Deposit(amount=D(1_000)), buy("3", 3))
    assert made.account.main.loan.accrued == D("1.25")


def test_the_tiered_broker_s_rate_is_blended_over_360_days() -> None:
    """600,000: 25,000 at 12 %, 75,000 at 10, 150,000 at 8, 350,000 at 6 = 43,500 a year."""
    made = world(book("us-tiered@2026-11"), interval=DAY)
    flat(made, c.Deposit(amount=D(600_000)), buy("1200", 2))
    posted = only(made.of(e.InterestAccrued))
    assert posted.amount == D("120.83")  # / 360
    assert posted.rate == D("0.0725")


# Kraken


def kraken(**rules: object) -> Audited:
    return world(book("kraken-margin", **rules))


def test_a_kraken_long_is_funded_whole_and_own_cash_is_collateral() -> None:
    made = kraken(trade_fee="0", opening_fee="0", rollover_fee="0")
    flat(made, c.Deposit(amount=D(10_000)), buy("12", 5))
    assert only(made.of(e.LoanDrawn)).amount == 12_000
    assert made.account.main.cash == 10_000
    margin = assess(made.account, made.account.main, made.market.mark)
    assert (margin.equity, margin.initial) == (10_000, 2_400)
    flat(made, c.ClosePosition(symbol="BTC", quantity=D(6)), btc=1100)
    assert (
        only(made.of(e.LoanRepaid)).amount == 6_000
    )  # what opening cost, not what closing brought
    assert made.account.main.cash == 10_600
    flat(made, c.ClosePosition(symbol="BTC"), btc=900)
    assert made.account.main.loan.principal == 0
    assert made.account.main.cash == 10_000


def test_the_used_margin_of_a_kraken_short_floats() -> None:
    made = kraken(trade_fee="0", opening_fee="0", rollover_fee="0")
    flat(made, c.Deposit(amount=D(5_000)), buy("10", 5, side=Side.SELL))
    assert measure(made.account, made.account.main, made.market.mark) == D("2.5")
    flat(made, btc=1304)  # equity 5,000 - 3,040 over 2,608
    now = measure(made.account, made.account.main, made.market.mark)
    assert now is not None
    assert round(now, 2) == D("0.75")
    assert made.of(e.MarginCallIssued)


def test_kraken_liquidates_the_oldest_first_however_it_stands() -> None:
    """The older long is in profit; it goes first, and the call is not clear before the other."""
    made = kraken(trade_fee="0", opening_fee="0", rollover_fee="0", liquidation_fee="0")
    flat(made, c.Deposit(amount=D(3_000)), buy("50", 5, "ETH"))
    flat(made, buy("10", 5), eth=102)
    # used 1,000 + 2,000, equity 3,100; at 820 for BTC 1,300, at 809 it is 1,190 and below 40 %
    flat(made, btc=809, eth=102)
    assert [sold.symbol for sold in made.of(e.Liquidated)] == ["ETH", "BTC"]
    assert made.account.main.cash == 3_000 + 100 - 1_910


def test_kraken_stops_when_the_call_is_clear() -> None:
    """A small loss in a large old position: without it the young one keeps above 80 %."""
    made = kraken(trade_fee="0", opening_fee="0", rollover_fee="0", liquidation_fee="0")
    flat(made, c.Deposit(amount=D(3_000)), buy("10", 5))
    flat(made, buy("50", 5, "ETH"))
    flat(made, btc=819, eth=100)  # 1,190 over 3,000; without BTC 1,190 over 1,000
    assert [sold.symbol for sold in made.of(e.Liquidated)] == ["BTC"]
    assert made.account.position("ETH") is not None


def test_a_kraken_loss_beyond_the_collateral_stays_a_debt() -> None:
    made = kraken(trade_fee="0", opening_fee="0", rollover_fee="0", liquidation_fee="0")
    flat(made, c.Deposit(amount=D(2_000)), buy("10", 5))
    flat(made, btc=700)
    deficit = only(made.of(e.DeficitRecorded))
    assert (deficit.amount, deficit.absorbed_by) == (1_000, "trader")
    assert made.account.main.loan.principal == 1_000
    flat(made, c.Deposit(amount=D(1_500)), c.Repay(amount=D(1_000)))
    assert (made.account.main.loan.principal, made.account.main.cash) == (0, 500)


def test_kraken_charges_for_opening_and_every_four_hours() -> None:
    """10,000 at 0.025 %: 2.50 at the opening and after 4 and 8 hours of 11."""
    made = kraken(trade_fee="0")
    flat(made, c.Deposit(amount=D(5_000)), buy("10", 5))
    for _ in range(10):
        flat(made)
    fees = [(x.kind, x.amount) for x in made.of(e.FeeCharged)]
    assert fees == [("opening", D("2.5")), ("rollover", D("2.5")), ("rollover", D("2.5"))]
    assert not made.of(e.InterestAccrued)


# forced exits and what they leave


def test_kucoin_takes_one_percent_of_the_position_when_it_liquidates() -> None:
    """9,000 borrowed for 10 coins: 97 % at 9,000 / 0.97 / 10 = 927.84, the tick below 927.83."""
    made = world(book("kucoin-margin", trade_fee="0", loan_rate="0"), Mode.ISOLATED)
    flat(made, c.Deposit(amount=D(1_000)), buy("10", 10))
    made.bar({"BTC": ("1000", "1000", "900", "900"), "ETH": (100,) * 4})
    made.audit()
    assert only(made.of(e.Liquidated)).price == D("927.83")
    fee = only(x for x in made.of(e.FeeCharged) if x.kind == "liquidation")
    assert fee.amount == D("92.783")
    assert made.account.main.cash == D("9278.3") - 9_000 - D("92.783")


def test_crypto_com_leaves_the_trader_with_the_debt() -> None:
    """2,000 borrowed for 3 coins, sold at 600 in a gap: 1,800 less 0.16 % pay only a part."""
    made = world(book("crypto-com-margin", trade_fee="0", loan_rate="0"))
    flat(made, c.Deposit(amount=D(1_000)), buy("3", 3))
    flat(made, btc=600)
    deficit = only(made.of(e.DeficitRecorded))
    assert (deficit.amount, deficit.absorbed_by) == (200 + D("2.88"), "trader")
    flat(made)
    assert made.account.main.loan.principal == D("202.88")


def test_the_tiered_broker_warns_without_a_deadline_and_sells_back_to_its_requirement() -> None:
    """20,000 on 10,000: sold below 13,333.33; at 66 it takes 100 / (25 % - 0.5 %) of value."""
    made = world(book("us-tiered@2026-11", loan_rate="0"), interval=DAY)
    flat(made, c.Deposit(amount=D(10_000)), buy("200", 2, "ETH"))
    flat(made, eth=69)  # 3,800 / 13,800 = 27.5 %, and 27.5 % is where it warns
    flat(made, eth=68)
    assert only(made.of(e.MarginWarned)).due is None
    assert not made.of(e.MarginCallIssued)
    made.bar({"BTC": (1000,) * 4, "ETH": ("66", "66", "65", "66")})
    made.audit()
    sold = made.of(e.ForceSold)[0]
    # short of 100 at 66; a share frees 0.25 x 66 - (66 - 65.67) = 16.17: 6.185 of them
    assert (sold.price, sold.quantity) == (D("65.67"), D("6.185"))
    margin = assess(made.account, made.account.main, made.market.mark)
    assert margin.excess >= 0


def test_a_phemex_liquidation_takes_the_whole_margin_and_the_fee_posted_with_it() -> None:
    """70,000 at 10x: 7,000 and the fee of closing at 63,000 are posted, 34.65 at 0.055 %."""
    made = world(book("phemex-perpetual", trade_fee="0.00055"), Mode.ISOLATED)
    made.bar({"BTC": (70_000,) * 4, "ETH": (100,) * 4}, c.Deposit(amount=D(10_000)), buy("1", 10))
    made.audit()
    assert only(made.of(e.MarginAdded)).amount == D("7034.65")
    assert only(made.of(e.FeeCharged)).amount == D("38.5")
    made.bar({"BTC": (70_000, 70_000, 60_000, 62_000), "ETH": (100,) * 4})
    made.audit()
    assert only(made.of(e.Liquidated)).price > 63_000  # before its bankruptcy
    assert made.account.main.cash == 10_000 - D("7073.15")


def test_a_phemex_position_closed_in_time_gets_its_margin_back() -> None:
    made = world(book("phemex-perpetual"), Mode.ISOLATED)
    flat(made, c.Deposit(amount=D(1_000)), buy("5", 10))
    flat(made, c.ClosePosition(symbol="BTC"), btc=1010)
    assert made.account.main.cash == 1_050 - 3 - D("3.03")  # 0.06 % of 5,000 and of 5,050


# leverage


def test_cross_margin_lends_less_than_isolated_where_the_book_says_so() -> None:
    made = world(book("kucoin-margin"))
    flat(made, c.Deposit(amount=D(1_000)), buy("1", 10))
    assert "lends up to 5x" in only(made.of(e.OrderRefused)).reason


def test_leverage_one_lends_nothing_to_sell_short() -> None:
    made = world(book("binance-margin"))
    flat(made, c.Deposit(amount=D(1_000)), buy("0.1", 1, side=Side.SELL))
    assert "leverage 1 borrows nothing" in only(made.of(e.OrderRefused)).reason
    flat(made, buy("0.1", 1))
    flat(made, buy("0.1", 1, side=Side.SELL))  # what is held may be sold at any leverage
    assert not made.account.positions()


def test_a_sale_that_outlives_what_it_was_to_close_opens_no_short_on_leverage_one() -> None:
    made = world(book("binance-margin"))
    flat(made, c.Deposit(amount=D(1_000)), buy("0.1", 1))
    sale = buy("0.1", 1, side=Side.SELL)
    flat(made, replace(sale, order_type=OrderType.STOP, trigger=D(900)))
    flat(made, c.ClosePosition(symbol="BTC"))
    flat(made, btc=890)
    assert "leverage 1 borrows nothing" in only(made.of(e.OrderCancelled)).reason


@pytest.mark.parametrize("leverage", [3, 5, 10])
def test_the_level_moves_with_the_leverage_of_the_pocket(leverage: int) -> None:
    made = world(book("binance-margin"))
    flat(made, c.Deposit(amount=D(1_000)), buy("1", leverage))
    stands = level_for(made.account, made.account.main, made.account.rulebook.levels[-1])
    assert stands.multiple == {3: D("0.1"), 5: D("0.1"), 10: D("0.05")}[leverage]


@pytest.mark.parametrize("name", ["binance-margin", "kucoin-margin", "phemex-margin"])
def test_a_short_of_no_size_at_leverage_1_has_no_largest(name: str) -> None:
    """Leverage 1 lends nothing to sell short: 1 / (1 - 1) of own money is no number."""
    made = world(book(name), Mode.CROSS)
    flat(made, c.Deposit(amount=D(10_000)), buy("0.0001", 1, side=Side.SELL))
    (refused,) = made.of(e.OrderRefused)
    assert "smaller than one lot" in refused.reason or "multiple of the lot" in refused.reason
    assert refused.largest is None
