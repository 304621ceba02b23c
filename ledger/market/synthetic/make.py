"""From a recipe to a tape, and the hash that identifies it."""

from __future__ import annotations

import sys
from array import array
from hashlib import sha256

from ledger.market.synthetic.paths import Columns, TooHigh, walk
from ledger.market.synthetic.resample import draw, rebuild
from ledger.market.tapes.recipe import Model, Recipe
from ledger.market.tapes.tape import Tape
from ledger.money import LARGEST, ONE, plain
from ledger.refused import Refused

_ROOM = 2**62
"""The largest whole number an array holds, with room for a sum of two."""


def make(recipe: Recipe, source: Tape | None = None) -> Tape:
    """The tape of a recipe; a bootstrap needs the recorded tape. The same recipe, the same bytes.

    Raises `Refused` if the path leaves the prices that a ledger can hold.
    """
    step = ONE.scaleb(min(recipe.tick.adjusted() - len(recipe.tick.as_tuple().digits) + 1, 0))
    per = int(recipe.tick / step)
    most = min(int(LARGEST / recipe.tick), _ROOM // per)
    volumes, volume_step = array("q", bytes(8 * recipe.bars)), ONE
    try:
        if source is None:
            columns = walk(recipe, most)
        else:
            drawn = draw(recipe, source)
            columns = rebuild(recipe, source, drawn, most)
            volumes = array("q", [source.volumes[bar] for bar in drawn.indexes])
            volume_step = source.volume_step
    except TooHigh as fault:
        raise Refused(
            f"the price reaches {plain(most * recipe.tick)} at bar {fault.args[0] + 1} of "
            f"{recipe.bars}; use fewer bars, less volatility or another seed"
        ) from None
    times = array("q", columns.times)
    prices = [_steps(column, per) for column in _prices(columns)]
    return Tape(
        symbol=recipe.symbol,
        source=recipe.label,
        interval=recipe.interval,
        continuous=recipe.hours is None if source is None else source.continuous,
        step=step,
        volume_step=volume_step,
        sha256=_digest([times, *prices, volumes]),
        holes=0,
        times=times,
        opens=prices[0],
        highs=prices[1],
        lows=prices[2],
        closes=prices[3],
        volumes=volumes,
        recipe=recipe,
        lent_by=source,
    )


def needs_source(recipe: Recipe) -> bool:
    """Whether it resamples the moves of a recorded tape."""
    return recipe.model is Model.BOOTSTRAP


def _prices(columns: Columns) -> tuple[list[int], ...]:
    return columns.opens, columns.highs, columns.lows, columns.closes


def _steps(column: list[int], per: int) -> array[int]:
    return array("q", column if per == 1 else [price * per for price in column])


def _digest(columns: list[array[int]]) -> str:
    """SHA-256 of the columns as whole numbers of eight bytes, the lowest byte first."""
    whole = sha256()
    for column in columns:
        if sys.byteorder == "big":
            column = array("q", column)
            column.byteswap()
        whole.update(column.tobytes())
    return whole.hexdigest()
