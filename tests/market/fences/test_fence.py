"""Fences: every price that is called quiet is quiet, and no more is left out than must be."""

from decimal import Decimal
from itertools import product
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.market.fences.fence import Band, Curve, Fence, Sum
from ledger.market.fences.tick_sum import WholeSum
from ledger.market.rules.schedule import Piece

D = Decimal
UNIT = D("0.5")
MOST = 60
"""Prices are tried up to this many units."""
seeds = st.integers(0, 2**32)


def curve(chance: Random, symbol: str = "A", *, inverse: bool = False) -> Curve:
    """Some straight pieces, which need not meet at their edges."""
    found = [D(chance.randint(1, 50)) / 2 for _ in range(chance.randint(0, 3))]
    edges = sorted({D(0), *(1 / edge if inverse else edge for edge in found)})
    pieces = [Piece(D(chance.randint(-40, 40)), D(chance.randint(-8, 8)) / 3) for _ in edges]
    return Curve(symbol, tuple(edges), tuple(pieces), inverse)


def values(one: Curve, price: Decimal) -> list[Decimal]:
    """What the curve is at a price: on an edge both sides."""
    price = 1 / price if one.inverse else price
    ends = [*one.edges[1:], D(10**9)]
    return [
        piece.at(price)
        for piece, edge, end in zip(one.pieces, one.edges, ends, strict=True)
        if edge <= price <= end
    ]


@settings(max_examples=300, deadline=None)
@example(2565952)  # it ends at an edge, and a third puts the root a hair beyond
@given(seeds)
def test_a_band_ends_where_the_sum_first_is_not_above_zero(seed: int) -> None:
    chance = Random(seed)
    one, constant = curve(chance), D(chance.randint(-30, 60))
    here = chance.randint(1, MOST)
    least, most = one.band(constant, here * UNIT).whole(UNIT)
    hair = D("1e-9")  # thirds are not exact
    quiet = [min(values(one, n * UNIT)) + constant > hair for n in range(MOST + 2)]
    if not quiet[here]:
        assert least > most or not least <= here <= most
        return
    assert all(quiet[max(least, 1) : min(most, MOST) + 1])
    edges = [n for n in range(1, MOST) if D(n) / 2 in one.edges]
    jumps = any(least - 1 <= edge <= most + 1 for edge in edges)
    if least > 1 and not jumps:
        assert not quiet[least - 1]
    if most < MOST and not jumps:
        assert not quiet[most + 1]


@settings(max_examples=500, deadline=None)
@given(seeds)
def test_a_sum_is_quiet_over_a_box_only_if_it_is_at_all_of_its_prices(seed: int) -> None:
    chance = Random(seed)
    symbols = ("A", "B", "C")[: chance.randint(1, 3)]
    options = chance.choice((1, 1, 2))
    inverse = chance.random() < 0.5
    groups = tuple(
        tuple((curve(chance, symbol, inverse=inverse),) for _ in range(options))
        for symbol in symbols
    )
    one = Sum(D(chance.randint(0, 150)), groups, highest=chance.random() < 0.5)
    whole = WholeSum(one, dict.fromkeys(symbols, UNIT))
    lows = [chance.randint(1, MOST) for _ in symbols]
    highs = [low + chance.choice((0, 0, 1, 5)) for low in lows]
    boxes = [range(low, high + 1) for low, high in zip(lows, highs, strict=True)]
    pick = max if one.highest else min
    least = min(
        one.constant
        + sum(
            pick(min(values(option[0], n * UNIT)) for option in group)
            for n, group in zip(prices, groups, strict=True)
        )
        for prices in product(*boxes)
    )
    if whole.quiet(lows, highs):
        assert least > 0
    elif lows == highs:  # nothing is lost to caution at a single price
        assert least <= D("1e-9")


def test_a_limit_between_two_prices_keeps_the_one_and_not_the_other() -> None:
    assert Band(low=D("10.2"), high=D("20.3")).whole(UNIT) == (21, 40)


def test_a_limit_on_a_price_is_not_quiet_itself() -> None:
    assert Band(low=D(10), high=D(20)).whole(UNIT) == (21, 39)


@pytest.mark.parametrize("third", [D(1) / 3, D(2) / 3])
def test_what_a_division_leaves_does_not_make_a_limit_quiet(third: Decimal) -> None:
    """Thirty thirds come out a hair beside a whole number."""
    limit = third * 3 * 10
    least, most = Band(low=limit, high=limit).whole(D(1))
    assert least > limit.to_integral_value()
    assert most < limit.to_integral_value()


def test_two_bands_together_are_quiet_where_both_are() -> None:
    fence = Fence()
    for band in (Band(low=D(1)), Band(low=D(2), high=D(5)), Band(high=D(9))):
        fence.hold_traded("A", band)
    assert fence.traded == {"A": Band(low=D(2), high=D(5))}
