"""The room on the screen: one panel at a time, the whole desk, or too little for anything."""

from __future__ import annotations

from textual.geometry import Size

LEAST_WIDTH, LEAST_HEIGHT = 80, 24
WIDE_WIDTH, WIDE_HEIGHT = 112, 34


def is_too_small(size: Size) -> bool:
    """Below 80x24 a figure would be cut, and half a figure is a wrong figure."""
    return size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT


def is_wide(size: Size) -> bool:
    """Whether all panels fit at once."""
    return size.width >= WIDE_WIDTH and size.height >= WIDE_HEIGHT


def complaint(size: Size) -> str:
    """The size that is needed and the present one."""
    return f"needs {LEAST_WIDTH}x{LEAST_HEIGHT}, have {size.width}x{size.height}"
