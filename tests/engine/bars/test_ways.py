"""The ways that prices take inside a bar, and where its marks are meanwhile."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ledger.account.state import Convention
from ledger.engine.bars.ways import Way, at, closes, inside, opens
from ledger.engine.decision.draft import Draft
from ledger.market.quote import Bar, Market, Step
from tests.account.made import account, pocket, position
from tests.worlds import T0, D, Past, bar, perpetual, venue

Prices = dict[str, int]


def market(last: Prices, mark: Prices | None = None) -> Market:
    traded = {symbol: D(price) for symbol, price in last.items()}
    judged = traded if mark is None else {symbol: D(price) for symbol, price in mark.items()}
    return Market(time=T0, last=traded, mark=judged, history=Past())


def draft(here: Market, convention: Convention, **held: str) -> Draft:
    listed = [perpetual(symbol) for symbol in here.last]
    made = replace(account(venue(), *listed), convention=convention)
    positions = [position(perpetual(symbol), size, "100") for symbol, size in held.items()]
    return Draft(replace(made, pockets={"main": pocket(*positions)}), here)


def step(rows: Mapping[str, tuple[int, ...]], **more: object) -> Step:
    bars = {symbol: bar(T0, row) for symbol, row in rows.items()}
    return Step(time=T0, closes=T0 + 60, bars=bars, **more)  # type: ignore[arg-type]


def told(ways: list[Way]) -> list[tuple[Prices, Prices]]:
    return [
        ({s: int(p) for s, p in way.last.items()}, {s: int(p) for s, p in way.mark.items()})
        for way in ways
    ]


WORST, OHLC = Convention.WORST, Convention.OHLC
ROW = (100, 120, 90, 110)
"""The low is nearer to the open than the high."""


@pytest.mark.parametrize(
    ("convention", "held", "row", "path"),
    [
        # the worst first: for a long the low, for a short the high
        (WORST, "1", ROW, (90, 120)),
        (WORST, "-1", ROW, (120, 90)),
        (WORST, "-0.5", ROW, (120, 90)),
        (WORST, "0.5", ROW, (90, 120)),
        # with nothing held and nothing ordered it does not matter
        (WORST, "0", ROW, (90, 120)),
        # the nearer one first, the low of two that are as near
        (OHLC, "-1", ROW, (90, 120)),
        (OHLC, "1", (100, 105, 90, 95), (105, 90)),
        (OHLC, "1", (100, 110, 90, 95), (90, 110)),
    ],
)
def test_a_bar_goes_to_both_extremes_in_the_accounts_convention(
    convention: Convention, held: str, row: tuple[int, ...], path: tuple[int, int]
) -> None:
    sizes = {} if held == "0" else {"A": held}
    here = draft(market({"A": 100}), convention, **sizes)
    ways = inside(here, step({"A": row}))
    assert told(ways) == [({"A": price}, {"A": price}) for price in path]
    assert not any(way.gap for way in ways)
    assert all(way.last is way.mark for way in ways)


def test_opens_and_closes_are_those_of_the_bars_and_a_hole_stays_where_it_is() -> None:
    here = draft(market({"A": 99, "B": 50}), WORST)
    one = step({"A": ROW})
    assert told([opens(here, one), closes(here, one)]) == [
        ({"A": 100, "B": 50}, {"A": 100, "B": 50}),
        ({"A": 110, "B": 50}, {"A": 110, "B": 50}),
    ]


def marks(*bars: tuple[int, tuple[int, ...]]) -> tuple[Bar, ...]:
    return tuple(bar(T0 + seconds, row) for seconds, row in bars)


def test_a_mark_of_its_own_goes_its_own_way() -> None:
    (mark,) = marks((0, (101, 118, 93, 109)))
    here = draft(market({"A": 99, "B": 50}, {"A": 98, "B": 51}), WORST, A="1")
    one = step({"A": ROW}, marks={"A": mark})
    found = [opens(here, one), *inside(here, one), closes(here, one)]
    assert told(found) == [
        ({"A": 100, "B": 50}, {"A": 101, "B": 51}),
        ({"A": 90, "B": 50}, {"A": 93, "B": 51}),
        ({"A": 120, "B": 50}, {"A": 118, "B": 51}),
        ({"A": 110, "B": 50}, {"A": 109, "B": 51}),
    ]


def test_several_marks_are_walked_one_after_the_other() -> None:
    """A bar of 100, 120, 90, 110 over two marks, held long: its low falls into the second, which
    has the lower one, and so does its high, after it."""
    first, second = marks((0, (100, 104, 95, 103)), (30, (102, 119, 91, 111)))
    here = draft(market({"A": 100}, {"A": 100}), WORST, A="1")
    one = step({"A": ROW}, marks={"A": first}, later_marks={"A": (second,)})
    ways = inside(here, one)
    assert told(ways) == [
        ({"A": 100}, {"A": 95}),
        ({"A": 100}, {"A": 104}),
        ({"A": 100}, {"A": 103}),
        ({"A": 100}, {"A": 102}),  # the second mark opens, at once
        ({"A": 90}, {"A": 91}),
        ({"A": 120}, {"A": 119}),
    ]
    assert [way.gap for way in ways] == [False, False, False, True, False, False]
    assert told([closes(here, one)]) == [({"A": 110}, {"A": 111})]


def test_a_short_is_at_the_high_in_the_mark_that_is_highest_and_at_the_low_from_there_on() -> None:
    """The first mark has the lowest low, but by then the high is still to come."""
    three = marks((0, (100, 104, 80, 103)), (20, (103, 119, 100, 111)), (40, (111, 112, 90, 95)))
    here = draft(market({"A": 100}, {"A": 100}), WORST, A="-1")
    ways = inside(here, step({"A": ROW}, marks={"A": three[0]}, later_marks={"A": three[1:]}))
    assert told(ways) == [
        ({"A": 100}, {"A": 104}),
        ({"A": 100}, {"A": 80}),
        ({"A": 100}, {"A": 103}),
        ({"A": 100}, {"A": 103}),
        ({"A": 120}, {"A": 119}),
        ({"A": 120}, {"A": 100}),
        ({"A": 120}, {"A": 111}),
        ({"A": 120}, {"A": 111}),
        ({"A": 120}, {"A": 112}),
        ({"A": 90}, {"A": 90}),
    ]


def test_a_price_without_later_marks_has_its_extremes_in_the_first_and_in_the_last_part() -> None:
    """B beside A, which has two marks: B is at its low from the first part on and at its high in
    the last, judged by its own mark."""
    first, second = marks((0, (100, 104, 95, 103)), (30, (102, 119, 91, 111)))
    (other,) = marks((0, (51, 61, 41, 56)))
    here = draft(market({"A": 100, "B": 50}, {"A": 100, "B": 51}), WORST, A="1", B="1")
    rows = {"A": ROW, "B": (50, 60, 40, 55)}
    one = step(rows, marks={"A": first, "B": other}, later_marks={"A": (second,)})
    assert [(last["B"], mark["B"]) for last, mark in told(inside(here, one))] == [
        (40, 41),
        (40, 41),
        (40, 41),
        (40, 41),
        (40, 41),
        (60, 61),
    ]


def test_a_mark_that_begins_later_than_its_price_stands_until_it_does() -> None:
    """Without a mark of its own at first, the price is judged from the first one on."""
    (second,) = marks((30, (102, 119, 91, 111)))
    here = draft(market({"A": 100}, {"A": 98}), WORST, A="1")
    ways = inside(here, step({"A": ROW}, later_marks={"A": (second,)}))
    assert told(ways) == [
        ({"A": 100}, {"A": 98}),
        ({"A": 100}, {"A": 98}),
        ({"A": 100}, {"A": 98}),
        ({"A": 100}, {"A": 102}),
        ({"A": 90}, {"A": 91}),
        ({"A": 120}, {"A": 119}),
    ]


def test_a_market_that_is_there_already_stays_the_one_it_is() -> None:
    here = market({"A": 100}, {"A": 101})
    assert at(here, Way(here.last, here.mark)) is here
    other = {"A": D(102)}
    assert (at(here, Way(other, here.mark)).last, at(here, Way(other, here.mark)).mark) == (
        other,
        here.mark,
    )
    assert (at(here, Way(here.last, other)).last, at(here, Way(here.last, other)).mark) == (
        here.last,
        other,
    )
