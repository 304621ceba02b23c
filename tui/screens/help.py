"""The help of a panel: its keys from the table, and the chapter of the guide about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.keymap import DESK, help_for
from tui.screens.card import Card
from tui.widgets.keybar import Hint
from tui.widgets.lines import Line

CHAPTERS = {
    "account": "health",
    "chart": "orders",
    "positions": "ladder",
    "orders": "orders",
    "ledger": "loan",
    "watch": "orders",
}
"""The chapter of the guide about each panel."""

_TITLES = {"trade": "Trade", "clock": "Clock", "view": "View", "app": "Desk", "chart": "Chart",
           "rows": "Lists"}  # fmt: skip


def help_lines(places: Iterable[str]) -> list[Line]:
    """Every key with what it does, in its group."""
    lines: list[Line] = []
    for group, keys in groupby(help_for(places), key=lambda key: key.group):
        if lines:
            lines.append([("", "")])
        lines.append([(f" {_TITLES[group]}", "title")])
        lines += [[(f"   {key.shown:<10}", "key"), (key.help, "")] for key in keys]
    return lines


class HelpCard(Card):
    """The keys; `guide` is its answer when the trader wants to read on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "dismiss('guide')", "Guide", show=False),
    ]

    def __init__(self, title: str, lines: Sequence[Line], *, ascii_only: bool = False) -> None:
        hints = [Hint((("F1", "dismiss('guide')"),), "the guide")]
        super().__init__(title, lines, hints, ascii_only=ascii_only)


def panel_help(panel: str, where: str, *, ascii_only: bool) -> HelpCard:
    """Every key that works on the desk, and those of this panel."""
    lines = help_lines([DESK, where])
    return HelpCard(f"Keys: {panel} panel", lines, ascii_only=ascii_only)
