"""Prices as a row of blocks, for lists: drawn in advance, or when a tape is read anyway."""

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
WIDE = 14


def picture(closes: Sequence[int], wide: int = WIDE) -> str:
    """Prices as blocks between the lowest and the highest, each the last of its stretch."""
    points = [closes[(n + 1) * len(closes) // wide - 1] for n in range(min(wide, len(closes)))]
    low, high = min(points), max(points)
    span = max(high - low, 1)
    return "".join(BLOCKS[(point - low) * (len(BLOCKS) - 1) // span] for point in points)
