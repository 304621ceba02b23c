"""Entries in the wake of a result, and adding to a loser: what is found, and what is not."""

from collections.abc import Sequence

from ledger.account import commands as c
from ledger.account.state import OrderType, Side, Target
from ledger.reports.discipline.entries import averaged_down, heated
from ledger.reports.discipline.findings import Detector, Finding
from tests.reports.trades.played import buy, close, coin, order, sell, trades
from tests.worlds import D, World, only, perpetual, venue

LOST, EVEN, WON, LARGE = 90, 100, 120, 110


def played(*risks_and_exits: tuple[int, int]) -> list[Finding]:
    """Longs from 100 with a stop at 90, one after the other: each of a quantity of which ten is a
    risk of 100, sold at a price. Nothing else is held."""
    world = coin()
    for quantity, leave in risks_and_exits:
        world.flat(100, buy(quantity, stop=90))
        world.flat(leave, close())
    return list(heated(trades(world)))


def kinds(findings: Sequence[Finding]) -> list[tuple[Detector, int, int | None]]:
    return [(each.detector, each.key, each.after) for each in findings]


USUAL = [(10, 101)] * 3
"""Three entries of the usual risk, which win a tenth of an R each."""
FLAT = [(10, 100)] * 3


def test_a_larger_entry_after_a_loss_is_held_against_the_median_of_those_before() -> None:
    """125 over the median of 100, 100, 100 and 100, after the fourth lost half an R."""
    found = only(played(*FLAT, (10, 95), (D("12.5"), 100)))  # type: ignore[arg-type]
    assert (found.detector, found.about, found.after) == (Detector.AFTER_LOSS, (5,), 4)
    assert (found.figure, found.compared) == (D("1.25"), (1, 2, 3, 4))
    assert (found.id, found.version) == ("after-loss-5", 1)


def test_a_smaller_loss_or_an_entry_that_is_hardly_larger_is_no_response() -> None:
    assert played(*FLAT, (10, D("95.1")), (20, 100)) == []  # type: ignore[arg-type, list-item]
    assert played(*FLAT, (10, 95), (12, 100)) == []  # 1.2 times


def test_only_the_first_larger_entry_after_a_loss_is_one() -> None:
    assert kinds(played(*FLAT, (10, 95), (20, 100), (20, 100))) == [(Detector.AFTER_LOSS, 5, 4)]


def test_after_three_entries_and_a_day_a_loss_is_over() -> None:
    """A bar is a day: the fourth entry after the loss is no response to it any more."""
    assert played(*FLAT, (10, 95), *FLAT, (20, 100)) == []
    assert kinds(played(*FLAT, (10, 95), *FLAT[:2], (20, 100))) == [(Detector.AFTER_LOSS, 7, 4)]


def test_a_larger_entry_after_a_gain_of_two_r_or_three_wins() -> None:
    assert kinds(played(*FLAT, (10, 120), (20, 100))) == [(Detector.AFTER_GAIN, 5, 4)]
    assert kinds(played((10, 100), *USUAL, (20, 100))) == [(Detector.AFTER_GAIN, 5, 4)]
    assert played(*FLAT, *USUAL[:2], (20, 100)) == []


def test_the_median_is_that_of_the_last_ten() -> None:
    """The first of eleven, of ten times the risk, is no part of it."""
    found = only(played((100, 100), *FLAT, *FLAT, *FLAT, (10, 95), (20, 100)))
    assert found.compared == (2, 3, 4, 5, 6, 7, 8, 9, 10, 11)


def test_nothing_is_usual_before_three_entries() -> None:
    assert played((10, 100), (10, 95), (20, 100)) == []


def test_a_hedge_that_reduces_the_exposure_is_no_response_to_a_loss() -> None:
    """Long 30 BTC at 100 stays open; after a loss, ETH is sold short: the net is less than before.
    Bought instead, the same entry is a response, and so is a short of 60, after which as much is
    held the other way."""
    for side, size, many in ((Side.SELL, 20, 0), (Side.BUY, 20, 1), (Side.SELL, 60, 1)):
        world = World(
            venue(),
            perpetual("BTC", tick=D("0.01")),
            perpetual("ETH", tick=D("0.01")),
            mode=venue().modes[1],
        )

        def both(world: World, *commands: c.Command, eth: int = 100) -> None:
            world.bar({"BTC": (100,) * 4, "ETH": (eth,) * 4}, *commands)

        both(world, c.Deposit(amount=D(100_000)), buy(30, stop=90))
        for leave in (100, 100, 90):
            both(world, order(Side.BUY, 10, 80, symbol="ETH"))
            both(world, close(symbol="ETH"), eth=leave)
        both(world, order(side, size, 120 if side is Side.SELL else 80, symbol="ETH"))
        found = list(heated(trades(world)))
        assert len(found) == many


def test_adding_below_the_average_is_averaging_down() -> None:
    """Ten at 100 with a stop at 90 risk 100; ten more at 95 risk 50 more at that stop."""
    world = coin()
    world.flat(100, buy(10, stop=90))
    world.flat(95, buy(10))
    found = only(averaged_down(trades(world)))
    assert (found.about, found.id) == ((1,), "averaged-down-1")
    assert found.figure == D("0.5")


def test_adding_to_a_winner_or_by_an_order_of_the_plan_is_not() -> None:
    world = coin()
    world.flat(100, buy(10, stop=90))
    world.flat(105, buy(10))
    assert list(averaged_down(trades(world))) == []
    same = coin()
    same.flat(100, buy(10, stop=90))
    same.flat(100, buy(10))
    assert list(averaged_down(trades(same))) == []
    planned = coin()
    rest = buy(10, order_type=OrderType.LIMIT, limit=D(95))
    planned.flat(100, rest, buy(10, stop=90, targets=(Target(D(120), D(1)),)))
    planned.flat(95)
    trade = only(trades(planned))
    assert trade.quantity == 20
    assert list(averaged_down([trade])) == []


def test_a_short_that_is_added_to_above_its_average_is_averaged_down_too() -> None:
    world = coin()
    world.flat(100, sell(10, stop=110))
    world.flat(104, sell(10))
    assert [each.key for each in averaged_down(trades(world))] == [1]
