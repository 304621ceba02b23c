"""The price at which a level is reached: the first on the way against the position, and so on."""

from decimal import Decimal

import pytest

from ledger.account.risk.margin import required_equity
from ledger.account.risk.threshold import (
    acting_tick,
    first_breach,
    required_equity_near,
    shown_threshold,
    threshold_price,
    threshold_prices,
)
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Judged, Level, Rulebook, Rung
from ledger.market.rules.schedule import Schedule
from ledger.money import LARGEST
from tests.account.made import account, pocket, position
from tests.account.risk.pockets import COMBINED, SHORTS, Drawn, close, drawn
from tests.worlds import D, level, perpetual, stock, venue

SEEDS = range(12)
HAIR = D("1e-9")


@pytest.mark.parametrize(("way", "asked"), COMBINED)
def test_a_threshold_is_where_a_level_begins_or_ends_to_be_breached(way: str, asked: str) -> None:
    """On the way against the position, else on the way with it; of one that is breached on the way
    back, else on the way on."""
    for seed in SEEDS:
        one = drawn(seed, way, asked)
        found = threshold_prices(one.account, one.pocket, one.prices, one.level)
        assert [*found] == [*one.pocket.positions]
        for symbol, price in found.items():
            _agrees(one, symbol, price)


def _agrees(one: Drawn, symbol: str, price: Decimal | None) -> None:
    instrument = one.account.instruments[symbol]
    axis = instrument.axis
    here = axis(one.prices[symbol])
    rises_against = instrument.exposure(one.pocket.positions[symbol].quantity) < 0

    def gone(point: Decimal) -> bool:
        room = one.room({**one.prices, symbol: axis(point)})
        return room < 0 or (one.level.inclusive and room == 0)

    now = gone(here)
    first = rises_against is not now
    if price is None:
        assert all(gone(point) is now for rising in (True, False) for point in _way(here, rising))
        return
    met = axis(price)
    assert 0 < price < LARGEST
    rising = met > here
    if rising is not first:
        assert all(gone(point) is now for point in _way(here, first))
    beyond = met * (1 + HAIR if rising else 1 - HAIR)
    assert gone(beyond) is not now
    before = met * (1 - HAIR if rising else 1 + HAIR)
    passed = [point for point in _way(here, rising) if (point < before) is rising]
    assert all(gone(point) is now for point in passed)


def _way(here: Decimal, rising: bool) -> list[Decimal]:
    """Points from here on, closely set near it and then ever farther apart, to a millionth of it or
    a million times."""
    near = [
        here * (1 + D(number) / 50 if rising else 1 - D(number) / 50) for number in range(1, 50)
    ]
    far = [near[-1] * (D(2) ** number if rising else D(2) ** -number) for number in range(1, 15)]
    return near + far


@pytest.mark.parametrize(("way", "asked"), [pair for pair in COMBINED if pair[0] != "inverse"])
def test_near_a_price_the_required_equity_is_a_straight_line_in_it(way: str, asked: str) -> None:
    for seed in SEEDS:
        one = drawn(seed, way, asked)
        for symbol, here in one.prices.items():
            if symbol not in one.pocket.positions:
                continue
            line = required_equity_near(one.account, one.pocket, one.prices, one.level, symbol)
            for price in (here, here + HAIR):
                prices = {**one.prices, symbol: price}
                asks = required_equity(one.account, one.pocket, prices, one.level)
                assert close(line.at(price), asks)


# the tick at which the engine acts

LIQUIDATION = [
    level(Rung.LIQUIDATION, "venue", "1", Judged.ALWAYS, inclusive=inclusive)
    for inclusive in (True, False)
]
AT, BELOW = LIQUIDATION


@pytest.mark.parametrize(
    ("quantity", "cash", "price", "asked", "tick"),
    [
        # half a coin at 100, half a percent kept: 5.225 - 0.5 x 10 = 0.005 x 0.5 x 90
        ("0.5", "5.225", "90", AT, "90"),
        ("0.5", "5.225", "90", BELOW, "89.5"),
        # and 5.275 - 0.5 x 10 = 0.005 x 0.5 x 110
        ("-0.5", "5.275", "110", AT, "110"),
        ("-0.5", "5.275", "110", BELOW, "110.5"),
        ("2", "20.9", "90", AT, "90"),
        ("2", "20.9", "90", BELOW, "89.5"),
        # between two ticks the one that lies beyond
        ("0.5", "5.3", "89.849246", AT, "89.5"),
        ("-0.5", "5.3", "110.0497512", AT, "110.5"),
        # all is gone: the tick that the market comes to first
        ("0.5", "-90", "89.8", AT, "90"),
        ("-0.5", "-90", "89.8", AT, "89.5"),
        # paid for whole, it is gone at no price above zero
        ("0.5", "50", "0.2", AT, None),
    ],
)
def test_a_level_acts_at_the_first_tick_at_which_it_is_breached(
    quantity: str, cash: str, price: str, asked: Level, tick: str | None
) -> None:
    held = pocket(position(perpetual(), quantity, "100"), cash=cash)
    listed = account(venue(), perpetual())
    found = acting_tick(listed, held, {"BTC": D(100)}, asked, "BTC", D(price))
    assert found == (None if tick is None else D(tick))


@pytest.mark.parametrize("asked", [AT, BELOW])
@pytest.mark.parametrize("quantity", ["4", "-4"])
def test_where_there_is_just_no_room_the_threshold_is_here(quantity: str, asked: Level) -> None:
    """4 at 100 keep 2.00, and that is what there is; with 3.00 it is where 3 less 4 x the way is
    half a percent of 4 x the price."""
    held = pocket(position(perpetual(), quantity, "100"), cash="2")
    listed = account(venue(), perpetual())
    assert threshold_price(listed, held, {"BTC": D(100)}, asked, "BTC") == 100
    assert threshold_price(listed, held, {"BTC": D(100)}, asked, "ETH") is None
    more = pocket(position(perpetual(), quantity, "100"), cash="3")
    away = D(397) / D("3.98") if quantity == "4" else D(403) / D("4.02")
    assert threshold_price(listed, more, {"BTC": D(100)}, asked, "BTC") == away


@pytest.mark.parametrize(
    ("quantity", "shown"), [("1", "90.12345679"), ("-1", "90.12345678"), ("0.5", "90.12345679")]
)
def test_a_threshold_is_shown_on_the_side_of_the_position(quantity: str, shown: str) -> None:
    """With eight decimals: a long's is never shown lower than it is."""
    assert shown_threshold(D("90.1234567811"), D(quantity), D("0.5")) == D(shown)
    assert shown_threshold(None, D(quantity), D("0.5")) is None


COINS = (perpetual("A"), perpetual("B"))
SHARES = (stock("A"), stock("B"))
HOUSE = Schedule(name="venue", long_rate=D("0.25"), short=SHORTS)


@pytest.mark.parametrize(
    ("listed", "book", "held", "cash", "end"),
    [
        # one alone: 5.225 - 0.5 x 10 is half a percent of 45
        (COINS, venue(), ("0.5", None), "5.225", "90"),
        # beside a short that stays: 10.95 - 10 is half a percent of 190
        (COINS, venue(), ("1", "-1"), "10.95", "90"),
        # beside a short whose floor does not bind: 70 + 80 - 100 is a quarter of 80, and 30
        (SHARES, venue(schedules=(HOUSE,)), ("1", "-1"), "70", "80"),
    ],
)
@pytest.mark.parametrize(("asked", "met"), [(AT, 1), (BELOW, None)])
def test_a_way_that_ends_where_there_is_just_no_room_meets_a_level_only_if_equality_counts(
    listed: tuple[Instrument, ...],
    book: Rulebook,
    held: tuple[str, str | None],
    cash: str,
    end: str,
    asked: Level,
    met: int | None,
) -> None:
    one = account(book, *listed)
    positions = [position(x, size, "100") for x, size in zip(listed, held, strict=True) if size]
    start = {"A": D(100), "B": D(100)}
    there = {**start, "A": D(end)}
    assert first_breach(one, pocket(*positions, cash=cash), start, there, asked) == met
