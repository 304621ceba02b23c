"""Inverse contracts: so many dollars each, settled in the coin; the published examples."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.risk.margin import equity, initial, required_equity
from ledger.account.state import Side
from ledger.books.entries import balances, disagreements, legs_of
from ledger.market.instrument import Instrument, Kind
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.practice.calc import calculators
from ledger.practice.calc.one_position import SYMBOL, opened, pocket_of
from tests.worlds import World, only, venue

D = Decimal


def coin_book(**changes: Any) -> Rulebook:
    return replace(venue(**changes), currency="BTC", contract=Kind.INVERSE)


def prices(
    book: Rulebook, side: Side, entry: str, quantity: str, leverage: str, **more: Any
) -> dict[str, Decimal]:
    mode = more.pop("mode", Mode.ISOLATED)
    found = calculators.liquidation(
        book,
        mode=mode,
        side=side,
        entry=D(entry),
        quantity=D(quantity),
        leverage=D(leverage),
        **more,
    )
    return {key: value for key, value in found.items() if value is not None}


@pytest.mark.parametrize(
    ("side", "published"), [(Side.BUY, "1826.48"), (Side.SELL, "2209.94")], ids=["long", "short"]
)
def test_zz_02_the_price_of_an_isolated_inverse_contract(side: Side, published: str) -> None:
    """Z2 help.mcs.io/hc/en-us/articles/360041008371: 10x at 2,000, maintenance 0.5 % at entry."""
    book = calculators.with_figures(coin_book(), {"maintenance_at": "entry"})
    found = prices(book, side, "2000", "1000000", "10")
    assert abs(found["liquidation_price"] - D(published)) <= D("0.005")


def test_by_13_the_whole_balance_stands_behind_a_crossed_inverse_contract() -> None:
    """Y4 help.bybit.com 360039261334: long 10,000 at 8,000 with 0.5 BTC, 0.5 %, taker 0.075 %.

    Published: bankruptcy 5,718.57, where closing is paid with the last of it; liquidation 5,739.5,
    the tick of 0.5 above 5,739.08: maintenance at entry, and that closing fee set aside.
    """
    nothing = {"maintenance_margin": "0"}
    bare = calculators.with_figures(coin_book(), nothing, D("0.00075"))
    ask = {"mode": Mode.CROSS, "wallet": D("0.5")}
    bankrupt = prices(bare, Side.BUY, "8000", "10000", "1", **ask)["liquidation_price"]
    assert abs(bankrupt - D("5718.57")) <= D("0.005")
    reserve = D("0.00075") * 10_000 / bankrupt
    book = calculators.with_figures(coin_book(), {"maintenance_at": "entry"})
    ask["wallet"] = D("0.5") - reserve
    found = prices(book, Side.BUY, "8000", "10000", "1", **ask)["liquidation_price"]
    assert abs(found - D("5739.0835")) <= D("0.005")


def test_kf_01_the_margins_of_a_coin_margined_contract() -> None:
    """K5 support.kraken.com 360022835671: long 1,000 dollars at 8,000: 0.125 BTC, 2 % and 1 %."""
    book = coin_book(maintenance=D("0.01"))
    account = opened(book, Side.BUY, D(8_000), D(1_000), D(50), None)
    pocket, at = pocket_of(account), {SYMBOL: D(8_000)}
    assert account.instruments[SYMBOL].notional(D(1_000), D(8_000)) == D("0.125")
    assert initial(account, pocket, at) == D("0.0025")
    assert required_equity(account, pocket, at, book.levels[-1]) == D("0.00125")


def test_en_06_a_collapse_leaves_less_than_the_ratio_asks_for() -> None:
    """N2 nautilus_trader test_liquidation_engine.py: 10,000 at 40,000 to 20,000 with 0.255 BTC.

    Maintenance 0.35 % at entry, and liquidation at 60 times of it: PnL -0.25, threshold 0.00525.
    """
    flat = calculators.with_figures(coin_book(maintenance=D("0.0035")), {"maintenance_at": "entry"})
    last = replace(flat.levels[-1], multiple=D(6))  # 10,000 / 40,000 x 0.35 % is 0.000875: x 6
    book = replace(flat, levels=(*flat.levels[:-1], last))
    account = opened(book, Side.BUY, D(40_000), D(10_000), D(10), D("0.255"))
    pocket, at = pocket_of(account), {SYMBOL: D(20_000)}
    gain = account.instruments[SYMBOL].gain(D(10_000), D(40_000), D(20_000))
    assert gain == D("-0.25")
    assert required_equity(account, pocket, at, last) == D("0.00525")
    assert equity(account, pocket, at) == D("0.005") < D("0.00525")


def test_a_bankrupt_long_has_lost_its_margin_at_entry_times_l_over_l_plus_one() -> None:
    """Bybit: EP x L / (L + 1) for a long, EP x L / (L - 1) for a short."""
    book = coin_book()
    long = prices(book, Side.BUY, "8000", "1000000", "4")["bankruptcy_price"]
    short = prices(book, Side.SELL, "8000", "1000000", "4")["bankruptcy_price"]
    assert abs(long - 6400) < D("0.0001")
    assert abs(short - D(32_000) / 3) < D("0.0001")


def world(mode: Mode) -> World:
    listed = Instrument(symbol="XBT", kind=Kind.INVERSE, tick=D("0.5"), lot=D(1), currency="BTC")
    made = World(coin_book(maintenance=D("0.005")), listed, mode=mode)
    made.flat(8_000, c.Deposit(amount=D(1)))
    return made


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("mode", [Mode.ISOLATED, Mode.CROSS])
def test_the_engine_liquidates_on_the_first_tick_that_the_calculator_names(
    side: Side, mode: Mode
) -> None:
    made = world(mode)
    size = 39_000 if mode is Mode.CROSS else 20_000
    order = c.PlaceOrder(symbol="XBT", side=side, quantity=D(size), leverage=D(10))
    made.flat(8_000, order)
    wallet = made.account.pockets[made.account.positions()[0].pocket].cash
    book = made.account.rulebook
    named = prices(book, side, "8000", str(size), "10", mode=mode, wallet=wallet)
    level = named["liquidation_price"]
    ticks = (level / D("0.5")).to_integral_value()
    at = next(
        price
        for price in sorted((D("0.5") * (ticks + n) for n in range(-2, 3)), reverse=side.sign > 0)
        if (price - level) * side.sign <= 0
    )
    before = at + D("0.5") * side.sign
    made.bar({"XBT": (before,) * 4})
    assert not made.of(e.Liquidated)
    made.bar({"XBT": (at,) * 4})
    assert only(made.of(e.Liquidated)).price == at


def test_a_win_in_the_coin_is_booked_in_the_coin() -> None:
    made = world(Mode.CROSS)
    start = World(coin_book(), *made.account.instruments.values(), mode=Mode.CROSS).account
    buy = c.PlaceOrder(symbol="XBT", side=Side.BUY, quantity=D(8_000), leverage=D(2))
    made.flat(8_000, buy)
    made.flat(10_000, c.ClosePosition(symbol="XBT", fraction=D("0.5")))
    assert only(made.of(e.OrderFilled)[1:]).realized_pnl == D("0.1")  # 4,000 (1/8,000 - 1/10,000)
    assert made.account.main.cash == D("1.1")
    assert equity(made.account, made.account.main, made.market.mark) == D("1.2")
    legs = []
    account = replace(start, rulebook=made.account.rulebook)
    for event in made.events:
        legs += legs_of(account, event)
        account = apply(account, event)
    assert disagreements(made.account, balances(legs)) == ()


def test_a_whole_coin_of_contracts_asks_for_a_whole_number_of_units() -> None:
    """60,000 of 1 USD at 60,000 are 1 BTC: 0.5 % of it is 0.005, and not a satoshi more, though
    1/60,000 has no last digit."""
    found = calculators.required(
        coin_book(maintenance=D("0.005")),
        side=Side.BUY,
        price=D("60000"),
        quantity=D("60000"),
        leverage=D(2),
    )
    assert found["maintenance_margin"] == D("0.005")
