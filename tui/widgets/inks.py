"""The colours of lines of text, computed once for a whole screen.

Textual matches a style sheet anew for every component class of every widget, so a desk with a dozen
widgets of lines would pay for it in its first paint: the screen has the classes, the lines ask it.
"""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.css.styles import StylesBase
from textual.dom import NoScreen
from textual.widget import Widget

from tui.widgets.meanings import MEANINGS, component_css, legible

LINE_MEANINGS = {
    **MEANINGS,
    "alert": "background: $error; color: auto 95%; text-style: bold;",
    "notice": "color: $foreground 85%;",
    "key": "color: $text-accent; text-style: bold;",
    "title": "color: $primary; text-style: bold;",
    "tab": "background: $primary; color: auto 95%; text-style: bold;",
}


INKS = frozenset(LINE_MEANINGS)
"""The component classes of a screen that has lines."""


def screen_css(selector: str) -> str:
    """The beginning of such a screen's own style sheet."""
    return component_css(selector, LINE_MEANINGS.items()) + "\n"


def ink(widget: Widget, name: str) -> Style:
    """The style of a meaning on the background of the widget that shows it."""
    ground = widget.background_colors[1]
    if name not in LINE_MEANINGS:
        return _plain(widget, ground)
    try:
        styles = widget.screen.get_component_styles(name)
    except (KeyError, NoScreen):
        return _plain(widget, ground)
    return _style(styles, ground)


def _plain(widget: Widget, ground: Color) -> Style:
    return Style.from_color(widget.visual_style.rich_style.color, ground.rich_color)


def _style(styles: StylesBase, ground: Color) -> Style:
    ground = ground + styles.background
    if styles.auto_color:
        colour = ground + ground.get_contrast_text(styles.color.a)
    else:
        colour = ground + styles.color
    return legible(styles.text_style + Style.from_color(colour.rich_color, ground.rich_color))
