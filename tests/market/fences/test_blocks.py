"""Blocks of bars: what lies beyond a price is found as by looking."""

from array import array
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.market.fences.blocks import FAN, Blocks


def walk(seed: int, bars: int, holes: float = 0.0) -> tuple[array, array]:
    """Lows and highs of a random walk; a hole's low is above every high."""
    chance = Random(seed)
    lows, highs, price = array("q"), array("q"), 1000
    for _ in range(bars):
        price += chance.randint(-3, 3)
        hole = chance.random() < holes
        lows.append(10**9 if hole else price - chance.randint(0, 4))
        highs.append(-(10**9) if hole else price + chance.randint(0, 4))
    return lows, highs


spans = st.tuples(
    st.integers(0, 2**32), st.integers(1, 5 * FAN**2), st.floats(0, 1), st.floats(0, 1)
)


@settings(max_examples=200, deadline=None)
@given(spans, st.integers(0, 80), st.integers(0, 80))
def test_the_first_bar_outside_is_the_one_that_looking_at_each_finds(
    span: tuple[int, int, float, float], below: int, above: int
) -> None:
    seed, bars, one, other = span
    lows, highs = walk(seed, bars, holes=0.1)
    since, until = sorted((int(one * bars), int(other * bars)))
    least, most = 1000 - below, 1000 + above
    looked = next((n for n in range(since, until) if lows[n] < least or highs[n] > most), until)
    assert Blocks(lows, highs).first_outside(since, until, least, most) == looked
