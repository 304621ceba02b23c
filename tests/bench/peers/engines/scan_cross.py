"""One pass over many positions: the first bar in which anything could happen, and no more.

One matrix product says when equity meets the mildest rung at adverse prices; a row's extremes say
when a stop or a target trades. What comes after that bar is not simulated, so it compares only
with a year in which nothing happens, or with the stretch up to the first event.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.bench.peers.book import Book
from tests.bench.peers.cross import CrossPlan, alone
from tests.bench.peers.engines.plain_cross import loaded as columns_of

Matrices = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def loaded(plan: CrossPlan) -> Matrices:
    """Adverse and favourable extremes, one row an instrument; what is sold turned negative."""
    _, hurting, helping, _ = columns_of(plan)
    return np.array(hurting, dtype=float), np.array(helping, dtype=float)


def play(plan: CrossPlan, matrices: Matrices) -> int:
    """The number of that bar; the number of bars where there is none."""
    hurting, helping = matrices
    if plan.isolated:
        rows = zip(alone(plan), hurting, helping, strict=True)
        return min(play(part, (down[None], up[None])) for part, down, up in rows)
    book = Book(plan)
    book.open()
    weights = np.array(book.weights(book.pending()[0].multiple))
    happens = weights @ hurting <= -book.cash
    if plan.stop:
        happens |= (hurting <= np.array(book.stops)[:, None]).any(axis=0)
    if plan.target:
        happens |= (helping >= np.array(book.targets)[:, None]).any(axis=0)
    first = int(happens.argmax())
    return first if happens[first] else len(happens)
