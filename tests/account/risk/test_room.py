"""The room above a level along a price is what the pocket is worth less what is asked of it."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.risk.room import Stretch, first_met, rooms, stretches_of
from ledger.account.risk.threshold import first_breach
from ledger.market.rules.rulebook import Judged, Mode, Offset, Rung
from ledger.market.rules.schedule import Piece, Schedule, Tier
from ledger.money import ZERO
from tests.account.made import account, pocket, position
from tests.account.risk.pockets import COMBINED, Drawn, close, drawn
from tests.worlds import D, level, perpetual, venue

SEEDS = range(12)
ASKED = level(Rung.LIQUIDATION, "asked", "1", Judged.ALWAYS)
SOME_PRICES = tuple(
    map(D, ("0.013", "1.7", "2.6", "4.9", "5.2", "13.7", "21.3", "48.1", "77.7", "151.3", "999.9"))
)


@pytest.mark.parametrize(("way", "asked"), COMBINED)
def test_the_room_of_a_pocket_is_the_same_piece_by_piece_and_at_once(way: str, asked: str) -> None:
    for seed in SEEDS:
        one = drawn(seed, way, asked)
        found = rooms(one.account, one.pocket, one.prices, one.level, one.pocket.positions)
        assert [*found] == [*one.pocket.positions]
        for symbol, stretches in found.items():
            ends = [(x.low, x.high) for x in stretches]
            assert ends[0][0] == 0
            assert ends[-1][1] is None
            assert all(left[1] == right[0] for left, right in itertools.pairwise(ends))
            axis = one.account.instruments[symbol].axis
            for price in SOME_PRICES:
                piece = next(x.room for x in reversed(stretches) if x.low <= axis(price))
                assert close(piece.at(axis(price)), one.room({**one.prices, symbol: price}))


@pytest.mark.parametrize(("way", "asked"), COMBINED)
def test_along_a_way_a_level_is_breached_first_where_it_is_found_to_be(
    way: str, asked: str
) -> None:
    """Between the two ends, by looking at each hundredth of the way."""
    for seed in range(60) if way in ("options", "smart") else SEEDS:
        one, other = drawn(seed, way, asked), drawn(seed + 1_000, way, asked)
        still = next(iter(one.prices)) if seed % 3 == 0 else None
        alone = [*one.pocket.positions][-1] if seed % 3 == 1 else None
        end = {
            symbol: price
            if symbol == still or (alone is not None and symbol != alone)
            else other.prices[symbol]
            for symbol, price in one.prices.items()
        }
        several = sum(one.prices[s] != end[s] for s in one.pocket.positions) > 1
        _agrees(one, end, only_ends=way == "inverse" and several)


def _agrees(one: Drawn, end: dict[str, Decimal], *, only_ends: bool) -> None:
    def gone(way: Decimal) -> bool:
        room = one.room({s: p + (end[s] - p) * way for s, p in one.prices.items()})
        return room < 0 or (one.level.inclusive and room == 0)

    found = first_breach(one.account, one.pocket, one.prices, end, one.level)
    if gone(ZERO):
        assert found == 0
        return
    looked_at = [D(number) / 100 for number in range(1, 101)]
    if found is None:
        assert not any(map(gone, [D(1)] if only_ends else looked_at))
        return
    assert 0 <= found <= 1
    hair = D("1e-12")
    assert gone(min(found + hair, D(1)))
    assert not gone(max(found - hair, ZERO))
    if not only_ends:
        assert not any(gone(way) for way in looked_at if way < found - hair)


# one price


def test_stretches_lie_between_the_points_above_zero() -> None:
    found = [*stretches_of([D(8), D(-2), D(2), ZERO, D(8)])]
    assert [(low, high) for low, high, _ in found] == [(0, 2), (2, 8), (8, None)]
    assert all(low < inside and (high is None or inside < high) for low, high, inside in found)


def path(*stretches: tuple[int, int | None, str, str]) -> list[Stretch]:
    return [
        Stretch(D(low), None if high is None else D(high), Piece(D(constant), D(slope)))
        for low, high, constant, slope in stretches
    ]


FALLS = path((0, 10, "20", "-0.5"), (10, None, "30", "-1.5"))
"""15 at 10, and nothing left at 20."""
RISES = path((0, 10, "-2", "0.5"), (10, None, "-7", "1"))
"""Nothing up to 4, 3 at 10, and on."""
JUMPS = path((0, 10, "5", "0"), (10, 20, "-1", "0"), (20, None, "5", "0"))
TOUCHES = path((0, 10, "10", "-1"), (10, None, "-10", "1"))
"""Nothing at 10 alone."""
FLAT = path((0, 10, "1", "0"), (10, None, "0", "0"))


@pytest.mark.parametrize("inclusive", [True, False])
@pytest.mark.parametrize(
    ("stretches", "start", "rising", "met"),
    [
        (FALLS, 1, True, 20),
        (FALLS, 12, True, 20),
        (FALLS, 12, False, None),
        (RISES, 15, False, 4),
        (RISES, 7, False, 4),
        (RISES, 7, True, None),
        (JUMPS, 3, True, 10),
        (JUMPS, 3, False, None),
        (JUMPS, 25, False, 20),
        (JUMPS, 25, True, None),
        (TOUCHES, 3, True, 10),
        (TOUCHES, 15, False, 10),
    ],
)
def test_the_first_point_without_room_on_the_way_is_met(
    stretches: list[Stretch], start: int, rising: bool, met: int | None, inclusive: bool
) -> None:
    assert first_met(stretches, D(start), rising=rising, inclusive=inclusive) == met


@pytest.mark.parametrize(("inclusive", "met"), [(True, 10), (False, None)])
def test_where_no_room_is_left_but_none_is_lacking_equality_decides(
    inclusive: bool, met: int | None
) -> None:
    assert first_met(FLAT, D(5), rising=True, inclusive=inclusive) == met


def test_the_larger_side_is_told_apart_at_prices_below_one_too() -> None:
    """4 long and 2 short at 0.60 require as much where the long is at 0.30; at 0.80 it comes into
    the next tier."""
    tiers = (
        Tier(floor=ZERO, rate=D("0.1"), max_leverage=D(10)),
        Tier(floor=D("3.2"), rate=D("0.2"), max_leverage=D(5)),
    )
    book = venue(schedules=(Schedule(name="asked", tiers=tiers),), offset=Offset(), levels=(ASKED,))
    listed = account(book, perpetual("A", underlying="X"), perpetual("B", underlying="X"))
    listed = replace(listed, mode=Mode.SMART)
    prices = {"A": D("0.5"), "B": D("0.6")}
    held = pocket(
        position(perpetual("A"), "4", "0.5"), position(perpetual("B"), "-2", "0.6"), cash="5"
    )
    one = Drawn(listed, held, ASKED, prices)
    found = rooms(listed, held, prices, ASKED, ["A"])["A"]
    assert [stretch.low for stretch in found] == [0, D("0.3"), D("0.8")]
    for price in ("0.1", "0.4", "0.55", "0.7", "1.5"):
        piece = next(x.room for x in reversed(found) if x.low <= D(price))
        assert close(piece.at(D(price)), one.room({**prices, "A": D(price)}))
