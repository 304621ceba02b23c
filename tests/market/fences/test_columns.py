"""Tapes side by side: bars by the number of the clock's step, with holes and other intervals."""

from array import array
from decimal import Decimal

from ledger.market.fences.price_columns import Column, column
from ledger.market.tapes.tape import Tape

D = Decimal


def tape(*rows: tuple[int, int, int, int], step: str = "1") -> Tape:
    """Time, low, high and close of each bar."""
    times, lows, highs, closes = (array("q", row) for row in zip(*rows, strict=True))
    return Tape(
        symbol="T",
        source="t",
        interval=60,
        continuous=True,
        step=D(step),
        volume_step=D(1),
        sha256="",
        holes=0,
        times=times,
        opens=lows,
        highs=highs,
        lows=lows,
        closes=closes,
        volumes=array("q", [1]) * len(times),
    )


def prices(found: Column) -> list[tuple[Decimal, Decimal] | None]:
    """Low and high by step; nothing in a hole."""
    lows, highs = found.blocks.levels[0]
    rows = zip(lows, highs, strict=True)
    return [(low * found.unit, high * found.unit) if low <= high else None for low, high in rows]


BARS = ((60, 9, 12, 10), (120, 8, 11, 9), (240, 7, 10, 8))


def test_a_tape_with_a_bar_at_every_step_is_taken_as_it_is() -> None:
    found = column(tape(*BARS), array("q", [60, 120, 240]))
    assert prices(found) == [(9, 12), (8, 11), (7, 10)]


def test_only_the_steps_of_the_clock_are_taken() -> None:
    assert prices(column(tape(*BARS), array("q", [120, 240]))) == [(8, 11), (7, 10)]


def test_in_a_hole_there_is_nothing() -> None:
    found = column(tape(*BARS), array("q", [0, 60, 120, 180, 240, 300]))
    assert prices(found) == [None, (9, 12), (8, 11), None, (7, 10), None]


def test_a_carried_price_is_the_last_close() -> None:
    found = column(tape(*BARS), array("q", [0, 60, 120, 180, 240, 300]), carry=True)
    assert prices(found) == [(9, 9), (9, 12), (8, 11), (9, 9), (7, 10), (8, 8)]


def test_a_mark_judges_only_bars_that_the_symbol_has_too() -> None:
    mark = tape((60, 95, 115, 100), (180, 80, 90, 85), (240, 75, 99, 80), step="0.1")
    found = column(tape(*BARS), array("q", [60, 120, 180, 240]), mark)
    assert prices(found) == [(D("9.5"), D("11.5")), (8, 11), None, (D("7.5"), D("9.9"))]
