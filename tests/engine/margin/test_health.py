"""How an account's health is shown: each venue in its own measure, with its levels in the same."""

from decimal import Decimal

import pytest

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.risk.health import measure, rises, threshold
from ledger.account.risk.margin import Margin
from ledger.account.state import Side
from ledger.market.rules.rulebook import Interest, Judged, Rung
from ledger.market.rules.schedule import Basis, Schedule
from tests.account.made import account, pocket, position
from tests.worlds import D, World, broker, level, perpetual, stock, venue

LEVELS = (
    level(Rung.WARNING, "house", "1.1", Judged.ALWAYS),
    level(Rung.CALL, "house", "1", Judged.ALWAYS, share=D(4)),
    level(Rung.LIQUIDATION, "exchange", "1", Judged.ALWAYS, share=D(5)),
)


def half_borrowed(name: str) -> World:
    """100 shares at 100, 5,000 of them borrowed; the house asks for 30 %, the exchange for 25 %."""
    world = World(broker(health=name, levels=LEVELS, interest=Interest()), stock())
    command = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100), leverage=D(2))
    world.flat(100, Deposit(amount=D(5_000)), command)
    return world


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("equity_ratio", D("0.5")),  # 5,000 of 10,000
        ("margin_level", D(3)),  # with the 2,500 of the level that liquidates: 7,500 / 2,500
        ("debt_ratio", D(1) / D(3)),  # 2,500 / 7,500
        ("margin_ratio", D("0.1")),  # a fifth of 2,500, of 5,000
    ],
)
def test_the_measure_is_taken_by_the_level_that_liquidates(name: str, now: Decimal) -> None:
    world = half_borrowed(name)
    assert measure(world.account, world.account.main, world.market.mark) == now


@pytest.mark.parametrize(
    ("name", "called"),
    [
        # the call: equity below a quarter of 30 %
        ("equity_ratio", D("0.075")),
        # assets over debt: 1 + 1 / 4
        ("margin_level", D("1.25")),
        # equity over the margin used: 1 / 4
        ("used_margin_level", D("0.25")),
        # debt over assets: 4 / (4 + 1)
        ("debt_ratio", D("0.8")),
        # the last level's 1 / 5 against the call's 1 / 4
        ("margin_ratio", D("0.8")),
    ],
)
def test_a_level_is_shown_in_the_same_measure(name: str, called: Decimal) -> None:
    world = half_borrowed(name)
    assert threshold(world.account, world.account.main, world.market.mark, Rung.CALL) == called


def test_excess_is_what_equity_has_beyond_maintenance() -> None:
    assert Margin(equity=D(5), initial=D(4), maintenance=D(3)).excess == 2
    assert Margin(equity=D(2), initial=D(4), maintenance=D(3)).excess == -1


@pytest.mark.parametrize(("quantity", "freed"), [(D(2), D(20)), (D(-2), D(24))])
def test_used_margin_is_of_the_entry_for_a_long_and_of_the_mark_for_a_short(
    quantity: Decimal, freed: Decimal
) -> None:
    """At 5x: a unit bought at 100 has used 20; one sold short is owed at 120 and has used 24."""
    used = Schedule(name="used", basis=Basis.USED_MARGIN)
    assert used.per_unit(quantity, D(120), D(100), D(5)) == freed


def test_what_was_borrowed_is_owed_below_zero_as_well() -> None:
    owed = Schedule(name="owed", basis=Basis.LIABILITIES)
    assert [owed.piece(D(-2), D(price), D(10)).at(D(price)) for price in (5, -5)] == [10, 10]


@pytest.mark.parametrize(
    ("name", "cash", "shown"),
    [
        # a long of 4 at 100 on 2.00 of demand: what is nothing or below is no ratio
        ("margin_ratio", "0.5", 4),
        ("margin_ratio", "0", None),
        ("margin_ratio", "-0.5", None),
        ("equity_ratio", "-0.5", D("-0.00125")),
        ("margin_level", "-0.5", D("0.75")),
        ("used_margin_level", "-0.5", D("-0.25")),
        ("used_margin_level", "3", D("1.5")),  # 3.00 of 2.00
        ("debt_ratio", "-1.5", 4),  # 2.00 of 0.50
        ("debt_ratio", "-2", None),
        ("debt_ratio", "-2.5", None),
    ],
)
def test_a_ratio_to_nothing_is_not_shown(name: str, cash: str, shown: Decimal | None) -> None:
    listed = account(venue(health=name), perpetual())
    held = pocket(position(perpetual(), "4", "100"), cash=cash)
    assert measure(listed, held, {"BTC": D(100)}) == shown
    assert measure(listed, pocket(cash=cash), {"BTC": D(100)}) is None


def test_without_a_position_no_level_stands_anywhere() -> None:
    listed = account(venue(), perpetual())
    held = pocket(position(perpetual(), "-4", "100"), cash="5")
    prices = {"BTC": D(100)}
    assert threshold(listed, held, prices, Rung.CALL) == D("0.8")
    assert threshold(listed, pocket(cash="5"), prices, Rung.CALL) is None
    without = account(venue(levels=venue().levels[-1:]), perpetual())
    assert threshold(without, held, prices, Rung.CALL) is None


def test_a_level_of_its_own_share_is_shown_by_both() -> None:
    """Liquidated at 0.95 of equity below 0.5 times, called at 0.8 below twice the demand: at the
    call equity is 2 / 0.8 of it, and the last level asks 0.5 / 0.95: 0.4 / 1.9."""
    levels = (
        level(Rung.CALL, "venue", "2", Judged.ALWAYS, share=D("0.8")),
        level(Rung.LIQUIDATION, "venue", "0.5", Judged.ALWAYS, share=D("0.95")),
    )
    listed = account(venue(levels=levels), perpetual())
    held = pocket(position(perpetual(), "4", "100"), cash="5")
    assert threshold(listed, held, {"BTC": D(100)}, Rung.CALL) == D("0.4") / D("1.9")


@pytest.mark.parametrize("name", ["margin_ratio", "debt_ratio"])
def test_of_some_measures_more_is_worse(name: str) -> None:
    assert rises(name)
    assert not any(rises(other) for other in ("equity_ratio", "margin_level", "risk_rate"))
