"""Colours by meaning: one name for each thing a colour can say, whatever hue the theme gives it.

Every widget requests `up` or `called` as a component class, so one rule in a style sheet (`.up {
color: blue; }`) changes it everywhere. No colour is ever the only sign of anything.

Whatever a theme makes of them, colours can be told from their ground: by the contrast ratio of WCAG
2.1 (success criteria 1.4.3 and 1.4.11), 4.5 for text and 3 for what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rich.style import Style
from textual.color import BLACK, WHITE, Color

TEXT, DRAWN = 4.5, 3.0
"""The least contrast."""
_STEPS = 20

MEANINGS = {
    # what the market did
    "up": "color: $text-success;",
    "down": "color: $text-error;",
    # how an account stands
    "safe": "color: $text-success;",
    "warned": "color: $text-warning;",
    "called": "color: $text-warning; text-style: bold;",
    "liquidating": "color: $text-error; text-style: bold;",
    # how loud a text is
    "dim": "color: $foreground 60%;",
    "strong": "color: $foreground; text-style: bold;",
}


def _muted(colour: str) -> str:
    return f"background: ${colour}-muted; color: auto 90%;"


def _loud(colour: str) -> str:
    return f"background: ${colour}; color: auto 95%; text-style: bold;"


CHART_MEANINGS = {
    "up": "color: $success;",
    "down": "color: $error;",
    "volume-up": "color: $success 45%;",
    "volume-down": "color: $error 45%;",
    "axis": "color: $foreground 60%;",
    "grid": "color: $foreground 18%;",
    "hole": "color: $foreground 35%;",
    "crosshair": "color: $foreground 45%;",
    "average-1": "color: $accent;",
    "average-2": "color: $secondary;",
    "fan": "color: $primary 60%;",
    "fan-middle": "color: $primary; text-style: bold;",
    "mark-buy": "color: $success; text-style: bold;",
    "mark-sell": "color: $error; text-style: bold;",
    "mark-forced": "color: $error; text-style: bold reverse;",
    "entry": "color: $primary;",
    "stop": "color: $error 70%;",
    "target": "color: $success 70%;",
    "call": "color: $warning;",
    "liquidation": "color: $error;",
    "last": "color: $foreground 40%;",
    "tag-entry": _muted("primary"),
    "tag-stop": _muted("error"),
    "tag-target": _muted("success"),
    "tag-call": _loud("warning"),
    "tag-liquidation": _loud("error"),
    "tag-last": "background: $foreground; color: auto 95%; text-style: bold;",
}
"""The trader's own plan is muted; what the lender will do is loud."""

FAINT = frozenset(
    {"volume-up", "volume-down", "grid", "hole", "crosshair", "fan", "stop", "target", "last"}
)
"""What lies behind the prices: lines that a tag names, and what may be overlooked."""

GAUGE_MEANINGS = {
    **MEANINGS,
    "bar-safe": "color: $success;",
    "bar-warned": "color: $warning;",
    "bar-called": "color: $warning;",
    "bar-liquidating": "color: $error;",
    "tick-call": "color: $warning; text-style: bold;",
    "tick-liquidation": "color: $error; text-style: bold;",
    "word-safe": _muted("success"),
    "word-warned": _muted("warning"),
    "word-called": _loud("warning"),
    "word-liquidating": _loud("error"),
}


def component_css(selector: str, meanings: Iterable[tuple[str, str]]) -> str:
    """The rules of a widget's default style sheet that give each meaning its colour."""
    return "\n".join(f"{selector} > .{name} {{ {rules} }}" for name, rules in meanings)


@lru_cache(maxsize=1024)
def legible(style: Style, least: float = TEXT) -> Style:
    """The style with enough contrast: its colour keeps its hue, and goes toward black or white as
    far as it must. Unchanged where the terminal has colours of its own."""
    ink, ground = style.color, style.bgcolor
    if ink is None or ground is None or ink.triplet is None or ground.triplet is None:
        return style
    colour, below = Color(*ink.triplet), Color(*ground.triplet)
    end = BLACK if contrast(BLACK, below) > contrast(WHITE, below) else WHITE
    for step in range(_STEPS + 1):
        tried = colour.blend(end, step / _STEPS)
        if contrast(tried, below) >= least:
            break
    return style if step == 0 else style + Style(color=tried.rich_color)


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours: from 1, the same, to 21, black and white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
