"""Cheap shares and leveraged funds keep more: what they require, where they are called, and that
the price named is the first at which the engine acts."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.risk.margin import breached, initial_of
from ledger.account.risk.threshold import acting_tick, threshold_price
from ledger.account.state import (
    MAIN,
    Account,
    Convention,
    Loan,
    Lot,
    Mode,
    Pocket,
    Position,
    Side,
    open_account,
)
from ledger.market.blind.listing import veiled_rulebook
from ledger.market.blind.veil import Veil
from ledger.market.instrument import Instrument, Kind
from ledger.market.rules.rulebook import Rulebook, Rung
from ledger.market.rules.schedule import FundRule, PriceBand, Schedule, ShortRule
from ledger.practice.library.venue_shelf import load_venue
from tests.worlds import D, World, broker, stock

BANDS = (PriceBand(below=D("2.50"), rate=D(1)), PriceBand(below=D(6), rate=D("0.5")))
FUNDS = FundRule(long=D("0.25"), short=D("0.30"))
SHORTS = ShortRule(
    rate=D("0.30"), per_share=D(5), low_price=D(5), low_rate=D(1), low_per_share=D("2.50")
)
HOUSE = Schedule(name="house", long_rate=D("0.30"), short=SHORTS, long_low=BANDS, fund=FUNDS)
EXCHANGE = Schedule(name="exchange", long_rate=D("0.25"), short=SHORTS, fund=FUNDS)
BOOK = broker(schedules=(HOUSE, EXCHANGE))


def listed(symbol: str = "ACME", fund: int = 1) -> Instrument:
    return Instrument(
        symbol=symbol, kind=Kind.SPOT, tick=D("0.01"), lot=D(1), currency="USD",
        fund_leverage=D(fund),
    )  # fmt: skip


def held(quantity: int, cash: int, debt: int = 0, fund: int = 1, book: Rulebook = BOOK) -> Account:
    """An account with one position, its price aside."""
    instrument = listed(fund=fund)
    lot = Lot(quantity=D(quantity), price=D(1), cost=D(quantity), at=0)
    position = Position(
        symbol="ACME", pocket=MAIN, lots=(lot,), quantity=D(quantity), basis=D(quantity),
        leverage=D(2), opened_at=0, peak=D(abs(quantity)), first_entry=D(1),
    )  # fmt: skip
    account = open_account("a", book, Mode.CROSS, Convention.WORST, {"ACME": instrument})
    pocket = Pocket(
        name=MAIN, cash=D(cash), loan=Loan(principal=D(debt)), positions={"ACME": position}
    )
    return replace(account, pockets={MAIN: pocket})


def met(account: Account, price: str, rung: Rung = Rung.CALL) -> Decimal | None:
    level = account.rulebook.level(rung)
    assert level is not None
    return threshold_price(account, account.main, {"ACME": D(price)}, level, "ACME")


@pytest.mark.parametrize(
    ("price", "rate"),
    [("6.00", "0.30"), ("5.99", "0.50"), ("2.50", "0.50"), ("2.49", "1"), ("100", "0.30")],
)
def test_a_cheap_long_keeps_by_the_price_of_its_share(price: str, rate: str) -> None:
    assert HOUSE.piece(D(10), D(price), D(price)).at(D(price)) == 10 * D(price) * D(rate)


@pytest.mark.parametrize(
    ("debt", "called_at"),
    [
        (7_000, "10"),  # 7,000 / (1,000 x 0.70): above both bands
        (4_000, "6"),  # 4,000 / 700 = 5.71 is in the band that keeps half: called on entering it
        (2_500, "5"),  # 2,500 / (1,000 x 0.50)
        (1_000, "2.5"),  # 1,000 / 500 = 2.00: below 2.50 no debt is carried
    ],
)
def test_a_long_is_called_at_the_price_or_where_its_band_ends(debt: int, called_at: str) -> None:
    account = held(1_000, cash=0, debt=debt)
    found = met(account, "12")
    assert found == D(called_at)
    level = BOOK.call_level
    acts = acting_tick(account, account.main, {"ACME": D(12)}, level, "ACME", found)
    assert acts == D(called_at) - D("0.01")


@pytest.mark.parametrize(
    ("quantity", "fund", "share"),
    [(1, 2, "0.50"), (1, 3, "0.75"), (1, 4, "1"), (1, 5, "1"), (-1, 2, "0.60"), (-1, 3, "0.90"),
     (1, -3, "0.75"), (-1, 4, "1.20"), (1, 1, "0.25"), (-1, 1, "0.30")],
)  # fmt: skip
def test_a_leveraged_fund_keeps_a_multiple_a_long_at_most_its_value(
    quantity: int, fund: int, share: str
) -> None:
    """FINRA Regulatory Notice 09-53: 25% a multiple long, 30% short; not capped for shorts."""
    required = EXCHANGE.of(listed(fund=fund)).piece(D(quantity), D(100), D(100))
    assert required.at(D(100)) == 100 * D(share)


def test_ten_thousand_of_equity_hold_13_300_of_a_threefold_fund() -> None:
    """Published: 10,000 hold 13,300, and a short of 10,000 needs 9,000 (13,333 x 0.75 = 10,000)."""
    book = load_venue("us-reg-t").rulebook
    account = held(1, cash=0, fund=3, book=book)
    most = initial_of(account, "ACME", D(133), {"ACME": D(100)}, D(2))
    assert most == D("9975.00")
    assert initial_of(account, "ACME", D(134), {"ACME": D(100)}, D(2)) > 10_000
    assert initial_of(account, "ACME", D(-100), {"ACME": D(100)}, D(2)) == 9_000


def test_cheap_shares_are_bought_with_ones_own_money() -> None:
    """At 2.00 nothing is lent: 10,000 buy 5,000 shares, and not one more."""
    for quantity, refused in ((5_000, False), (5_001, True)):
        world = World(BOOK, stock())
        buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(quantity))
        world.flat(2, Deposit(amount=D(10_000)), buy)
        assert bool(world.of(e.OrderRefused)) is refused


def test_hidden_prices_move_the_bands_with_them() -> None:
    veiled = veiled_rulebook(BOOK, Veil(shift=0, factor=13, names={}, salt=""))
    assert [band.below for band in veiled.schedule("house").long_low] == [D("32.50"), D(78)]


@pytest.mark.parametrize("seed", range(60))
def test_the_price_named_is_the_first_at_which_the_rung_is_breached(seed: int) -> None:
    """Against every tick on the way, for longs and shorts, cheap and leveraged."""
    chance = Random(seed)
    long, fund = chance.random() < 0.6, chance.choice((1, 1, 2, 3, -3))
    price, quantity = chance.randint(150, 1500), chance.randint(50, 900)
    value = quantity * price // 100
    if long:
        account = held(quantity, 0, int(value * chance.uniform(0.05, 0.95)), fund)
    else:
        account = held(-quantity, int(value * chance.uniform(1.2, 4)), fund=fund)
    for rung in (Rung.WARNING, Rung.CALL, Rung.LIQUIDATION):
        level = BOOK.level(rung)
        assert level is not None
        here = {"ACME": D(price) / 100}
        if breached(account, account.main, here, level):
            continue
        ticks = range(price, 0, -1) if long else range(price, 6_000)
        first = next(
            (D(t) / 100 for t in ticks
             if breached(account, account.main, {"ACME": D(t) / 100}, level)),
            None,
        )  # fmt: skip
        found = threshold_price(account, account.main, here, level, "ACME")
        if first is None:
            assert found is None or not D("0.01") <= found < 60 or (found > here["ACME"]) is long
        else:
            assert found is not None
            assert acting_tick(account, account.main, here, level, "ACME", found) == first


def test_a_warning_at_110_percent_of_all_is_met_on_the_way_though_not_at_its_end() -> None:
    """1,000 shares and 200 in cash: at 2.49 equity is 2,690, 110% of the value 2,739; at 1.00
    1,200 are enough for 1,100. The warning comes as the band begins."""
    world = World(BOOK, stock())
    world.flat(
        3, Deposit(amount=D(3_200)), PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(1_000))
    )
    world.bar({"ACME": (3, 3, 1, 1)})
    (warned,) = world.of(e.MarginWarned)
    assert warned.prices == {"ACME": D("2.49")}
