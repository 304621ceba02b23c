"""Lives that chance makes: not in `lives`, since the library costs a killed writer its time."""

from hypothesis import strategies as st

from tests.books.lives import WISHES, Move, perpetual_world, play, stock_world

moves = st.builds(
    Move,
    gap=st.integers(-150, 150),
    up=st.integers(0, 200),
    down=st.integers(0, 200),
    close=st.integers(0, 1000),
    wish=st.sampled_from(WISHES),
    size=st.integers(1, 100),
)
worlds = st.sampled_from((stock_world, perpetual_world))
lives = st.builds(lambda make, plan: play(make(), plan), worlds, st.lists(moves, max_size=25))
"""Lives of up to 25 bars."""
